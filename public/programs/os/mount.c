/* mount: what is mounted. mount [-t TYPE] [-o OPTIONS] [--bind] SOURCE TARGET: mounts. Options that are not flags go to the file system. */
#include "os.h"

static const struct {
  const char *name;
  u32 set, clear;
} flags[] = {
  {"ro", MS_RDONLY, 0}, {"rw", 0, MS_RDONLY}, {"nosuid", MS_NOSUID, 0}, {"nodev", MS_NODEV, 0}, {"noexec", MS_NOEXEC, 0},
  {"remount", MS_REMOUNT, 0}, {"bind", MS_BIND, 0}, {"rbind", MS_BIND | MS_REC, 0}, {"move", MS_MOVE, 0},
  {"private", MS_PRIVATE, 0}, {"rprivate", MS_PRIVATE | MS_REC, 0},
};

static u32 chosen;
static char data[1024];

static void option(const char *name) {
  for (int i = 0; i < LENGTH(flags); i++) {
    if (strcmp(flags[i].name, name) != 0) continue;
    chosen = (chosen | flags[i].set) & ~flags[i].clear;
    return;
  }
  if (strlen(data) + strlen(name) + 2 > sizeof data) return;
  if (data[0]) strcat(data, ",");
  strcat(data, name);
}

static void options(char *text) {
  for (char *comma; (comma = strchr(text, ',')); text = comma + 1) {
    *comma = 0;
    option(text);
  }
  option(text);
}

static int show(void) {
  static char text[16384];
  int result = read_text("/proc/mounts", text, sizeof text);
  if (result < 0) return complain("mount", "/proc/mounts", result);
  print(text);
  return 0;
}

int main(int argc, char **argv) {
  const char *type = NULL;
  int at = 1;
  for (; at < argc && argv[at][0] == '-'; at++) {
    if (argv[at][1] == '-') option(argv[at] + 2);
    else if (strcmp(argv[at], "-t") == 0 && at + 1 < argc) type = argv[++at];
    else if (strcmp(argv[at], "-o") == 0 && at + 1 < argc) options(argv[++at]);
  }
  if (argc == 1) return show();
  if (argc - at != 2) {
    print_error("usage: mount [-t TYPE] [-o OPTIONS] [--bind] SOURCE TARGET\n");
    return 1;
  }
  int result = mount(argv[at], argv[at + 1], type, chosen, data[0] ? data : NULL);
  return result < 0 ? complain("mount", argv[at + 1], result) : 0;
}
