/* Signals: sent to oneself, with siginfo, out of a fault, blocked, by a timer in the middle of computing, ended by abort. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

static volatile sig_atomic_t got, ticks;
static sigjmp_buf back;

static void note(int signal) { got = signal == SIGUSR1 ? 1 : 2; }
static void tick(int signal) { ticks += signal == SIGALRM; }
static void inform(int signal, siginfo_t *info, void *context) {
  got = 10 + (signal == info->si_signo) + (context != NULL);
  if (signal != SIGSEGV) return;
  printf("fault at %p, code %d\n", info->si_addr, info->si_code);
  siglongjmp(back, 1);
}

static void faults(volatile int *where) {
  if (sigsetjmp(back, 1) == 0) *where = 1;
  else printf("back\n");
}

int main(void) {
  setvbuf(stdout, NULL, _IONBF, 0);
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = note;
  sigaction(SIGUSR1, &action, NULL);
  kill(getpid(), SIGUSR1);
  printf("%d\n", got);
  action.sa_sigaction = inform;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGUSR2, &action, NULL);
  sigaction(SIGSEGV, &action, NULL);
  raise(SIGUSR2);
  printf("%d\n", got);
  faults((volatile int *)0x12345678);
  faults((volatile int *)8);

  sigset_t mask, pending;
  sigemptyset(&mask);
  sigaddset(&mask, SIGUSR1);
  sigprocmask(SIG_BLOCK, &mask, NULL);
  got = 0;
  raise(SIGUSR1);
  sigpending(&pending);
  printf("%d %d\n", got, sigismember(&pending, SIGUSR1));
  sigprocmask(SIG_UNBLOCK, &mask, NULL);
  printf("%d\n", got);

  action.sa_handler = tick;
  action.sa_flags = 0;
  sigaction(SIGALRM, &action, NULL);
  struct itimerval timer = {{0, 1000}, {0, 1000}};
  setitimer(ITIMER_REAL, &timer, NULL);
  unsigned x = 1;
  while (ticks < 5) x = x * 1664525u + 1013904223u;
  memset(&timer, 0, sizeof timer);
  setitimer(ITIMER_REAL, &timer, NULL);
  printf("%d\n", ticks >= 5);
  signal(SIGINT, SIG_IGN);
  raise(SIGINT);
  abort();
}
