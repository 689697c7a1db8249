/* Pseudo-terminals and who they belong to: sessions, groups in the foreground, hanging up, packets, window sizes. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define say(format, call) do { errno = 0; long result = (call); printf(format, (int)result, result < 0 ? strerror(errno) : "ok"); fflush(stdout); } while (0)

static int master, slave;
static char name[64];

static void show(const char *what, const char *bytes, int n) {
  printf("%s: %d ", what, n);
  if (n < 0) printf("%s", strerror(errno));
  for (int i = 0; i < n && i < 60; i++) {
    unsigned char c = bytes[i];
    if (c < 32 || c > 126) printf("\\%03o", c);
    else putchar(c);
  }
  putchar('\n');
  fflush(stdout);
}
static void got(const char *what, int fd) {
  char buffer[5000];
  struct pollfd p = {fd, POLLIN, 0};
  if (poll(&p, 1, 100) == 0) { printf("%s: nothing\n", what); fflush(stdout); return; }
  int n = read(fd, buffer, sizeof buffer);
  show(what, buffer, n);
}
static void pair(void) { openpty(&master, &slave, name, NULL, NULL); }
static void part(void) { close(master), close(slave); }
static void handler(int s) { printf("[%s]\n", sigabbrev_np(s)); fflush(stdout); }
static void hear(int s) { struct sigaction a = {.sa_handler = handler, .sa_flags = SA_RESTART}; sigaction(s, &a, NULL); }
static int events(int fd) { struct pollfd p = {fd, POLLIN | POLLOUT | POLLPRI, 0}; poll(&p, 1, 0); return p.revents; }
static void ended(const char *what) {
  int status;
  if (wait(&status) < 0) printf("%s: %s\n", what, strerror(errno));
  else if (WIFEXITED(status)) printf("%s: exit %d\n", what, WEXITSTATUS(status));
  else printf("%s: signal %s\n", what, sigabbrev_np(WTERMSIG(status)));
  fflush(stdout);
}
/* A pipe by which one process lets another go on. */
static int turn[2], back[2];
static void turns(void) { pipe(turn), pipe(back); }
static void go(int *p) { write(p[1], "x", 1); }
static void await(int *p) { char c; read(p[0], &c, 1); }

/* What /proc says of the terminal: number, and the group in the foreground. */
static void ofproc(const char *what) {
  char text[1000], *at;
  int fd = open("/proc/self/stat", O_RDONLY), pgrp, session, tty, fore;
  text[read(fd, text, 999)] = 0;
  close(fd);
  at = strrchr(text, ')') + 4;
  sscanf(at, "%*d %d %d %d %d", &pgrp, &session, &tty, &fore);
  struct stat s = {};
  stat(name, &s);
  printf("%s: the terminal %d none %d, foreground own %d none %d\n", what, tty == (int)s.st_rdev && tty, tty == 0, fore == pgrp, fore == -1);
  fflush(stdout);
}

