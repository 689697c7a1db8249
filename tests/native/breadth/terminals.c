/* termios without a terminal, futexes by hand, a debugger's calls on children. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

/* What a call answered, and why: the call comes first. */
#define say(format, call) do { long answer = (errno = 0, call); printf(format, (int)answer, strerror(errno)); } while (0)

static long futex(int *at, int op, int value, struct timespec *time) { return syscall(SYS_futex, at, op, value, time, NULL, 0); }

int main(void) {
  struct termios t;
  int f = open("/dev/null", O_RDWR);
  say("tcgetattr %d %s\n", tcgetattr(f, &t));
  printf("isatty %d\n", isatty(f));
  struct winsize size;
  printf("size %d\n", ioctl(f, TIOCGWINSZ, &size));
  cfmakeraw(&t);
  cfsetspeed(&t, B9600);
  printf("speed %d\n", cfgetospeed(&t) == B9600);
  printf("no controlling terminal: %d\n", setsid() >= -1 && open("/dev/tty", O_RDWR) < 0);

  int *word = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  say("wait for another value: %d %s\n", futex(word, FUTEX_WAIT, 1, NULL));
  struct timespec brief = {0, 2000000};
  say("wait and give up: %d %s\n", futex(word, FUTEX_WAIT, 0, &brief));
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    while (__atomic_load_n(word, __ATOMIC_SEQ_CST) == 0) futex(word, FUTEX_WAIT, 0, NULL);
    _exit(*word);
  }
  usleep(5000);
  *word = 6;
  futex(word, FUTEX_WAKE, 1, NULL);
  int status;
  waitpid(child, &status, 0);
  printf("woken with %d\n", WEXITSTATUS(status));
  say("unaligned: %d %s\n", futex((int *)((char *)word + 1), FUTEX_WAIT, 0, NULL));

  static volatile int secret = 41;
  fflush(stdout);
  child = fork();
  if (child == 0) {
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    raise(SIGSTOP);
    _exit(secret);
  }
  waitpid(child, &status, 0);
  printf("traced: stopped %d by %d\n", WIFSTOPPED(status), WSTOPSIG(status));
  errno = 0;
  long value = ptrace(PTRACE_PEEKDATA, child, (void *)&secret, NULL);
  printf("peek %ld %d\n", value, errno);
  struct user_regs_struct registers;
  printf("registers %ld known %d\n", ptrace(PTRACE_GETREGS, child, NULL, &registers), registers.esp != 0 && registers.eip != 0);
  printf("poke %ld\n", ptrace(PTRACE_POKEDATA, child, (void *)&secret, (void *)43));
  printf("go on %ld\n", ptrace(PTRACE_CONT, child, NULL, NULL));
  waitpid(child, &status, 0);
  printf("ended with %d\n", WEXITSTATUS(status));
  printf("mine is %d\n", secret);
  child = fork();
  if (child == 0)
    for (;;) usleep(1000);
  printf("attach %ld\n", ptrace(PTRACE_ATTACH, child, NULL, NULL));
  waitpid(child, &status, 0);
  printf("stopped by %d\n", WSTOPSIG(status));
  printf("deliver a signal %ld\n", ptrace(PTRACE_CONT, child, NULL, (void *)9));
  waitpid(child, &status, 0);
  printf("killed by %d\n", WTERMSIG(status));
  say("not mine: %d %s\n", ptrace(PTRACE_CONT, getpid(), NULL, NULL));
  return 0;
}
