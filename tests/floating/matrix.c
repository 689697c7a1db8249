/* Products, elimination, rounding modes, exception flags, conversions of every kind: numeric work whose every bit is printed. */
#include <fenv.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define N 24
static double a[N][N], b[N][N], c[N][N];
static float s[N][N];

static unsigned long long bits(double d) {
  unsigned long long n;
  memcpy(&n, &d, sizeof n);
  return n;
}

static void modes(void) {
  static const int rounding[] = {FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO};
  for (int i = 0; i < 4; i++) {
    fesetround(rounding[i]);
    feclearexcept(FE_ALL_EXCEPT);
    volatile double x = 1, y = 3, z = x / y;
    volatile float f = z;
    int raised = fetestexcept(FE_ALL_EXCEPT) == FE_INEXACT;
    volatile double tiny = 1e-300, less = tiny * 1e-20;
    volatile double big = 1e300, more = big * 1e20;
    printf("%d %016llx %a %ld %d %a %a %d%d%d\n", i, bits(z), f, lrint(z * 10), raised, less, more, !!fetestexcept(FE_UNDERFLOW), !!fetestexcept(FE_OVERFLOW), !!fetestexcept(FE_DIVBYZERO));
    volatile double zero = 0, infinite = x / zero;
    printf("%a %d %d\n", infinite, !!fetestexcept(FE_DIVBYZERO), !!fetestexcept(FE_INVALID));
  }
  fesetround(FE_TONEAREST);
}

int main(void) {
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) a[i][j] = sin(i * 3 + j), b[i][j] = 1.0 / (i + j + 1), s[i][j] = (float)(i - j) / 3;
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++)
      for (int k = 0; k < N; k++) c[i][j] += a[i][k] * b[k][j] + s[k][i];
  for (int i = 0; i < N; i++) printf("%016llx ", bits(c[i][i]));
  for (int k = 0; k < N; k++) {
    int best = k;
    for (int i = k + 1; i < N; i++) if (fabs(a[i][k]) > fabs(a[best][k])) best = i;
    for (int j = 0; j < N; j++) { double t = a[k][j]; a[k][j] = a[best][j], a[best][j] = t; }
    if (a[k][k] == 0) continue;
    for (int i = k + 1; i < N; i++) {
      double factor = a[i][k] / a[k][k];
      for (int j = k; j < N; j++) a[i][j] -= factor * a[k][j];
    }
  }
  double product = 1;
  for (int i = 0; i < N; i++) product *= a[i][i] * 8;
  printf("\n%016llx\n", bits(product));
  modes();
  for (int i = -3; i < 4; i++) {
    volatile double d = i * 715827882.3, e = i * 1e18;
    volatile float f = i * 1.5f;
    volatile unsigned u = i;
    printf("%d %lld %u %a %a %d\n", (int)d, (long long)e, (unsigned)(f < 0 ? -f : f), (double)u, (double)(float)d, f < d);
  }
  return 0;
}
