/* hostname [NAME]: the name of this machine, or of the uts namespace one is in. */
#include "os.h"

int main(int argc, char **argv) {
  char name[65];
  int result = argc > 1 ? sethostname(argv[1]) : gethostname(name, sizeof name);
  if (result < 0) return complain("hostname", argc > 1 ? argv[1] : "uname", result);
  if (argc == 1) printf("%s\n", name);
  return 0;
}
