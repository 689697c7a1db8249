/* What the system says of itself, as far as every Linux says the same. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

static void say(const char *what, long result) { printf("%s: %ld%s%s\n", what, result, result < 0 ? " " : "", result < 0 ? strerror(errno) : ""); }

int main(int argc, char **argv, char **envp) {
  struct utsname u;
  uname(&u);
  printf("%s\n", u.sysname);
  printf("pid %d tid %d\n", getpid() > 0, getpid() == (int)syscall(SYS_gettid));
  printf("argc %d, argv ends %d, envp %d, last %s\n", argc, argv[argc] == 0, envp == environ, argv[argc - 1]);
  struct timespec t, t2;
  clock_gettime(CLOCK_MONOTONIC, &t);
  struct timespec nap = {0, 20000000};
  say("nanosleep", nanosleep(&nap, 0));
  clock_gettime(CLOCK_MONOTONIC, &t2);
  long long d = (t2.tv_sec - t.tv_sec) * 1000000000LL + t2.tv_nsec - t.tv_nsec;
  printf("slept at least %d\n", d >= 20000000);
  say("bad sleep", nanosleep(&(struct timespec){0, -1}, 0));
  printf("time %d\n", time(0) > 1700000000 && time(0) == ({ time_t x; time(&x); x; }));
  struct timeval tv;
  gettimeofday(&tv, 0);
  printf("close %d\n", labs((long)(tv.tv_sec - time(0))) <= 1);
  say("bad clock", clock_gettime(77, &t));
  struct rlimit r;
  say("getrlimit", getrlimit(RLIMIT_STACK, &r));
  say("descriptors", getrlimit(RLIMIT_NOFILE, &r));
  char a[16], b[16];
  say("getrandom", getrandom(a, 16, 0));
  getrandom(b, 16, 0);
  printf("different %d\n", memcmp(a, b, 16) != 0);
  struct sysinfo s;
  say("sysinfo", sysinfo(&s));
  printf("page %ld, cores %d\n", sysconf(_SC_PAGESIZE), sysconf(_SC_NPROCESSORS_ONLN) >= 1);
  mode_t m = umask(027);
  printf("umask %o\n", umask(m));
  say("unknown call", syscall(9999));
  say("getcwd", getcwd(0, 0) != 0);
  char buf[4096];
  int fd = open("/proc/self/cmdline", O_RDONLY);
  int n = read(fd, buf, sizeof buf);
  printf("cmdline %d ends in zero %d\n", n > 0, buf[n - 1] == 0);
  n = readlink("/proc/self/exe", buf, sizeof buf);
  printf("exe %d %c\n", n > 0, buf[0]);
  FILE *f = fopen("/proc/self/maps", "r");
  int stack = 0;
  while (fgets(buf, sizeof buf, f)) stack |= strstr(buf, "[stack]") != 0;
  printf("stack %d\n", stack);
  f = fopen("/proc/self/status", "r");
  int pid = 0;
  while (fgets(buf, sizeof buf, f)) if (sscanf(buf, "Pid: %d", &pid) == 1) break;
  printf("status %d\n", pid == getpid());
  printf("meminfo %d cpuinfo %d version %d\n", access("/proc/meminfo", R_OK), access("/proc/cpuinfo", R_OK), access("/proc/version", R_OK));
  n = setenv("NEW", "value", 1);
  printf("env %d %s\n", n, getenv("NEW"));
  struct tm *g = gmtime(&(time_t){86400 * 365});
  strftime(buf, sizeof buf, "%Y-%m-%d %H:%M", g);
  printf("%s\n", buf);
  return 0;
}
