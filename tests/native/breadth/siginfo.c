/* Signals with SA_SIGINFO: who sent it, faults with their addresses, alternate stacks, masks, queues, timers. */
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

static volatile sig_atomic_t seen[8], values[8], count;
static sigjmp_buf back;
static char *page, stack[65536];

static void note(int signal, siginfo_t *info, void *context) {
  (void)context;
  if (count < 8) {
    seen[count] = signal * 1000 + info->si_code;
    values[count++] = info->si_value.sival_int;
  }
}
static void fault(int signal, siginfo_t *info, void *context) {
  ucontext_t *u = context;
  char here;
  printf("signal %d code %d at page %d, on the other stack %d, eip known %d\n", signal, info->si_code,
         page != NULL && info->si_addr == page + 16, &here > stack && &here < stack + sizeof stack,
         u->uc_mcontext.gregs[REG_EIP] != 0);
  siglongjmp(back, 1);
}

int main(void) {
  struct sigaction action = {.sa_flags = SA_SIGINFO};
  action.sa_sigaction = note;
  for (int s = SIGRTMIN; s < SIGRTMIN + 3; s++) sigaction(s, &action, NULL);
  sigaction(SIGUSR1, &action, NULL);
  sigset_t set, old, pending;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  for (int s = SIGRTMIN; s < SIGRTMIN + 3; s++) sigaddset(&set, s);
  sigprocmask(SIG_BLOCK, &set, &old);
  for (int i = 0; i < 3; i++) {
    union sigval value = {.sival_int = 10 + i};
    sigqueue(getpid(), SIGRTMIN + (2 - i), value);
  }
  union sigval again = {.sival_int = 20};
  sigqueue(getpid(), SIGRTMIN, again);
  kill(getpid(), SIGUSR1);
  kill(getpid(), SIGUSR1);
  sigpending(&pending);
  printf("pending %d %d\n", sigismember(&pending, SIGUSR1), sigismember(&pending, SIGRTMIN + 1));
  sigprocmask(SIG_SETMASK, &old, NULL);
  for (int i = 0; i < count; i++) printf("%d: signal %d code %d value %d\n", i, (seen[i] + 500) / 1000, seen[i] - (seen[i] + 500) / 1000 * 1000, values[i]);

  stack_t other = {.ss_sp = stack, .ss_size = sizeof stack};
  sigaltstack(&other, NULL);
  action.sa_sigaction = fault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigaction(SIGSEGV, &action, NULL);
  sigaction(SIGFPE, &action, NULL);
  sigaction(SIGBUS, &action, NULL);
  page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (sigsetjmp(back, 1) == 0) page[16] = 1;
  munmap(page, 4096);
  if (sigsetjmp(back, 1) == 0) page[16] = 1;
  page = NULL;
  volatile int zero = 0;
  if (sigsetjmp(back, 1) == 0) printf("%d\n", 1234567 / zero);

  sigset_t waitfor;
  sigemptyset(&waitfor);
  sigaddset(&waitfor, SIGCHLD);
  sigprocmask(SIG_BLOCK, &waitfor, NULL);
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) _exit(5);
  siginfo_t info;
  printf("sigwaitinfo %d", sigwaitinfo(&waitfor, &info) == SIGCHLD);
  printf(" code %d status %d from the child %d\n", info.si_code, info.si_status, info.si_pid == child);
  waitpid(child, NULL, 0);
  struct timespec brief = {0, 1000000};
  int none = sigtimedwait(&waitfor, &info, &brief);
  printf("sigtimedwait %d %s\n", none, errno == EAGAIN ? "EAGAIN" : "?");

  timer_t timer;
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR2};
  event.sigev_value.sival_int = 77;
  sigaddset(&waitfor, SIGUSR2);
  sigprocmask(SIG_BLOCK, &waitfor, NULL);
  timer_create(CLOCK_MONOTONIC, &event, &timer);
  struct itimerspec when = {.it_value = {0, 2000000}};
  timer_settime(timer, 0, &when, NULL);
  sigwaitinfo(&waitfor, &info);
  printf("timer: signal is USR2 %d, code %d, value %d\n", info.si_signo == SIGUSR2, info.si_code, info.si_value.sival_int);
  fflush(stdout);
  abort();
}
