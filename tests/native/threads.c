/* POSIX threads of glibc: clone with everything shared, futexes, joins, thread-local storage, a mutex under contention. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turn = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t barrier;
static sem_t sem;
static __thread int local = 7;
static long counter, whose;
static volatile int handled;

static void handler(int s) { handled = s; }

static void *count(void *arg) {
  local += (long)arg;
  for (int i = 0; i < 2000; i++) {
    pthread_mutex_lock(&lock);
    long c = counter;
    if (i % 100 == 0) sched_yield();
    counter = c + 1;
    pthread_mutex_unlock(&lock);
  }
  return (void *)(long)local;
}

static void *ping(void *arg) {
  long me = (long)arg;
  for (int i = 0; i < 5; i++) {
    pthread_mutex_lock(&lock);
    while (whose != me) pthread_cond_wait(&turn, &lock);
    printf("turn %ld.%d\n", me, i);
    whose = (me + 1) % 3;
    pthread_cond_broadcast(&turn);
    pthread_mutex_unlock(&lock);
  }
  return 0;
}

static void *waits(void *arg) {
  pthread_barrier_wait(&barrier);
  sem_wait(&sem);
  return (void *)(long)(getpid() == (pid_t)(long)arg && syscall(SYS_gettid) != getpid());
}

static void *forever(void *arg) { for (;;) pause(); return arg; }

int main(void) {
  pthread_t t[4];
  void *result;
  for (long i = 0; i < 4; i++) pthread_create(&t[i], 0, count, (void *)i);
  for (int i = 0; i < 4; i++) { pthread_join(t[i], &result); printf("thread %d: %ld\n", i, (long)result); }
  printf("counter %ld local %d\n", counter, local);
  for (long i = 0; i < 3; i++) pthread_create(&t[i], 0, ping, (void *)i);
  for (int i = 0; i < 3; i++) pthread_join(t[i], 0);
  pthread_barrier_init(&barrier, 0, 3);
  sem_init(&sem, 0, 0);
  for (long i = 0; i < 2; i++) pthread_create(&t[i], 0, waits, (void *)(long)getpid());
  pthread_barrier_wait(&barrier);
  sem_post(&sem);
  sem_post(&sem);
  for (int i = 0; i < 2; i++) { pthread_join(t[i], &result); printf("same process, own thread: %ld\n", (long)result); }
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_nsec += 1000000;
  if (until.tv_nsec >= 1000000000) { until.tv_sec++; until.tv_nsec -= 1000000000; }
  printf("timed out %d\n", sem_timedwait(&sem, &until) < 0 && errno == ETIMEDOUT);
  struct sigaction a = {.sa_handler = handler};
  sigaction(SIGUSR1, &a, 0);
  pthread_create(&t[0], 0, forever, 0);
  pthread_kill(t[0], SIGUSR1);
  while (!handled) sched_yield();
  printf("handled %d\n", handled);
  pthread_cancel(t[0]);
  pthread_join(t[0], &result);
  printf("cancelled %d\n", result == PTHREAD_CANCELED);
  pthread_create(&t[0], 0, forever, 0);
  fflush(stdout);
  return 3;
}
