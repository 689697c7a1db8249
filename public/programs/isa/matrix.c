/*
 * The product of two matrices of integers: three nested loops, one multiplication in the middle. Watch how an element's
 * address is made: row times 8, plus column, times 4.
 */
// expect:    47   33   19    5   -9  -23  -37  -51
// expect:    99   69   39    9  -21  -51  -81 -111
// expect:   151  105   59   13  -33  -79 -125 -171
// expect:   203  141   79   17  -45 -107 -169 -231
// expect:   255  177   99   21  -57 -135 -213 -291
// expect:   307  213  119   25  -69 -163 -257 -351
// expect:   359  249  139   29  -81 -191 -301 -411
// expect:   411  285  159   33  -93 -219 -345 -471
// expect: trace of the product: -800
#include "lib.h"

enum { N = 8 };

static int a[N][N], b[N][N], product[N][N];

static void fill(void) {
  for (int row = 0; row < N; row++) {
    for (int column = 0; column < N; column++) {
      a[row][column] = row + column % 3;
      b[row][column] = row - 2 * column + 3;
    }
  }
}

static void multiply(void) {
  for (int row = 0; row < N; row++) {
    for (int column = 0; column < N; column++) {
      int sum = 0;
      for (int k = 0; k < N; k++) sum += a[row][k] * b[k][column];
      product[row][column] = sum;
    }
  }
}

int main(void) {
  int trace = 0;
  fill();
  multiply();
  for (int row = 0; row < N; row++) {
    for (int column = 0; column < N; column++) printf("%5d", product[row][column]);
    newline();
    trace += product[row][row];
  }
  printf("trace of the product: %d\n", trace);
  return 0;
}
