/* The library's string functions: copies, searches, comparisons, tokens, numbers to text and back. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
  char line[] = "alpha=1;beta=-22;gamma=0x1F;;delta=017", copy[64], *state = NULL;
  strcpy(copy, line);
  for (char *part = strtok_r(line, ";", &state); part; part = strtok_r(NULL, ";", &state)) {
    char *equals = strchr(part, '=');
    *equals = 0;
    printf("%s -> %ld\n", part, strtol(equals + 1, NULL, 0));
  }
  printf("%d %d %d\n", strcmp("abc", "abd") < 0, strncmp("abcdef", "abcxyz", 3), memcmp("\x80", "\x01", 1) > 0);
  printf("%s %s %zu %zu\n", strstr(copy, "gamma"), strrchr(copy, '='), strspn(copy, "ahlp"), strcspn(copy, "=;"));
  for (char *p = copy; *p; p++) *p = (char)(isalpha((unsigned char)*p) ? toupper((unsigned char)*p) : *p);
  memmove(copy + 6, copy, 12);
  printf("%s %zu\n", copy, strlen(copy));
  printf("%lu %ld %d\n", strtoul("4294967295", NULL, 10), strtol("-99999999999", NULL, 10), atoi("  12ab"));
  for (int i = 0; i < 5; i++) { char t[80]; memset(t, 'a' + i, 70); t[60 + i] = 0; printf("%zu ", strlen(t + i)); }
  printf("\n%.*s|%10.4s|%-8s|\n", 3, "truncate", "padding", "left");
  return 0;
}
