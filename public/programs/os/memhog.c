/* memhog MIB [STEP_KIB]: takes memory step by step, touches every page, and says how much it holds; then holds it a moment. */
#include "os.h"

int main(int argc, char **argv) {
  int most = 0, step = 1024;
  if (argc < 2 || !parse_int(argv[1], &most) || (argc > 2 && !parse_int(argv[2], &step)) || step < 4) {
    print_error("usage: memhog MIB [STEP_KIB]\n");
    return 1;
  }
  u32 held = 0, wanted = (u32)most * 1024;
  while (held < wanted) {
    u8 *pages = map_pages((u32)step * 1024, 0);
    if (!pages) {
      printf("memhog: refused at %u KiB\n", held);
      return 1;
    }
    for (u32 at = 0; at < (u32)step * 1024; at += 4096) pages[at] = 1;
    held += (u32)step;
    printf("memhog: holds %u KiB\n", held);
  }
  sleep_ms(500);
  print("memhog: ends by itself\n");
  return 0;
}
