/*
 * Recursion: the towers of Hanoi with three discs move by move, then larger ones counted only, and Ackermann's function,
 * whose calls nest deep. Watch the stack pointer: each call pushes a frame.
 */
// expect: disc 1: A to C
// expect: disc 2: A to B
// expect: disc 1: C to B
// expect: disc 3: A to C
// expect: disc 1: B to A
// expect: disc 2: B to C
// expect: disc 1: A to C
// expect: 3 discs take 7 moves, 8 take 255
// expect: ackermann(2, 5) = 13 after 90 calls
#include "lib.h"

static int moves, calls;

static void hanoi(int discs, char from, char to, char spare, int show) {
  if (discs == 0) return;
  hanoi(discs - 1, from, spare, to, show);
  moves++;
  if (show) printf("disc %d: %c to %c\n", discs, from, to);
  hanoi(discs - 1, spare, to, from, show);
}

static int ackermann(int m, int n) {
  calls++;
  if (m == 0) return n + 1;
  if (n == 0) return ackermann(m - 1, 1);
  return ackermann(m - 1, ackermann(m, n - 1));
}

int main(void) {
  hanoi(3, 'A', 'C', 'B', 1);
  int three = moves;
  moves = 0;
  hanoi(8, 'A', 'C', 'B', 0);
  printf("3 discs take %d moves, 8 take %d\n", three, moves);
  int result = ackermann(2, 5);
  printf("ackermann(2, 5) = %d after %d calls\n", result, calls);
  return 0;
}
