/* printf and strtod of float, double and long double, and the functions of libm over ranges, as exact bits. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const double numbers[] = {0, -0.0, 1, -1, 0.1, 1e-300, 1e300, 1.0 / 3, 123456789.123456789, 5e-324, 2.2250738585072014e-308, 1e22, 1e23, 9007199254740993.0};
static const char *const texts[] = {
  "1e10", "0.1", "3.14159265358979323846", "1e-310", "-4.9e-324", "inf", "0x1.8p3", "123456789012345678901234567890", "1.7976931348623157e308", "1e-400", "1e400", "junk",
};

int main(void) {
  for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    double n = numbers[i];
    float f = n;
    printf("%g %.17g %a %f %e %.9g %a\n", n, n, n, n, n, f, f);
    printf("%Lg %.3Lf\n", (long double)n, (long double)n / 7);
  }
  for (unsigned i = 0; i < sizeof texts / sizeof *texts; i++) {
    char *end;
    double d = strtod(texts[i], &end);
    float f = strtof(texts[i], 0);
    printf("%s: %a %a %d\n", texts[i], d, f, (int)(end - texts[i]));
  }
  double sum = 0;
  for (int i = 0; i < 150; i++) {
    double x = i * 0.37 - 30;
    float f = x;
    printf("%a %a %a %a %a\n", sin(x), exp(x / 8), log(x * x + 0.1), pow(fabs(x) + 0.01, 1.37), cos(x) / tan(x + 0.5));
    printf("%a %a %d %d %ld\n", sinf(f), expf(f / 4), (int)x, (int)f, lrint(x));
    sum += atan2(x, 2) + sqrt(fabs(x)) + floor(x) + ceil(x / 3) + fmod(x, 0.7) + cbrt(x) + tanh(x / 9);
  }
  printf("%a\n", sum);
  return 0;
}
