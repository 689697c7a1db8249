/* setjmp and longjmp: out of nested calls, repeatedly, with values; and a goto through computed labels. */
#include <setjmp.h>
#include <stdio.h>

static jmp_buf outer, inner;
static volatile int deepest;

static void dive(int n) {
  deepest = n;
  if (n == 17) longjmp(inner, n);
  if (n > 30) longjmp(outer, n);
  if (n >= 0) dive(n + 1);
}

int main(void) {
  volatile int rounds = 0;
  int code = setjmp(outer);
  if (code) {
    printf("outer %d after %d rounds, deepest %d\n", code, rounds, deepest);
  } else {
    int got = setjmp(inner);
    printf("inner %d round %d\n", got, ++rounds);
    if (rounds < 4) dive(rounds * 3);
    dive(18);
  }
  static void *const program[] = {&&push, &&twice, &&twice, &&less, &&twice, &&done};
  int value = 0, at = 0;
  goto *program[at];
push: value = 5; goto *program[++at];
twice: value *= 2; goto *program[++at];
less: value -= 3; goto *program[++at];
done:
  printf("%d\n", value);
  return value & 0x3f;
}