static void sessions(void) {
  pair();
  int sid;
  pid_t group;
  if (fork() == 0) {
    ofproc("before");
    say("not mine yet: foreground %d %s\n", tcgetpgrp(slave));
    say("not a leader: take it %d %s\n", ioctl(slave, TIOCSCTTY, 0));
    say("nobody's: session %d %s\n", ioctl(master, TIOCGSID, &sid));
    ioctl(master, TIOCGPGRP, &group);
    printf("nobody's group %d\n", group);
    setsid();
    int fd = open(name, O_RDWR | O_NOCTTY);
    say("not taken: %d %s\n", open("/dev/tty", O_RDWR));
    close(fd);
    fd = open(name, O_WRONLY);
    printf("nor by writing alone: %d\n", open("/dev/tty", O_RDWR) < 0);
    close(fd);
    fd = open(name, O_RDWR);
    int tty = open("/dev/tty", O_RDWR);
    printf("taken by opening: %d, is it %d\n", tty > 0, tcgetpgrp(tty) == getpid());
    struct stat a, b;
    fstat(tty, &a);
    printf("number of /dev/tty %d\n", (int)a.st_rdev == 0x500);
    printf("name of it %s\n", ttyname(tty) ? ttyname(tty) : strerror(errno));
    ofproc("after");
    ioctl(master, TIOCGSID, &sid);
    ioctl(master, TIOCGPGRP, &group);
    printf("by the master: session %d group %d\n", sid == getpid(), group == getpid());
    say("set by the master %d %s\n", ioctl(master, TIOCSPGRP, &group));
    say("take it again %d %s\n", ioctl(slave, TIOCSCTTY, 0));
    int m2, s2;
    openpty(&m2, &s2, NULL, NULL, NULL);
    say("a second one %d %s\n", ioctl(s2, TIOCSCTTY, 0));
    say("its group %d %s\n", tcgetpgrp(s2));
    group = 1 << 22;
    say("a group that is not there %d %s\n", ioctl(slave, TIOCSPGRP, &group));
    group = getppid();
    say("a group of others %d %s\n", ioctl(slave, TIOCSPGRP, &group));
    group = -1;
    say("no group %d %s\n", ioctl(slave, TIOCSPGRP, &group));
    fflush(stdout);
    if (fork() == 0) {
      say("child of it gives it up %d %s\n", ioctl(slave, TIOCNOTTY));
      say("has none: %d %s\n", open("/dev/tty", O_RDWR));
      ofproc("child");
      say("give it up again %d %s\n", ioctl(slave, TIOCNOTTY));
      _exit(0);
    }
    wait(NULL);
    printf("leader still has it %d\n", tcgetpgrp(slave) == getpid());
    fflush(stdout);
    if (fork() == 0) {
      setsid();
      say("somebody's already %d %s\n", ioctl(slave, TIOCSCTTY, 0));
      say("stolen %d %s\n", ioctl(slave, TIOCSCTTY, 1));
      printf("mine %d\n", tcgetpgrp(slave) == getpid());
      fflush(stdout);
      _exit(0);
    }
    wait(NULL);
    ofproc("robbed");
    say("take it back %d %s\n", ioctl(slave, TIOCSCTTY, 0));
    hear(SIGHUP), hear(SIGCONT);
    say("leader gives it up %d %s\n", ioctl(slave, TIOCNOTTY));
    ofproc("none");
    _exit(0);
  }
  wait(NULL);
  part();
}

/* Into the background of one's own will. */
static void behind(void) {
  signal(SIGTTOU, SIG_IGN);
  tcsetpgrp(slave, getppid());
  signal(SIGTTOU, SIG_DFL);
}
static void foreground(void) {
  pair();
  turns();
  struct termios t;
  write(master, "typed\n", 6);
  pid_t leader = fork();
  if (leader == 0) {
    setsid();
    ioctl(slave, TIOCSCTTY, 0);
    pid_t job = fork();
    if (job == 0) {
      char b[10];
      await(turn);
      int n = read(slave, b, 10);
      show("background read", b, n);
      behind();
      tcgetattr(slave, &t);
      t.c_lflag |= TOSTOP;
      say("settings %d %s\n", tcsetattr(slave, TCSANOW, &t));
      behind();
      say("output %d %s\n", write(slave, "x", 1));
      behind();
      say("the foreground %d %s\n", tcsetpgrp(slave, getpid()));
      printf("got it %d\n", tcgetpgrp(slave) == getpid());
      behind();
      say("flush %d %s\n", tcflush(slave, TCIFLUSH));
      behind();
      signal(SIGTTIN, SIG_IGN), signal(SIGTTOU, SIG_IGN);
      say("ignores: read %d %s\n", read(slave, b, 10));
      say("ignores: write %d %s\n", write(slave, "y", 1));
      _exit(3);
    }
    setpgid(job, job);
    go(turn);
    signal(SIGTTOU, SIG_IGN);
    for (int status; waitpid(job, &status, WUNTRACED) > 0 && WIFSTOPPED(status);) {
      printf("stopped by %s\n", sigabbrev_np(WSTOPSIG(status)));
      fflush(stdout);
      tcsetpgrp(slave, job);
      kill(-job, SIGCONT);
    }
    _exit(0);
  }
  waitpid(leader, NULL, 0);
  usleep(20000);
  got("master", master);
  part();
}

