/* What is read from a signalfd has the program's own numbers of signals, one record or several at a time. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *name(unsigned signal) {
  return signal == SIGUSR1 ? "USR1" : signal == SIGUSR2 ? "USR2" : signal == SIGCHLD ? "CHLD" : signal == SIGTSTP ? "TSTP" : signal == (unsigned)SIGRTMIN + 3 ? "RTMIN+3" : "another";
}

static void show(int fd, int room) {
  struct signalfd_siginfo info[4];
  memset(info, 0, sizeof info);
  ssize_t got = read(fd, info, room * sizeof info[0]);
  printf("%d records:", (int)(got / (ssize_t)sizeof info[0]));
  for (int i = 0; i * (ssize_t)sizeof info[0] < got; i++)
    printf(" %s code %d own %d value %d status %d;", name(info[i].ssi_signo), info[i].ssi_code, info[i].ssi_pid == (unsigned)getpid(), info[i].ssi_int, info[i].ssi_status);
  printf("\n");
}

int main(void) {
  sigset_t set;
  sigemptyset(&set);
  const int signals[] = {SIGUSR1, SIGUSR2, SIGCHLD, SIGTSTP, SIGRTMIN + 3};
  for (int i = 0; i < 5; i++) sigaddset(&set, signals[i]);
  sigprocmask(SIG_BLOCK, &set, NULL);
  int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  kill(getpid(), SIGUSR1);
  show(fd, 1);
  kill(getpid(), SIGTSTP);
  show(fd, 2);
  sigqueue(getpid(), SIGRTMIN + 3, (union sigval){.sival_int = 42});
  sigqueue(getpid(), SIGRTMIN + 3, (union sigval){.sival_int = 43});
  show(fd, 4);
  int child = fork();
  if (child == 0) _exit(5);
  siginfo_t info;
  waitid(P_PID, child, &info, WEXITED | WNOWAIT);
  show(fd, 1);
  waitpid(child, NULL, 0);
  show(fd, 1);
  return 0;
}
