/* What limits of resources hold back: sizes of files, processor time, addresses, data, the stack, descriptors, tasks. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SAY(call) say(#call, (errno = 0, (long)(call)))
static long say(const char *what, long result) {
  printf("%s: %ld%s%s\n", what, result, result < 0 ? " " : "", result < 0 ? strerrorname_np(errno) : "");
  return result;
}
#define MAPS(call) maps(#call, (errno = 0, (call)))
static void *maps(const char *what, void *at) {
  printf("%s: %s\n", what, at == MAP_FAILED ? strerrorname_np(errno) : "mapped");
  return at;
}
static int limit(int resource, rlim_t soft, rlim_t hard) {
  struct rlimit r = {soft, hard};
  return setrlimit(resource, &r);
}
static volatile sig_atomic_t heard, last;
static void hear(int signal, siginfo_t *info, void *context) { heard++, last = signal * 1000 + info->si_code; }
static char room[1 << 20];
static void child(const char *what, void (*body)(void)) {
  int pid = fork(), status;
  if (pid == 0) body(), _exit(0);
  waitpid(pid, &status, 0);
  printf("%s: %s %d\n", what, WIFSIGNALED(status) ? "signal" : "exit", WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

static void sizes(void) {
  int fd = open("sized", O_RDWR | O_CREAT | O_TRUNC, 0600), zero = open("/dev/zero", O_RDONLY);
  SAY(limit(RLIMIT_FSIZE, 5000, 100000));
  SAY(write(fd, room, 4000));
  SAY(write(fd, room, 4000));
  SAY(write(fd, room, 0));
  SAY(write(fd, room, 10));
  printf("heard %d: %d\n", heard, last);
  SAY(pwrite(fd, room, 10, 4995));
  SAY(pwrite(fd, room, 10, 5000));
  SAY(pwrite(fd, room, 10, 6000));
  SAY(lseek(fd, 1000, SEEK_SET));
  SAY(write(fd, room, 100));
  SAY(ftruncate(fd, 5000));
  SAY(ftruncate(fd, 5001));
  SAY(truncate("sized", 100));
  SAY(truncate("sized", 9999));
  SAY(posix_fallocate(fd, 0, 6000));
  lseek(fd, 4990, SEEK_SET);
  SAY(sendfile(fd, zero, NULL, 100));
  SAY(write(open("/dev/null", O_WRONLY), room, 9000));
  int ends[2];
  pipe(ends);
  SAY(write(ends[1], room, 9000));
  printf("heard %d: %d\n", heard, last);
  SAY(limit(RLIMIT_FSIZE, 6000, 100000));
  SAY(write(fd, room, 9000));
  struct stat st;
  fstat(fd, &st);
  printf("size %d\n", (int)st.st_size);
}
static void too_long(void) {
  int fd = open("sized", O_RDWR | O_TRUNC);
  limit(RLIMIT_FSIZE, 10, 10);
  signal(SIGXFSZ, SIG_DFL);
  write(fd, room, 10);
  write(fd, room, 10);
}
static void burn(void) {
  int zero = open("/dev/zero", O_RDONLY);
  for (;;) read(zero, room, sizeof room);
}
static void on_time(int signal) {
  struct rlimit r;
  getrlimit(RLIMIT_CPU, &r);
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  printf("signal %d at %ds, then %d of %d\n", signal, (int)(u.ru_utime.tv_sec + u.ru_stime.tv_sec + (u.ru_utime.tv_usec + u.ru_stime.tv_usec + 200000) / 1000000), (int)r.rlim_cur, (int)r.rlim_max);
}
static void timed(void) {
  signal(SIGXCPU, on_time);
  limit(RLIMIT_CPU, 1, 2);
  burn();
}
static void addresses(void) {
  SAY(limit(RLIMIT_AS, 16 << 20, RLIM_INFINITY));
  char *a = MAPS(mmap(0, 8 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  MAPS(mmap(0, 8 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  MAPS(mmap(0, 8 << 20, PROT_NONE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  printf("%s\n", mmap(a, 8 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == a ? "replaced" : "not replaced");
  printf("%s\n", sbrk(8 << 20) == (void *)-1 ? strerrorname_np(errno) : "grown");
  printf("%s\n", sbrk(1 << 20) == (void *)-1 ? strerrorname_np(errno) : "grown");
  printf("%s\n", mremap(a, 8 << 20, 16 << 20, MREMAP_MAYMOVE) == MAP_FAILED ? strerrorname_np(errno) : "grown");
  SAY(munmap(a, 8 << 20));
  MAPS(mmap(0, 8 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  SAY(limit(RLIMIT_AS, 1 << 20, RLIM_INFINITY));
  char *no[] = {"program", "again", 0};
  execve("/proc/self/exe", no, 0);
}
static void data(void) {
  SAY(limit(RLIMIT_DATA, 4 << 20, RLIM_INFINITY));
  MAPS(mmap(0, 8 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  char *a = MAPS(mmap(0, 8 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  MAPS(mmap(0, 8 << 20, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  SAY(mprotect(a, 8 << 20, PROT_READ | PROT_WRITE));
  SAY(mprotect(a, 4096, PROT_READ | PROT_WRITE));
  printf("%s\n", sbrk(4 << 20) == (void *)-1 ? strerrorname_np(errno) : "grown");
  printf("%s\n", sbrk(1 << 18) == (void *)-1 ? strerrorname_np(errno) : "grown");
}
static int deep(int n) {
  volatile char frame[4096];
  frame[0] = n;
  return n == 0 ? 0 : deep(n - 1) + frame[0];
}
static void shallow(void) {
  limit(RLIMIT_STACK, 1 << 20, 64 << 20);
  deep(200);
  printf("deep enough\n");
  deep(400);
}
static void deeper(void) {
  limit(RLIMIT_STACK, 12 << 20, 64 << 20);
  deep(2700);
}
static void files(void) {
  int ends[2];
  SAY(limit(RLIMIT_NOFILE, 6, 10));
  SAY(dup(0) >= 0);
  while (dup(0) >= 0);
  SAY(dup(0));
  SAY(dup2(0, 6));
  SAY(dup2(0, 5));
  SAY(fcntl(0, F_DUPFD, 6));
  SAY(open("/dev/null", O_RDONLY));
  SAY(pipe(ends));
  close(5);
  SAY(pipe(ends));
  SAY(dup(0));
  struct pollfd p[7];
  for (int i = 0; i < 7; i++) p[i].fd = -1;
  SAY(poll(p, 6, 0));
  SAY(poll(p, 7, 0));
  SAY(limit(RLIMIT_NOFILE, 11, 10));
  SAY(limit(99, 1, 1));
}
static void tasks(void) {
  setgid(4242), setuid(4242);
  SAY(limit(RLIMIT_NPROC, 2, 2));
  int pid = fork();
  if (pid == 0) pause();
  SAY(pid > 0);
  SAY(fork());
  SAY(limit(RLIMIT_NPROC, 3, 3));
  SAY(setpriority(PRIO_PROCESS, 0, -1));
  kill(0, SIGKILL);
}

int main(int argc, char **argv) {
  setvbuf(stdout, NULL, _IONBF, 0);
  if (argc > 1 && !strcmp(argv[1], "again")) printf("began\n"), exit(0);
  struct sigaction action = {.sa_sigaction = hear, .sa_flags = SA_SIGINFO};
  sigaction(SIGXFSZ, &action, NULL);
  child("sizes", sizes);
  child("too long", too_long);
  child("timed", timed);
  child("addresses", addresses);
  child("data", data);
  child("shallow", shallow);
  child("deeper", deeper);
  child("files", files);
  struct rlimit r;
  setsid();
  fflush(stdout);
  int pid = fork(), status;
  if (pid == 0) setpgid(0, 0), tasks();
  waitpid(pid, &status, 0);
  printf("tasks %d\n", WTERMSIG(status));
  getrlimit(RLIMIT_NICE, &r), printf("%d %d\n", (int)r.rlim_cur, (int)r.rlim_max);
  getrlimit(RLIMIT_RTPRIO, &r), printf("%d %d\n", (int)r.rlim_cur, (int)r.rlim_max);
  unlink("sized");
  return 0;
}
