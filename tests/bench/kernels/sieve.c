/* Crosses out multiples in a table of 32 Ki bytes, `rounds` times: two short loops over bytes. */
#include "lib.h"

enum { LIMIT = 32768 };
static u8 crossed[LIMIT];

int main(int argc, char **argv) {
  int rounds = 1, count = 0;
  if (argc > 1) parse_int(argv[1], &rounds);
  for (int round = 0; round < rounds; round++) {
    for (int i = 0; i < LIMIT; i++) crossed[i] = 0;
    for (int i = 2; i * i < LIMIT; i++)
      if (!crossed[i])
        for (int m = i * i; m < LIMIT; m += i) crossed[m] = 1;
    for (int i = 2; i < LIMIT; i++) count += !crossed[i];
  }
  printf("sieve %d\n", count);
  return 0;
}
