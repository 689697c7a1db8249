/* A deep stack: large frames, recursion over 300 KiB, alloca, all of it written and read back. */
#include <alloca.h>
#include <stdio.h>
#include <string.h>

static unsigned down(int n, unsigned seed) {
  volatile unsigned char frame[1500];
  for (unsigned i = 0; i < sizeof frame; i += 50) frame[i] = (unsigned char)(seed + i);
  unsigned below = n ? down(n - 1, seed * 5 + 1) : 0;
  for (unsigned i = 0; i < sizeof frame; i += 50) below = below * 33 + frame[i];
  return below;
}
static unsigned vary(int n) {
  unsigned sum = 0;
  for (int i = 1; i <= n; i++) {
    unsigned char *room = alloca((size_t)(i * 37));
    memset(room, i, (size_t)(i * 37));
    sum = sum * 7 + room[i] + room[i * 37 - 1];
  }
  return sum;
}

int main(void) {
  printf("%08x\n", down(200, 1));
  printf("%08x\n", vary(60));
  static int big[50000];
  for (int i = 0; i < 50000; i++) big[i] = i * i;
  long sum = 0;
  for (int i = 0; i < 50000; i += 997) sum ^= big[i];
  printf("%lx\n", sum);
  return 0;
}
