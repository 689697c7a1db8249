/*
 * The mathematical library over ranges: what stands on arithmetic alone to the last bit, what stands on the functions of the
 * x87 (in which makers of processors differ) to 13 digits, in long double to 17.
 */
#include <math.h>
#include <stdio.h>

int main(void) {
  for (double x = -12.5; x < 12.5; x += 0.173) {
    double p = fabs(x) + 1e-3;
    printf("%g %.17g %.17g %.17g %.13g %.13g\n", x, sin(x), cos(x), tan(x), exp(x), expm1(x));
    printf("%.13g %.13g %.13g %.13g %.13g\n", log(p), log10(p), log2(p), log1p(p), pow(p, x));
    printf("%.13g %.13g %.13g %.13g %.17g\n", atan(x), atan2(x, 2.5), asin(x / 13), acos(x / 13), sqrt(p));
    printf("%.13g %.13g %.13g %.13g %.17g\n", sinh(x), cosh(x), tanh(x), cbrt(x), hypot(x, 3));
    printf("%g %g %g %g %ld %.17g\n", floor(x), ceil(x), rint(x), trunc(x), lround(x), fmod(x * 1e6, 0.7));
    printf("%.17g %.17g %.13g %.13g\n", remainder(x, 0.31), ldexp(x, 17), erf(x), tgamma(p));
  }
  for (double x = 1e-300; x < 1e300; x *= 1.7e13) printf("%.17g %.13g %.13g\n", sin(x), log(x), pow(x, 0.125));
  for (long double x = -3; x < 3; x += 0.19L) {
    printf("%.17Lg %.17Lg %.17Lg %.17Lg\n", sinl(x), cosl(x), expl(x), atanl(x));
    printf("%.17Lg %.17Lg %.17Lg\n", logl(x + 4), powl(x + 4, x), sqrtl(x + 4));
  }
  return 0;
}
