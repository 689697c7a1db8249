/* Quicksort with a comparison through a function pointer, on 2,000 numbers, `rounds` times: calls, recursion, indirect jumps. */
#include "lib.h"

enum { COUNT = 2000 };
static int numbers[COUNT];

static int ascending(int a, int b) { return a < b; }
static int descending(int a, int b) { return a > b; }

static void sort(int *from, int *to, int (*before)(int, int)) {
  while (to - from > 1) {
    int pivot = from[(to - from) / 2];
    int *low = from, *high = to - 1;
    while (low <= high) {
      while (before(*low, pivot)) low++;
      while (before(pivot, *high)) high--;
      if (low <= high) {
        int held = *low;
        *low++ = *high;
        *high-- = held;
      }
    }
    sort(from, high + 1, before);
    from = low;
  }
}

int main(int argc, char **argv) {
  int rounds = 1;
  u32 x = 12345, sum = 0;
  if (argc > 1) parse_int(argv[1], &rounds);
  for (int round = 0; round < rounds; round++) {
    for (int i = 0; i < COUNT; i++) numbers[i] = (x = x * 1103515245 + 12345) >> 8;
    sort(numbers, numbers + COUNT, round & 1 ? ascending : descending);
    for (int i = 0; i < COUNT; i += 100) sum = sum * 31 + numbers[i];
  }
  printf("qsort %08x\n", sum);
  return 0;
}
