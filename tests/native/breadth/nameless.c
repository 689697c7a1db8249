/* Files without names, names that change places, holes; locks of open files; signals that say that a file is ready. */
#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SAY(call) say(#call, (errno = 0, (long)(call)))
static long say(const char *what, long result) {
  printf("%s: %ld%s%s\n", what, result, result < 0 ? " " : "", result < 0 ? strerrorname_np(errno) : "");
  return result;
}
static char room[70000];
static void status(const char *what, int fd) {
  struct stat st;
  fstat(fd, &st);
  printf("%s: %o links %d size %d\n", what, st.st_mode, (int)st.st_nlink, (int)st.st_size);
}
static void content(const char *name) {
  int fd = open(name, O_RDONLY);
  int n = fd < 0 ? -1 : read(fd, room, 100);
  printf("%s: %.*s\n", name, n < 0 ? 0 : n, room);
  close(fd);
}
static void put(const char *name, const char *text) {
  int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  write(fd, text, strlen(text));
  close(fd);
}
static void lock(const char *what, int fd, int command, int type, int start, int length) {
  struct flock l = {.l_type = type, .l_start = start, .l_len = length};
  errno = 0;
  int result = fcntl(fd, command, &l);
  printf("%s: %d %s", what, result, result < 0 ? strerrorname_np(errno) : "ok");
  if (command == F_OFD_GETLK || command == F_GETLK) printf(" type %d %d+%d pid %d", l.l_type, (int)l.l_start, (int)l.l_len, (int)l.l_pid);
  puts("");
}
static volatile int heard, code, band, from;
static void hear(int signal, siginfo_t *info, void *context) { heard = heard * 100 + signal, code = info->si_code, band = info->si_band, from = info->si_fd; }
static void told(const char *what) {
  printf("%s: heard %d", what, heard);
  if (heard && code != SI_KERNEL) printf(" code %d band %x from %d", code, band, from);
  puts("");
  heard = 0;
}

