/* Directories: making, listing while removing, dot-dot, working directory, permissions of paths. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void say(const char *what, long result) { printf("%s: %ld%s%s\n", what, result, result < 0 ? " " : "", result < 0 ? strerror(errno) : ""); }
static int compare(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static void list(const char *path) {
  DIR *d = opendir(path);
  char *names[2000];
  int n = 0;
  for (struct dirent *e; d && (e = readdir(d));) { if (n < 2000) { names[n] = malloc(strlen(e->d_name) + 3); sprintf(names[n++], "%s:%d", e->d_name, e->d_type == DT_DIR); } }
  closedir(d);
  qsort(names, n, sizeof *names, compare);
  printf("%d entries:", n);
  for (int i = 0; i < n && i < 8; i++) printf(" %s", names[i]);
  printf("\n");
}

int main(void) {
  char dir[] = "/tmp/strata-dirs-XXXXXX", buf[4096], name[64];
  if (!mkdtemp(dir)) return 1;
  say("chdir", chdir(dir));
  say("mkdir", mkdir("sub", 0755));
  say("mkdir again", mkdir("sub", 0755));
  say("mkdir under missing", mkdir("no/sub", 0755));
  say("mkdir with slash", mkdir("sub/deep/", 0700));
  list(".");
  for (int i = 0; i < 500; i++) { sprintf(name, "sub/deep/file%03d", i); close(creat(name, 0600)); }
  list("sub/deep");
  say("rmdir not empty", rmdir("sub/deep"));
  say("unlink directory", unlink("sub") < 0);
  DIR *d = opendir("sub/deep");
  int removed = 0;
  for (struct dirent *e; (e = readdir(d));) if (e->d_name[0] == 'f') { sprintf(name, "sub/deep/%s", e->d_name); removed += unlink(name) == 0; }
  closedir(d);
  printf("removed %d\n", removed);
  list("sub/deep");
  say("chdir deep", chdir("sub/./deep/../deep"));
  getcwd(buf, sizeof buf);
  printf("cwd %s\n", buf + strlen(dir));
  say("small getcwd", getcwd(buf, 3) ? 0 : -1);
  say("dot-dot", access("../../sub/deep", X_OK));
  say("rename directory", rename("../deep", "../../moved"));
  getcwd(buf, sizeof buf);
  printf("cwd %s\n", buf + strlen(dir));
  say("into itself", rename("../moved", "../moved/x"));
  int fd = open("..", O_RDONLY | O_DIRECTORY);
  say("openat", close(openat(fd, "new", O_CREAT | O_WRONLY, 0600)));
  say("fstatat", fstatat(fd, "new", &(struct stat){0}, 0));
  say("mkdirat", mkdirat(fd, "made", 0755));
  say("unlinkat", unlinkat(fd, "made", AT_REMOVEDIR));
  say("fchdir", fchdir(fd));
  say("root above", access("/../../..", F_OK));
  struct stat a, b;
  stat("/", &a); stat("/..", &b);
  printf("same %d\n", a.st_ino == b.st_ino);
  stat(".", &a);
  printf("links %d\n", (int)a.st_nlink);
  say("rmdir dot", rmdir("moved/."));
  say("file as directory", rmdir("new"));
  say("trailing slash of file", access("new/", F_OK));
  unlink("new"); rmdir("moved"); rmdir("sub");
  chdir("/");
  say("rmdir", rmdir(dir));
  return 0;
}
