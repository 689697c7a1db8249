/* Works for a while, so that a limit can stop it; on its own it ends. */
#include <stdio.h>
int main(void) {
  unsigned n = 1;
  for (int i = 0; i < 200000; i++) n = n * 1664525u + 1013904223u;
  printf("%u\n", n);
  return 0;
}
