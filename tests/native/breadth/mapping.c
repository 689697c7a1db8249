/* Memory: shared maps between processes and with files, copy on write, growing, protection, advice, huge sparse files. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a call answered, and why: the call comes first. */
#define say(format, call) do { long answer = (errno = 0, call); printf(format, (int)answer, strerror(errno)); } while (0)

int main(void) {
  int *shared = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int *own = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  *own = 1;
  if (fork() == 0) {
    shared[5] = 55;
    *own = 2;
    _exit(0);
  }
  wait(NULL);
  printf("shared %d own %d\n", shared[5], *own);

  int f = open("mapped", O_RDWR | O_CREAT | O_TRUNC, 0600);
  ftruncate(f, 10000);
  char *map = mmap(NULL, 10000, PROT_READ | PROT_WRITE, MAP_SHARED, f, 0);
  strcpy(map + 4090, "across pages");
  char text[16] = {0};
  pread(f, text, 12, 4090);
  printf("file says %s\n", text);
  pwrite(f, "ACROSS", 6, 4090);
  printf("map says %s\n", map + 4090);
  char *private = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, f, 4096);
  private[0] = '!';
  printf("private %c shared %c\n", private[0], map[4096]);
  printf("msync %d\n", msync(map, 4096, MS_SYNC));
  printf("past the end is zero: %d\n", map[10100]);
  struct stat s;
  fstat(f, &s);
  printf("size %d\n", (int)s.st_size);

  char *grown = mremap(own, 4096, 3 * 4096, MREMAP_MAYMOVE);
  printf("grown keeps %d, new is %d\n", *(int *)grown, grown[8192]);
  printf("protect %d\n", mprotect(grown + 4096, 4096, PROT_NONE));
  say("read through a call: %d %s\n", (int)write(1, grown + 4096, 1));
  printf("unmap the middle %d\n", munmap(grown + 4096, 4096));
  printf("fixed %d\n", mmap(grown + 4096, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == grown + 4096);
  say("fixed without replacing: %d %s\n",
      mmap(grown, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != MAP_FAILED);
  shared[0] = 9;
  madvise(grown, 4096, MADV_DONTNEED);
  printf("dropped: %d\n", *(int *)grown);
  say("unaligned: %d %s\n", munmap(grown + 1, 4096));
  printf("no length: %d\n", mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
  say("bad descriptor: %d %s\n", mmap(NULL, 4096, PROT_READ, MAP_SHARED, 77, 0) == MAP_FAILED);
  char *before = sbrk(0);
  sbrk(100000);
  printf("break %d\n", (int)((char *)sbrk(0) - before));
  int m = memfd_create("in memory", 0);
  ftruncate(m, 4096);
  char *anon = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, m, 0);
  strcpy(anon, "memfd");
  memset(text, 0, sizeof text);
  pread(m, text, 5, 0);
  printf("%s\n", text);
  lseek(f, 1 << 30, SEEK_SET);
  write(f, "far", 3);
  fstat(f, &s);
  printf("sparse %d\n", (int)(s.st_size >> 20));
  unlink("mapped");
  return 0;
}
