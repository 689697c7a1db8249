/* Signals with handlers: frames, masks, restart, alarm, pause, sigsuspend, nesting, return values kept. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

static volatile int count, order[40], depth;
static void simple(int n) { order[count++] = n; errno = 1; }
static void nested(int n) { order[count++] = n; if (n == SIGUSR1 && !depth++) { raise(SIGUSR2); raise(SIGUSR1); } order[count++] = -n; }
static void info(int n, siginfo_t *i, void *u) { (void)u; order[count++] = n; order[count++] = i->si_signo; }
static sigjmp_buf env;
static void jump(int n) { siglongjmp(env, n); }
static void show(const char *what) { printf("%s:", what); for (int i = 0; i < count; i++) printf(" %d", order[i]); printf("\n"); count = 0; }

int main(void) {
  signal(SIGUSR1, simple);
  errno = 7;
  printf("raise %d\n", raise(SIGUSR1));
  show("simple");
  struct sigaction a = {.sa_handler = nested};
  sigaction(SIGUSR1, &a, 0); sigaction(SIGUSR2, &a, 0);
  raise(SIGUSR1);
  show("nested, USR1 blocked inside");
  sigemptyset(&a.sa_mask); sigaddset(&a.sa_mask, SIGUSR2); sigaction(SIGUSR1, &a, 0);
  a.sa_handler = simple; sigaction(SIGUSR2, &a, 0);
  sigset_t set, old;
  sigemptyset(&set); sigaddset(&set, SIGUSR2);
  sigprocmask(SIG_BLOCK, &set, &old);
  raise(SIGUSR2);
  sigset_t pending; sigpending(&pending);
  printf("pending %d\n", sigismember(&pending, SIGUSR2));
  show("nothing yet");
  sigprocmask(SIG_SETMASK, &old, 0);
  show("now");
  struct sigaction s = {.sa_sigaction = info, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR1, &s, 0);
  raise(SIGUSR1);
  show("siginfo");
  struct sigaction once = {.sa_handler = simple, .sa_flags = SA_RESETHAND};
  sigaction(SIGUSR1, &once, 0);
  raise(SIGUSR1);
  sigaction(SIGUSR1, 0, &a);
  printf("reset %d\n", a.sa_handler == SIG_DFL);
  show("once");
  signal(SIGALRM, simple);
  alarm(1);
  printf("pause %d", pause()); printf(" %s\n", strerror(errno));
  show("alarm");
  struct itimerval t = {{0, 100000}, {0, 50000}};
  setitimer(ITIMER_REAL, &t, 0);
  while (count < 3) pause();
  memset(&t, 0, sizeof t); setitimer(ITIMER_REAL, &t, 0);
  show("timer");
  alarm(100);
  printf("left %u\n", alarm(0));
  signal(SIGALRM, simple);
  struct itimerval soon = {{0, 0}, {0, 20000}};
  setitimer(ITIMER_REAL, &soon, 0);
  printf("slept on %d\n", usleep(1000000) == -1);
  count = 0;
  setitimer(ITIMER_REAL, &soon, 0);
  sigemptyset(&set);
  printf("sigsuspend %d\n", sigsuspend(&set));
  count = 0;
  signal(SIGFPE, jump); signal(SIGSEGV, jump); signal(SIGILL, jump);
  volatile int zero = 0;
  int n = sigsetjmp(env, 1);
  if (n == 0) printf("%d\n", 1 / zero);
  printf("caught %d\n", n);
  n = sigsetjmp(env, 1);
  if (n == 0) __builtin_trap();
  printf("caught %d\n", n);
  n = sigsetjmp(env, 1);
  if (n == 0) *(volatile int *)8 = 1;
  printf("caught %d\n", n);
  setitimer(ITIMER_REAL, &soon, 0);
  volatile long spin = 0;
  while (count == 0) spin++;
  printf("interrupted the loop %d\n", spin > 0);
  signal(SIGTERM, SIG_IGN);
  raise(SIGTERM);
  printf("bad signal %d\n", kill(getpid(), 99));
  printf("kill is not caught %d\n", signal(SIGKILL, simple) == SIG_ERR);
  fflush(stdout);
  signal(SIGABRT, SIG_DFL);
  abort();
}
