/* Division at its edges: signs, by powers of two and other constants, most negative values, 8- and 16-bit operands. */
#include <limits.h>
#include <stdint.h>
#include <stdio.h>

static const int values[] = {0, 1, -1, 2, -2, 7, -7, 10, -10, 255, 256, -256, 32767, -32768, 65536, 1000000007, INT_MAX, INT_MIN, INT_MIN + 1};
enum { N = sizeof values / sizeof *values };

int main(void) {
  for (int i = 0; i < N; i++) {
    volatile int a = values[i];
    volatile unsigned u = (unsigned)a;
    printf("%d: %d %d %d %d %d %d | %u %u %u %u\n", a, a / 2, a % 2, a / 7, a % 10, a / -16, a % 1000, u / 3, u % 7, u / 10, u % 641);
    unsigned sum = 0;
    for (int j = 0; j < N; j++) {
      int b = values[j];
      if (b == 0 || (a == INT_MIN && b == -1)) continue;
      sum = sum * 31 + (unsigned)(a / b) + 3 * (unsigned)(a % b) + u / (unsigned)b + 5 * (u % (unsigned)b);
    }
    printf("   %08x %d %d %d\n", sum, (int8_t)a / 3, (int16_t)a % 5, (uint8_t)a / 7);
  }
  return 0;
}
