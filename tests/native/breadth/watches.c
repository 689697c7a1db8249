/* Watching files and directories: what inotify tells of every way to change them. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>
#include <utime.h>

static const char *names[] = {"access", "modify", "attrib", "close_write", "close", "open", "moved_from", "moved_to", "create", "delete",
                              "delete_self", "move_self"};

static unsigned first_cookie;

static void show(const struct inotify_event *e) {
  printf(" %d", e->wd);
  for (int i = 0; i < 12; i++)
    if (e->mask & (1u << i)) printf(" %s", names[i]);
  if (e->mask & IN_IGNORED) printf(" ignored");
  if (e->mask & IN_UNMOUNT) printf(" unmount");
  if (e->mask & IN_Q_OVERFLOW) printf(" overflow");
  if (e->mask & IN_ISDIR) printf(" dir");
  if (e->cookie) {
    if (!first_cookie) first_cookie = e->cookie;
    printf(" cookie %u", e->cookie - first_cookie);
  }
  if (e->len) printf(" %s/%u", e->name, e->len);
  printf("\n");
}

static void drain(int fd, const char *what) {
  char buffer[8192] __attribute__((aligned(8)));
  int waiting = -1;
  ioctl(fd, FIONREAD, &waiting);
  printf("%s (%d bytes)\n", what, waiting);
  for (;;) {
    int n = read(fd, buffer, sizeof buffer);
    if (n < 0) {
      if (errno != EAGAIN) printf(" read: %s\n", strerror(errno));
      return;
    }
    for (char *at = buffer; at < buffer + n; at += sizeof(struct inotify_event) + ((struct inotify_event *)at)->len)
      show((struct inotify_event *)at);
  }
}

static void put(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  write(fd, text, strlen(text));
  close(fd);
}
static void append(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_APPEND);
  write(fd, text, strlen(text));
  close(fd);
}
static void get(const char *path) {
  char b[16];
  int fd = open(path, O_RDONLY);
  read(fd, b, sizeof b);
  read(fd, b, sizeof b);
  close(fd);
}

int main(void) {
  int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC), wd;
  mkdir("d", 0755);
  mkdir("e", 0755);
  put("f", "one");
  wd = inotify_add_watch(fd, "d", IN_ALL_EVENTS);
  printf("watch %d\n", wd);
  put("d/a", "x");
  drain(fd, "a new file");
  append("d/a", "yy");
  drain(fd, "once more");
  get("d/a");
  drain(fd, "read");
  rename("d/a", "d/b");
  rename("d/b", "e/c");
  rename("e/c", "d/a");
  drain(fd, "renamed");
  chmod("d/a", 0600);
  chown("d/a", 0, 0);
  utime("d/a", NULL);
  truncate("d/a", 1);
  drain(fd, "attributes");
  link("d/a", "d/l");
  symlink("a", "d/s");
  mkfifo("d/p", 0644);
  unlink("d/s");
  unlink("d/p");
  unlink("d/l");
  drain(fd, "names");
  mkdir("d/sub", 0755);
  close(open("d/sub", O_RDONLY | O_DIRECTORY));
  rename("d/sub", "d/under");
  rmdir("d/under");
  drain(fd, "directories");
  chmod("d", 0700);
  close(open("d", O_RDONLY | O_DIRECTORY));
  drain(fd, "itself");

  int file = inotify_add_watch(fd, "d/a", IN_ALL_EVENTS);
  printf("watch %d, again %d\n", file, inotify_add_watch(fd, "d/a", IN_ALL_EVENTS));
  get("d/a");
  drain(fd, "both hear, the directory first");
  int held = open("d/a", O_WRONLY | O_APPEND);
  unlink("d/a");
  drain(fd, "without a name");
  write(held, "zz", 2);
  fchmod(held, 0644);
  close(held);
  drain(fd, "and gone");
  printf("rm %d", inotify_rm_watch(fd, file));
  printf(" %s\n", strerror(errno));

  file = inotify_add_watch(fd, "f", IN_MODIFY | IN_DELETE_SELF | IN_MOVE_SELF | IN_ATTRIB);
  put("g", "two");
  rename("g", "f");
  drain(fd, "replaced");
  rename("f", "d/f");
  drain(fd, "moved in");
  inotify_add_watch(fd, "d/f", IN_OPEN | IN_ONESHOT);
  get("d/f");
  get("d/f");
  drain(fd, "one shot");

  printf("masks: %d", inotify_add_watch(fd, "d", 0));
  printf(" %s", strerror(errno));
  printf(", %d", inotify_add_watch(fd, "d/f", IN_OPEN | IN_ONLYDIR));
  printf(" %s", strerror(errno));
  printf(", %d", inotify_add_watch(fd, "nosuch", IN_OPEN));
  printf(" %s", strerror(errno));
  printf(", %d", inotify_add_watch(fd, "d", IN_OPEN | IN_MASK_CREATE));
  printf(" %s", strerror(errno));
  printf(", %d", inotify_add_watch(0, "d", IN_OPEN));
  printf(" %s", strerror(errno));
  printf(", %d", inotify_init1(12345));
  printf(" %s\n", strerror(errno));

  inotify_add_watch(fd, "d", IN_CREATE);
  inotify_add_watch(fd, "d", IN_DELETE | IN_MASK_ADD);
  put("d/x", "");
  unlink("d/x");
  drain(fd, "added to");
  for (int i = 0; i < 3; i++) {
    put("d/long name of a file", "1");
    unlink("d/long name of a file");
  }
  char small[20];
  printf("small: %d", read(fd, small, sizeof small));
  printf(" %s\n", strerror(errno));
  struct pollfd p = {fd, POLLIN, 0};
  printf("poll %d", poll(&p, 1, 0));
  printf(" %d\n", p.revents);
  drain(fd, "many");
  printf("poll %d\n", poll(&p, 1, 0));
  printf("rm %d\n", inotify_rm_watch(fd, wd));
  drain(fd, "no longer");
  put("d/x", "");
  drain(fd, "nothing");

  wd = inotify_add_watch(fd, "e", IN_EXCL_UNLINK | IN_MODIFY | IN_CREATE | IN_DELETE);
  held = open("e/t", O_CREAT | O_WRONLY, 0644);
  write(held, "a", 1);
  unlink("e/t");
  write(held, "b", 1);
  close(held);
  drain(fd, "unlinked ones are left out");
  inotify_rm_watch(fd, wd);
  drain(fd, "end");
  wd = inotify_add_watch(fd, "e", IN_ALL_EVENTS);
  rename("e", "h");
  rmdir("h");
  drain(fd, "the directory itself");
  for (int i = 0; i < 200; i++)
    if ((file = inotify_init()) < 0) {
      printf("too many: %s\n", strerror(errno));
      break;
    }
  return 0;
}
