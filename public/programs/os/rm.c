/* rm [-r] [-f] PATH...: takes files away; -r folders with all that is in them; -f says nothing of what is not there. */
#include "os.h"

static int recursive, quiet;

static int remove_path(const char *path) {
  struct file_facts facts;
  int result = link_facts(path, &facts), status = 0;
  if (result == -ENOENT && quiet) return 0;
  if (result < 0) return complain("rm", path, result);
  if (!IS_DIRECTORY(facts.mode) || !recursive) {
    result = IS_DIRECTORY(facts.mode) ? -21 : unlink(path);
    return result < 0 ? complain("rm", path, result) : 0;
  }
  char **names, *whole = malloc(strlen(path) + 260);
  int count = folder_names(path, &names);
  for (int i = 0; i < count; i++) {
    strcat(strcat(strcpy(whole, path), "/"), names[i]);
    status |= remove_path(whole);
  }
  free(whole);
  result = rmdir(path);
  return result < 0 ? complain("rm", path, result) : status;
}

int main(int argc, char **argv) {
  int at = 1, status = 0;
  for (; at < argc && argv[at][0] == '-'; at++) {
    recursive |= strchr(argv[at], 'r') != NULL;
    quiet |= strchr(argv[at], 'f') != NULL;
  }
  for (; at < argc; at++) status |= remove_path(argv[at]);
  return status;
}
