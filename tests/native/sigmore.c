/* Alternative stacks, queued real-time signals, sigwait, SA_RESTART over a child's end, masks of poll, floats in handlers. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char stack[65536];
static volatile int seen, order[8], count;
static sigjmp_buf back;
static void say(const char *what, long result) { printf("%s: %ld%s%s\n", what, result, result < 0 ? " " : "", result < 0 ? strerror(errno) : ""); fflush(stdout); }
static void queued(int s, siginfo_t *i, void *u) { order[count++] = i->si_value.sival_int; seen = s; (void)u; }
static void overflow(int s, siginfo_t *i, void *u) { char here; seen = s; siglongjmp(back, &here >= stack && &here < stack + sizeof stack ? 2 : 1); (void)i; (void)u; }
static void floats(int s) { volatile double x = 1.5; for (int i = 0; i < 10; i++) x = x * 1.25 + s; seen = (int)x; }
static void quiet(int s) { seen = s; }
static int deep(int n) { volatile char big[4096]; big[0] = n; return n == 0 ? 0 : deep(n + 1) + big[0]; }

int main(void) {
  stack_t ss = {.ss_sp = stack, .ss_size = sizeof stack}, old;
  say("sigaltstack", sigaltstack(&ss, 0));
  sigaltstack(0, &old);
  printf("flags %d size %d\n", old.ss_flags, old.ss_size == sizeof stack);
  struct sigaction a = {.sa_sigaction = overflow, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigaction(SIGSEGV, &a, 0);
  int how = sigsetjmp(back, 1);
  if (how == 0) deep(1);
  printf("overflow caught on %s stack\n", how == 2 ? "its own" : "the same");

  sigset_t set, waiting;
  sigemptyset(&set);
  sigaddset(&set, SIGRTMIN);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, 0);
  a = (struct sigaction){.sa_sigaction = queued, .sa_flags = SA_SIGINFO};
  sigaction(SIGRTMIN, &a, 0);
  sigaction(SIGUSR1, &a, 0);
  for (int i = 1; i <= 3; i++) sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = i});
  raise(SIGUSR1);
  raise(SIGUSR1);
  sigpending(&waiting);
  printf("pending %d %d\n", sigismember(&waiting, SIGRTMIN), sigismember(&waiting, SIGUSR1));
  sigprocmask(SIG_UNBLOCK, &set, 0);
  printf("handlers ran %d times: %d %d %d %d\n", count, order[0], order[1], order[2], order[3]);

  sigprocmask(SIG_BLOCK, &set, 0);
  if (fork() == 0) { usleep(2000); kill(getppid(), SIGUSR1); _exit(0); }
  siginfo_t info;
  say("sigwaitinfo", sigwaitinfo(&set, &info));
  printf("code %d\n", info.si_code);
  struct timespec soon = {0, 1000000};
  say("timed out", sigtimedwait(&set, &info, &soon));
  wait(0);

  struct sigaction q = {.sa_handler = quiet, .sa_flags = SA_RESTART};
  sigaction(SIGALRM, &q, 0);
  int p[2];
  pipe(p);
  if (fork() == 0) { usleep(30000); write(p[1], "late", 4); _exit(0); }
  struct itimerval it = {{0, 0}, {0, 5000}};
  setitimer(ITIMER_REAL, &it, 0);
  char buf[8];
  say("restarted read", read(p[0], buf, 8));
  printf("seen %d\n", seen);
  wait(0);
  q.sa_flags = 0;
  sigaction(SIGALRM, &q, 0);
  setitimer(ITIMER_REAL, &it, 0);
  say("interrupted read", read(p[0], buf, 8));
  setitimer(ITIMER_REAL, &it, 0);
  struct timespec full = {1, 0}, left;
  say("interrupted sleep", nanosleep(&full, &left));
  printf("left %d\n", left.tv_sec == 0 && left.tv_nsec > 500000000);

  sigset_t none, alrm;
  sigemptyset(&none);
  sigemptyset(&alrm);
  sigaddset(&alrm, SIGALRM);
  sigprocmask(SIG_BLOCK, &alrm, 0);
  seen = 0;
  raise(SIGALRM);
  say("ppoll lets it in", ppoll(0, 0, 0, &none));
  printf("seen %d, blocked again %d\n", seen, (sigprocmask(SIG_BLOCK, 0, &waiting), sigismember(&waiting, SIGALRM)));

  volatile double x = 1.0 / 3;
  volatile float f = 0.1f;
  q.sa_handler = floats;
  sigaction(SIGUSR2, &q, 0);
  double y = x * 3.5 + f;
  raise(SIGUSR2);
  printf("%.17g %d\n", y * x + f, seen);

  timer_t t;
  struct sigevent ev = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN, .sigev_value.sival_int = 77};
  count = 0;
  sigprocmask(SIG_UNBLOCK, &set, 0);
  say("timer_create", timer_create(CLOCK_MONOTONIC, &ev, &t));
  struct itimerspec ts = {{0, 0}, {0, 3000000}};
  timer_settime(t, 0, &ts, 0);
  while (count == 0) pause();
  printf("timer said %d\n", order[0]);
  fflush(stdout);
  kill(getpid(), SIGHUP);
  return 0;
}
