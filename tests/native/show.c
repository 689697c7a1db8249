/* Says what each argument is, and the first line of a file. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

int main(int argc, char **argv) {
  int failed = 0;
  for (int i = 1; i < argc; i++) {
    struct stat s;
    char line[100] = "";
    if (stat(argv[i], &s)) { printf("%s: %s\n", argv[i], strerror(errno)); failed = 1; continue; }
    if (S_ISDIR(s.st_mode)) { printf("%s: directory\n", argv[i]); continue; }
    FILE *f = fopen(argv[i], "r");
    fgets(line, sizeof line, f);
    printf("%s: %o %s", argv[i], s.st_mode & 07777, line);
    fclose(f);
  }
  return failed;
}
