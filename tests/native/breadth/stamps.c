/* Times of files to the nanosecond, holes, what O_PATH ignores and what it does not. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#define say(format, call) do { long answer = (errno = 0, call); printf(format, (int)answer, strerror(errno)); } while (0)

static void times(const char *name) {
  struct stat s;
  stat(name, &s);
  printf("%s %d.%09d %d.%09d\n", name, (int)s.st_atim.tv_sec, (int)s.st_atim.tv_nsec, (int)s.st_mtim.tv_sec, (int)s.st_mtim.tv_nsec);
}

/* Every time is taken from a file as it is shown, and given to another: nothing may be lost on the way. */
static void stamps(void) {
  close(open("a", O_CREAT | O_WRONLY, 0644));
  close(open("b", O_CREAT | O_WRONLY, 0644));
  int lost = 0;
  for (int i = 0; i < 50; i++) {
    struct timespec t[2] = {{1577934245 + i, 123456789 + 17 * i}, {1700000000 - i, 999999999 - 12345679 * i}};
    struct stat from, to;
    utimensat(AT_FDCWD, "a", t, 0);
    stat("a", &from);
    struct timespec same[2] = {from.st_atim, from.st_mtim};
    utimensat(AT_FDCWD, "b", same, 0);
    stat("b", &to);
    lost += memcmp(&to.st_atim, t, sizeof t[0]) != 0;
    lost += memcmp(&to.st_mtim, t + 1, sizeof t[0]) != 0;
  }
  printf("lost %d\n", lost);
  struct timespec one[2] = {{0, UTIME_OMIT}, {5, 1}};
  utimensat(AT_FDCWD, "a", one, 0);
  times("a");
  struct timeval micro[2] = {{1600000000, 123457}, {1600000001, 999999}};
  utimes("b", micro);
  times("b");
  say("too many %d %s\n", utimensat(AT_FDCWD, "a", (struct timespec[2]){{1, 1000000000}, {1, 0}}, 0));
  say("rename %d %s\n", rename("b", "c"));
  times("c");
  int fd = open("c", O_WRONLY);
  write(fd, "x", 1);
  close(fd);
  struct stat s;
  stat("c", &s);
  printf("written later %d, read then %d\n", s.st_mtim.tv_sec > 1600000001, (int)s.st_atim.tv_nsec);
}

static void where(int fd, int from) {
  printf("from %d: data ", from);
  say("%d %s, hole ", lseek(fd, from, SEEK_DATA));
  say("%d %s\n", lseek(fd, from, SEEK_HOLE));
}
static int blocks(int fd) {
  struct stat s;
  fstat(fd, &s);
  return s.st_blocks;
}
static void holes(void) {
  int fd = open("sparse", O_CREAT | O_RDWR, 0644);
  ftruncate(fd, 1 << 20);
  printf("blocks %d\n", blocks(fd));
  where(fd, 0);
  pwrite(fd, "middle", 6, 400000);
  pwrite(fd, "end", 3, (1 << 20) + 10);
  printf("blocks %d\n", blocks(fd));
  int places[] = {0, 397312, 400000, 401408, 1048575, 1048586, 1048589};
  for (int i = 0; i < 7; i++) where(fd, places[i]);
  char *m = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  m[8192] = 'm';
  msync(m, 1 << 20, MS_SYNC);
  where(fd, 0);
  munmap(m, 1 << 20);
  ftruncate(fd, 8192 + 1);
  printf("blocks %d\n", blocks(fd));
  say("room %d %s", fallocate(fd, 0, 0, 10000));
  printf(", blocks %d", blocks(fd));
  say(", more %d %s", fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 40000));
  printf(", blocks %d\n", blocks(fd));
  symlink("sparse", "link");
  struct stat s;
  lstat("link", &s);
  printf("link %d\n", (int)s.st_blocks);
}

static void places(void) {
  mkdir("folder", 0755);
  say("file as folder %d %s\n", open("a", O_PATH | O_DIRECTORY));
  say("link as folder %d %s\n", open("link", O_PATH | O_DIRECTORY | O_NOFOLLOW));
  say("made %d %s\n", open("none", O_PATH | O_CREAT, 0600));
  int fd = open("a", O_PATH | O_CREAT | O_EXCL | O_TRUNC | O_RDWR, 0600);
  printf("there %d, flags %o\n", fd >= 0, fcntl(fd, F_GETFL));
  say("folder %d %s\n", open("folder", O_PATH | O_DIRECTORY | O_WRONLY) >= 0);
}

int main(void) {
  stamps();
  holes();
  places();
  return 0;
}
