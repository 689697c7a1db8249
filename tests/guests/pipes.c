/* A pipe within one process, dup, dup2, writev, and reading at the end of what was written. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

int main(void) {
  int ends[2];
  char got[64];
  if (pipe(ends)) return 1;
  struct iovec parts[3] = {{"one ", 4}, {"two ", 4}, {"three", 5}};
  printf("%d\n", (int)writev(ends[1], parts, 3));
  int n = (int)read(ends[0], got, 6);
  printf("%d %.*s\n", n, n, got);
  int copy = dup(ends[1]);
  close(ends[1]);
  printf("%d\n", (int)write(copy, "+four", 5));
  close(copy);
  n = (int)read(ends[0], got, sizeof got);
  printf("%d %.*s\n", n, n, got);
  printf("%d\n", (int)read(ends[0], got, sizeof got));
  close(ends[0]);
  n = (int)read(ends[0], got, 1);
  printf("%d %d\n", n, errno == EBADF);
  fflush(stdout);
  int saved = dup(1);
  if (pipe(ends) || dup2(ends[1], 1) != 1) return 2;
  printf("into the pipe\n");
  fflush(stdout);
  dup2(saved, 1);
  n = (int)read(ends[0], got, sizeof got);
  printf("%d %.*s", n, n, got);
  return 0;
}
