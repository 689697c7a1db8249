/* unix(7): descriptors and credentials over a socket, datagrams, abstract names, sequenced packets, socket files. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a call answered, and why: the call comes first. */
#define say(format, call) do { long answer = (errno = 0, call); printf(format, (int)answer, strerror(errno)); } while (0)

static int send_fd(int s, int fd) {
  char control[CMSG_SPACE(sizeof(int))] = {0};
  struct iovec text = {"file", 4};
  struct msghdr m = {.msg_iov = &text, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  struct cmsghdr *c = CMSG_FIRSTHDR(&m);
  c->cmsg_level = SOL_SOCKET;
  c->cmsg_type = SCM_RIGHTS;
  c->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(c), &fd, sizeof fd);
  return sendmsg(s, &m, 0);
}

static int take_fd(int s, char *text, int size) {
  char control[256];
  struct iovec into = {text, size};
  struct msghdr m = {.msg_iov = &into, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  int n = recvmsg(s, &m, MSG_CMSG_CLOEXEC), fd = -1;
  text[n > 0 ? n : 0] = 0;
  for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
    if (c->cmsg_type == SCM_RIGHTS) memcpy(&fd, CMSG_DATA(c), sizeof fd);
    if (c->cmsg_type == SCM_CREDENTIALS) {
      struct ucred who;
      memcpy(&who, CMSG_DATA(c), sizeof who);
      printf("credentials: pid known %d uid %d\n", who.pid > 0, who.uid == getuid());
    }
  }
  return fd;
}

int main(void) {
  int pair[2], yes = 1;
  char text[64];
  printf("pair %d\n", socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  fflush(stdout);
  int f = open("passed", O_RDWR | O_CREAT | O_TRUNC, 0600);
  write(f, "contents", 8);
  if (fork() == 0) {
    int got = take_fd(pair[1], text, 63);
    char word[9] = {0};
    lseek(got, 3, SEEK_SET);
    read(got, word, 8);
    printf("child got %s and reads %s, close on exec %d\n", text, word, fcntl(got, F_GETFD));
    fflush(stdout);
    _exit(0);
  }
  printf("sent %d\n", send_fd(pair[0], f));
  fflush(stdout);
  wait(NULL);
  printf("position moved with it: %d\n", (int)lseek(f, 0, SEEK_CUR));
  setsockopt(pair[1], SOL_SOCKET, SO_PASSCRED, &yes, sizeof yes);
  write(pair[0], "who", 3);
  printf("no descriptor: %d\n", take_fd(pair[1], text, 63));
  struct ucred peer;
  socklen_t length = sizeof peer;
  getsockopt(pair[0], SOL_SOCKET, SO_PEERCRED, &peer, &length);
  printf("peer is me: %d\n", peer.pid == getpid());

  int server = socket(AF_UNIX, SOCK_SEQPACKET, 0), client = socket(AF_UNIX, SOCK_SEQPACKET, 0);
  struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "socket"};
  unlink("socket");
  int bound = bind(server, (void *)&name, sizeof name);
  printf("bind %d listen %d\n", bound, listen(server, 1));
  struct stat s;
  stat("socket", &s);
  printf("is a socket %d\n", S_ISSOCK(s.st_mode));
  say("again: %d %s\n", bind(client, (void *)&name, sizeof name));
  printf("connect %d\n", connect(client, (void *)&name, sizeof name));
  int served = accept(server, NULL, NULL);
  send(client, "one", 3, 0);
  send(client, "three", 5, 0);
  int first = recv(served, text, 63, 0);
  printf("packets %d %d\n", first, (int)recv(served, text, 2, 0));
  close(client);
  printf("end %d\n", (int)recv(served, text, 63, 0));
  say("open a socket: %d %s\n", open("socket", O_RDONLY));
  unlink("socket");
  client = socket(AF_UNIX, SOCK_SEQPACKET, 0);
  say("gone: %d %s\n", connect(client, (void *)&name, sizeof name));

  int a = socket(AF_UNIX, SOCK_DGRAM, 0), b = socket(AF_UNIX, SOCK_DGRAM, 0);
  struct sockaddr_un hidden = {.sun_family = AF_UNIX};
  memcpy(hidden.sun_path, "\0strata-test", 12);
  length = offsetof(struct sockaddr_un, sun_path) + 12;
  printf("abstract: %d\n", bind(a, (void *)&hidden, length));
  printf("send %d\n", (int)sendto(b, "datagram", 8, 0, (void *)&hidden, length));
  struct sockaddr_un from;
  socklen_t size = sizeof from;
  first = recvfrom(a, text, 63, 0, (void *)&from, &size);
  printf("receive %d from nobody %d\n", first, (int)size <= 2);
  close(pair[1]);
  say("broken: %d %s\n", (int)send(pair[0], "x", 1, MSG_NOSIGNAL));
  unlink("passed");
  return 0;
}
