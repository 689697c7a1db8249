/* 64-bit integers on 32-bit machines: sums, products, quotients, shifts by every count, comparisons, conversions. */
#include <stdio.h>
#include <stdint.h>

static const uint64_t values[] = {0, 1, 0xffffffffu, 0x100000000u, 0x7fffffffffffffff, 0x8000000000000000, 0xfedcba9876543210, 10000000000u};
enum { N = sizeof values / sizeof *values };

int main(void) {
  uint64_t sum = 0;
  for (int i = 0; i < N; i++) {
    for (int j = 0; j < N; j++) {
      uint64_t a = values[i], b = values[j];
      int64_t sa = (int64_t)a, sb = (int64_t)b;
      sum = sum * 31 + (a + b) + (a - b) * 3 + a * b + (a < b) + 2 * (sa < sb) + 4u * (a == b);
      if (b != 0) sum += a / b + 7 * (a % b);
      if (b != 0 && !(sa == INT64_MIN && sb == -1)) sum ^= (uint64_t)(sa / sb) + (uint64_t)(sa % sb) * 5;
      printf("%016llx\n", (unsigned long long)sum);
    }
  }
  uint64_t v = 0x8123456789abcdef;
  for (int n = 0; n < 64; n += 7) printf("%2d %016llx %016llx %016llx\n", n, (unsigned long long)(v << n), (unsigned long long)(v >> n), (unsigned long long)((int64_t)v >> n));
  printf("%d %u %lld %llu\n", (int)v, (unsigned)(v >> 16), (long long)v, (unsigned long long)v);
  return (int)(sum & 63);
}
