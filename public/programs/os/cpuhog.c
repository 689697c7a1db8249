/* cpuhog [SECONDS] [NAME]: computes without pause and says each second how many rounds it got; 5 seconds unless said. */
#include "os.h"

enum { ROUND = 20000 };

static u32 round_of_work(u32 seed) {
  for (int i = 0; i < ROUND; i++) seed = seed * 1664525 + 1013904223;
  return seed;
}

int main(int argc, char **argv) {
  int seconds = 5;
  if (argc > 1) parse_int(argv[1], &seconds);
  const char *name = argc > 2 ? argv[2] : "cpuhog";
  u32 start = clock_ms(CLOCK_MONOTONIC), used = clock_ms(CLOCK_PROCESS), seed = 1, rounds = 0, total = 0;
  for (int second = 1; second <= seconds; second++) {
    for (rounds = 0; clock_ms(CLOCK_MONOTONIC) - start < (u32)second * 1000; rounds++) seed = round_of_work(seed);
    total += rounds;
    u32 now = clock_ms(CLOCK_PROCESS), passed = clock_ms(CLOCK_MONOTONIC) - start;
    printf("%s: second %d: %u rounds, %u%% of a processor since the start\n", name, second, rounds, (now - used) * 100 / passed);
  }
  printf("%s: %u rounds in all, last value %x\n", name, total, seed);
  return 0;
}
