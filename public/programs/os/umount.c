/* umount [-l] TARGET...: takes mounts away; -l at once from the tree, even while something in them is in use. */
#include "os.h"

int main(int argc, char **argv) {
  int lazy = argc > 1 && strcmp(argv[1], "-l") == 0, status = 0;
  for (int i = 1 + lazy; i < argc; i++) {
    int result = umount(argv[i], lazy ? MNT_DETACH : 0);
    if (result < 0) status = complain("umount", argv[i], result);
  }
  return status;
}
