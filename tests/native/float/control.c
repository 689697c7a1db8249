/* Rounding modes, exception flags, the environment. */
#include <fenv.h>
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdio.h>

static void show(const char *what) {
  int flags = fetestexcept(FE_ALL_EXCEPT);
  printf("%s:%s%s%s%s%s\n", what, flags & FE_INVALID ? " invalid" : "", flags & FE_DIVBYZERO ? " zero" : "", flags & FE_OVERFLOW ? " overflow" : "",
         flags & FE_UNDERFLOW ? " underflow" : "", flags & FE_INEXACT ? " inexact" : "");
  feclearexcept(FE_ALL_EXCEPT);
}

static void rounding(void) {
  static const int modes[] = {FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO};
  volatile double one = 1, three = 3, minus = -1;
  volatile float tenth = 0.1f;
  for (int i = 0; i < 4; i++) {
    fesetround(modes[i]);
    volatile double q = one / three, r = minus / three;
    volatile float f = (float)q;
    long double wide = (long double)one / three;
    printf("%a %a %a %La %g %ld %ld %lld %a\n", q, r, f, wide, rint(2.5), lrint(-2.5), lrint(1.1), llrintf(-0.5f), nearbyint(tenth * 15));
  }
  fesetround(FE_TONEAREST);
}

static void exceptions(void) {
  volatile double zero = 0, one = 1, big = DBL_MAX, tiny = DBL_MIN, x;
  x = one / zero, show("1/0"), x = zero / zero, show("0/0"), x = big * big, show("big*big"), x = tiny * tiny, show("tiny*tiny");
  x = one / 3, show("1/3"), x = sqrt(-one), show("sqrt -1"), x = (int)(one * 1e20), show("int"), x = log(zero), show("log 0"), x = exp(1000), show("exp 1000");
  (void)x;
  fenv_t saved;
  feholdexcept(&saved), x = one / zero, feclearexcept(FE_DIVBYZERO), x = one / 3, feupdateenv(&saved), show("held");
}

int main(void) {
  rounding(), exceptions();
  jmp_buf back;
  volatile double kept = 1.25;
  if (setjmp(back) == 0) longjmp(back, 1);
  printf("%.17g\n", kept * 3);
  return 0;
}
