/* Loopback TCP and UDP, unix sockets with passed descriptors, options, shutdown, errors. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static void say(const char *what, long result) { printf("%s: %ld%s%s\n", what, result, result < 0 ? " " : "", result < 0 ? strerror(errno) : ""); fflush(stdout); }
static struct sockaddr_in at(int port) { struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)}; a.sin_addr.s_addr = htonl(INADDR_LOOPBACK); return a; }
#define A(x) ((struct sockaddr *)&x), sizeof x

int main(void) {
  char buf[256];
  int on = 1;
  signal(SIGPIPE, SIG_IGN);
  int l = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  struct sockaddr_in any = at(0), name;
  socklen_t len = sizeof name;
  say("bind", bind(l, A(any)));
  getsockname(l, (struct sockaddr *)&name, &len);
  printf("a port %d, loopback %d, length %d\n", ntohs(name.sin_port) >= 1024, ntohl(name.sin_addr.s_addr) == INADDR_LOOPBACK, len);
  say("listen", listen(l, 5));
  int again = socket(AF_INET, SOCK_STREAM, 0);
  say("same port", bind(again, A(name)));
  close(again);
  if (fork() == 0) {
    int c = socket(AF_INET, SOCK_STREAM, 0);
    int connected = connect(c, A(name));
    write(c, "hello server", 12);
    shutdown(c, SHUT_WR);
    int n = read(c, buf, sizeof buf);
    printf("connect %d, client read %d %.*s\n", connected, n, n, buf);
    say("end", read(c, buf, 1));
    fflush(stdout);
    _exit(0);
  }
  struct sockaddr_in from;
  len = sizeof from;
  int s = accept(l, (struct sockaddr *)&from, &len);
  printf("accepted %d family %d\n", s > 0, from.sin_family);
  fflush(stdout);
  int total = 0, n;
  while ((n = read(s, buf + total, sizeof buf - total)) > 0) total += n;
  write(s, buf, total);
  close(s);
  wait(0);
  say("nonblocking accept", (fcntl(l, F_SETFL, O_NONBLOCK), accept(l, 0, 0)));
  struct sockaddr_in nobody = at(1);
  int c = socket(AF_INET, SOCK_STREAM, 0);
  say("refused", connect(c, A(nobody)));
  say("unconnected", send(c, "x", 1, 0));
  say("getpeername", getpeername(c, (struct sockaddr *)&from, &len));
  close(c);

  c = socket(AF_INET, SOCK_STREAM, 0);
  connect(c, A(name));
  fcntl(l, F_SETFL, 0);
  s = accept(l, 0, 0);
  int type; len = sizeof type;
  getsockopt(s, SOL_SOCKET, SO_TYPE, &type, &len);
  printf("type %d\n", type);
  struct pollfd p = {s, POLLIN | POLLOUT, 0};
  say("poll", poll(&p, 1, 0));
  printf("%x\n", p.revents);
  send(c, "peek", 4, 0);
  say("peek", recv(s, buf, 10, MSG_PEEK));
  say("recv", recv(s, buf, 10, MSG_DONTWAIT));
  say("empty", recv(s, buf, 10, MSG_DONTWAIT));
  close(c);
  say("closed", recv(s, buf, 10, 0));
  say("write 1", write(s, "x", 1));
  say("write 2", write(s, "x", 1));
  close(s);

  int u1 = socket(AF_INET, SOCK_DGRAM, 0), u2 = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in ua = at(0);
  bind(u1, A(ua));
  len = sizeof ua;
  getsockname(u1, (struct sockaddr *)&ua, &len);
  say("sendto", sendto(u2, "datagram", 8, 0, A(ua)));
  say("sendto", sendto(u2, "two", 3, 0, A(ua)));
  len = sizeof from;
  n = recvfrom(u1, buf, 4, 0, (struct sockaddr *)&from, &len);
  printf("%d %.4s\n", n, buf);
  say("second", recv(u1, buf, sizeof buf, 0));
  say("reply", sendto(u1, "back", 4, 0, A(from)));
  say("got", recv(u2, buf, sizeof buf, 0));
  close(u1);
  connect(u2, A(ua));
  say("to nobody", send(u2, "x", 1, 0));
  usleep(1000);
  say("told", send(u2, "x", 1, 0));

  int pair[2];
  say("socketpair", socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  int ends[2];
  pipe(ends);
  struct iovec v = {"fd", 2};
  union { char b[CMSG_SPACE(sizeof(int))]; struct cmsghdr h; } control;
  struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1, .msg_control = control.b, .msg_controllen = sizeof control.b};
  struct cmsghdr *h = CMSG_FIRSTHDR(&m);
  h->cmsg_level = SOL_SOCKET; h->cmsg_type = SCM_RIGHTS; h->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(h), &ends[1], sizeof(int));
  say("sendmsg", sendmsg(pair[0], &m, 0));
  struct iovec r = {buf, sizeof buf};
  memset(&control, 0, sizeof control);
  m = (struct msghdr){.msg_iov = &r, .msg_iovlen = 1, .msg_control = control.b, .msg_controllen = sizeof control.b};
  say("recvmsg", recvmsg(pair[1], &m, 0));
  int got;
  memcpy(&got, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof(int));
  write(got, "through", 7);
  n = read(ends[0], buf, sizeof buf);
  printf("%.*s\n", n, buf);
  struct ucred cred; len = sizeof cred;
  getsockopt(pair[0], SOL_SOCKET, SO_PEERCRED, &cred, &len);
  printf("peer is me %d uid %d\n", cred.pid == getpid(), cred.uid == getuid());
  close(pair[1]);
  say("no peer", write(pair[0], "x", 1));
  say("its end", read(pair[0], buf, 1));

  struct sockaddr_un un = {.sun_family = AF_UNIX};
  snprintf(un.sun_path, sizeof un.sun_path, "/tmp/strata-sock-%d", getpid());
  unlink(un.sun_path);
  int ul = socket(AF_UNIX, SOCK_STREAM, 0), uc = socket(AF_UNIX, SOCK_STREAM, 0);
  say("nobody there", connect(uc, A(un)));
  say("bind", bind(ul, A(un)));
  say("not listening", connect(uc, A(un)));
  say("listen", listen(ul, 1));
  say("connect", connect(uc, A(un)));
  int us = accept(ul, 0, 0);
  send(us, "unix", 4, 0);
  n = recv(uc, buf, sizeof buf, 0);
  printf("%.*s\n", n, buf);
  say("bind again", bind(socket(AF_UNIX, SOCK_STREAM, 0), A(un)));
  say("unlink", unlink(un.sun_path));
  say("family", socket(77, SOCK_STREAM, 0));
  say("type", socket(AF_INET, 77, 0));

  int e = epoll_create1(0), ev = eventfd(0, EFD_NONBLOCK), tf = timerfd_create(CLOCK_MONOTONIC, 0);
  struct epoll_event want = {.events = EPOLLIN, .data.u32 = 5}, have[4];
  epoll_ctl(e, EPOLL_CTL_ADD, ev, &want);
  want.data.u32 = 6;
  epoll_ctl(e, EPOLL_CTL_ADD, tf, &want);
  say("epoll again", epoll_ctl(e, EPOLL_CTL_ADD, ev, &want));
  say("nothing", epoll_wait(e, have, 4, 0));
  unsigned long long one = 3;
  write(ev, &one, 8);
  say("event", epoll_wait(e, have, 4, -1));
  printf("%u\n", have[0].data.u32);
  read(ev, &one, 8);
  printf("%llu\n", one);
  say("empty", read(ev, &one, 8));
  struct itimerspec ts = {{0, 0}, {0, 2000000}};
  timerfd_settime(tf, 0, &ts, 0);
  say("timer", epoll_wait(e, have, 4, -1));
  read(tf, &one, 8);
  printf("%u %llu\n", have[0].data.u32, one);
  return 0;
}
