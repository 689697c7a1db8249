/* env [-i] [NAME=VALUE...] [COMMAND...]: shows the environment, or runs a command with a changed one. */
#include "os.h"

int main(int argc, char **argv) {
  char *changed[128], **given = environment_of(argc, argv);
  int at = 1, count = 0, bare = argc > 1 && strcmp(argv[1], "-i") == 0;
  at += bare;
  for (; !bare && given[count] && count < 100; count++) changed[count] = given[count];
  for (; at < argc && strchr(argv[at], '='); at++) {
    int place = 0, length = (int)(strchr(argv[at], '=') - argv[at]) + 1;
    while (place < count && memcmp(changed[place], argv[at], (size_t)length) != 0) place++;
    if (place == count && count++ == LENGTH(changed) - 1) return 1;
    changed[place] = argv[at];
  }
  changed[count] = NULL;
  if (at < argc) {
    int result = run_by_name(argv + at, changed);
    complain("env", argv[at], result);
    return result == -ENOENT ? 127 : 126;
  }
  for (int i = 0; i < count; i++) printf("%s\n", changed[i]);
  return 0;
}
