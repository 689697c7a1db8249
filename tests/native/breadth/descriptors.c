/* Signals and processes as files, sets that watch sets, and what comes over unix sockets beside bytes. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/sched.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <unistd.h>

#define SAY(call) say(#call, (errno = 0, (long)(call)))
static long say(const char *what, long result) {
  printf("%s: %ld%s%s\n", what, result, result < 0 ? " " : "", result < 0 ? strerrorname_np(errno) : "");
  return result;
}
static void give(int to, const int *files, int count, const char *text) {
  char control[128];
  struct iovec v = {(void *)text, strlen(text)};
  struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1, .msg_control = control, .msg_controllen = CMSG_SPACE(4 * count)};
  struct cmsghdr *c = CMSG_FIRSTHDR(&m);
  c->cmsg_level = SOL_SOCKET, c->cmsg_type = SCM_RIGHTS, c->cmsg_len = CMSG_LEN(4 * count);
  memcpy(CMSG_DATA(c), files, 4 * count);
  sendmsg(to, &m, 0);
}
static void take(int from, int space, int flags) {
  char text[100], control[128];
  struct iovec v = {text, sizeof text};
  struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1, .msg_control = control, .msg_controllen = space};
  int n = recvmsg(from, &m, flags);
  printf("%.*s flags %x control %d:", n > 0 ? n : 0, text, m.msg_flags, (int)m.msg_controllen);
  for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) printf(" type %d length %d", c->cmsg_type, (int)c->cmsg_len);
  puts("");
}
static int beget(int *fd, unsigned long long flags) {
  struct clone_args a = {.flags = flags, .pidfd = (unsigned long)fd, .exit_signal = SIGCHLD};
  return syscall(SYS_clone3, &a, sizeof a);
}

int main(void) {
  setvbuf(stdout, NULL, _IONBF, 0);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGCHLD);
  sigprocmask(SIG_BLOCK, &set, NULL);
  int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
  struct signalfd_siginfo info[3];
  SAY(read(fd, info, sizeof info));
  struct pollfd look = {fd, POLLIN | POLLOUT};
  SAY(poll(&look, 1, 0));
  union sigval value = {.sival_int = 42};
  sigqueue(getpid(), SIGUSR1, value);
  if (fork() == 0) _exit(7);
  siginfo_t si;
  waitid(P_ALL, 0, &si, WEXITED | WNOWAIT);
  SAY(poll(&look, 1, 0));
  SAY(read(fd, info, 10));
  int n = SAY(read(fd, info, sizeof info)) / (int)sizeof *info;
  for (int i = 0; i < n; i++)
    printf("%u code %d value %d status %d own %d\n", info[i].ssi_signo, info[i].ssi_code, info[i].ssi_int, info[i].ssi_status,
           info[i].ssi_pid == (unsigned)getpid());
  wait(NULL);
  fcntl(fd, F_SETFL, 0);
  if (fork() == 0) {
    usleep(5000);
    kill(getppid(), SIGUSR1);
    _exit(0);
  }
  SAY(read(fd, info, sizeof *info));
  wait(NULL);

  int child = fork();
  if (child == 0) pause();
  int pidfd = syscall(SYS_pidfd_open, child, 0);
  SAY(syscall(SYS_pidfd_open, 0, 0));
  SAY(syscall(SYS_pidfd_open, child, 12345));
  SAY(syscall(SYS_pidfd_open, 99999, 0));
  int got = syscall(SYS_pidfd_getfd, pidfd, fd, 0);
  printf("got %d %d\n", got > pidfd, fcntl(got, F_GETFD));
  SAY(syscall(SYS_pidfd_getfd, pidfd, 99, 0));
  SAY(syscall(SYS_pidfd_send_signal, pidfd, SIGTERM, NULL, 0));
  SAY(waitid(P_PIDFD, pidfd, &si, WEXITED | WNOWAIT));
  printf("%d %d %d\n", si.si_code, si.si_status, si.si_pid == child);
  SAY(waitid(P_PIDFD, pidfd, &si, WEXITED));
  SAY(waitid(P_PIDFD, pidfd, &si, WEXITED));
  SAY(waitid(P_PIDFD, fd, &si, WEXITED));
  SAY(syscall(SYS_pidfd_getfd, pidfd, 1, 0));
  int born = -1;
  if (beget(&born, CLONE_PIDFD) == 0) _exit(5);
  SAY(waitid(P_PIDFD, born, &si, WEXITED));
  printf("%d\n", si.si_status);
  signal(SIGUSR2, exit);
  if ((child = beget(NULL, CLONE_CLEAR_SIGHAND)) == 0) {
    raise(SIGUSR2);
    _exit(1);
  }
  int status;
  waitpid(child, &status, 0);
  printf("%x\n", status);
  char much[128] = {0};
  much[100] = 1;
  SAY(syscall(SYS_clone3, much, sizeof much));
  SAY(syscall(SYS_clone3, much, 8));

  int outer = epoll_create1(0), inner = epoll_create1(0), p[2];
  pipe(p);
  struct epoll_event event = {EPOLLIN}, told;
  SAY(epoll_ctl(inner, EPOLL_CTL_ADD, p[0], &event));
  SAY(epoll_ctl(outer, EPOLL_CTL_ADD, inner, &event));
  SAY(epoll_ctl(inner, EPOLL_CTL_ADD, outer, &event));
  SAY(epoll_ctl(inner, EPOLL_CTL_ADD, inner, &event));
  write(p[1], "x", 1);
  SAY(epoll_wait(outer, &told, 1, -1));
  struct timespec soon = {0, 1000000};
  SAY(syscall(SYS_epoll_pwait2, outer, &told, 1, (long long[]){0, 1000000}, NULL, 8));
  struct timeval little = {0, 3000};
  SAY(select(0, NULL, NULL, NULL, &little));
  printf("left %ld\n", (long)little.tv_usec);

  int s[2], on = 1;
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  give(s[0], p, 2, "both");
  take(s[1], 128, MSG_CMSG_CLOEXEC);
  give(s[0], p, 2, "one");
  take(s[1], CMSG_LEN(4), 0);
  give(s[0], p, 1, "none");
  take(s[1], 0, 0);
  give(s[0], p, 1, "A");
  write(s[0], "B", 1);
  take(s[1], 128, 0);
  take(s[1], 128, 0);
  setsockopt(s[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
  write(s[0], "A", 1);
  give(s[0], p, 1, "B");
  write(s[0], "C", 1);
  give(s[0], p, 1, "D");
  for (int i = 0; i < 2; i++) take(s[1], 128, MSG_DONTWAIT);
  return 0;
}
