/* A process group outlives its leader, with its number, in a pid namespace too: what a shell with job control relies on. */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void say(const char *what, long result) { printf("%s: %ld%s%s\n", what, result, result < 0 ? " " : "", result < 0 ? strerror(errno) : ""); fflush(stdout); }

static void inside(void) {
  int go[2];
  say("pid", getpid());
  pipe(go);
  pid_t leader = fork();
  if (leader == 0) { setpgid(0, 0); _exit(3); }
  setpgid(leader, leader);
  pid_t member = fork();
  if (member == 0) {
    char c;
    read(go[0], &c, 1);
    say("group of the member", getpgrp());
    say("join it again", setpgid(0, leader));
    say("a signal to the group", kill(-leader, 0));
    pid_t late = fork();
    if (late == 0) { say("group of its child", getpgid(0)); _exit(0); }
    waitpid(late, 0, 0);
    kill(-leader, SIGTERM);
    pause();
  }
  setpgid(member, leader);
  int status;
  waitpid(leader, &status, 0);
  say("leader ended with", WEXITSTATUS(status));
  say("its number as a process", kill(leader, 0));
  write(go[1], "x", 1);
  pid_t got = waitpid(-leader, &status, 0);
  say("waited for the group", got == member);
  say("killed by", WTERMSIG(status));
  say("the group is gone", kill(-leader, 0));
  say("nobody to join", setpgid(0, leader));
}

int main(void) {
  if (unshare(CLONE_NEWUSER | CLONE_NEWPID) != 0) return 1;
  if (fork() == 0) { inside(); _exit(0); }
  wait(0);
  return 0;
}