static void orphans(void) {
  pair();
  turns();
  pid_t leader = fork();
  if (leader == 0) {
    setsid();
    ioctl(slave, TIOCSCTTY, 0);
    pid_t job = fork();
    if (job == 0) {
      pid_t inner = fork();
      if (inner != 0) _exit(0);
      setpgid(0, 0);
      usleep(50000);
      char b;
      say("orphan reads %d %s\n", read(slave, &b, 1));
      struct termios t;
      tcgetattr(slave, &t);
      say("orphan sets %d %s\n", tcsetattr(slave, TCSANOW, &t));
      go(turn);
      _exit(0);
    }
    waitpid(job, NULL, 0);
    await(turn);
    _exit(0);
  }
  waitpid(leader, NULL, 0);
  part();
}

static void keys(void) {
  pair();
  turns();
  pid_t child = fork();
  if (child == 0) {
    setsid();
    ioctl(slave, TIOCSCTTY, 0);
    hear(SIGINT), hear(SIGQUIT), hear(SIGWINCH), hear(SIGTSTP);
    go(back);
    for (int i = 0; i < 7; i++) {
      char b[20];
      int n = read(slave, b, 20);
      show("line", b, n);
      go(back);
    }
    _exit(0);
  }
  await(back);
  static const char *typed[] = {"ab\003cd\n", "ab\034cd\n", "ab\032cd\n"};
  for (int i = 0; i < 3; i++) {
    write(master, typed[i], 6);
    await(back);
    got("echo", master);
  }
  struct termios t;
  tcgetattr(master, &t);
  t.c_lflag |= NOFLSH;
  tcsetattr(master, TCSANOW, &t);
  write(master, "ab\003cd\n", 6);
  await(back);
  got("no flush", master);
  struct winsize w = {24, 80, 1, 2};
  int answer = ioctl(master, TIOCSWINSZ, &w);
  usleep(20000);
  say("size %d %s\n", answer);
  say("the same %d %s\n", ioctl(slave, TIOCSWINSZ, &w));
  memset(&w, 0, sizeof w);
  ioctl(slave, TIOCGWINSZ, &w);
  printf("%d %d %d %d\n", w.ws_row, w.ws_col, w.ws_xpixel, w.ws_ypixel);
  w.ws_col = 132;
  ioctl(slave, TIOCSWINSZ, &w);
  usleep(20000);
  write(master, "sized\n", 6);
  await(back);
  got("echo", master);
  answer = ioctl(master, TIOCSIG, SIGINT);
  usleep(20000);
  say("by hand %d %s\n", answer);
  say("not any signal %d %s\n", ioctl(master, TIOCSIG, SIGUSR1));
  char s[] = "st\n";
  for (int i = 0; i < 3; i++) if (ioctl(slave, TIOCSTI, s + i)) printf("not typed: %s\n", strerror(errno));
  await(back);
  got("put in", master);
  write(master, "last\n", 5);
  await(back);
  ended("child");
  part();
}

