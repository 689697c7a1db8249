/* Regular files through the C library and through system calls: everything that must come out alike on any Linux. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static char dir[] = "/tmp/strata-files-XXXXXX";
static void say(const char *what, long result) { printf("%s: %ld%s%s\n", what, result, result < 0 ? " " : "", result < 0 ? strerror(errno) : ""); }

int main(void) {
  if (!mkdtemp(dir)) { perror("mkdtemp"); return 1; }
  say("chdir", chdir(dir));
  say("open missing", open("none", O_RDONLY));
  int fd = open("a", O_RDWR | O_CREAT | O_EXCL, 0640);
  say("created", fd >= 3);
  say("again", open("a", O_RDWR | O_CREAT | O_EXCL, 0640));
  say("write", write(fd, "hello world\n", 12));
  say("lseek", lseek(fd, 6, SEEK_SET));
  char buf[64] = {0};
  say("read", read(fd, buf, 5));
  printf("got %s\n", buf);
  say("end", lseek(fd, 0, SEEK_END));
  say("negative", lseek(fd, -1, SEEK_SET));
  say("hole", lseek(fd, 10000, SEEK_SET));
  say("write after hole", write(fd, "x", 1));
  struct stat st;
  say("fstat", fstat(fd, &st));
  printf("size %ld mode %o links %d regular %d\n", (long)st.st_size, st.st_mode & 07777, (int)st.st_nlink, S_ISREG(st.st_mode));
  memset(buf, 1, sizeof buf);
  say("pread in hole", pread(fd, buf, 8, 5000));
  printf("zeros %d\n", buf[0] == 0 && buf[7] == 0);
  say("pwrite", pwrite(fd, "HELLO", 5, 0));
  say("ftruncate", ftruncate(fd, 11));
  struct iovec out[3] = {{"one ", 4}, {"", 0}, {"two", 3}};
  say("writev", writev(fd, out, 3));
  char first[4], second[30];
  struct iovec in[2] = {{first, 4}, {second, sizeof second}};
  lseek(fd, 0, SEEK_SET);
  long n = readv(fd, in, 2);
  say("readv", n);
  printf("%.4s|\n", first);
  say("dup2", dup2(fd, 20) == 20);
  say("fcntl getfl", fcntl(20, F_GETFL) & O_ACCMODE);
  say("cloexec", fcntl(20, F_SETFD, FD_CLOEXEC) + fcntl(20, F_GETFD));
  say("close", close(20));
  say("close again", close(20));
  say("link", link("a", "b"));
  say("symlink", symlink("b", "c"));
  say("readlink", readlink("c", buf, sizeof buf));
  say("stat through link", stat("c", &st));
  printf("links %d\n", (int)st.st_nlink);
  say("lstat", lstat("c", &st));
  printf("is link %d size %ld\n", S_ISLNK(st.st_mode), (long)st.st_size);
  say("symlink loop", symlink("loop", "loop"));
  say("open loop", open("loop", O_RDONLY));
  say("rename", rename("b", "d"));
  say("dangling", access("c", F_OK));
  say("rename over", rename("d", "a"));
  say("chmod", chmod("a", 0400));
  stat("a", &st);
  printf("mode %o\n", st.st_mode & 07777);
  say("truncate", truncate("a", 3));
  say("unlink", unlink("a"));
  say("still readable", pread(fd, buf, 64, 0));
  say("unlink missing", unlink("a"));
  say("not a directory", open("c/x", O_RDONLY));
  say("bad descriptor", write(99, "x", 1));
  say("bad pointer", write(fd, (void *)16, 4));
  say("directory for writing", open(".", O_RDWR));
  say("empty path", open("", O_RDONLY));
  char longname[300];
  memset(longname, 'n', 299); longname[299] = 0;
  say("long name", open(longname, O_RDONLY));
  FILE *f = fopen("stdio", "w+");
  for (int i = 0; i < 400; i++) fprintf(f, "line %d\n", i);
  printf("ftell %ld\n", ftell(f));
  rewind(f);
  int lines = 0; long sum = 0;
  while (fgets(buf, sizeof buf, f)) { lines++; sum += atoi(buf + 5); }
  printf("lines %d sum %ld\n", lines, sum);
  fseek(f, -10, SEEK_END);
  fgets(buf, sizeof buf, f);
  printf("tail %s", buf);
  fclose(f);
  say("append", (fd = open("stdio", O_WRONLY | O_APPEND)) > 0);
  say("write only", read(fd, buf, 1));
  write(fd, "last\n", 5);
  stat("stdio", &st);
  printf("size %ld\n", (long)st.st_size);
  say("null", read(open("/dev/null", O_RDWR), buf, 10));
  say("zero", read(open("/dev/zero", O_RDWR), buf, 10));
  say("full", write(open("/dev/full", O_RDWR), buf, 10));
  unlink("c"); unlink("loop"); unlink("stdio");
  chdir("/");
  say("rmdir", rmdir(dir));
  return 5;
}
