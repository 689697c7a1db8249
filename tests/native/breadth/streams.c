/* TCP over the loopback: a server with poll, half-closed connections, non-blocking connects, options, IPv6 and IPv4 on one socket. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a call answered, and why: the call comes first. */
#define say(format, call) do { long answer = (errno = 0, call); printf(format, (int)answer, strerror(errno)); } while (0)

int main(void) {
  int server = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
  setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof at;
  int bound = bind(server, (void *)&at, length), listening = listen(server, 5);
  printf("bind %d listen %d name %d\n", bound, listening, getsockname(server, (void *)&at, &length));
  printf("port chosen %d\n", at.sin_port != 0);
  fflush(stdout);
  if (fork() == 0) {
    int s = socket(AF_INET, SOCK_STREAM, 0);
    connect(s, (void *)&at, sizeof at);
    write(s, "hello ", 6);
    usleep(5000);
    write(s, "server", 6);
    shutdown(s, SHUT_WR);
    char text[64];
    int n = read(s, text, sizeof text);
    _exit(n == 12 && memcmp(text, "HELLO SERVER", 12) == 0 ? 1 : 2);
  }
  struct sockaddr_in from;
  length = sizeof from;
  int c = accept(server, (void *)&from, &length);
  printf("from %s\n", inet_ntoa(from.sin_addr));
  char text[64];
  int n = 0, got;
  struct pollfd waits = {.fd = c, .events = POLLIN};
  while (poll(&waits, 1, 1000) == 1 && (got = read(c, text + n, sizeof text - n)) > 0) n += got;
  printf("%.*s, then %d, events %x\n", n, text, got, waits.revents & (POLLIN | POLLHUP | POLLERR));
  for (int i = 0; i < n; i++) text[i] -= text[i] >= 'a' && text[i] <= 'z' ? 32 : 0;
  write(c, text, n);
  close(c);
  int status;
  wait(&status);
  printf("client %d\n", WEXITSTATUS(status));

  int s = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  printf("connect %d", connect(s, (void *)&at, sizeof at));
  printf(" %d\n", errno == EINPROGRESS || errno == 0);
  waits = (struct pollfd){.fd = s, .events = POLLOUT};
  poll(&waits, 1, 1000);
  int error = -1;
  length = sizeof error;
  getsockopt(s, SOL_SOCKET, SO_ERROR, &error, &length);
  printf("error %d\n", error);
  c = accept(server, NULL, NULL);
  say("read nothing: %d %s\n", (int)read(s, text, 1));
  setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  int value = 0;
  length = sizeof value;
  getsockopt(s, IPPROTO_TCP, TCP_NODELAY, &value, &length);
  printf("nodelay %d type ", value);
  getsockopt(s, SOL_SOCKET, SO_TYPE, &value, &length);
  printf("%d\n", value == SOCK_STREAM);
  write(c, "unread", 6);
  usleep(2000);
  printf("peek %d ", (int)recv(s, text, 3, MSG_PEEK));
  printf("all %d\n", (int)recv(s, text, sizeof text, 0));
  close(c);
  usleep(2000);
  printf("end %d\n", (int)read(s, text, 1));
  close(s);
  close(server);
  s = socket(AF_INET, SOCK_STREAM, 0);
  say("refused %d %s\n", connect(s, (void *)&at, sizeof at));
  close(s);

  int six = socket(AF_INET6, SOCK_STREAM, 0);
  struct sockaddr_in6 any = {.sin6_family = AF_INET6};
  length = sizeof any;
  bound = bind(six, (void *)&any, length);
  printf("six: bind %d listen %d\n", bound, listen(six, 2));
  getsockname(six, (void *)&any, &length);
  at.sin_port = any.sin6_port;
  s = socket(AF_INET, SOCK_STREAM, 0);
  printf("four to six: %d\n", connect(s, (void *)&at, sizeof at));
  struct sockaddr_in6 peer;
  length = sizeof peer;
  accept(six, (void *)&peer, &length);
  char shown[64];
  printf("peer %s\n", inet_ntop(AF_INET6, &peer.sin6_addr, shown, sizeof shown));
  s = socket(AF_INET6, SOCK_STREAM, 0);
  any.sin6_addr = in6addr_loopback;
  printf("six to six: %d\n", connect(s, (void *)&any, sizeof any));
  int u = socket(AF_INET, SOCK_DGRAM, 0), v = socket(AF_INET, SOCK_DGRAM, 0);
  at.sin_port = 0;
  bind(u, (void *)&at, sizeof at);
  length = sizeof at;
  getsockname(u, (void *)&at, &length);
  sendto(v, "one", 3, 0, (void *)&at, sizeof at);
  sendto(v, "", 0, 0, (void *)&at, sizeof at);
  sendto(v, "three", 5, 0, (void *)&at, sizeof at);
  for (int i = 0; i < 3; i++) printf("datagram %d\n", (int)recv(u, text, 4, i == 2 ? MSG_TRUNC : 0));
  printf("none: %d %d\n", (int)recv(u, text, 4, MSG_DONTWAIT), errno == EAGAIN);
  return 0;
}
