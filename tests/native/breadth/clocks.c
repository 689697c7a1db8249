/* Time: sleeping, interval timers, alarms, clocks that do not go back, timer overruns. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* What a call answered, and why: the call comes first. */
#define say(format, call) do { long answer = (errno = 0, call); printf(format, (int)answer, strerror(errno)); } while (0)

static volatile sig_atomic_t rings;
static void ring(int signal) { (void)signal; rings++; }
static double now(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

int main(void) {
  double start = now(CLOCK_MONOTONIC);
  struct timespec brief = {0, 20000000}, left = {0, 0};
  printf("nanosleep %d", nanosleep(&brief, NULL));
  double took = now(CLOCK_MONOTONIC) - start;
  printf(" took between 20 and 60 ms: %d\n", took >= 0.02 && took < 0.06);
  struct sigaction action = {.sa_handler = ring};
  sigaction(SIGALRM, &action, NULL);
  struct itimerval timer = {{0, 10000}, {0, 10000}}, old;
  setitimer(ITIMER_REAL, &timer, NULL);
  for (int i = 0; i < 3; i++) pause();
  getitimer(ITIMER_REAL, &old);
  printf("rings %d, interval %ld, remaining less %d\n", rings, (long)old.it_interval.tv_usec, old.it_value.tv_usec <= 10000);
  memset(&timer, 0, sizeof timer);
  setitimer(ITIMER_REAL, &timer, NULL);
  alarm(100);
  printf("alarm had %u seconds\n", alarm(0));
  ualarm(5000, 0);
  struct timespec longer = {1, 0};
  say("interrupted %d %s\n", nanosleep(&longer, &left));
  printf("left %d\n", left.tv_nsec > 900000000);
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  at.tv_nsec += 15000000;
  if (at.tv_nsec >= 1000000000) at.tv_sec++, at.tv_nsec -= 1000000000;
  printf("until a moment: %d\n", clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL));
  printf("reached: %d\n", now(CLOCK_MONOTONIC) >= at.tv_sec + at.tv_nsec / 1e9);
  say("bad time: %d %s\n", nanosleep(&(struct timespec){0, 2000000000}, NULL));
  double last = 0;
  int back = 0;
  for (int i = 0; i < 1000; i++) {
    double t = now(CLOCK_MONOTONIC);
    back += t < last;
    last = t;
  }
  printf("went back %d times\n", back);
  struct timespec resolution;
  printf("resolution %d %d\n", clock_getres(CLOCK_MONOTONIC, &resolution), resolution.tv_sec == 0);
  struct tm utc;
  time_t epoch = 86400 * 365;
  gmtime_r(&epoch, &utc);
  printf("%d-%d-%d\n", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday);
  return 0;
}