static void hangups(void) {
  char b[100];
  int n;
  pair();
  fcntl(master, F_SETFL, O_NONBLOCK);
  printf("== the slave closes\n");
  say("empty %d %s\n", read(master, b, 10));
  printf("events %x\n", events(master));
  write(slave, "bye\n", 4);
  usleep(20000);
  close(slave);
  printf("events %x\n", events(master));
  n = read(master, b, 100), show("rest", b, n);
  n = read(master, b, 100), show("end", b, n);
  printf("events %x\n", events(master));
  say("write to nobody %d %s\n", write(master, "kept\n", 5));
  usleep(20000);
  n = read(master, b, 100), show("echo", b, n);
  slave = open(name, O_RDWR | O_NOCTTY);
  printf("events %x\n", events(master));
  say("open again %d %s\n", read(master, b, 10));
  got("kept", slave);
  struct termios t;
  tcgetattr(slave, &t);
  t.c_lflag &= ~ECHO;
  tcsetattr(slave, TCSANOW, &t);
  close(slave);
  slave = open(name, O_RDWR | O_NOCTTY);
  tcgetattr(slave, &t);
  printf("settings stay %d\n", (t.c_lflag & ECHO) == 0);
  say("only one %d %s\n", ioctl(slave, TIOCEXCL));
  int second = open(name, O_RDWR | O_NOCTTY);
  printf("root may %d\n", second > 0);
  close(second);
  ioctl(slave, TIOCNXCL);
  printf("== the master closes\n");
  char link[40];
  sprintf(link, "/proc/self/fd/%d", slave);
  write(master, "unread\n", 7);
  usleep(20000);
  close(master);
  printf("events %x\n", events(slave));
  n = read(slave, b, 10), show("read", b, n);
  n = write(slave, "x", 1), show("write", b, n);
  say("settings %d %s\n", tcgetattr(slave, &t));
  say("group %d %s\n", tcsetpgrp(slave, getpid()));
  say("terminal %d %s\n", isatty(slave) - !isatty(slave) * 2);
  printf("name %d\n", access(name, F_OK));
  say("open it again %d %s\n", open(link, O_RDWR | O_NOCTTY));
  close(slave);

  printf("== readers and writers that wait\n");
  pair();
  fflush(stdout);
  if (fork() == 0) {
    close(slave);
    n = read(master, b, 100), show("master waits", b, n);
    n = read(master, b, 100), show("master waits", b, n);
    _exit(0);
  }
  usleep(50000);
  write(slave, "z", 1);
  usleep(50000);
  close(slave);
  ended("child");
  slave = open(name, O_RDWR | O_NOCTTY);
  fflush(stdout);
  if (fork() == 0) {
    close(master);
    n = read(slave, b, 100), show("slave waits", b, n);
    _exit(0);
  }
  usleep(50000);
  close(master);
  ended("child");
  close(slave);

  printf("== the leader hears\n");
  pair();
  turns();
  fflush(stdout);
  if (fork() == 0) {
    close(master);
    setsid();
    ioctl(slave, TIOCSCTTY, 0);
    prctl(PR_SET_NAME, "leader");
    hear(SIGHUP), hear(SIGCONT);
    pid_t job = fork();
    if (job == 0) {
      setpgid(0, 0);
      signal(SIGTTOU, SIG_IGN);
      tcsetpgrp(slave, getpid());
      go(back);
      struct sigaction quiet = {.sa_handler = SIG_DFL};
      sigaction(SIGHUP, &quiet, NULL);
      sleep(20);
      _exit(9);
    }
    await(back);
    go(turn);
    close(slave);
    for (int i = 0; i < 20; i++) usleep(10000);
    say("no terminal %d %s\n", open("/dev/tty", O_RDWR));
    int status;
    printf("the group in the foreground does not yet: %d\n", waitpid(job, &status, WNOHANG));
    ofproc("leader");
    prctl(PR_SET_CHILD_SUBREAPER, 0);
    _exit(0);
  }
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  await(turn);
  close(master), close(slave);
  ended("leader");
  ended("its job");

  printf("== the leader ends\n");
  pair();
  turns();
  fflush(stdout);
  if (fork() == 0) {
    setsid();
    ioctl(slave, TIOCSCTTY, 0);
    for (int i = 0; i < 2; i++)
      if (fork() == 0) {
        if (i == 1) setpgid(0, 0);
        hear(SIGHUP), hear(SIGCONT);
        go(back);
        usleep(400000 + i * 300000);
        printf("%s goes on, terminal %d\n", i == 0 ? "foreground" : "background", open("/dev/tty", O_RDWR) > 0);
        fflush(stdout);
        n = write(slave, "w", 1), show("it writes", "w", n);
        _exit(i);
      } else await(back), usleep(i * 30000);
    _exit(4);
  }
  for (int i = 0; i < 3; i++) ended(i == 0 ? "leader" : "other"), usleep(50000);
  part();
}

static void byhand(void) {
  char b[10];
  pair();
  printf("== hung up by hand\n");
  fflush(stdout);
  if (fork() == 0) {
    setsid();
    ioctl(slave, TIOCSCTTY, 0);
    hear(SIGHUP);
    say("vhangup %d %s\n", vhangup());
    say("read %d %s\n", read(slave, b, 1));
    say("no terminal %d %s\n", open("/dev/tty", O_RDWR));
    int again = open(name, O_RDWR);
    say("open again %d %s\n", isatty(again) - 1);
    printf("mine again %d\n", tcgetpgrp(again) == getpid());
    fflush(stdout);
    write(again, "x", 1);
    _exit(0);
  }
  usleep(100000);
  ended("child");
  got("master", master);
  say("mine is hung up too %d %s\n", write(slave, "x", 1));
  part();
}

