/*
 * A loop with arithmetic: Euclid's greatest common divisor, from it the least common multiple, and a power modulo a
 * number by squaring. Watch HI and LO: on MIPS, products and remainders come out of them.
 */
// expect: gcd(48, 36) = 12, lcm = 144
// expect: gcd(1071, 462) = 21, lcm = 23562
// expect: gcd(17, 5) = 1, lcm = 85
// expect: gcd(1000, 0) = 1000, lcm = 0
// expect: 3^200 mod 10007 = 2574
#include "lib.h"

static u32 gcd(u32 a, u32 b) {
  while (b != 0) {
    u32 rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

static u32 power(u32 base, u32 exponent, u32 modulus) {
  u32 result = 1;
  for (; exponent != 0; exponent >>= 1) {
    if (exponent & 1) result = result * base % modulus;
    base = base * base % modulus;
  }
  return result;
}

static const u32 pairs[][2] = {{48, 36}, {1071, 462}, {17, 5}, {1000, 0}};

int main(void) {
  for (int i = 0; i < LENGTH(pairs); i++) {
    u32 a = pairs[i][0], b = pairs[i][1], divisor = gcd(a, b);
    printf("gcd(%u, %u) = %u, lcm = %u\n", a, b, divisor, a / divisor * b);
  }
  printf("3^200 mod 10007 = %u\n", power(3, 200, 10007));
  return 0;
}
