/* ps: the processes that /proc shows, with parent, user, state and name. What /proc shows depends on the pid namespace of its mount. */
#include "os.h"

static char text[1024];

/* /proc/PID/stat: "7 (name) S 1 ...". A name may hold anything, so its end is the last parenthesis. */
static void show(const char *pid) {
  char path[64], *name, *end, *at;
  strcat(strcat(strcpy(path, "/proc/"), pid), "/stat");
  if (read_text(path, text, sizeof text) <= 0) return;
  name = end = strchr(text, '(');
  if (!name) return;
  for (at = name; *at; at++)
    if (*at == ')') end = at;
  int parent = 0;
  parse_int(end + 4, &parent);
  struct file_facts owner = {0, 0, 0, 0, 0, 0, 0};
  strcat(strcpy(path, "/proc/"), pid);
  link_facts(path, &owner);
  *end = 0;
  printf("%5s %5d %5u %c %s\n", pid, parent, owner.uid, end[2], name + 1);
}

static int number(const char *name) {
  int value;
  return name[parse_int(name, &value)] == 0;
}

/* folder_names sorts as text; process numbers want the order of numbers. */
static void sort_numbers(char **names, int count) {
  for (int i = 1; i < count; i++)
    for (int at = i; at > 0 && strlen(names[at - 1]) > strlen(names[at]); at--) {
      char *name = names[at];
      names[at] = names[at - 1];
      names[at - 1] = name;
    }
}

int main(void) {
  char **names;
  int count = folder_names("/proc", &names), kept = 0;
  if (count < 0) return complain("ps", "/proc", count);
  for (int i = 0; i < count; i++)
    if (number(names[i])) names[kept++] = names[i];
  sort_numbers(names, kept);
  print("  PID  PPID   UID S COMMAND\n");
  for (int i = 0; i < kept; i++) show(names[i]);
  return 0;
}
