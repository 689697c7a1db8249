/* Files beyond what system.c has. Linux numbers devices as minor bits 0-7 and 20-31, major bits 8-19. */
#include "os.h"
#include "syscall.h"

static int call(int number, int a, int b, int c) { return kernel_call(number, a, b, c, 0, 0, 0); }

int open(const char *path, int flags, int mode) { return call(5, (int)path, flags, mode); }
int pipe(int ends[2]) { return call(42, (int)ends, 0, 0); }
int dup2(int from, int to) { return call(63, from, to, 0); }
int chdir(const char *path) { return call(12, (int)path, 0, 0); }
int getcwd(char *to, int room) { return call(183, (int)to, room, 0); }
int chroot(const char *path) { return call(61, (int)path, 0, 0); }
int mknod(const char *path, u32 mode, u32 device) { return call(14, (int)path, (int)mode, (int)device); }

int readlink(const char *path, char *to, int room) {
  int length = call(85, (int)path, (int)to, room - 1);
  if (length >= 0) to[length] = 0;
  return length;
}

int is_terminal(int file) {
  u32 settings[16];
  return call(54, file, 0x5401 /* TCGETS */, (int)settings) == 0;
}

int link_facts(const char *path, struct file_facts *facts) {
  struct kernel_stat stat;
  int result = call(196, (int)path, (int)&stat, 0);
  if (result < 0) return result;
  u32 device = stat.rdev[0];
  *facts = (struct file_facts){stat.mode, stat.links, stat.uid, stat.gid, stat.size, (device >> 8) & 0xfff, (device & 0xff) | ((device >> 12) & 0xfff00)};
  return 0;
}

int read_text(const char *path, char *to, int room) {
  int file = open(path, RDONLY, 0), length = 0;
  if (file < 0) return file;
  while (length < room - 1) {
    int got = read(file, to + length, (size_t)(room - 1 - length));
    if (got < 0) {
      close(file);
      return got;
    }
    if (got == 0) break;
    length += got;
  }
  to[length] = 0;
  close(file);
  return length;
}

int write_text(const char *path, const char *text) {
  int file = open(path, WRONLY, 0);
  if (file < 0) return file;
  int result = write(file, text, strlen(text));
  close(file);
  return result;
}

static void sort_names(char **names, int count) {
  for (int i = 1; i < count; i++) {
    char *name = names[i];
    int at = i;
    for (; at > 0 && strcmp(names[at - 1], name) > 0; at--) names[at] = names[at - 1];
    names[at] = name;
  }
}

int folder_names(const char *path, char ***names) {
  enum { MOST = 1024 };
  int folder = open(path, RDONLY | DIRECTORY, 0), count = 0, length;
  if (folder < 0) return folder;
  char **list = malloc(MOST * sizeof *list);
  u32 *room = malloc(4096);
  while ((length = read_directory(folder, room, 4096)) > 0) {
    for (int at = 0; at < length;) {
      struct directory_entry *entry = (struct directory_entry *)((u8 *)room + at);
      at += entry->length;
      if (strcmp(entry->name, ".") == 0 || strcmp(entry->name, "..") == 0 || count == MOST) continue;
      list[count++] = strcpy(malloc(strlen(entry->name) + 1), entry->name);
    }
  }
  close(folder);
  free(room);
  sort_names(list, count);
  *names = list;
  return length < 0 ? length : count;
}
