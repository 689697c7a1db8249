/* Products and solutions of matrices, in the three formats; integers to and from them. */
#include <stdio.h>
#include <stdlib.h>

enum { N = 20 };
#define KERNEL(T, name, format)                                                                    \
  static void name(void) {                                                                         \
    static T a[N][N + 1], b[N][N], c[N][N];                                                        \
    unsigned seed = 7;                                                                             \
    for (int i = 0; i < N; i++)                                                                    \
      for (int j = 0; j < N; j++) {                                                                \
        seed = seed * 1103515245u + 12345u;                                                        \
        a[i][j] = (T)(int)(seed >> 8) / 1000003, b[i][j] = (T)((long long)seed * seed) / 1e17;     \
      }                                                                                            \
    for (int i = 0; i < N; i++)                                                                    \
      for (int j = 0; j < N; j++) {                                                                \
        T sum = 0;                                                                                 \
        for (int k = 0; k < N; k++) sum += a[i][k] * b[k][j];                                      \
        c[i][j] = sum;                                                                             \
      }                                                                                            \
    for (int i = 0; i < N; i++) a[i][N] = i + 1;                                                   \
    for (int p = 0; p < N; p++)                                                                    \
      for (int i = p + 1; i < N; i++) {                                                            \
        T f = a[i][p] / a[p][p];                                                                   \
        for (int j = p; j <= N; j++) a[i][j] -= f * a[p][j];                                       \
      }                                                                                            \
    for (int i = 0; i < N; i++) printf(format " " format " %d %lld\n", c[i][(i * 7) % N], a[i][N], (int)c[i][0], (long long)(c[i][1] * 1e6)); \
  }
KERNEL(float, singles, "%.9g")
KERNEL(double, doubles, "%.17g")
KERNEL(long double, extended, "%.21Lg")

int main(void) {
  singles(), doubles(), extended();
  for (unsigned long long u = 1; u != 0; u <<= 7) printf("%.17g %.9g %llu\n", (double)(u - 1), (float)(u | 1), (unsigned long long)(long double)(u + 3));
  return 0;
}
