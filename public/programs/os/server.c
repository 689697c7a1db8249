/* server PORT [CONNECTIONS]: answers each connection with the machine's name and what was said; ends after so many, 0 never. */
#include "os.h"

static void answer(int connection, int port, int turn) {
  char said[200], name[65];
  int length = read(connection, said, sizeof said - 1);
  said[length > 0 ? length : 0] = 0;
  if (length > 0 && said[length - 1] == '\n') said[length - 1] = 0;
  gethostname(name, sizeof name);
  dup2(connection, 1);
  printf("%s, port %d, visitor %d: you said \"%s\"\n", name, port, turn, said);
}

int main(int argc, char **argv) {
  int port = 0, most = 0;
  if (argc < 2 || !parse_int(argv[1], &port) || (argc > 2 && !parse_int(argv[2], &most))) {
    print_error("usage: server PORT [CONNECTIONS]\n");
    return 1;
  }
  int socket = tcp_socket();
  int result = socket < 0 ? socket : bind_to(socket, 0, port);
  if (result >= 0) result = listen_on(socket, 8);
  if (result < 0) return complain("server", argv[1], result);
  printf("listening on port %d\n", port);
  for (int turn = 1; most == 0 || turn <= most; turn++) {
    int connection = accept_from(socket), output = 9;
    if (connection < 0) return complain("server", "accept", connection);
    dup2(1, output);
    answer(connection, port, turn);
    dup2(output, 1);
    close(connection);
  }
  return 0;
}
