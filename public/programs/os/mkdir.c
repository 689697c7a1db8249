/* mkdir [-p] PATH...: makes folders; -p also those above, and none that is there is an error. */
#include "os.h"

static int make_all(char *path) {
  for (char *at = path + 1; *at; at++) {
    if (*at != '/') continue;
    *at = 0;
    mkdir(path, 0777);
    *at = '/';
  }
  int result = mkdir(path, 0777);
  return result == -EEXIST ? 0 : result;
}

int main(int argc, char **argv) {
  int parents = argc > 1 && strcmp(argv[1], "-p") == 0, status = 0;
  for (int i = 1 + parents; i < argc; i++) {
    int result = parents ? make_all(argv[i]) : mkdir(argv[i], 0777);
    if (result < 0) status = complain("mkdir", argv[i], result);
  }
  return status;
}
