/* What belongs to the whole machine, or to a namespace of it: mounts, the name, namespaces themselves. */
#include "os.h"

int mount(const char *source, const char *target, const char *type, u32 flags, const char *data) {
  return kernel_call(21, (int)source, (int)target, (int)type, (int)flags, (int)data, 0);
}
int umount(const char *target, int flags) { return kernel_call(52, (int)target, flags, 0, 0, 0, 0); }
int sethostname(const char *name) { return kernel_call(74, (int)name, (int)strlen(name), 0, 0, 0, 0); }
int setns(int file, int kind) { return kernel_call(346, file, kind, 0, 0, 0, 0); }
int prctl(int what, u32 a, u32 b, u32 c, u32 d) { return kernel_call(172, what, (int)a, (int)b, (int)c, (int)d, 0); }

/* struct new_utsname: six texts of 65 bytes, of which the second is the name. */
int gethostname(char *to, int room) {
  char names[6][65];
  int result = kernel_call(122, (int)names, 0, 0, 0, 0, 0);
  if (result < 0) return result;
  if ((int)strlen(names[1]) >= room) names[1][room - 1] = 0;
  strcpy(to, names[1]);
  return 0;
}
