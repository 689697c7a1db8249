/*
 * Sorting: quicksort down to short pieces, insertion sort for those. The numbers come from a small generator, so that
 * every run sorts the same. Watch memory: two words change places at each exchange.
 */
// expect: before: 537 775 832 585 619 681 313 763 266 184 915 746
// expect: after:  184 266 313 537 585 619 681 746 763 775 832 915
// expect: 500 numbers sorted: yes, smallest 4, largest 998
#include "lib.h"

enum { MANY = 500, FEW = 12, SHORT_PIECE = 8 };

static int numbers[MANY];

static void insertion_sort(int *from, int *to) {
  for (int *next = from + 1; next < to; next++) {
    int value = *next, *hole = next;
    for (; hole > from && hole[-1] > value; hole--) *hole = hole[-1];
    *hole = value;
  }
}

/* Sorts from..to, `to` left out. Ends even when all are equal: both scans stop at the pivot's own value. */
static void quicksort(int *from, int *to) {
  if (to - from <= SHORT_PIECE) {
    insertion_sort(from, to);
    return;
  }
  int pivot = from[(to - from) / 2], *left = from, *right = to - 1;
  while (left <= right) {
    while (*left < pivot) left++;
    while (*right > pivot) right--;
    if (left <= right) {
      int held = *left;
      *left++ = *right;
      *right-- = held;
    }
  }
  quicksort(from, right + 1);
  quicksort(left, to);
}

static void fill(int count) {
  u32 seed = 42;
  for (int i = 0; i < count; i++) {
    seed = seed * 1664525 + 1013904223;
    numbers[i] = (int)((seed >> 16) % 1000);
  }
}

static int is_sorted(int count) {
  for (int i = 1; i < count; i++)
    if (numbers[i - 1] > numbers[i]) return 0;
  return 1;
}

static void show(const char *words) {
  print(words);
  for (int i = 0; i < FEW; i++) printf(" %d", numbers[i]);
  newline();
}

int main(void) {
  fill(FEW);
  show("before:");
  quicksort(numbers, numbers + FEW);
  show("after: ");
  fill(MANY);
  quicksort(numbers, numbers + MANY);
  printf("%d numbers sorted: %s, smallest %d, largest %d\n", MANY, is_sorted(MANY) ? "yes" : "no", numbers[0], numbers[MANY - 1]);
  return 0;
}
