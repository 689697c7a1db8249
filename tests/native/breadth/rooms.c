/* clone with namespaces: pid, uts, mount, user; what the child sees, what the parent keeps; setns and unshare. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a call answered, and why: the call comes first. */
#define say(format, call) do { long answer = (errno = 0, call); printf(format, (int)answer, strerror(errno)); } while (0)

static char stack[65536];
static int gate[2];

static int inside(void *unused) {
  (void)unused;
  char name[64], word;
  close(gate[1]);
  read(gate[0], &word, 1);
  printf("inside: pid %d, parent %d, uid %d\n", getpid(), getppid(), getuid());
  printf("sethostname %d\n", sethostname("room", 4));
  gethostname(name, sizeof name);
  printf("name %s\n", name);
  printf("mount %d\n", mount("t", "/tmp", "tmpfs", 0, ""));
  int f = open("/tmp/inside-only", O_CREAT | O_WRONLY, 0600);
  printf("file made %d\n", f >= 0);
  fflush(stdout);
  if (fork() == 0) {
    printf("grandchild: pid %d, parent %d\n", getpid(), getppid());
    fflush(stdout);
    _exit(0);
  }
  wait(NULL);
  printf("kill oneself: %d, still here\n", kill(getpid(), SIGTERM));
  say("no such process: %d %s\n", kill(500, 0));
  fflush(stdout);
  return 42;
}

static void map(pid_t pid, const char *file, const char *text) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", pid, file);
  int f = open(path, O_WRONLY);
  if (f < 0 || write(f, text, strlen(text)) < 0) printf("%s: %s\n", file, strerror(errno));
  close(f);
}

int main(void) {
  char before[64], after[64];
  gethostname(before, sizeof before);
  pipe(gate);
  pid_t child = clone(inside, stack + sizeof stack, CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWNS | CLONE_NEWIPC | SIGCHLD, NULL);
  printf("cloned %d\n", child > 0);
  char line[64];
  snprintf(line, sizeof line, "0 %d 1", getuid());
  map(child, "uid_map", line);
  map(child, "setgroups", "deny");
  snprintf(line, sizeof line, "0 %d 1", getgid());
  map(child, "gid_map", line);
  fflush(stdout);
  close(gate[0]);
  write(gate[1], "g", 1);
  int status;
  waitpid(child, &status, 0);
  printf("ended %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
  gethostname(after, sizeof after);
  struct stat s;
  printf("name kept %d, file hidden %d\n", strcmp(before, after) == 0, stat("/tmp/inside-only", &s) < 0);
  fflush(stdout);
  if (fork() == 0) {
    printf("unshare %d\n", unshare(CLONE_NEWUSER | CLONE_NEWUTS));
    printf("overflow uid %d\n", getuid());
    printf("right over the name %d\n", sethostname("other", 5));
    int own = open("/proc/self/ns/uts", O_RDONLY);
    int joined = setns(own, CLONE_NEWUTS), wrong = setns(own, CLONE_NEWNET);
    printf("setns %d, wrong kind %d %s\n", joined, wrong, strerror(errno));
    printf("thread of another pid namespace: %d\n", unshare(CLONE_NEWPID));
    fflush(stdout);
    pid_t first = fork();
    if (first == 0) _exit(getpid());
    waitpid(first, &status, 0);
    printf("first there has number %d\n", WEXITSTATUS(status));
    fflush(stdout);
    _exit(0);
  }
  wait(NULL);
  return 0;
}
