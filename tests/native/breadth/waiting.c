/* select, poll and epoll on pipes, sockets, event and timer descriptors: levels, edges, one shot, time outs. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* What a call answered, and why: the call comes first. */
#define say(format, call) do { long answer = (errno = 0, call); printf(format, (int)answer, strerror(errno)); } while (0)

static void show(const char *what, int n, struct epoll_event *e) {
  printf("%s: %d", what, n);
  for (int i = 0; i < n; i++) printf(" [%d %x]", e[i].data.fd, e[i].events);
  printf("\n");
}

int main(void) {
  int p[2], q[2];
  pipe(p);
  socketpair(AF_UNIX, SOCK_STREAM, 0, q);
  fd_set reads, writes;
  FD_ZERO(&reads);
  FD_ZERO(&writes);
  FD_SET(p[0], &reads);
  FD_SET(q[0], &reads);
  FD_SET(p[1], &writes);
  struct timeval now = {0, 0};
  printf("select %d", select(16, &reads, &writes, NULL, &now));
  printf(" %d %d %d\n", FD_ISSET(p[0], &reads) != 0, FD_ISSET(q[0], &reads) != 0, FD_ISSET(p[1], &writes) != 0);
  write(p[1], "x", 1);
  struct pollfd fds[3] = {{p[0], POLLIN, 0}, {q[0], POLLIN | POLLOUT, 0}, {99, POLLIN, 0}};
  printf("poll %d", poll(fds, 3, 0));
  printf(" %x %x %x\n", fds[0].revents, fds[1].revents, fds[2].revents);
  close(q[1]);
  fds[1].revents = 0;
  poll(fds, 2, 0);
  printf("after the other end closed: %x\n", fds[1].revents);

  int e = epoll_create1(0), v = eventfd(3, EFD_NONBLOCK | EFD_SEMAPHORE), t = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  struct epoll_event event = {.events = EPOLLIN}, got[8];
  event.data.fd = 1;
  epoll_ctl(e, EPOLL_CTL_ADD, p[0], &event);
  show("level", epoll_wait(e, got, 8, 0), got);
  show("level again", epoll_wait(e, got, 8, 0), got);
  event.events = EPOLLIN | EPOLLET;
  epoll_ctl(e, EPOLL_CTL_MOD, p[0], &event);
  show("edge", epoll_wait(e, got, 8, 0), got);
  show("edge again", epoll_wait(e, got, 8, 0), got);
  write(p[1], "y", 1);
  show("edge after more", epoll_wait(e, got, 8, 0), got);
  event.events = EPOLLIN | EPOLLONESHOT;
  event.data.fd = 2;
  epoll_ctl(e, EPOLL_CTL_ADD, v, &event);
  show("one shot", epoll_wait(e, got, 8, 0), got);
  show("spent", epoll_wait(e, got, 8, 0), got);
  uint64_t n = 0;
  for (int i = 0; i < 4; i++) printf("event %d", (int)read(v, &n, 8)), printf(" %d\n", (int)n);
  struct itimerspec when = {.it_interval = {0, 3000000}, .it_value = {0, 3000000}};
  timerfd_settime(t, 0, &when, NULL);
  event.events = EPOLLIN;
  event.data.fd = 3;
  epoll_ctl(e, EPOLL_CTL_ADD, t, &event);
  show("timer", epoll_wait(e, got, 8, 1000), got);
  n = 0;
  printf("expired %d %d\n", (int)read(t, &n, 8), n >= 1);
  say("add twice: %d %s\n", epoll_ctl(e, EPOLL_CTL_ADD, t, &event));
  epoll_ctl(e, EPOLL_CTL_DEL, t, NULL);
  say("delete twice: %d %s\n", epoll_ctl(e, EPOLL_CTL_DEL, t, NULL));
  printf("time out: %d\n", epoll_wait(e, got, 8, 5));
  close(p[1]);
  show("hang up", epoll_wait(e, got, 8, 0), got);

  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, NULL);
  struct timespec brief = {0, 1000000};
  sigset_t none;
  sigemptyset(&none);
  kill(getpid(), SIGUSR1);
  signal(SIGUSR1, SIG_IGN);
  printf("ppoll: %d\n", ppoll(fds, 1, &brief, &none) >= 0);
  return 0;
}
