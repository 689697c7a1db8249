/* A tree of processes: each tells its parent by its status how many there are below it; orphans come to a subreaper. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a call answered, and why: the call comes first. */
#define say(format, call) do { long answer = (errno = 0, call); printf(format, (int)answer, strerror(errno)); } while (0)

static int grow(int depth, int width) {
  int below = 0;
  for (int i = 0; i < width && depth > 0; i++) {
    pid_t child = fork();
    if (child == 0) _exit(grow(depth - 1, width));
    int status;
    if (waitpid(child, &status, 0) != child || !WIFEXITED(status)) return 255;
    below += 1 + WEXITSTATUS(status);
  }
  return below;
}

int main(void) {
  printf("3 deep, 3 wide: %d\n", grow(3, 3));
  fflush(stdout);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  pid_t top = getpid();
  pid_t middle = fork();
  if (middle == 0) {
    if (fork() == 0) {
      usleep(20000);
      _exit(getppid() == top ? 7 : 8);
    }
    _exit(3);
  }
  int status;
  for (int i = 0; i < 2; i++) {
    pid_t pid = wait(&status);
    printf("%s ended with %d\n", pid == middle ? "the child" : "the orphan", WEXITSTATUS(status));
  }
  say("wait: %d %s\n", (int)wait(&status));

  pid_t group = fork();
  if (group == 0) {
    setpgid(0, 0);
    for (;;) pause();
  }
  setpgid(group, group);
  printf("kill the group: %d\n", kill(-group, 15));
  siginfo_t info;
  memset(&info, 0, sizeof info);
  printf("waitid: %d", waitid(P_PID, group, &info, WEXITED | WNOWAIT));
  printf(" code %d status %d same %d\n", info.si_code, info.si_status, info.si_pid == group);
  printf("still there: %d\n", waitpid(group, &status, WNOHANG) == group);
  struct rusage used;
  printf("children took time: %d\n", getrusage(RUSAGE_CHILDREN, &used) == 0);
  if (vfork() == 0) _exit(9);
  wait(&status);
  printf("vfork: %d\n", WEXITSTATUS(status));
  return 0;
}
