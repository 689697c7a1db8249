/* Files by the library: stdio, stat, rename, links counted, a directory read by readdir (getdents64) and cleared. */
#define _FILE_OFFSET_BITS 64
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int compare(const void *a, const void *b) { return strcmp(a, b); }

int main(void) {
  char names[20][32], path[700];
  int count = 0;
  if (mkdir("guest-dir", 0755)) return 1;
  for (int i = 0; i < 9; i++) {
    sprintf(path, "guest-dir/file-%d.txt", i * i);
    FILE *f = fopen(path, "w");
    for (int k = 0; k <= i * 100; k++) fprintf(f, "%d\n", k);
    fclose(f);
  }
  if (rename("guest-dir/file-64.txt", "guest-dir/renamed")) return 2;
  DIR *d = opendir("guest-dir");
  for (struct dirent *e; (e = readdir(d));) if (e->d_name[0] != '.') strcpy(names[count++], e->d_name);
  closedir(d);
  qsort(names, (size_t)count, sizeof *names, compare);
  for (int i = 0; i < count; i++) {
    struct stat s;
    sprintf(path, "guest-dir/%s", names[i]);
    if (stat(path, &s)) return 3;
    printf("%s %ld %o %d\n", names[i], (long)s.st_size, (unsigned)s.st_mode & 0170700, (int)s.st_nlink);
  }
  FILE *f = fopen("guest-dir/renamed", "r+");
  int first, last = 0, value;
  if (fscanf(f, "%d", &first) != 1) return 4;
  while (fscanf(f, "%d", &value) == 1) last = value;
  fseek(f, -4, SEEK_END);
  fprintf(f, "end");
  fseek(f, 10, SEEK_SET);
  int letter = fgetc(f);
  printf("%d %d %c %ld\n", first, last, letter, ftell(f));
  fclose(f);
  int result = open("guest-dir/none", O_RDONLY);
  printf("%d %d\n", result, errno);
  result = rmdir("guest-dir");
  printf("%d %d\n", result, errno == ENOTEMPTY);
  for (int i = 0; i < count; i++) { sprintf(path, "guest-dir/%s", names[i]); unlink(path); }
  result = rmdir("guest-dir");
  printf("%d %d\n", result, access("guest-dir", F_OK));
  return 0;
}
