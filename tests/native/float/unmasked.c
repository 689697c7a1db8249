/* An exception that is not masked ends the process at the next instruction that waits. */
#define _GNU_SOURCE
#include <fenv.h>
#include <stdio.h>

int main(void) {
  volatile double one = 1, zero = 0;
  printf("before\n");
  fflush(stdout);
  feenableexcept(FE_DIVBYZERO);
  volatile double x = one / zero;
  printf("not reached %g\n", x);
  return 0;
}