int main(void) {
  setvbuf(stdout, NULL, _IONBF, 0);
  char path[40];
  umask(022);
  mkdir("dir", 0755);
  int fd = SAY(open("dir", O_TMPFILE | O_RDWR, 0666));
  status("nameless", fd);
  SAY(fcntl(fd, F_GETFL) & O_TMPFILE & ~O_DIRECTORY ? 1 : 0);
  SAY(write(fd, "nobody", 6));
  SAY(rmdir("dir") == 0 ? mkdir("dir", 0755) : -2);
  sprintf(path, "/proc/self/fd/%d", fd);
  SAY(linkat(AT_FDCWD, path, AT_FDCWD, "named", 0));
  SAY(linkat(AT_FDCWD, path, AT_FDCWD, "named", AT_SYMLINK_FOLLOW));
  SAY(linkat(fd, "", AT_FDCWD, "again", AT_EMPTY_PATH));
  SAY(linkat(fd, "", AT_FDCWD, "again", AT_EMPTY_PATH));
  SAY(linkat(fd, "", AT_FDCWD, "third", 0));
  SAY(linkat(fd, "", AT_FDCWD, "third", 1));
  status("named", fd);
  content("again");
  unlink("again"), unlink("named");
  SAY(linkat(fd, "", AT_FDCWD, "again", AT_EMPTY_PATH));
  close(fd);
  fd = open(".", O_TMPFILE | O_WRONLY | O_EXCL, 0600);
  SAY(linkat(fd, "", AT_FDCWD, "never", AT_EMPTY_PATH));
  close(fd);
  SAY(open(".", O_TMPFILE | O_RDONLY, 0600));
  SAY(open("nowhere", O_TMPFILE | O_RDWR, 0600));
  put("one", "first");
  SAY(open("one", O_TMPFILE | O_RDWR, 0600));

  put("two", "second");
  SAY(renameat2(AT_FDCWD, "one", AT_FDCWD, "two", RENAME_EXCHANGE));
  content("one"), content("two");
  SAY(renameat2(AT_FDCWD, "one", AT_FDCWD, "three", RENAME_EXCHANGE));
  SAY(renameat2(AT_FDCWD, "one", AT_FDCWD, "two", RENAME_NOREPLACE));
  SAY(renameat2(AT_FDCWD, "one", AT_FDCWD, "two", RENAME_NOREPLACE | RENAME_EXCHANGE));
  SAY(renameat2(AT_FDCWD, "one", AT_FDCWD, "two", 8));
  mkdir("dir/inner", 0755);
  put("dir/inner/deep", "deep");
  SAY(renameat2(AT_FDCWD, "one", AT_FDCWD, "dir/inner", RENAME_EXCHANGE));
  content("one/deep"), content("dir/inner");
  SAY(renameat2(AT_FDCWD, "dir", AT_FDCWD, "dir/inner", RENAME_EXCHANGE));
  SAY(renameat2(AT_FDCWD, "dir/inner", AT_FDCWD, "dir", RENAME_EXCHANGE));
  SAY(renameat2(AT_FDCWD, "dir/inner/", AT_FDCWD, "two", RENAME_EXCHANGE));
  SAY(renameat2(AT_FDCWD, "two", AT_FDCWD, "dir/inner/", RENAME_EXCHANGE));
  struct stat st;
  stat("dir", &st), printf("links %d\n", (int)st.st_nlink);
  SAY(renameat2(AT_FDCWD, "one", AT_FDCWD, "dir/inner", RENAME_EXCHANGE));
  content("dir/inner/deep");

  fd = memfd_create("holes", 0);
  ftruncate(fd, 65536);
  pwrite(fd, "x", 1, 20000), pwrite(fd, "y", 1, 45000);
  SAY(lseek(fd, 0, SEEK_DATA));
  SAY(lseek(fd, 20000, SEEK_DATA));
  SAY(lseek(fd, 20000, SEEK_HOLE));
  SAY(lseek(fd, 20480, SEEK_DATA));
  SAY(lseek(fd, 50000, SEEK_DATA));
  SAY(lseek(fd, 50000, SEEK_HOLE));
  SAY(lseek(fd, 65535, SEEK_HOLE));
  SAY(lseek(fd, 65536, SEEK_HOLE));
  fstat(fd, &st), printf("blocks %d\n", (int)st.st_blocks);
  SAY(fallocate(fd, FALLOC_FL_PUNCH_HOLE, 16384, 8192));
  SAY(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 16384, 8192));
  SAY(lseek(fd, 0, SEEK_DATA));
  SAY(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 44900, 1000));
  SAY(pread(fd, room, 1, 45000));
  printf("%d\n", room[0]);
  fstat(fd, &st), printf("blocks %d size %d\n", (int)st.st_blocks, (int)st.st_size);
  SAY(fallocate(fd, 0, 60000, 10000));
  fstat(fd, &st), printf("blocks %d size %d\n", (int)st.st_blocks, (int)st.st_size);
  SAY(fallocate(fd, FALLOC_FL_KEEP_SIZE, 80000, 10000));
  fstat(fd, &st), printf("blocks %d size %d\n", (int)st.st_blocks, (int)st.st_size);
  SAY(fallocate(fd, FALLOC_FL_ZERO_RANGE, 0, 4096));
  SAY(fallocate(fd, FALLOC_FL_COLLAPSE_RANGE, 0, 4096));
  SAY(fallocate(fd, FALLOC_FL_INSERT_RANGE, 0, 4096));
  SAY(fallocate(fd, 0, 0, 0));
  char *mapped = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  mapped[0] = 'm', mapped[5000] = 'n';
  SAY(lseek(fd, 0, SEEK_DATA));
  fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4096);
  printf("%d %d\n", mapped[0], mapped[5000]);
  SAY(fallocate(open("one", O_RDONLY), 0, 0, 10));
  int ends[2];
  pipe(ends);
  SAY(fallocate(ends[1], 0, 0, 10));

  fd = open("two", O_RDWR);
  int other = open("two", O_RDWR), same = dup(fd), reader = open("two", O_RDONLY);
  lock("one locks", fd, F_OFD_SETLK, F_WRLCK, 0, 10);
  lock("its dup too", same, F_OFD_SETLK, F_WRLCK, 5, 10);
  lock("another open file does not", other, F_OFD_SETLK, F_RDLCK, 5, 1);
  lock("who", other, F_OFD_GETLK, F_RDLCK, 5, 1);
  lock("nor the process", other, F_SETLK, F_RDLCK, 5, 1);
  lock("who", other, F_GETLK, F_RDLCK, 0, 0);
  lock("elsewhere", other, F_OFD_SETLK, F_RDLCK, 100, 10);
  lock("shared", reader, F_OFD_SETLK, F_RDLCK, 100, 10);
  lock("by reading alone", reader, F_OFD_SETLK, F_WRLCK, 200, 10);
  close(open("two", O_RDONLY));
  lock("closing another does nothing", other, F_OFD_SETLK, F_RDLCK, 5, 1);
  struct flock l = {.l_type = F_RDLCK, .l_pid = 1};
  SAY(fcntl(fd, F_OFD_SETLK, &l));
  int child = fork();
  if (child == 0) {
    lock("inherited", fd, F_OFD_SETLK, F_WRLCK, 0, 20);
    lock("the parent's", other, F_OFD_GETLK, F_WRLCK, 0, 1);
    lock("waits", other, F_OFD_SETLKW, F_WRLCK, 0, 1);
    lock("holds", other, F_OFD_GETLK, F_WRLCK, 0, 1);
    _exit(0);
  }
  usleep(50000);
  puts("let go");
  lock("all of it", fd, F_OFD_SETLK, F_UNLCK, 0, 0);
  waitpid(child, NULL, 0);
  SAY(fcntl(fd, F_SETLEASE, 77));

  struct sigaction action = {.sa_sigaction = hear, .sa_flags = SA_SIGINFO};
  sigaction(SIGIO, &action, NULL), sigaction(SIGRTMIN, &action, NULL), sigaction(SIGUSR1, &action, NULL);
  SAY(fcntl(ends[0], F_GETOWN));
  SAY(fcntl(ends[0], F_SETOWN, getpid()));
  SAY(fcntl(ends[0], F_GETOWN) == getpid());
  SAY(fcntl(ends[0], F_SETOWN, 999999));
  write(ends[1], "a", 1), told("before");
  SAY(fcntl(ends[0], F_SETFL, O_ASYNC));
  SAY((fcntl(ends[0], F_GETFL) & O_ASYNC) != 0);
  write(ends[1], "a", 1), told("async");
  read(ends[0], room, 1), told("by reading");
  SAY(fcntl(ends[0], F_SETSIG, 99));
  SAY(fcntl(ends[0], F_SETSIG, SIGUSR1));
  SAY(fcntl(ends[0], F_GETSIG) == SIGUSR1);
  dup2(ends[0], 60);
  write(ends[1], "a", 1), told("with a signal");
  fcntl(ends[1], F_SETOWN, getpid()), fcntl(ends[1], F_SETSIG, SIGUSR1), fcntl(ends[1], F_SETFL, O_ASYNC);
  read(ends[0], room, 100), told("room");
  fcntl(ends[1], F_SETFL, 0);
  struct f_owner_ex owner = {F_OWNER_TID, getpid()};
  SAY(fcntl(ends[0], F_SETOWN_EX, &owner));
  owner.pid = 0;
  SAY(fcntl(ends[0], F_GETOWN_EX, &owner));
  printf("%d %d\n", owner.type, owner.pid == getpid());
  owner.type = 9;
  SAY(fcntl(ends[0], F_SETOWN_EX, &owner));
  write(ends[1], "a", 1), told("to a task");
  SAY(fcntl(ends[0], F_SETOWN, -getpgrp()));
  SAY(fcntl(ends[0], F_GETOWN) == -getpgrp());
  SAY(fcntl(ends[0], F_SETOWN, 0));
  write(ends[1], "a", 1), told("nobody");
  int s[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  fcntl(s[0], F_SETOWN, getpid()), fcntl(s[0], F_SETFL, O_ASYNC);
  write(s[1], "a", 1), told("socket");
  fcntl(s[0], F_SETFL, 0);
  write(s[1], "a", 1), told("no longer");
  unlink("one"), unlink("two"), unlink("again"), unlink("dir/inner/deep"), rmdir("dir/inner"), rmdir("dir");
  return 0;
}
