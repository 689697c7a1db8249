/* Switches: dense (jump table), sparse (comparisons), with ranges, on characters, falling through, in a loop. */
#include <stdio.h>

static int dense(int n) {
  switch (n) {
    case 0: return 5; case 1: return 17; case 2: return -4; case 3: return 99; case 4: return 1; case 5: return 1000;
    case 6: return 6; case 7: return 49; case 9: return 81; case 10: return 3; default: return -1;
  }
}
static const char *sparse(unsigned n) {
  switch (n) { case 1: return "one"; case 1000: return "thousand"; case 0xdeadbeef: return "beef"; case 0x7fffffff: return "most"; case 77: return "77"; default: return "?"; }
}
static int count(const char *t) {
  int vowels = 0, digits = 0, rest = 0;
  for (; *t; t++)
    switch (*t) {
      case 'a': case 'e': case 'i': case 'o': case 'u': vowels++; /* fall through */
      case 'y': vowels++; break;
      case '0' ... '9': digits++; break;
      default: rest++;
    }
  return vowels * 10000 + digits * 100 + rest;
}

int main(void) {
  for (int i = -2; i < 13; i++) printf("%d ", dense(i));
  printf("\n%s %s %s %s %s %s\n", sparse(1), sparse(1000), sparse(0xdeadbeef), sparse(0x7fffffff), sparse(77), sparse(0));
  printf("%d %d\n", count("every aeiou 12345 yes"), count(""));
  return dense(3);
}
