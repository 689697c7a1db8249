/* ls [-a] [-d] [-l] [PATH...]: names in order, one a line; -l with type and rights, links, owner, group, size or device. */
#include "os.h"

static int all, self, longer;

static void rights(u32 mode, char *to) {
  static const char types[] = "?pc?d?b?-?l?s???";
  to[0] = types[mode >> 12 & 15];
  for (int i = 0; i < 9; i++) to[1 + i] = mode & (0400u >> i) ? "rwxrwxrwx"[i] : '-';
  if (mode & 04000) to[3] = to[3] == 'x' ? 's' : 'S';
  if (mode & 02000) to[6] = to[6] == 'x' ? 's' : 'S';
  if (mode & 01000) to[9] = to[9] == 'x' ? 't' : 'T';
  to[10] = 0;
}

static int show(const char *path, const char *name) {
  struct file_facts facts;
  char mode[12], target[256];
  int result = link_facts(path, &facts);
  if (result < 0) return complain("ls", path, result);
  if (!longer) {
    printf("%s\n", name);
    return 0;
  }
  rights(facts.mode, mode);
  printf("%s %3u %5u %5u ", mode, facts.links, facts.uid, facts.gid);
  if (mode[0] == 'c' || mode[0] == 'b') printf("%4u, %3u %s", facts.major, facts.minor, name);
  else printf("%9u %s", facts.size, name);
  if (mode[0] == 'l' && readlink(path, target, sizeof target) >= 0) printf(" -> %s", target);
  newline();
  return 0;
}

static int list(const char *path) {
  char **names, whole[512];
  int count = folder_names(path, &names), status = 0;
  if (count == -ENOTDIR) return show(path, path);
  if (count < 0) return complain("ls", path, count);
  for (int i = 0; i < count; i++) {
    if (!all && names[i][0] == '.') continue;
    if (strlen(path) + strlen(names[i]) > 500) continue;
    strcat(strcat(strcpy(whole, path), "/"), names[i]);
    status |= show(whole, names[i]);
  }
  return status;
}

int main(int argc, char **argv) {
  int at = 1, status = 0;
  for (; at < argc && argv[at][0] == '-' && argv[at][1]; at++)
    for (const char *letter = argv[at] + 1; *letter; letter++) {
      all |= *letter == 'a';
      self |= *letter == 'd';
      longer |= *letter == 'l';
    }
  if (at == argc) return self ? show(".", ".") : list(".");
  int several = argc - at > 1 && !self;
  for (; at < argc; at++) {
    struct file_facts facts = {0, 0, 0, 0, 0, 0, 0};
    int folder = link_facts(argv[at], &facts) == 0 && IS_DIRECTORY(facts.mode);
    if (several && folder) printf("%s:\n", argv[at]);
    status |= self || (!folder && facts.mode >> 12 != 10) ? show(argv[at], argv[at]) : list(argv[at]);
  }
  return status;
}
