/* Seals of files in memory, mappings that move, advice, what is present, memory that stays. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define SAY(call) say(#call, (errno = 0, (long)(call)))
static long say(const char *what, long result) {
  printf("%s: %ld%s%s\n", what, result, result < 0 ? " " : "", result < 0 ? strerrorname_np(errno) : "");
  return result;
}
#define MAPS(call) maps(#call, (errno = 0, (call)))
static void *maps(const char *what, void *at) {
  printf("%s: %s\n", what, at == MAP_FAILED ? strerrorname_np(errno) : "mapped");
  return at;
}
static char room[20000];
#define P 4096
#define RW PROT_READ | PROT_WRITE
#define OWN MAP_PRIVATE | MAP_ANONYMOUS

static void *fresh(int pages) {
  char *at = mmap(0, pages * P, RW, OWN, -1, 0);
  for (int i = 0; i < pages; i++) at[i * P] = 'a' + i;
  return at;
}
static int in_child(char *at) {
  int status, pid = fork();
  if (pid == 0) _exit(*at);
  waitpid(pid, &status, 0);
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}
static void present(const char *what, char *at, int pages) {
  unsigned char there[16];
  errno = 0;
  printf("%s:", what);
  if (mincore(at, pages * P, there)) printf(" %s", strerrorname_np(errno));
  else
    for (int i = 0; i < pages; i++) printf(" %d", there[i] & 1);
  puts("");
}
static void locked(const char *what) {
  FILE *f = fopen("/proc/self/status", "r");
  char line[100];
  int kb = -1;
  while (fgets(line, sizeof line, f)) sscanf(line, "VmLck: %d", &kb);
  fclose(f);
  printf("%s: %d kB\n", what, kb);
}

int main(void) {
  setvbuf(stdout, NULL, _IONBF, 0);
  int fd = memfd_create("plain", 0);
  SAY(fcntl(fd, F_GET_SEALS));
  SAY(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW));
  fd = memfd_create("sealed", MFD_ALLOW_SEALING | MFD_CLOEXEC);
  SAY(fcntl(fd, F_GET_SEALS));
  ftruncate(fd, 3 * P);
  SAY(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK));
  SAY(ftruncate(fd, P));
  SAY(ftruncate(fd, 3 * P));
  SAY(ftruncate(fd, 3 * P + 100));
  SAY(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW));
  SAY(ftruncate(fd, 4 * P));
  SAY(pwrite(fd, room, 200, 3 * P));
  SAY(pwrite(fd, room, 100, 3 * P));
  SAY(pwrite(fd, room, 3 * P, P));
  SAY(pwrite(fd, room, 10, 9 * P));
  SAY(fallocate(fd, 0, 0, 5 * P));
  SAY(fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 5 * P));
  SAY(fallocate(fd, 0, 0, P));
  SAY(fcntl(fd, F_GET_SEALS));
  char *shared = MAPS(mmap(0, P, RW, MAP_SHARED, fd, 0));
  strcpy(shared, "written before");
  SAY(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
  SAY(fcntl(fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE));
  MAPS(mmap(0, P, RW, MAP_SHARED, fd, 0));
  char *later = MAPS(mmap(0, P, PROT_READ, MAP_SHARED, fd, 0));
  SAY(mprotect(later, P, RW));
  strcat(shared, " and after");
  printf("%s\n", later);
  SAY(write(fd, room, 1));
  munmap(shared, P), munmap(later, P);
  SAY(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
  SAY(fallocate(fd, FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE, 0, P));
  char *private = MAPS(mmap(0, P, RW, MAP_PRIVATE, fd, 0));
  strcpy(private, "mine");
  SAY(pread(fd, room, 14, 0));
  printf("%s\n", room);
  SAY(fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL));
  SAY(fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL));
  SAY(fcntl(fd, F_GET_SEALS));
  SAY(fcntl(fd, F_ADD_SEALS, 1 << 20));
  int ends[2];
  pipe(ends);
  SAY(fcntl(ends[1], F_GET_SEALS));
  SAY(fcntl(ends[1], F_ADD_SEALS, F_SEAL_SEAL));

  char *a = fresh(4), *b = fresh(4);
  SAY(mremap(a, P, P, MREMAP_FIXED, b) == MAP_FAILED ? -1 : 0);
  SAY(mremap(a, P, P, MREMAP_MAYMOVE | MREMAP_FIXED, a) == MAP_FAILED ? -1 : 0);
  SAY(mremap(a, P, P, MREMAP_MAYMOVE | MREMAP_FIXED, b + 1) == MAP_FAILED ? -1 : 0);
  SAY(mremap(a, P, 2 * P, MREMAP_MAYMOVE | MREMAP_DONTUNMAP) == MAP_FAILED ? -1 : 0);
  SAY(mremap(a, P, 2 * P, MREMAP_DONTUNMAP) == MAP_FAILED ? -1 : 0);
  SAY(mremap(a, 9 * P, P, 8) == MAP_FAILED ? -1 : 0);
  SAY(mremap(a + P, P, P, MREMAP_MAYMOVE | MREMAP_FIXED, b + 2 * P) == b + 2 * P);
  printf("%.1s %.1s\n", b + P, b + 2 * P);
  present("moved away", a, 4);
  SAY(mremap(a + 2 * P, 2 * P, P, MREMAP_MAYMOVE | MREMAP_FIXED, b) == b);
  printf("%.1s %.1s\n", b, b + P);
  present("rest", a, 1);
  present("gone", a + 2 * P, 2);
  b = fresh(4);
  char *c = mremap(b, 4 * P, 4 * P, MREMAP_MAYMOVE | MREMAP_DONTUNMAP);
  SAY(c == MAP_FAILED ? -1 : c != b);
  printf("%.1s%.1s%.1s%.1s %d%d\n", c, c + P, c + 2 * P, c + 3 * P, b[0], b[2 * P]);
  char *d = mmap(0, P, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0), *e = mremap(d, 0, P, MREMAP_MAYMOVE);
  SAY(e == MAP_FAILED ? -1 : (strcpy(d, "twice"), strcmp(d, e)));
  SAY(mremap(a, 0, P, MREMAP_MAYMOVE) == MAP_FAILED ? -1 : 0);

  a = fresh(4);
  SAY(madvise(a, 4 * P, 77));
  SAY(madvise(a + 1, P, MADV_DONTNEED));
  SAY(madvise(a, 0, MADV_DONTNEED));
  SAY(madvise(a + P, P, MADV_DONTNEED));
  present("not needed", a, 4);
  printf("%d %d\n", a[0], a[P]);
  SAY(madvise(a, 2 * P, MADV_FREE));
  SAY(madvise(a, P, MADV_DONTFORK));
  SAY(in_child(a));
  SAY(in_child(a + 2 * P));
  SAY(madvise(a, P, MADV_DOFORK));
  SAY(in_child(a));
  SAY(madvise(a + 2 * P, P, MADV_WIPEONFORK));
  SAY(in_child(a + 2 * P));
  printf("%d\n", a[2 * P]);
  SAY(madvise(a + 2 * P, P, MADV_KEEPONFORK));
  SAY(in_child(a + 2 * P));
  SAY(madvise(d, P, MADV_WIPEONFORK));
  SAY(madvise(d, P, MADV_FREE));
  munmap(a + P, P);
  SAY(madvise(a, 4 * P, MADV_DONTNEED));
  printf("%d %d\n", a[0], a[3 * P]);
  SAY(madvise(a, 4 * P, MADV_POPULATE_WRITE));
  SAY(madvise(a, P, MADV_REMOVE));
  fd = memfd_create("back", 0);
  write(fd, room, 20000);
  pwrite(fd, "holes", 6, P);
  shared = mmap(0, 5 * P, RW, MAP_SHARED, fd, 0);
  SAY(madvise(shared + P, P, MADV_REMOVE));
  printf("%d\n", shared[P]);
  SAY(madvise(mmap(0, P, PROT_READ, MAP_SHARED, fd, 0), P, MADV_REMOVE));
  b = mmap(0, 4 * P, RW, OWN, -1, 0);
  present("untouched", b, 4);
  SAY(madvise(b, 2 * P, MADV_POPULATE_READ));
  SAY(madvise(b + 2 * P, P, MADV_POPULATE_WRITE));
  present("populated", b, 4);
  mprotect(b, P, PROT_READ);
  SAY(madvise(b, P, MADV_POPULATE_WRITE));
  present("of a file", mmap(0, 3 * P, PROT_READ, MAP_SHARED, fd, 2 * P), 3);
  SAY(mincore(b + 1, P, (void *)room));
  munmap(b + P, P);
  SAY(mincore(b, 4 * P, (void *)room));
  SAY(mincore(b, P, (void *)8));

  locked("at first");
  a = mmap(0, 8 * P, RW, OWN, -1, 0);
  SAY(mlock(a + 100, P));
  present("locked", a, 4);
  locked("two");
  SAY(madvise(a, P, MADV_DONTNEED));
  SAY(madvise(a, P, MADV_DONTNEED_LOCKED));
  SAY(syscall(SYS_mlock2, a + 4 * P, 2 * P, MLOCK_ONFAULT));
  present("on fault", a + 4 * P, 2);
  SAY(syscall(SYS_mlock2, a, P, 2));
  locked("four");
  int status, child = fork();
  if (child == 0) locked("child"), _exit(0);
  waitpid(child, NULL, 0);
  SAY(munlock(a, P));
  locked("three");
  munmap(a + 4 * P, P);
  locked("unmapped");
  SAY(mlock(a + 4 * P, P));
  SAY(mlockall(0));
  SAY(mlockall(MCL_ONFAULT));
  SAY(mlockall(MCL_FUTURE));
  b = mmap(0, 2 * P, RW, OWN, -1, 0);
  present("in the future", b, 2);
  locked("with those");
  SAY(munlockall());
  locked("none");
  b = mmap(0, 2 * P, RW, OWN | MAP_LOCKED, -1, 0);
  present("from the start", b, 2);
  struct rlimit few = {3 * P, 3 * P};
  setrlimit(RLIMIT_MEMLOCK, &few);
  setuid(4242);
  SAY(mlock(a, P));
  SAY(mlock(a, 2 * P));
  SAY(mlock(a, P));
  MAPS(mmap(0, P, RW, OWN | MAP_LOCKED, -1, 0));
  SAY(mlockall(MCL_CURRENT));
  SAY(munlockall());
  MAPS(mmap(0, 3 * P, RW, OWN | MAP_LOCKED, -1, 0));
  few.rlim_cur = 0;
  setrlimit(RLIMIT_MEMLOCK, &few);
  SAY(mlock(a, P));
  SAY(mlockall(MCL_FUTURE));
  MAPS(mmap(0, P, RW, OWN | MAP_LOCKED, -1, 0));
  return 0;
}
