/* What a program is given: arguments, environment, standard input to its end; and what it gives: both outputs, a status. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void farewell(void) { printf("farewell\n"); }

int main(int argc, char **argv) {
  char line[128];
  int lines = 0, longest = 0;
  atexit(farewell);
  for (int i = 1; i < argc; i++) printf("%d: %s\n", i, argv[i]);
  const char *mood = getenv("MOOD");
  printf("%s %d\n", mood ? mood : "none", argv[argc] == NULL);
  while (fgets(line, sizeof line, stdin)) {
    int n = (int)strcspn(line, "\n");
    lines++;
    if (n > longest) longest = n;
  }
  printf("%d lines, longest %d, end %d\n", lines, longest, feof(stdin) != 0);
  fprintf(stderr, "to the error output\n");
  exit(41 + argc);
}
