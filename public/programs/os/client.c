/* client PORT [TEXT]: connects to a server on this machine's loopback, says TEXT and prints the answer. */
#include "os.h"

int main(int argc, char **argv) {
  int port = 0, got;
  char room[512];
  if (argc < 2 || !parse_int(argv[1], &port)) {
    print_error("usage: client PORT [TEXT]\n");
    return 1;
  }
  const char *text = argc > 2 ? argv[2] : "hello";
  int socket = tcp_socket();
  int result = socket < 0 ? socket : connect_to(socket, LOOPBACK, port);
  if (result < 0) return complain("client", argv[1], result);
  write(socket, text, strlen(text));
  while ((got = read(socket, room, sizeof room)) > 0) write(1, room, (size_t)got);
  return got < 0 ? complain("client", argv[1], got) : 0;
}
