/* echo [-n] WORDS: prints its arguments. */
#include "os.h"

int main(int argc, char **argv) {
  int plain = argc > 1 && strcmp(argv[1], "-n") == 0;
  for (int i = 1 + plain; i < argc; i++) printf("%s%s", i > 1 + plain ? " " : "", argv[i]);
  if (!plain) newline();
  return 0;
}
