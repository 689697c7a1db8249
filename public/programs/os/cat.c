/* cat [FILE...]: copies files, or standard input, to standard output. */
#include "os.h"

static char room[4096];

static int copy(int file, const char *name) {
  int got;
  while ((got = read(file, room, sizeof room)) > 0)
    if (write(1, room, (size_t)got) != got) return 1;
  return got < 0 ? complain("cat", name, got) : 0;
}

int main(int argc, char **argv) {
  int status = 0;
  if (argc == 1) return copy(0, "standard input");
  for (int i = 1; i < argc; i++) {
    int file = strcmp(argv[i], "-") == 0 ? 0 : open(argv[i], RDONLY, 0);
    status |= file < 0 ? complain("cat", argv[i], file) : copy(file, argv[i]);
    if (file > 0) close(file);
  }
  return status;
}
