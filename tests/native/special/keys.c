/* A terminal's keys: a child in the foreground is interrupted, lines are edited, raw mode gives single bytes. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

int main(void) {
  char buf[64];
  int status;
  pid_t p = fork();
  setvbuf(stdout, 0, _IONBF, 0);
  if (p == 0) {
    setpgid(0, 0);
    signal(SIGTTOU, SIG_IGN);
    tcsetpgrp(0, getpid());
    puts("ready");
    for (;;) pause();
  }
  waitpid(p, &status, 0);
  signal(SIGTTOU, SIG_IGN);
  tcsetpgrp(0, getpgrp());
  printf("ended by %d, session %d\n", WTERMSIG(status), tcgetsid(0) == getsid(0));
  int n = read(0, buf, sizeof buf);
  printf("%d %.*s", n, n, buf);
  struct termios t;
  tcgetattr(0, &t);
  t.c_lflag &= ~(ICANON | ECHO);
  tcsetattr(0, TCSANOW, &t);
  n = read(0, buf, sizeof buf);
  printf("%d %c\n", n, buf[0]);
  t.c_lflag |= ICANON;
  tcsetattr(0, TCSANOW, &t);
  printf("end %zd\n", read(0, buf, sizeof buf));
  return 0;
}
