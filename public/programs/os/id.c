/* id: user, group and supplementary groups, as numbers of the user namespace one is in. */
#include "os.h"

int main(void) {
  u32 groups[64];
  int count = getgroups(LENGTH(groups), groups);
  printf("uid=%d gid=%d", getuid(), getgid());
  if (geteuid() != getuid()) printf(" euid=%d", geteuid());
  if (getegid() != getgid()) printf(" egid=%d", getegid());
  for (int i = 0; i < count; i++) printf("%s%u", i ? "," : " groups=", groups[i]);
  newline();
  return 0;
}
