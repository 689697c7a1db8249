/*
 * confine COMMAND...: gives up every capability but the fourteen that container engines leave to root by default, for ever
 * (also from the bounding set), and becomes COMMAND.
 */
#include "os.h"

/* CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID SETPCAP NET_BIND_SERVICE NET_RAW SYS_CHROOT MKNOD AUDIT_WRITE SETFCAP */
static const u8 kept[] = {0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31};
enum { PR_CAPBSET_DROP = 24, LAST = 63 };

int main(int argc, char **argv) {
  u32 mask = 0;
  if (argc < 2) {
    print_error("usage: confine COMMAND...\n");
    return 1;
  }
  for (int i = 0; i < LENGTH(kept); i++) mask |= 1u << kept[i];
  for (u32 i = 0; i <= LAST; i++)
    if (i > 31 || !(mask & 1u << i)) prctl(PR_CAPBSET_DROP, i, 0, 0, 0);
  /* capset(2), version 3: effective, permitted and inheritable, the low words first. */
  u32 header[2] = {0x20080522, 0}, data[6] = {mask, mask, 0, 0, 0, 0};
  int result = kernel_call(185, (int)header, (int)data, 0, 0, 0, 0);
  if (result < 0) return complain("confine", "capset", result);
  result = run_by_name(argv + 1, environment_of(argc, argv));
  complain("confine", argv[1], result);
  return result == -ENOENT ? 127 : 126;
}
