/* The heap: sbrk itself, many small blocks freed in another order, blocks that grow, large ones (by mmap), calloc's zeros. */
#define _DEFAULT_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(void) {
  char *start = sbrk(0), *got = sbrk(10000);
  printf("%d %d\n", got == start, (int)((char *)sbrk(0) - start));
  memset(got, 0x5a, 10000);
  sbrk(-10000);
  printf("%d\n", sbrk(0) == (void *)start);
  char *blocks[100];
  unsigned seed = 7, sum = 0;
  for (int round = 0; round < 5; round++) {
    for (int i = 0; i < 100; i++) {
      seed = seed * 1103515245 + 12345;
      size_t bytes = 1 + (seed >> 16) % 700;
      blocks[i] = malloc(bytes);
      if ((uintptr_t)blocks[i] % 8) return 1;
      memset(blocks[i], i, bytes);
    }
    for (int i = 0; i < 100; i++) { int k = i * 37 % 100; sum = sum * 3 + (unsigned char)blocks[k][0]; free(blocks[k]); }
  }
  printf("%u\n", sum);
  int *list = NULL;
  for (int n = 1; n <= 4096; n *= 2) { list = realloc(list, (size_t)n * 4); for (int i = n / 2; i < n; i++) list[i] = i ^ n; }
  sum = 0;
  for (int i = 0; i < 4096; i++) sum += (unsigned)(list[i] * i);
  free(list);
  unsigned char *large = calloc(400, 1024);
  for (int i = 0; i < 400 * 1024; i++) sum += large[i];
  large[400 * 1024 - 1] = 1;
  large = realloc(large, 700 * 1024);
  printf("%u %d\n", sum, large[400 * 1024 - 1]);
  free(large);
  return 0;
}
