/* Variable arguments: ints, pointers, 64-bit values (which o32 aligns in register pairs), lists passed on. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static long long total(const char *kinds, ...) {
  va_list list, again;
  long long sum = 0;
  va_start(list, kinds);
  va_copy(again, list);
  for (const char *k = kinds; *k; k++) {
    if (*k == 'i') sum += va_arg(list, int);
    else if (*k == 'l') sum += va_arg(list, long long);
    else sum += (long long)strlen(va_arg(list, const char *));
  }
  if (*kinds == 'i') sum = sum * 10 + va_arg(again, int);
  va_end(again);
  va_end(list);
  return sum;
}
static int say(char *to, size_t room, const char *format, ...) {
  va_list list;
  va_start(list, format);
  int n = vsnprintf(to, room, format, list);
  va_end(list);
  return n;
}

int main(void) {
  char text[40];
  printf("%lld\n", total("ililsi", 1, 20000000000LL, 3, -4LL, "five!", -6));
  printf("%lld\n", total("lll", 1LL << 40, 1LL << 41, -1LL));
  printf("%lld\n", total("silsilsil", "a", 1, 2LL, "bb", 3, 4LL, "ccc", 5, 6LL));
  printf("%d %s\n", say(text, sizeof text, "%-6d|%+05d|%#x|%o|%.3s|%5c|%%", 42, -7, 255, 8, "abcdef", 'z'), text);
  printf("%d %s\n", say(text, 10, "%s %llu", "cut off here", 18446744073709551615ULL), text);
  return 0;
}
