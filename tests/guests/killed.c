/* A program that dies: it writes to address 16 after saying so. The shell sees 128 + SIGSEGV. */
#include <stdio.h>

int main(void) {
  printf("about to write to address 16\n");
  fflush(stdout);
  *(volatile int *)16 = 1;
  printf("not reached\n");
  return 0;
}
