/* Shifts and rotations with counts known and unknown to the compiler, bit counts, byte swaps, sign extension. */
#include <stdio.h>
#include <stdint.h>

static uint32_t rotl(uint32_t x, unsigned n) { n &= 31; return n ? x << n | x >> (32 - n) : x; }
static unsigned ones(uint32_t x) { unsigned n = 0; for (; x; x &= x - 1) n++; return n; }
static uint32_t reverse(uint32_t x) { uint32_t r = 0; for (int i = 0; i < 32; i++, x >>= 1) r = r << 1 | (x & 1); return r; }

int main(void) {
  uint32_t x = 0x80c0ffee;
  for (unsigned n = 0; n < 32; n += 3) {
    printf("%2u %08x %08x %08x %08x\n", n, x << n, x >> n, (uint32_t)((int32_t)x >> n), rotl(x, n));
    x = x * 69069 + n;
  }
  for (int i = 0; i < 6; i++, x = rotl(x, 9) ^ 0x5a5a)
    printf("%u %08x %08x %d %d %d %d\n", ones(x), reverse(x), __builtin_bswap32(x), __builtin_clz(x | 1), __builtin_ctz(x | 0x80000000), (int8_t)x, (int16_t)x);
  printf("%u %04x %d\n", (uint8_t)(x >> 5), __builtin_bswap16((uint16_t)x), (int)((int16_t)(x << 3)) >> 2);
  return 0;
}
