/* Standard input in every style: by line, by word, by byte, to the end. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(void) {
  char line[100];
  int a, b;
  if (scanf("%d %d", &a, &b) == 2) printf("sum %d\n", a + b);
  while (getchar() != '\n') {}
  if (fgets(line, sizeof line, stdin)) printf("line of %zu: %s", strlen(line), line);
  int c = getc(stdin);
  ungetc(c, stdin);
  int words = 0, inside = 0;
  while ((c = getchar()) != EOF) { if (isspace(c)) inside = 0; else if (!inside) { inside = 1; words++; } }
  printf("words %d, at the end %d\n", words, feof(stdin) != 0);
  printf("again %ld\n", (long)read(0, line, 10));
  fprintf(stderr, "to standard error\n");
  return words;
}
