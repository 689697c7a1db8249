/* Pipes within one process, poll and select, non-blocking ends, SIGPIPE. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <unistd.h>

static void say(const char *what, long result) { printf("%s: %ld%s%s\n", what, result, result < 0 ? " " : "", result < 0 ? strerror(errno) : ""); }

int main(void) {
  int p[2];
  char buf[70000] = {0};
  say("pipe2", pipe2(p, O_NONBLOCK));
  say("empty", read(p[0], buf, 10));
  struct pollfd f[2] = {{p[0], POLLIN, 0}, {p[1], POLLOUT, 0}};
  say("poll", poll(f, 2, 0));
  printf("%x %x\n", f[0].revents, f[1].revents);
  say("write", write(p[1], "hello", 5));
  int n;
  ioctl(p[0], FIONREAD, &n);
  printf("waiting %d\n", n);
  say("poll", poll(f, 2, -1));
  printf("%x %x\n", f[0].revents, f[1].revents);
  say("read", read(p[0], buf, 3));
  say("read", read(p[0], buf, 30));
  say("fill", write(p[1], buf, sizeof buf));
  say("full", write(p[1], buf, 1));
  say("drain", read(p[0], buf, sizeof buf));
  fd_set r;
  FD_ZERO(&r); FD_SET(p[0], &r);
  struct timeval tv = {0, 10000};
  say("select times out", select(p[0] + 1, &r, 0, 0, &tv));
  say("write end read", read(p[1], buf, 1));
  say("seek", lseek(p[0], 0, SEEK_SET));
  say("close", close(p[1]));
  say("end of file", read(p[0], buf, 1));
  say("poll", poll(f, 1, -1));
  printf("%x\n", f[0].revents);
  pipe(p);
  close(p[0]);
  signal(SIGPIPE, SIG_IGN);
  say("no reader", write(p[1], "x", 1));
  say("isatty", isatty(p[1]));
  fflush(stdout);
  signal(SIGPIPE, SIG_DFL);
  write(p[1], "x", 1);
  return 0;
}
