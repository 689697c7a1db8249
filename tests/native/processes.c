/* fork, wait in its forms, zombies, exec, process groups, vfork, orphans. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void say(const char *what, long result) { printf("%s: %ld%s%s\n", what, result, result < 0 ? " " : "", result < 0 ? strerror(errno) : ""); fflush(stdout); }

static int global = 1;
static volatile int chld;
static void on_child(int s, siginfo_t *i, void *u) { chld = s; printf("SIGCHLD code %d status %d\n", i->si_code, i->si_status); fflush(stdout); }

int main(int argc, char **argv, char **envp) {
  if (argc > 1 && !strcmp(argv[1], "again")) {
    printf("exec'd: argc %d %s, env %s, fd 9 %s, handler %s, ignored %s\n", argc, argv[2], getenv("NEW") ? getenv("NEW") : "none", fcntl(9, F_GETFD) < 0 ? "closed" : "open",
           signal(SIGUSR1, SIG_DFL) == SIG_DFL ? "default" : "kept", signal(SIGUSR2, SIG_DFL) == SIG_IGN ? "kept" : "lost");
    return 7;
  }
  int status;
  say("no child", wait(&status));
  pid_t pid = fork();
  if (pid == 0) { global = 2; printf("child: parent is %s\n", getppid() > 0 ? "there" : "none"); fflush(stdout); _exit(5); }
  say("waited", waitpid(pid, &status, 0) == pid);
  printf("exited %d status %d, global %d\n", WIFEXITED(status), WEXITSTATUS(status), global);
  pid = fork();
  if (pid == 0) for (;;) pause();
  say("not yet", waitpid(pid, &status, WNOHANG));
  kill(pid, SIGSTOP);
  say("stopped", waitpid(pid, &status, WUNTRACED) == pid);
  printf("%d %d\n", WIFSTOPPED(status), WSTOPSIG(status));
  kill(pid, SIGCONT);
  say("continued", waitpid(pid, &status, WCONTINUED) == pid && WIFCONTINUED(status));
  kill(pid, SIGTERM);
  siginfo_t info;
  memset(&info, 0, sizeof info);
  say("waitid", waitid(P_PID, pid, &info, WEXITED | WNOWAIT));
  printf("code %d status %d signo %d same %d\n", info.si_code, info.si_status, info.si_signo, info.si_pid == pid);
  say("still there", waitpid(pid, &status, 0) == pid);
  printf("signaled %d %d core %d\n", WIFSIGNALED(status), WTERMSIG(status), WCOREDUMP(status));
  say("gone", kill(pid, 0));

  int *shared = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int *own = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  *shared = *own = 1;
  if (fork() == 0) { *shared = 42; *own = 42; _exit(0); }
  wait(0);
  printf("shared %d own %d\n", *shared, *own);

  struct sigaction a = {.sa_sigaction = on_child, .sa_flags = SA_SIGINFO | SA_RESTART};
  sigaction(SIGCHLD, &a, 0);
  if ((pid = fork()) == 0) _exit(3);
  while (!chld) pause();
  say("wait after", wait(&status) == pid);
  signal(SIGCHLD, SIG_IGN);
  if (fork() == 0) _exit(1);
  say("ignored children", wait(&status));
  signal(SIGCHLD, SIG_DFL);

  signal(SIGUSR1, (void (*)(int))on_child);
  signal(SIGUSR2, SIG_IGN);
  open("/dev/null", O_RDONLY);
  dup3(0, 9, O_CLOEXEC);
  if ((pid = vfork()) == 0) {
    char *args[] = {argv[0], "again", "x y", 0}, *env[] = {"NEW=yes", 0};
    execve("/proc/self/exe", args, env);
    _exit(99);
  }
  waitpid(pid, &status, 0);
  printf("exec status %d\n", WEXITSTATUS(status));
  char *none[] = {"x", 0};
  say("exec of nothing", execve("/nothing/there", none, envp));
  say("exec of a directory", execve("/", none, envp));
  int fd = open("/tmp/strata-script", O_CREAT | O_WRONLY | O_TRUNC, 0755);
  const char *text = "not a program\n";
  write(fd, text, strlen(text));
  close(fd);
  say("exec of text", execve("/tmp/strata-script", none, envp));
  chmod("/tmp/strata-script", 0644);
  say("unlink", unlink("/tmp/strata-script"));

  int p[2];
  pipe(p);
  if ((pid = fork()) == 0) {
    if (fork() == 0) {
      close(p[0]);
      while (getppid() == pid) ;
      usleep(50000);
      write(p[1], "orphan", 6);
      _exit(0);
    }
    _exit(0);
  }
  waitpid(pid, 0, 0);
  close(p[1]);
  char buf[16] = {0};
  read(p[0], buf, 15);
  printf("%s\n", buf);

  pid = fork();
  if (pid == 0) { setpgid(0, 0); printf("own group %d\n", getpgrp() == getpid()); fflush(stdout); say("setsid of a leader", setsid()); for (;;) pause(); }
  usleep(20000);
  say("other group", getpgid(pid) == pid);
  say("kill group", kill(-pid, SIGKILL));
  waitpid(-pid, &status, 0);
  printf("%d\n", WTERMSIG(status));
  if ((pid = fork()) == 0) _exit(setsid() == getpid() && getsid(0) == getpid() ? 4 : 5);
  waitpid(pid, &status, 0);
  printf("%d\n", WEXITSTATUS(status));

  struct rusage r;
  say("rusage", getrusage(RUSAGE_CHILDREN, &r));
  say("nice", nice(5));
  say("priority", getpriority(PRIO_PROCESS, 0));
  prctl(PR_SET_NAME, "renamed");
  char name[16];
  prctl(PR_GET_NAME, name);
  puts(name);
  for (int i = 0; i < 20; i++) if (fork() == 0) _exit(i);
  int sum = 0;
  while (wait(&status) > 0) sum += WEXITSTATUS(status);
  printf("sum %d\n", sum);
  fflush(stdout);
  execl("/proc/self/exe", argv[0], "again", "last", (char *)0);
  return 1;
}
