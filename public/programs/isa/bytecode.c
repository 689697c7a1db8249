/*
 * An interpreter inside the interpreted program: a small stack machine whose loop is a switch over the opcode. It computes
 * factorials and lengths of Collatz sequences. Watch the switch become a jump through a table of addresses.
 */
// expect: 1! = 1
// expect: 4! = 24
// expect: 7! = 5040
// expect: 10! = 3628800
// expect: collatz(6) takes 8 steps
// expect: collatz(27) takes 111 steps
#include "lib.h"

enum opcode { HALT, PUSH, LOAD, STORE, ADD, SUB, MUL, HALF, ODD, JUMP, JUMP_IF_ZERO };

struct instruction {
  u8 opcode, operand;
};

/* Variable 0 is given, variable 1 is the result. */
static const struct instruction factorial[] = {
  /* 0: result = 1       */ {PUSH, 1}, {STORE, 1},
  /* 2: while (n) {      */ {LOAD, 0}, {JUMP_IF_ZERO, 13},
  /* 4:   result *= n    */ {LOAD, 1}, {LOAD, 0}, {MUL, 0}, {STORE, 1},
  /* 8:   n -= 1 }       */ {LOAD, 0}, {PUSH, 1}, {SUB, 0}, {STORE, 0}, {JUMP, 2},
  /* 13:                 */ {HALT, 0},
};

static const struct instruction collatz[] = {
  /* 0: result = 0       */ {PUSH, 0}, {STORE, 1},
  /* 2: while (n != 1) { */ {LOAD, 0}, {PUSH, 1}, {SUB, 0}, {JUMP_IF_ZERO, 24},
  /* 6:   result += 1    */ {LOAD, 1}, {PUSH, 1}, {ADD, 0}, {STORE, 1},
  /* 10:  if (n is even) */ {LOAD, 0}, {ODD, 0}, {JUMP_IF_ZERO, 20},
  /* 13:    n = 3 n + 1  */ {LOAD, 0}, {PUSH, 3}, {MUL, 0}, {PUSH, 1}, {ADD, 0}, {STORE, 0}, {JUMP, 2},
  /* 20:  else n = n / 2 */ {LOAD, 0}, {HALF, 0}, {STORE, 0}, {JUMP, 2},
  /* 24: }               */ {HALT, 0},
};

static int run(const struct instruction *code, int given) {
  int stack[8], *top = stack, variables[2] = {given, 0};
  for (const struct instruction *at = code;;) {
    u32 operand = at->operand;
    switch (at++->opcode) {
      case HALT: return variables[1];
      case PUSH: *top++ = (int)operand; break;
      case LOAD: *top++ = variables[operand]; break;
      case STORE: variables[operand] = *--top; break;
      case ADD: top--; top[-1] += top[0]; break;
      case SUB: top--; top[-1] -= top[0]; break;
      case MUL: top--; top[-1] *= top[0]; break;
      case HALF: top[-1] >>= 1; break;
      case ODD: top[-1] &= 1; break;
      case JUMP: at = code + operand; break;
      case JUMP_IF_ZERO: if (*--top == 0) at = code + operand; break;
      default: return -1;
    }
  }
}

int main(void) {
  for (int n = 1; n <= 10; n += 3) printf("%d! = %d\n", n, run(factorial, n));
  printf("collatz(6) takes %d steps\n", run(collatz, 6));
  printf("collatz(27) takes %d steps\n", run(collatz, 27));
  return 0;
}
