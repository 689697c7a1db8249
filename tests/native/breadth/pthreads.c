/* Threads with mutexes, condition variables, barriers, keys, rwlocks, semaphores and cancellation. */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t barrier;
static pthread_key_t key;
static pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;
static sem_t slots, items;
static int queue[4], head, tail, sum, turns, destroyed;

static void destroy(void *value) { destroyed += *(int *)value; free(value); }

static void *produce(void *n) {
  for (int i = 1; i <= (long)n; i++) {
    sem_wait(&slots);
    queue[head++ & 3] = i;
    sem_post(&items);
  }
  return NULL;
}
static void *consume(void *n) {
  for (int i = 0; i < (long)n; i++) {
    sem_wait(&items);
    sum += queue[tail++ & 3];
    sem_post(&slots);
  }
  return (void *)(long)sum;
}
static void *meet(void *which) {
  int *mine = malloc(sizeof *mine);
  *mine = (int)(long)which;
  pthread_setspecific(key, mine);
  int serial = pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD;
  pthread_mutex_lock(&lock);
  while (turns != (long)which) pthread_cond_wait(&changed, &lock);
  turns++;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
  return (void *)(long)serial;
}
static void *endless(void *unused) {
  (void)unused;
  for (;;) sleep(100);
}
static void *reader(void *unused) {
  (void)unused;
  return (void *)(long)pthread_rwlock_trywrlock(&rw);
}

int main(void) {
  pthread_t a, b, many[8];
  void *result;
  sem_init(&slots, 0, 4);
  sem_init(&items, 0, 0);
  pthread_create(&a, NULL, produce, (void *)500L);
  pthread_create(&b, NULL, consume, (void *)500L);
  pthread_join(a, NULL);
  pthread_join(b, &result);
  printf("sum %ld\n", (long)result);

  pthread_barrier_init(&barrier, NULL, 8);
  pthread_key_create(&key, destroy);
  long serial = 0;
  for (long i = 0; i < 8; i++) pthread_create(&many[i], NULL, meet, (void *)i);
  for (int i = 0; i < 8; i++) {
    pthread_join(many[i], &result);
    serial += (long)result;
  }
  printf("serial threads %ld, turns %d, destroyed %d\n", serial, turns, destroyed);

  pthread_create(&a, NULL, endless, NULL);
  printf("cancel %d\n", pthread_cancel(a));
  pthread_join(a, &result);
  printf("cancelled %d\n", result == PTHREAD_CANCELED);

  pthread_rwlock_rdlock(&rw);
  pthread_create(&a, NULL, reader, NULL);
  pthread_join(a, &result);
  printf("write lock beside a reader: %s\n", (long)result == EBUSY ? "busy" : "got");

  pthread_mutexattr_t kind;
  pthread_mutexattr_init(&kind);
  pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_ERRORCHECK);
  pthread_mutex_t careful;
  pthread_mutex_init(&careful, &kind);
  pthread_mutex_lock(&careful);
  printf("twice: %s\n", pthread_mutex_lock(&careful) == EDEADLK ? "EDEADLK" : "locked");
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_nsec += 5000000;
  if (until.tv_nsec >= 1000000000) until.tv_sec++, until.tv_nsec -= 1000000000;
  pthread_mutex_lock(&lock);
  printf("timed wait: %s\n", pthread_cond_timedwait(&changed, &lock, &until) == ETIMEDOUT ? "ETIMEDOUT" : "woken");
  pthread_mutex_unlock(&lock);
  return 0;
}
