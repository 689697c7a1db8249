/* qsort and bsearch with comparison functions: calls from the library back into the program. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry { char key[8]; int value; };
static int calls;
static int by_value(const void *a, const void *b) { const struct entry *x = a, *y = b; calls++; return (x->value > y->value) - (x->value < y->value); }
static int by_key(const void *a, const void *b) { calls++; return strcmp(((const struct entry *)a)->key, ((const struct entry *)b)->key); }
static int ints(const void *a, const void *b) { int x = *(const int *)a, y = *(const int *)b; return (x > y) - (x < y); }

int main(void) {
  static struct entry entries[40];
  unsigned seed = 3;
  for (int i = 0; i < 40; i++) { seed = seed * 1664525 + 1013904223; sprintf(entries[i].key, "k%05u", (seed >> 8) % 100000); entries[i].value = (int)(seed >> 20) - 2000; }
  qsort(entries, 40, sizeof *entries, by_value);
  for (int i = 0; i < 40; i += 5) printf("%s %d, ", entries[i].key, entries[i].value);
  printf("\n");
  qsort(entries, 40, sizeof *entries, by_key);
  for (int i = 0; i < 40; i += 5) printf("%s %d, ", entries[i].key, entries[i].value);
  struct entry wanted = entries[13], *found = bsearch(&wanted, entries, 40, sizeof *entries, by_key);
  printf("\n%d %d\n", found ? (int)(found - entries) : -1, calls > 100);
  static int many[3000];
  for (int i = 0; i < 3000; i++) { seed = seed * 1664525 + 1013904223; many[i] = (int)seed; }
  qsort(many, 3000, sizeof(int), ints);
  unsigned sum = 0;
  for (int i = 0; i < 3000; i++) { if (i && many[i] < many[i - 1]) return 1; sum = sum * 17 + (unsigned)many[i]; }
  printf("%08x\n", sum);
  return 0;
}
