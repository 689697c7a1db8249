/* What a handler hears of a fault: code, address, vector and error code; and on which stack. */
#define _GNU_SOURCE
#include <signal.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>
#include <fcntl.h>

static sigjmp_buf back;
static char stack[65536];

static void heard(int number, siginfo_t *info, void *context) {
  ucontext_t *u = context;
  char here;
  long address = (long)info->si_addr;
  printf("%d code %d %s vector %d error %lx %s\n", number, info->si_code, address == 0 ? "nowhere" : address < 0x1000 ? "low" : "somewhere",
         (int)u->uc_mcontext.gregs[REG_TRAPNO], (long)u->uc_mcontext.gregs[REG_ERR],
         &here >= stack && &here < stack + sizeof stack ? "aside" : "on the stack");
  siglongjmp(back, 1);
}
static int deep(int n) {
  volatile char room[4096];
  room[n & 4095] = n;
  return deep(n + 1) + room[n & 4095];
}
#define TRY(what) if (!sigsetjmp(back, 1)) { what; puts("went on"); }

int main(void) {
  setvbuf(stdout, NULL, _IONBF, 0);
  stack_t aside = {.ss_sp = stack, .ss_size = sizeof stack};
  sigaltstack(&aside, NULL);
  struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK};
  action.sa_sigaction = heard;
  int all[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP};
  for (int i = 0; i < 5; i++) sigaction(all[i], &action, NULL);
  TRY(*(volatile int *)0x10 = 1)
  TRY((void)*(volatile int *)0x20)
  volatile int zero = 0, least = -2147483647 - 1, minus = -1;
  TRY(zero = 1 / zero)
  TRY(zero = least / minus)
  TRY(__asm__("ud2"))
  TRY(__asm__("int3"))
  TRY(__asm__("hlt"))
  TRY(__asm__("cli"))
  TRY(__asm__("inb $0x60, %%al" ::: "eax"))
  TRY(__asm__("int $0x30"))
  TRY(__asm__("mov $0x7fffffff, %%eax; add $1, %%eax; into" ::: "eax"))
  TRY(__asm__("mov $0x1234, %%eax; mov %%ax, %%ds" ::: "eax"))
  TRY(__asm__("xor %%eax, %%eax; mov %%ax, %%ds; movl %%ds:0, %%eax" ::: "eax"))
  TRY(__asm__("pushf; orl $0x100, (%esp); popf; nop; nop"))
  int bounds[2] = {1, 2};
  TRY(__asm__("bound %0, %1" ::"r"(5), "m"(*bounds)))
  char *page = mmap(0, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  TRY(*(volatile char *)page = 1)
  int fd = open("one", O_RDWR | O_CREAT, 0600);
  write(fd, "x", 1);
  char *map = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  TRY(map[4096] = 1)
  unlink("one");
  unsigned short control = 0x37a;
  volatile double one = 1, none = 0;
  TRY(__asm__ volatile("fnclex; fldcw %0" ::"m"(control)); one = one / none; __asm__ volatile("fwait"))
  __asm__ volatile("fninit");
  TRY(deep(0))
  /* A frame for which there is no room: SIGSEGV, whose own handler stands aside. */
  signal(SIGUSR1, (void (*)(int))heard);
  if (fork() == 0) {
    TRY(__asm__ volatile("mov $16, %%esp; mov $20, %%eax; int $0x80; mov %%eax, %%ebx; mov $10, %%ecx; mov $37, %%eax; int $0x80" ::: "eax", "ebx", "ecx"))
    _exit(7);
  }
  int status;
  wait(&status);
  printf("%x\n", status);
  return 0;
}
