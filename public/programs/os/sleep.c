/* sleep SECONDS: a decimal fraction is understood to the millisecond. */
#include "os.h"

int main(int argc, char **argv) {
  int seconds = 0, thousandths = 0, taken = argc > 1 ? parse_int(argv[1], &seconds) : 0;
  const char *rest = argc > 1 ? argv[1] + taken : "";
  if (*rest == '.')
    for (int unit = 100; *++rest >= '0' && *rest <= '9'; unit /= 10) thousandths += (*rest - '0') * unit;
  if (argc != 2 || *rest || (taken == 0 && argv[1][0] != '.') || seconds < 0) {
    print_error("usage: sleep SECONDS\n");
    return 1;
  }
  sleep_ms((u32)seconds * 1000 + (u32)thousandths);
  return 0;
}
