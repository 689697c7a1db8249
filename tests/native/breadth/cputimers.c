/* Timers that signal a thread, that count what was missed, and that measure processor time. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t count;
static void heard(int number) { count++; }
static void called(union sigval value) { __atomic_fetch_add(&count, value.sival_int, __ATOMIC_SEQ_CST); }

int main(void) {
  setvbuf(stdout, NULL, _IONBF, 0);
  struct itimerspec often = {{0, 3000000}, {0, 3000000}}, once = {{0, 0}, {0, 3000000}}, left;
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 77};
  sigset_t mask;
  sigemptyset(&mask);
  sigaddset(&mask, SIGUSR1);
  sigprocmask(SIG_BLOCK, &mask, NULL);
  timer_t timer;
  printf("%d\n", timer_create(CLOCK_MONOTONIC, &event, &timer));
  timer_settime(timer, 0, &often, NULL);
  usleep(40000);
  siginfo_t info;
  sigwaitinfo(&mask, &info);
  printf("%d value %d missed some %d\n", info.si_code, info.si_value.sival_int, info.si_overrun > 5);
  printf("%d %d\n", timer_delete(timer), timer_delete(timer));

  event.sigev_notify = SIGEV_THREAD;
  event.sigev_notify_function = called;
  event.sigev_value.sival_int = 100;
  printf("%d\n", timer_create(CLOCK_REALTIME, &event, &timer));
  timer_settime(timer, 0, &once, NULL);
  while (count < 100) usleep(1000);
  printf("called %d\n", (int)count);

  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = 99;
  printf("%d %d\n", timer_create(CLOCK_MONOTONIC, &event, &timer), errno == EINVAL);
  printf("%d %d\n", timer_create(99, NULL, &timer), errno == EINVAL);

  signal(SIGUSR2, heard);
  event.sigev_signo = SIGUSR2;
  clockid_t clocks[] = {CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID};
  for (int i = 0; i < 2; i++) {
    count = 0;
    printf("%d\n", timer_create(clocks[i], &event, &timer));
    timer_settime(timer, 0, &once, NULL);
    while (count == 0) continue;
    timer_gettime(timer, &left);
    printf("over %ld %ld\n", (long)left.it_value.tv_sec, left.it_value.tv_nsec);
    timer_delete(timer);
  }
  signal(SIGVTALRM, heard);
  signal(SIGPROF, heard);
  struct itimerval interval = {{0, 4000}, {0, 4000}}, none = {0}, old;
  for (int which = ITIMER_VIRTUAL; which <= ITIMER_PROF; which++) {
    count = 0;
    printf("%d\n", setitimer(which, &interval, NULL));
    while (count < 2) continue;
    setitimer(which, &none, &old);
    printf("every %ld\n", (long)old.it_interval.tv_usec);
  }
  printf("%d %d\n", setitimer(3, &interval, NULL), errno == EINVAL);
  interval.it_value.tv_usec = 1000000;
  printf("%d %d\n", setitimer(ITIMER_REAL, &interval, NULL), errno == EINVAL);
  struct timespec now;
  clockid_t own;
  printf("%d ", clock_getcpuclockid(0, &own));
  printf("%d ", clock_gettime(own, &now));
  printf("%d ", clock_getcpuclockid(99999, &own));
  pthread_getcpuclockid(pthread_self(), &own);
  printf("%d\n", clock_gettime(own, &now));
  printf("%d\n", clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &now, NULL));
  return 0;
}
