/* Paths that may be followed in one way only, and capabilities that outlive execve. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define SAY(call) say(#call, (errno = 0, (long)(call)))
static long say(const char *what, long result) {
  printf("%s: %ld%s%s\n", what, result, result < 0 ? " " : "", result < 0 ? strerrorname_np(errno) : "");
  return result;
}
static int at;
static int how(const char *path, int flags, int resolve) {
  struct open_how h = {.flags = flags, .resolve = resolve, .mode = flags & O_CREAT ? 0600 : 0};
  int fd = syscall(SYS_openat2, at, path, &h, sizeof h);
  if (fd < 0) return -1;
  char text[20] = "";
  read(fd, text, 19);
  printf("<%s> ", text);
  close(fd);
  return 0;
}
static void put(const char *name, const char *text) {
  int fd = open(name, O_WRONLY | O_CREAT, 0644);
  write(fd, text, strlen(text));
  close(fd);
}
#define TRY(path) \
  SAY(how(path, O_RDONLY, RESOLVE_BENEATH)), SAY(how(path, O_RDONLY, RESOLVE_IN_ROOT)), \
  SAY(how(path, O_RDONLY, RESOLVE_NO_SYMLINKS)), SAY(how(path, O_RDONLY, RESOLVE_NO_MAGICLINKS)), SAY(how(path, O_RDONLY, RESOLVE_NO_XDEV))

static void caps(const char *what) {
  struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct sets[2];
  syscall(SYS_capget, &head, sets);
  printf("%s: permitted %d%d effective %d%d inheritable %d ambient %d%d\n", what, sets[0].permitted >> CAP_CHOWN & 1, sets[0].permitted >> CAP_KILL & 1,
         sets[0].effective >> CAP_CHOWN & 1, sets[0].effective >> CAP_KILL & 1, sets[0].inheritable >> CAP_KILL & 1,
         prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_CHOWN, 0, 0), prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_KILL, 0, 0));
}
static void set(unsigned permitted, unsigned inheritable) {
  struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct sets[2] = {{permitted, permitted, inheritable}};
  SAY(syscall(SYS_capset, &head, sets));
}

int main(int argc, char **argv) {
  setvbuf(stdout, NULL, _IONBF, 0);
  if (argc > 1 && !strcmp(argv[1], "again")) return caps("after execve"), 0;
  mkdir("jail", 0755), mkdir("jail/dir", 0755);
  put("outside", "outside"), put("jail/file", "file"), put("jail/outside", "fake");
  symlink("file", "jail/link"), symlink("/outside", "jail/absolute"), symlink("../outside", "jail/up"), symlink("dir/../file", "jail/round");
  symlink("link", "jail/chain");
  at = open("jail", O_PATH | O_DIRECTORY);
  TRY("file");
  SAY(how("/file", O_RDONLY, RESOLVE_BENEATH));
  SAY(how("/file", O_RDONLY, RESOLVE_IN_ROOT));
  SAY(how("/../../file", O_RDONLY, RESOLVE_IN_ROOT));
  TRY("link");
  SAY(how("absolute", O_RDONLY, RESOLVE_BENEATH));
  SAY(how("absolute", O_RDONLY, RESOLVE_IN_ROOT));
  SAY(how("up", O_RDONLY, RESOLVE_BENEATH));
  SAY(how("up", O_RDONLY, RESOLVE_IN_ROOT));
  SAY(how("up", O_RDONLY, 0));
  TRY("dir/../round");
  TRY("chain");
  SAY(how("..", O_PATH, RESOLVE_BENEATH));
  SAY(how("dir/..", O_PATH, RESOLVE_BENEATH));
  SAY(how("link", O_PATH | O_NOFOLLOW, RESOLVE_NO_SYMLINKS));
  SAY(how("new", O_WRONLY | O_CREAT, RESOLVE_BENEATH));
  SAY(how("../new", O_WRONLY | O_CREAT, RESOLVE_BENEATH));
  SAY(how("/new", O_RDWR | O_CREAT | O_EXCL, RESOLVE_IN_ROOT));
  SAY(how("file", O_RDONLY, RESOLVE_BENEATH | RESOLVE_IN_ROOT));
  SAY(how("file", O_RDONLY, 64));
  SAY(how("file", O_RDONLY, RESOLVE_CACHED));
  SAY(how("file", O_RDWR | O_TRUNC, RESOLVE_CACHED));
  SAY(how("nothing", O_RDONLY, RESOLVE_BENEATH));
  at = AT_FDCWD;
  int fd = open("outside", O_RDONLY);
  char path[40];
  sprintf(path, "/proc/self/fd/%d", fd);
  SAY(how(path, O_RDONLY, RESOLVE_NO_MAGICLINKS));
  SAY(how(path, O_RDONLY, RESOLVE_NO_SYMLINKS));
  SAY(how(path, O_RDONLY, RESOLVE_NO_XDEV));
  SAY(how(path, O_RDONLY, 0));
  at = open("/proc", O_PATH);
  SAY(how("..", O_PATH, RESOLVE_NO_XDEV));
  SAY(how("sys/kernel", O_PATH, RESOLVE_NO_XDEV | RESOLVE_BENEATH));
  unlink("outside"), unlink("jail/file"), unlink("jail/outside"), unlink("jail/link"), unlink("jail/absolute"), unlink("jail/up");
  unlink("jail/round"), unlink("jail/chain"), unlink("jail/new"), rmdir("jail/dir"), rmdir("jail");

  if (fork() == 0) {
    unsigned kill = 1u << CAP_KILL, both = kill | 1u << CAP_CHOWN | 1u << CAP_SETUID | 1u << CAP_SETGID;
    SAY(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_KILL, 0, 0));
    prctl(PR_SET_KEEPCAPS, 0);
    set(both, kill);
    SAY(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_CHOWN, 0, 0));
    SAY(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_KILL, 0, 0));
    SAY(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 99, 0, 0));
    SAY(prctl(PR_CAP_AMBIENT, 9, CAP_KILL, 0, 0));
    caps("raised");
    SAY(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_LOWER, CAP_KILL, 0, 0));
    caps("lowered");
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_KILL, 0, 0);
    SAY(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0));
    caps("cleared");
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_KILL, 0, 0);
    set(both, 0);
    caps("no longer inheritable");
    set(both, kill);
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_KILL, 0, 0);
    /* The user goes, its saved id stays: what is permitted stays with it. */
    SAY(setresuid(4242, 4242, 0));
    caps("another user");
    char *args[] = {"program", "again", 0};
    execve("/proc/self/exe", args, 0);
    _exit(1);
  }
  wait(NULL);
  return 0;
}
