/* Input from file 0, one byte a read, so that nothing behind the line is taken. */
#include "lib.h"

/* Reads up to the end of the line, which is left out; returns the length, or -1 when the input has ended. */
int read_line(char *to, int room) {
  int length = 0;
  char c;
  for (;;) {
    if (read(0, &c, 1) != 1) {
      if (length == 0) return -1;
      break;
    }
    if (c == '\n') break;
    if (length < room - 1) to[length++] = c;
  }
  to[length] = 0;
  return length;
}

/* Reads a decimal number with an optional sign; returns how many characters it took, 0 when there is no number. */
int parse_int(const char *text, int *value) {
  const char *at = text;
  int negative = *at == '-', result = 0;
  if (negative) at++;
  const char *first = at;
  for (; *at >= '0' && *at <= '9'; at++) result = result * 10 + (*at - '0');
  if (at == first) return 0;
  *value = negative ? -result : result;
  return (int)(at - text);
}
