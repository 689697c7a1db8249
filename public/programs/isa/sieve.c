/*
 * The sieve of Eratosthenes: one byte a number, multiples crossed out. Two nested loops that are short and run often:
 * the best case for a translator, because the blocks are translated once and used thousands of times.
 */
// expect: primes below 2000: 303
// expect: the first: 2 3 5 7 11 13 17 19 23 29
// expect: the last: 1999
#include "lib.h"

enum { LIMIT = 2000, SHOWN = 10 };

int main(void) {
  u8 *crossed = malloc(LIMIT);
  memset(crossed, 0, LIMIT);
  for (int i = 2; i * i < LIMIT; i++) {
    if (crossed[i]) continue;
    for (int multiple = i * i; multiple < LIMIT; multiple += i) crossed[multiple] = 1;
  }

  int count = 0, last = 0, first[SHOWN];
  for (int i = 2; i < LIMIT; i++) {
    if (crossed[i]) continue;
    if (count < SHOWN) first[count] = i;
    count++;
    last = i;
  }
  printf("primes below %d: %d\n", LIMIT, count);
  print("the first:");
  for (int i = 0; i < SHOWN; i++) printf(" %d", first[i]);
  printf("\nthe last: %d\n", last);
  return 0;
}
