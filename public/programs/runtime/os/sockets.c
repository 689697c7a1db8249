/* TCP over IPv4 by the call that i386 has for all socket operations, socketcall(2): an operation and a list of arguments. */
#include "os.h"

enum { SOCKET = 1, BIND = 2, CONNECT = 3, LISTEN = 4, ACCEPT = 5, SETSOCKOPT = 14 };
enum { AF_INET = 2, SOCK_STREAM = 1, SOL_SOCKET = 1, SO_REUSEADDR = 2 };

struct address {
  u16 family, port; /* port and host in network order */
  u32 host;
  u32 unused[2];
};

static int operation(int which, int a, int b, int c, int d, int e) {
  int arguments[5] = {a, b, c, d, e};
  return kernel_call(102, which, (int)arguments, 0, 0, 0, 0);
}

static u16 swap16(int value) { return (u16)((value >> 8 & 0xff) | (value & 0xff) << 8); }
static u32 swap32(u32 value) { return (u32)swap16((int)(value >> 16)) | (u32)swap16((int)(value & 0xffff)) << 16; }
static struct address address_of(u32 host, int port) { return (struct address){AF_INET, swap16(port), swap32(host), {0, 0}}; }

/* A server that ended may leave its port waiting for late segments: SO_REUSEADDR lets the next one have it. */
int tcp_socket(void) {
  int socket = operation(SOCKET, AF_INET, SOCK_STREAM, 0, 0, 0), on = 1;
  if (socket >= 0) operation(SETSOCKOPT, socket, SOL_SOCKET, SO_REUSEADDR, (int)&on, sizeof on);
  return socket;
}

int bind_to(int socket, u32 host, int port) {
  struct address address = address_of(host, port);
  return operation(BIND, socket, (int)&address, sizeof address, 0, 0);
}
int connect_to(int socket, u32 host, int port) {
  struct address address = address_of(host, port);
  return operation(CONNECT, socket, (int)&address, sizeof address, 0, 0);
}
int listen_on(int socket, int backlog) { return operation(LISTEN, socket, backlog, 0, 0, 0); }
int accept_from(int socket) { return operation(ACCEPT, socket, 0, 0, 0, 0); }
