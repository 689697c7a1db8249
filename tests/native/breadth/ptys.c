/* Pseudo-terminals: instances of devpts, both ends, what the line discipline makes of keys and of output. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define say(format, call) do { errno = 0; long answer = (call); printf(format, (int)answer, answer < 0 ? strerror(errno) : "ok"); } while (0)

static void show(const char *what, const char *bytes, int n) {
  printf("%s: %d ", what, n);
  if (n < 0) printf("%s", strerror(errno));
  for (int i = 0; i < n && i < 60; i++) {
    unsigned char c = bytes[i];
    if (c == '\\') printf("\\\\");
    else if (c < 32 || c > 126) printf("\\%03o", c);
    else putchar(c);
  }
  putchar('\n');
}
static void got(const char *what, int fd) {
  char buffer[9000];
  struct pollfd p = {fd, POLLIN, 0};
  if (poll(&p, 1, 100) == 0) { printf("%s: nothing\n", what); return; }
  int n = read(fd, buffer, sizeof buffer);
  show(what, buffer, n);
}
static int master, slave;
static struct termios fresh;
static void both(const char *what, const char *keys, int n) {
  printf("== %s\n", what);
  if (write(master, keys, n) != n) printf("short write\n");
  got(" master", master);
  got(" slave", slave);
}
#define keys(what, text) both(what, text, sizeof text - 1)
static void settings(tcflag_t in_off, tcflag_t in_on, tcflag_t out_on, tcflag_t local_off, tcflag_t local_on) {
  struct termios t = fresh;
  t.c_iflag = (t.c_iflag & ~in_off) | in_on;
  t.c_oflag |= out_on;
  t.c_lflag = (t.c_lflag & ~local_off) | local_on;
  tcsetattr(slave, TCSANOW, &t);
}
static void put(const char *what, const char *text) {
  write(slave, text, strlen(text));
  got(what, master);
}
static void list(const char *name) {
  char names[20][256];
  int n = 0;
  DIR *d = opendir(name);
  for (struct dirent *e; d && (e = readdir(d));) if (e->d_name[0] != '.') strcpy(names[n++], e->d_name);
  if (d) closedir(d);
  qsort(names, n, 256, (int (*)(const void *, const void *))strcmp);
  for (int i = 0; i < n; i++) printf("%s ", names[i]);
  printf("(%d)\n", n);
}

static void instances(void) {
  struct stat s;
  struct statfs f;
  int zero = 0, number = -1, fd[4];
  char line[512];
  say("own mounts %d %s\n", unshare(CLONE_NEWNS));
  mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
  mkdir("pts", 0755);
  mkdir("other", 0755);
  say("no such option %d %s\n", mount("devpts", "pts", "devpts", 0, "colour=red"));
  say("bad mode %d %s\n", mount("devpts", "pts", "devpts", 0, "mode=9"));
  say("mount %d %s\n", mount("mine", "pts", "devpts", MS_NOSUID, "newinstance,ptmxmode=0666,mode=0620,gid=5,max=3"));
  FILE *m = fopen("/proc/mounts", "r");
  while (fgets(line, sizeof line, m)) if (!strncmp(line, "mine ", 5)) printf("%s", strstr(line, "devpts"));
  fclose(m);
  list("pts");
  statfs("pts", &f);
  stat("pts/ptmx", &s);
  printf("type %x; ptmx %o %d:%d\n", (int)f.f_type, s.st_mode, major(s.st_rdev), minor(s.st_rdev));
  stat("pts", &s);
  printf("directory %o inode %d\n", s.st_mode, (int)s.st_ino);
  for (int i = 0; i < 4; i++) {
    fd[i] = open("pts/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (fd[i] < 0) { printf("%d: %s\n", i, strerror(errno)); continue; }
    ioctl(fd[i], TIOCGPTN, &number);
    printf("%d: number %d cloexec %d\n", i, number, fcntl(fd[i], F_GETFD));
  }
  list("pts");
  int locked = -1;
  say("locked? %d %s", ioctl(fd[1], TIOCGPTLCK, &locked));
  printf(" %d\n", locked);
  say("open while locked %d %s\n", open("pts/1", O_RDWR | O_NOCTTY));
  ioctl(fd[1], TIOCSPTLCK, &zero);
  int one = open("pts/1", O_RDWR | O_NOCTTY);
  fstat(one, &s);
  printf("slave %o uid %d gid %d %d:%d inode %d links %d\n", s.st_mode, (int)s.st_uid, (int)s.st_gid, major(s.st_rdev), minor(s.st_rdev), (int)s.st_ino, (int)s.st_nlink);
  fstat(fd[1], &s);
  printf("master %o %d:%d inode %d\n", s.st_mode, major(s.st_rdev), minor(s.st_rdev), (int)s.st_ino);
  say("chmod %d %s\n", chmod("pts/1", 0600));
  say("chown %d %s\n", fchown(one, 7, 8));
  stat("pts/1", &s);
  printf("now %o %d %d\n", s.st_mode, (int)s.st_uid, (int)s.st_gid);
  say("chmod ptmx %d %s\n", chmod("pts/ptmx", 0640));
  stat("pts/ptmx", &s);
  printf("now %o\n", s.st_mode);
  say("make a file %d %s\n", open("pts/new", O_CREAT | O_RDWR, 0600));
  say("make a directory %d %s\n", mkdir("pts/new", 0700));
  say("remove %d %s\n", unlink("pts/1"));
  say("rename %d %s\n", rename("pts/1", "pts/9"));
  close(fd[0]);
  list("pts");
  fd[0] = open("pts/ptmx", O_RDWR | O_NOCTTY);
  ioctl(fd[0], TIOCGPTN, &number);
  printf("lowest free %d\n", number);
  close(fd[1]);
  list("pts");
  fstat(one, &s);
  printf("open but gone: links %d\n", (int)s.st_nlink);
  close(one);
  mknod("ptmx", S_IFCHR | 0666, makedev(5, 2));
  mknod("other/ptmx", S_IFCHR | 0666, makedev(5, 2));
  mknod("other/0", S_IFCHR | 0666, makedev(136, 0));
  int beside = open("ptmx", O_RDWR | O_NOCTTY);
  say("beside %d %s", ioctl(beside, TIOCGPTN, &number));
  printf(" number %d\n", number);
  say("nowhere %d %s\n", open("other/ptmx", O_RDWR));
  mkdir("other/pts", 0755);
  say("no devpts there %d %s\n", open("other/ptmx", O_RDWR));
  say("no terminal's name %d %s\n", open("other/0", O_RDWR));
  say("busy %d %s\n", umount("pts"));
  close(beside), close(fd[0]), close(fd[2]);
  say("mount another %d %s\n", mount("mine", "other", "devpts", 0, "newinstance"));
  list("other");
  stat("other/ptmx", &s);
  printf("ptmx %o\n", s.st_mode);
  say("unmount %d %s\n", umount("other"));
  say("unmount %d %s\n", umount("pts"));
}

static void names(void) {
  char name[64], link[64], target[64] = "";
  struct stat a, b;
  openpty(&master, &slave, name, NULL, NULL);
  sprintf(link, "/proc/self/fd/%d", slave);
  readlink(link, target, 63);
  printf("name of the slave agrees %d %d %d\n", !strcmp(name, ptsname(master)), !strcmp(name, ttyname(slave)), !strcmp(name, target));
  sprintf(link, "/proc/self/fd/%d", master);
  memset(target, 0, 64);
  readlink(link, target, 63);
  printf("master is %s\n", strrchr(target, '/'));
  printf("terminals %d %d\n", isatty(master), isatty(slave));
  stat(name, &a), fstat(slave, &b);
  printf("same file %d %d\n", a.st_dev == b.st_dev, a.st_ino == b.st_ino);
  say("seek %d %s\n", lseek(slave, 0, SEEK_CUR));
  say("seek %d %s\n", lseek(master, 0, SEEK_CUR));
  say("at a place %d %s\n", pread(slave, name, 1, 0));
  int number = -1;
  say("number of the slave %d %s\n", ioctl(slave, TIOCGPTN, &number));
  say("packets of the slave %d %s\n", ioctl(slave, TIOCPKT, &number));
  int peer = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY);
  printf("peer %d\n", peer > 0 && isatty(peer) && !strcmp(ttyname(peer), ptsname(master)));
  close(peer);
  tcgetattr(slave, &fresh);
  printf("in %o out %o control %o local %o\n", fresh.c_iflag, fresh.c_oflag, fresh.c_cflag & ~CBAUD, fresh.c_lflag);
  printf("keys");
  for (int i = 0; i < 17; i++) printf(" %d", fresh.c_cc[i]);
  printf("\n");
  struct winsize w = {9, 9, 9, 9};
  ioctl(slave, TIOCGWINSZ, &w);
  printf("size %d %d %d %d\n", w.ws_row, w.ws_col, w.ws_xpixel, w.ws_ypixel);
}

static void lines(void) {
  char b[9000];
  int n;
  keys("a line", "hello\r");
  keys("half a line", "hel");
  ioctl(slave, FIONREAD, &n);
  printf("readable %d\n", n);
  keys("the rest", "p!\n");
  keys("erase", "abc\177d\177\177e\n");
  keys("erase more than there is", "a\177\177\177b\n");
  keys("kill", "some words\025other\n");
  keys("word", "some more-words \027\027x\n");
  keys("control characters", "a\001b\177\177c\n");
  keys("literal", "a\026\003b\026\012c\n");
  keys("print again", "one \022two\n");
  keys("tabulators", "a\tb\t\177\177\177z\n");
  keys("end of a line without one", "abc\004");
  keys("end of file", "\004");
  write(master, "ab\n", 3), write(master, "\004", 1), write(master, "cd\n", 3);
  usleep(20000);
  got("lines", master);
  for (int i = 0; i < 3; i++) got(" part", slave);
  write(master, "long line\nnext\n", 15);
  got("echo", master);
  ioctl(slave, FIONREAD, &n);
  printf("readable %d\n", n);
  n = read(slave, b, 4), show(" short", b, n);
  n = read(slave, b, 100), show(" rest", b, n);
  n = read(slave, b, 100), show(" next", b, n);
  write(master, "abc\004", 4);
  n = read(slave, b, 3), show(" exactly", b, n);
  got(" then", slave);
  got("echo", master);

  settings(0, 0, 0, ECHO, 0);
  keys("no echo", "secret\177\177\n");
  settings(0, 0, 0, ECHO, ECHONL);
  keys("new lines alone", "secret\n");
  settings(0, 0, 0, ECHOCTL, 0);
  keys("controls as they are", "a\001\177b\n");
  settings(0, 0, 0, ECHOE, 0);
  keys("erasing not shown", "ab\177\177\177c\n");
  settings(0, 0, 0, ECHOKE, 0);
  keys("killing by a new line", "ab\025c\n");
  settings(0, 0, 0, ECHOK | ECHOKE, 0);
  keys("killing hardly shown", "ab\025c\n");
  settings(0, 0, 0, 0, ECHOPRT);
  keys("erasing for paper", "abc\177\177d\n");
  settings(ICRNL, INLCR, 0, 0, 0);
  keys("returns and new lines change places", "ab\rc\nd\004");
  settings(0, IGNCR, 0, 0, 0);
  keys("no returns", "a\rb\n");
  settings(0, ISTRIP, 0, 0, 0);
  keys("seven bits", "\341\342\n");
  settings(0, IUCLC, 0, 0, 0);
  keys("small letters", "ABC\n");
  settings(0, IUTF8, 0, 0, 0);
  keys("characters of two bytes", "a\303\244\177\303\266\n");
  settings(0, 0, 0, IEXTEN, 0);
  keys("no extensions", "a b\027\026\n");
  settings(0, 0, 0, ISIG, 0);
  keys("no signals", "a\003\032\n");
  struct termios t = fresh;
  t.c_cc[VEOL] = ';', t.c_cc[VEOL2] = '!', t.c_cc[VERASE] = '#', t.c_cc[VEOF] = _POSIX_VDISABLE;
  tcsetattr(slave, TCSANOW, &t);
  keys("other ends of lines", "ab;");
  keys("another end", "ab!");
  keys("another key to erase", "abc#\004\n");
  settings(0, 0, 0, ECHO, 0);
  memset(b, 'x', 5000);
  b[4999] = '\n';
  write(master, b, 5000);
  n = read(slave, b, sizeof b);
  printf("too long a line: %d %c %c\n", n, b[n - 2], b[n - 1] == '\n' ? 'n' : b[n - 1]);
  tcsetattr(slave, TCSANOW, &fresh);
  write(master, "gone\nhalf", 9);
  got("echo", master);
  tcflush(slave, TCIFLUSH);
  keys("after a flush", " more\n");
  write(master, "gone too\nhalf", 13);
  got("echo", master);
  tcsetattr(slave, TCSAFLUSH, &fresh);
  keys("after settings with a flush", "more\n");
}

static void output(void) {
  put("new lines", "a\nb\n");
  put("tabulators", "ab\tc\n");
  settings(0, 0, XTABS, 0, 0);
  put("as spaces", "ab\tc\n\tdef\bg\th\n");
  keys("typed ones", "a\tb\177\177c\n");
  settings(0, 0, OLCUC, 0, 0);
  put("capitals", "abc Def\n");
  settings(0, 0, OCRNL, 0, 0);
  put("returns as new lines", "a\rb");
  settings(0, 0, ONOCR, 0, 0);
  put("no returns at the margin", "\n\rab\rc\r\r\n");
  struct termios t = fresh;
  t.c_oflag = OPOST;
  tcsetattr(slave, TCSANOW, &t);
  put("plain new lines", "a\nb");
  t.c_oflag = ONLCR;
  tcsetattr(slave, TCSANOW, &t);
  put("not processed", "a\nb");
  tcsetattr(slave, TCSANOW, &fresh);

  fcntl(slave, F_SETFL, O_NONBLOCK);
  keys("stop", "\023");
  say("write while stopped %d %s\n", write(slave, "held", 4));
  struct pollfd p = {slave, POLLOUT, 0};
  printf("writable %d\n", poll(&p, 1, 0));
  keys("typed meanwhile", "ab\n");
  keys("go on", "\021");
  say("write %d %s\n", write(slave, "held", 4));
  got("master", master);
  tcflow(slave, TCOOFF);
  say("stopped by hand %d %s\n", write(slave, "held", 4));
  keys("no key helps", "\021");
  tcflow(slave, TCOON);
  say("write %d %s\n", write(slave, "held", 4));
  got("master", master);
  tcflow(slave, TCIOFF);
  got("asked to stop", master);
  tcflow(slave, TCION);
  got("asked to go on", master);
  settings(0, IXANY, 0, 0, 0);
  keys("stop", "\023");
  keys("any key goes on", "x\n");
  settings(IXON, 0, 0, 0, 0);
  keys("not keys", "\023\021\n");
  tcsetattr(slave, TCSANOW, &fresh);
  fcntl(slave, F_SETFL, 0);
}

static void raw(void) {
  struct termios t = fresh;
  char b[9000];
  int n;
  write(master, "unread\nhalf", 11);
  got("echo", master);
  cfmakeraw(&t);
  tcsetattr(slave, TCSANOW, &t);
  n = read(slave, b, 100), show("what was typed", b, n);
  keys("raw", "a\r\n\003\004\177");
  put("raw output", "a\nb\r");
  write(master, "one\ntwo", 7);
  usleep(20000);
  tcsetattr(slave, TCSANOW, &fresh);
  got("a line again", slave);
  keys("and its end", "!\n");

  t.c_cc[VMIN] = 3;
  tcsetattr(slave, TCSANOW, &t);
  struct pollfd p = {slave, POLLIN, 0};
  write(master, "ab", 2);
  printf("two of three %d", poll(&p, 1, 10));
  write(master, "c", 1);
  printf(" %d\n", poll(&p, 1, 10));
  n = read(slave, b, 100), show("three", b, n);
  write(master, "xy", 2);
  n = read(slave, b, 2), show("no more than asked", b, n);
  fflush(stdout);
  if (fork() == 0) {
    for (int i = 0; i < 4; i++) usleep(5000), write(master, "pqrs" + i, 1);
    _exit(0);
  }
  n = read(slave, b, 100), show("three of four", b, n);
  wait(NULL);
  got("the fourth waits for others", slave);
  fcntl(slave, F_SETFL, O_NONBLOCK);
  n = read(slave, b, 100), show("unless nobody waits", b, n);
  fcntl(slave, F_SETFL, 0);
  t.c_cc[VMIN] = 0, t.c_cc[VTIME] = 0;
  tcsetattr(slave, TCSANOW, &t);
  n = read(slave, b, 100), show("at once", b, n);
  t.c_cc[VTIME] = 1;
  tcsetattr(slave, TCSANOW, &t);
  n = read(slave, b, 100), show("in time", b, n);
  write(master, "k", 1);
  n = read(slave, b, 100), show("in time", b, n);
  t.c_cc[VMIN] = 5;
  tcsetattr(slave, TCSANOW, &t);
  fflush(stdout);
  if (fork() == 0) {
    usleep(150000), write(master, "ab", 2), usleep(20000), write(master, "c", 1);
    _exit(0);
  }
  n = read(slave, b, 100), show("until the keys pause", b, n);
  wait(NULL);

  fcntl(master, F_SETFL, O_NONBLOCK);
  memset(b, 'y', 1000);
  int total = 0, back = 0;
  while ((n = write(master, b, 1000)) > 0) total += n;
  printf("full: %s %d\n", strerror(errno), total > 4000);
  p.fd = master, p.events = POLLOUT;
  printf("writable %d", poll(&p, 1, 0));
  t.c_cc[VMIN] = 0, t.c_cc[VTIME] = 1;
  tcsetattr(slave, TCSANOW, &t);
  while ((n = read(slave, b, sizeof b)) > 0) back += n;
  printf(" all back %d writable %d\n", back == total, poll(&p, 1, 0));
  fcntl(slave, F_SETFL, O_NONBLOCK);
  for (total = back = 0; (n = write(slave, b, 1000)) > 0;) total += n;
  printf("full: %s %d\n", strerror(errno), total > 4000);
  for (p.events = POLLIN; poll(&p, 1, 300) > 0;) back += read(master, b, sizeof b);
  printf("all back %d\n", back == total);
  fcntl(slave, F_SETFL, 0), fcntl(master, F_SETFL, 0);
  tcsetattr(slave, TCSANOW, &fresh);
}

static void waiting(void) {
  int set = epoll_create1(0);
  struct epoll_event e = {EPOLLIN | EPOLLET, {.u32 = 1}}, found[4];
  epoll_ctl(set, EPOLL_CTL_ADD, master, &e);
  e = (struct epoll_event){EPOLLIN, {.u32 = 2}};
  epoll_ctl(set, EPOLL_CTL_ADD, slave, &e);
  printf("events %d", epoll_wait(set, found, 4, 0));
  write(master, "x", 1);
  printf(" %d", epoll_wait(set, found, 4, 100));
  printf(" %d", found[0].data.u32);
  write(master, "\n", 1);
  usleep(20000);
  int n = epoll_wait(set, found, 4, 100), sum = 0;
  for (int i = 0; i < n; i++) sum += found[i].data.u32;
  printf(" %d %d\n", n, sum);
  got("slave", slave);
  got("master", master);
  fd_set in, out;
  FD_ZERO(&in);
  FD_ZERO(&out);
  FD_SET(slave, &in);
  FD_SET(master, &in);
  FD_SET(slave, &out);
  FD_SET(master, &out);
  struct timeval none = {0, 0};
  printf("select %d", select(100, &in, &out, NULL, &none));
  printf(" %d%d%d%d\n", FD_ISSET(slave, &in) != 0, FD_ISSET(master, &in) != 0, FD_ISSET(slave, &out) != 0, FD_ISSET(master, &out) != 0);
  close(set);
}

int main(void) {
  setvbuf(stdout, NULL, _IOFBF, 1 << 16);
  instances();
  names();
  lines();
  output();
  raw();
  waiting();
  return 0;
}