static void packets(void) {
  int on = 1, off = 0, n;
  char b[100];
  pair();
  struct termios fresh, t;
  tcgetattr(slave, &fresh);
  printf("== packets\n");
  ioctl(master, TIOCPKT, &on);
  ioctl(master, TIOCGPKT, &n);
  printf("on %d\n", n);
  write(slave, "data\n", 5);
  got("data", master);
  write(master, "typed\n", 6);
  got("echo", master);
  tcflush(slave, TCIFLUSH);
  printf("events %x\n", events(master));
  got("flushed", master);
  tcflush(slave, TCOFLUSH);
  got("flushed", master);
  tcflush(slave, TCIOFLUSH);
  got("flushed", master);
  tcflow(slave, TCOOFF);
  got("stopped", master);
  tcflow(slave, TCOON);
  got("goes on", master);
  t = fresh, t.c_iflag &= ~IXON;
  tcsetattr(slave, TCSANOW, &t);
  got("no stopping", master);
  tcsetattr(slave, TCSANOW, &fresh);
  got("stopping", master);
  t = fresh, t.c_cc[VSTOP] = 1;
  tcsetattr(slave, TCSANOW, &t);
  got("another key", master);
  t.c_cc[VSTART] = 2;
  tcsetattr(slave, TCSANOW, &t);
  got("nothing new", master);
  t = fresh, t.c_lflag |= EXTPROC;
  tcsetattr(slave, TCSANOW, &t);
  got("settings", master);
  write(master, "ab\177\n", 4);
  got("outside the kernel", master);
  got(" slave", slave);
  tcsetattr(slave, TCSANOW, &fresh);
  got("settings", master);
  write(slave, "after", 5);
  usleep(20000);
  tcflush(slave, TCIFLUSH);
  n = read(master, b, 100), show("first the news", b, n);
  n = read(master, b, 3), show("then some", b, n);
  n = read(master, b, 100), show("and the rest", b, n);
  int set = epoll_create1(0);
  struct epoll_event e = {EPOLLPRI, {}};
  epoll_ctl(set, EPOLL_CTL_ADD, master, &e);
  printf("news %d", epoll_wait(set, &e, 1, 0));
  tcflush(slave, TCIFLUSH);
  printf(" %d\n", epoll_wait(set, &e, 1, 0));
  ioctl(master, TIOCPKT, &off);
  n = epoll_wait(set, &e, 1, 0);
  printf("off: news %d\n", n);
  write(slave, "plain", 5);
  got("plain", master);
  close(set);
  part();
}

static void forks(void) {
  struct winsize w = {11, 22, 0, 0};
  struct termios t;
  tcgetattr(0, &t);
  printf("== forkpty\n");
  fflush(stdout);
  pid_t child = forkpty(&master, name, NULL, &w);
  if (child == 0) {
    char b[50];
    int n;
    ioctl(0, TIOCGWINSZ, &w);
    printf("child: %d %d %d, leads %d, in front %d, %s\n", isatty(0) + isatty(1) + isatty(2), w.ws_row, w.ws_col, getsid(0) == getpid(), tcgetpgrp(0) == getpid(), ctermid(NULL));
    fflush(stdout);
    n = read(0, b, 50);
    b[n - 1] = 0;
    printf("<%s>\n", b);
    fflush(stdout);
    n = read(0, b, 50);
    printf("end %d\n", n);
    fflush(stdout);
    _exit(5);
  }
  got("master", master);
  write(master, "a line\n", 7);
  usleep(50000);
  got("master", master);
  write(master, "\004", 1);
  usleep(50000);
  got("master", master);
  got("master", master);
  ended("child");
  close(master);

  int m = posix_openpt(O_RDWR | O_NOCTTY);
  printf("grantpt %d unlockpt %d\n", grantpt(m), unlockpt(m));
  char *s = ptsname(m);
  int fd = open(s, O_RDWR | O_NOCTTY);
  printf("slave %d\n", isatty(fd));
  char buffer[3];
  printf("too long a name %s\n", strerror(ptsname_r(m, buffer, 3)));
  errno = 0;
  printf("no master's name %d\n", ptsname(fd) == NULL);
  close(m), close(fd);
}

int main(void) {
  /* Who loses its parent goes to another process than this one. */
  pid_t worker = fork();
  if (worker != 0) return waitpid(worker, NULL, 0) != worker;
  alarm(50);
  sessions();
  foreground();
  orphans();
  keys();
  hangups();
  byhand();
  packets();
  forks();
  return 0;
}
