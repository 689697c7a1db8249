/* Shared memory: of a file and without one, seen through the file, by children, after msync; private copies beside. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static void say(const char *what, long result) { printf("%s: %ld%s%s\n", what, result, result < 0 ? " " : "", result < 0 ? strerror(errno) : ""); fflush(stdout); }

int main(void) {
  char name[64], buf[64] = {0};
  snprintf(name, sizeof name, "/tmp/strata-shared-%d", getpid());
  int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
  ftruncate(fd, 6000);
  pwrite(fd, "from the file", 13, 0);
  char *a = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), *b = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  char *own = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  printf("%s %d\n", a, a != b);
  memcpy(a, "FROM", 4);
  printf("%s\n", b);
  pread(fd, buf, 13, 0);
  printf("%s\n", buf);
  own[0] = 'x';
  printf("%.4s %.4s\n", a, own);
  pwrite(fd, "written later", 13, 5000);
  printf("%s\n", b + 5000);
  memcpy(b + 5900, "end", 3);
  if (fork() == 0) { memcpy(a + 100, "by the child", 13); _exit(0); }
  wait(0);
  printf("%s\n", b + 100);
  say("msync", msync(a, 8192, MS_SYNC));
  munmap(a, 8192);
  munmap(b, 8192);
  pread(fd, buf, 13, 100);
  printf("%s\n", buf);
  pread(fd, buf, 4, 5900);
  printf("%s\n", buf);
  int readable = open(name, O_RDONLY);
  say("writable mapping of a readable file", (long)mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, readable, 0) == -1 ? -1 : 0);
  char *late = mmap(0, 65536, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (fork() == 0) { strcpy(late + 50000, "not touched before"); if (fork() == 0) { strcpy(late, "grandchild"); _exit(0); } wait(0); _exit(0); }
  wait(0);
  printf("%s, %s\n", late + 50000, late);
  pthread_mutexattr_t attr;
  pthread_mutexattr_init(&attr);
  pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
  pthread_mutex_t *lock = (pthread_mutex_t *)(late + 4096);
  int *n = (int *)(late + 8192);
  pthread_mutex_init(lock, &attr);
  for (int i = 0; i < 3; i++)
    if (fork() == 0) {
      for (int j = 0; j < 300; j++) { pthread_mutex_lock(lock); int v = *n; if (j % 50 == 0) usleep(10); *n = v + 1; pthread_mutex_unlock(lock); }
      _exit(0);
    }
  while (wait(0) > 0);
  printf("counted %d\n", *n);

  int other = open(name, O_RDWR);
  say("flock", flock(fd, LOCK_EX));
  say("flock again", flock(other, LOCK_EX | LOCK_NB));
  say("unlock", flock(fd, LOCK_UN));
  say("flock", flock(other, LOCK_SH | LOCK_NB));
  struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 10, .l_len = 20};
  say("setlk", fcntl(fd, F_SETLK, &l));
  fflush(stdout);
  if (fork() == 0) {
    struct flock m = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 100};
    say("held", fcntl(fd, F_SETLK, &m));
    fcntl(fd, F_GETLK, &m);
    printf("type %d start %d len %d parent %d\n", m.l_type, (int)m.l_start, (int)m.l_len, m.l_pid == getppid());
    m = (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 30, .l_len = 5};
    say("beside", fcntl(fd, F_SETLK, &m));
    fflush(stdout);
    _exit(0);
  }
  wait(0);
  unlink(name);
  return 0;
}
