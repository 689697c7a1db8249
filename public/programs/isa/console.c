/*
 * The console: asks for a name and for numbers, and answers. When nothing has been typed yet, `read` waits: the program
 * stands still until the input comes. An empty line or the end of the input ends it.
 */
// stdin: Ada
// stdin: 12
// stdin: 30
// stdin: many
// stdin: -7
// stdin:
// expect: What is your name? Hello, Ada.
// expect: Give me numbers, one a line; an empty line ends.
// expect: + 12 = 12
// expect: + 30 = 42
// expect: "many" is not a number.
// expect: + -7 = 35
// expect: 3 numbers, largest 30, smallest -7, sum 35. Goodbye, Ada.
#include "lib.h"

int main(void) {
  char name[32], line[32];
  int count = 0, sum = 0, largest = 0, smallest = 0, value;

  print("What is your name? ");
  if (read_line(name, sizeof name) <= 0) strcpy(name, "nobody");
  printf("Hello, %s.\nGive me numbers, one a line; an empty line ends.\n", name);

  while (read_line(line, sizeof line) > 0) {
    int length = parse_int(line, &value);
    if (length == 0 || line[length] != 0) {
      printf("\"%s\" is not a number.\n", line);
      continue;
    }
    if (count == 0 || value > largest) largest = value;
    if (count == 0 || value < smallest) smallest = value;
    sum += value;
    count++;
    printf("+ %d = %d\n", value, sum);
  }
  printf("%d numbers, largest %d, smallest %d, sum %d. Goodbye, %s.\n", count, largest, smallest, sum, name);
  return 0;
}
