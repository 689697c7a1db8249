/* Options of sockets that programs set and ask for, and those that make a call wait for more, or not so long. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define SAY(call) say(#call, (errno = 0, (long)(call)))
static long say(const char *what, long result) {
  printf("%s: %ld%s%s\n", what, result, result < 0 ? " " : "", result < 0 ? strerrorname_np(errno) : "");
  return result;
}
static int set(int s, int level, int name, int value) { return setsockopt(s, level, name, &value, sizeof value); }
static int get(int s, int level, int name) {
  int value = -77;
  socklen_t length = sizeof value;
  return getsockopt(s, level, name, &value, &length) ? -1 : value;
}
static long since(struct timeval *start) {
  struct timeval now;
  gettimeofday(&now, NULL);
  long ms = (now.tv_sec - start->tv_sec) * 1000 + (now.tv_usec - start->tv_usec) / 1000;
  return ms >= 45 && ms < 2000;
}
static char room[100];

int main(void) {
  setvbuf(stdout, NULL, _IONBF, 0);
  int tcp = socket(AF_INET, SOCK_STREAM, 0), udp = socket(AF_INET, SOCK_DGRAM, 0), s[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  SAY(get(tcp, SOL_SOCKET, SO_DOMAIN));
  SAY(get(tcp, SOL_SOCKET, SO_PROTOCOL));
  SAY(get(udp, SOL_SOCKET, SO_PROTOCOL));
  SAY(get(s[0], SOL_SOCKET, SO_PROTOCOL));
  SAY(get(udp, SOL_SOCKET, SO_TYPE));
  SAY(get(tcp, SOL_SOCKET, SO_ACCEPTCONN));
  SAY(get(tcp, SOL_SOCKET, SO_RCVLOWAT));
  SAY(get(tcp, SOL_SOCKET, SO_SNDLOWAT));
  SAY(set(tcp, SOL_SOCKET, SO_SNDLOWAT, 2));
  SAY(set(tcp, SOL_SOCKET, SO_DONTROUTE, 1));
  SAY(get(tcp, SOL_SOCKET, SO_DONTROUTE));
  SAY(set(tcp, SOL_SOCKET, SO_PEEK_OFF, 1) < 0 || get(tcp, SOL_SOCKET, SO_PEEK_OFF) == 1);
  SAY(get(s[0], SOL_SOCKET, SO_PEEK_OFF));
  SAY(setsockopt(tcp, SOL_SOCKET, SO_BINDTODEVICE, "nowhere", 8));
  SAY(setsockopt(tcp, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3));
  socklen_t length = sizeof room;
  SAY(getsockopt(tcp, SOL_SOCKET, SO_BINDTODEVICE, room, &length));
  printf("%s %d\n", room, (int)length);
  SAY(setsockopt(tcp, SOL_SOCKET, SO_BINDTODEVICE, "", 0));
  length = sizeof room;
  SAY(getsockopt(tcp, SOL_SOCKET, SO_BINDTODEVICE, room, &length));
  printf("%d\n", (int)length);
  struct timeval t = {0, 50000}, start, got;
  SAY(setsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &t, 4));
  t.tv_usec = 1000000;
  SAY(setsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t));
  t.tv_usec = 60000;
  SAY(setsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t));
  length = sizeof got;
  SAY(getsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &got, &length));
  printf("%d.%06d\n", (int)got.tv_sec, (int)got.tv_usec);
  gettimeofday(&start, NULL);
  SAY(recv(s[0], room, 10, 0));
  printf("in time %ld\n", since(&start));
  write(s[1], "abc", 3);
  gettimeofday(&start, NULL);
  SAY(recv(s[0], room, 10, MSG_WAITALL));
  printf("in time %ld\n", since(&start));
  SAY(set(s[0], SOL_SOCKET, SO_RCVLOWAT, 5));
  SAY(get(s[0], SOL_SOCKET, SO_RCVLOWAT));
  write(s[1], "abc", 3);
  SAY(recv(s[0], room, 10, MSG_DONTWAIT));
  write(s[1], "abc", 3);
  gettimeofday(&start, NULL);
  SAY(recv(s[0], room, 10, 0));
  printf("in time %ld\n", since(&start));
  if (fork() == 0) {
    write(s[1], "abc", 3);
    usleep(20000);
    write(s[1], "defg", 4);
    _exit(0);
  }
  t.tv_sec = 10;
  setsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
  SAY(recv(s[0], room, 10, 0));
  printf("%.7s\n", room);
  wait(NULL);
  SAY(set(s[0], SOL_SOCKET, SO_RCVLOWAT, 0));
  SAY(get(s[0], SOL_SOCKET, SO_RCVLOWAT));
  SAY(set(s[0], SOL_SOCKET, SO_PEEK_OFF, 2));
  write(s[1], "0123456789", 10);
  SAY(recv(s[0], room, 3, MSG_PEEK));
  printf("%.3s %d\n", room, get(s[0], SOL_SOCKET, SO_PEEK_OFF));
  SAY(recv(s[0], room, 3, MSG_PEEK));
  printf("%.3s %d\n", room, get(s[0], SOL_SOCKET, SO_PEEK_OFF));
  SAY(recv(s[0], room, 4, 0));
  printf("%.4s %d\n", room, get(s[0], SOL_SOCKET, SO_PEEK_OFF));
  SAY(recv(s[0], room, 9, MSG_PEEK));
  printf("%.2s %d\n", room, get(s[0], SOL_SOCKET, SO_PEEK_OFF));
  SAY(recv(s[0], room, 9, MSG_PEEK | MSG_DONTWAIT));
  SAY(set(s[0], SOL_SOCKET, SO_PEEK_OFF, -1));
  SAY(recv(s[0], room, 9, MSG_PEEK));
  t.tv_sec = 0;
  setsockopt(s[0], SOL_SOCKET, SO_SNDTIMEO, &t, sizeof t);
  int sent = 0, n;
  static char much[100000];
  gettimeofday(&start, NULL);
  while ((n = send(s[0], much, sizeof much, 0)) > 0) sent += n;
  printf("full %d %s in time %ld\n", sent > 0, strerrorname_np(errno), since(&start));
  SAY(set(tcp, SOL_SOCKET, 999, 1));
  SAY(get(tcp, SOL_SOCKET, 999));
  SAY(set(s[0], IPPROTO_TCP, TCP_NODELAY, 1));
  return 0;
}
