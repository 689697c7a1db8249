/* printf and strtod of float, double and long double: every kind of value, all the way there and back. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t state = 12345;
static uint32_t next(void) { return state = state * 1664525u + 1013904223u; }

static void doubles(void) {
  static const uint64_t special[] = {0, 1ull << 63, 0x7ff0000000000000, 0xfff0000000000000, 0x7ff8000000000000, 1, 0x000fffffffffffff,
                                     0x0010000000000000, 0x7fefffffffffffff, 0x3ff0000000000000, 0x3ff0000000000001, 0x3fefffffffffffff};
  for (int i = 0; i < 200; i++) {
    uint64_t bits = i < 12 ? special[i] : (uint64_t)next() << 32 | next();
    if (i % 3 == 0 && i >= 12) bits = (bits & 0x800fffffffffffff) | (uint64_t)(1023 - 20 + next() % 40) << 52;
    double d;
    memcpy(&d, &bits, 8);
    char text[400];
    snprintf(text, sizeof text, "%.17g", d);
    double back = strtod(text, NULL);
    printf("%s %a %e %.3f %d\n", text, d, d, d > 1e30 || d < -1e30 ? 0.0 : d, memcmp(&d, &back, 8) == 0 || d != d);
  }
}

static void floats(void) {
  for (int i = 0; i < 100; i++) {
    uint32_t bits = next();
    float f;
    memcpy(&f, &bits, 4);
    char text[100];
    snprintf(text, sizeof text, "%.9g", f);
    float back = strtof(text, NULL);
    printf("%s %d\n", text, back == f || f != f);
  }
}

static void longs(void) {
  for (int i = 0; i < 100; i++) {
    unsigned char raw[12] = {0};
    uint32_t low = next(), high = next() | 0x80000000u, exponent = i % 2 ? 16383 - 60 + next() % 120 : 1 + next() % 32766;
    memcpy(raw, &low, 4), memcpy(raw + 4, &high, 4), memcpy(raw + 8, &exponent, 2);
    long double x;
    memcpy(&x, raw, sizeof raw);
    char text[6000];
    snprintf(text, sizeof text, "%.21Lg", x);
    long double back = strtold(text, NULL);
    printf("%s %La %d\n", text, x, back == x);
  }
}

int main(void) {
  static const char *inputs[] = {"0.1", "1e-320", "2.2250738585072014e-308", "1.7976931348623157e308", "1.7976931348623159e308", "1e400", "-4.9e-324", "2.4e-324",
                                 "0x1.8p-1074", "infinity", "nan(12)", "9007199254740993", "1.00000000000000011102230246251565", "123456789012345678901234567890"};
  doubles(), floats(), longs();
  for (unsigned i = 0; i < sizeof inputs / sizeof *inputs; i++)
    printf("%s: %.17g %.9g %.21Lg\n", inputs[i], strtod(inputs[i], NULL), strtof(inputs[i], NULL), strtold(inputs[i], NULL));
  return 0;
}
