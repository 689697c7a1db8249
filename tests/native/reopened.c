/* Pipes without a name opened again by their links: /dev/fd/N, /proc/self/fd/N; ends counted, nobody waits. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void say(const char *what, long result) { printf("%s: %ld%s%s\n", what, result, result < 0 ? " " : "", result < 0 ? strerror(errno) : ""); }

static int again(const char *folder, int fd, int flags) {
  char path[64];
  snprintf(path, sizeof path, "%s/%d", folder, fd);
  return open(path, flags);
}

int main(void) {
  int p[2], s[2];
  char buf[64];
  struct stat one, two;
  say("pipe", pipe(p));
  say("write", write(p[1], "first\n", 6));
  int r = again("/dev/fd", p[0], O_RDONLY);
  say("opened", r >= 0);
  fstat(p[0], &one);
  fstat(r, &two);
  printf("fifo %d %d\n", S_ISFIFO(one.st_mode), S_ISFIFO(two.st_mode));
  say("read", read(r, buf, 3));
  int w = again("/proc/self/fd", p[0], O_WRONLY);
  say("opened for writing by the end that reads", w >= 0);
  say("write", write(w, "second\n", 7));
  close(p[1]);
  say("read", read(p[0], buf, sizeof buf));
  close(w);
  say("end", read(r, buf, sizeof buf));
  int late = again("/dev/fd", r, O_RDONLY);
  say("opened though nobody writes", late >= 0);
  say("end", read(late, buf, sizeof buf));
  close(late);
  int both = again("/dev/fd", r, O_RDWR);
  say("write", write(both, "x", 1));
  say("read", read(both, buf, 4));
  close(both);
  say("dup into nothing", again("/dev/fd", 99, O_RDONLY));
  say("socketpair", socketpair(AF_UNIX, SOCK_STREAM, 0, s));
  say("a socket", again("/dev/fd", s[0], O_RDONLY));
  fflush(stdout);
  if (fork() == 0) {
    dup2(r, 0);
    int in = open("/dev/stdin", O_RDONLY);
    say("stdin in the child", in >= 0);
    fflush(stdout);
    _exit(read(in, buf, 1) == 0 ? 5 : 6);
  }
  int status;
  wait(&status);
  say("child", WEXITSTATUS(status));
  return 0;
}
