/* Address space: brk, mmap of all kinds, protection, moving, growth of the stack, and running out. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static sigjmp_buf back;
static volatile int caught;
static void on_fault(int n, siginfo_t *info, void *u) { (void)u; (void)info; caught = n; siglongjmp(back, 1); }
static void say(const char *what, long result) { printf("%s: %ld%s%s\n", what, result, result < 0 ? " " : "", result < 0 ? strerror(errno) : ""); }
static int touch(volatile char *p, int write) {
  caught = 0;
  if (sigsetjmp(back, 1) == 0) { if (write) *p = 1; else (void)*p; }
  return caught;
}
static int deep(int n) { volatile char page[4000]; page[0] = n; return n == 0 ? 0 : page[0] * 0 + deep(n - 1) + 1; }

int main(void) {
  struct sigaction act = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
  sigaction(SIGSEGV, &act, 0);
  sigaction(SIGBUS, &act, 0);
  char *p = mmap(0, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  say("mmap", p != MAP_FAILED);
  long sum = 0;
  for (int i = 0; i < 1 << 20; i += 4096) { sum += p[i]; p[i] = i >> 12; }
  for (int i = 0; i < 1 << 20; i += 4096) sum += (unsigned char)p[i];
  printf("sum %ld\n", sum);
  say("mprotect", mprotect(p + 4096, 4096, PROT_READ));
  printf("read %d write %d\n", touch(p + 4096, 0), touch(p + 4096, 1));
  say("none", mprotect(p + 4096, 4096, PROT_NONE));
  printf("read %d\n", touch(p + 4096, 0));
  say("back", mprotect(p + 4096, 4096, PROT_READ | PROT_WRITE));
  printf("kept %d write %d\n", p[4096], touch(p + 4096, 1));
  say("munmap hole", munmap(p + 8192, 4096));
  printf("hole %d beside %d\n", touch(p + 8192, 0), touch(p + 12288, 0));
  say("mprotect over hole", mprotect(p, 1 << 20, PROT_READ));
  say("fixed", mmap(p + 8192, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == p + 8192);
  printf("fresh %d\n", p[8192]);
  say("unaligned", mmap(p + 1, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED ? -1 : 0);
  say("length zero", mmap(0, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0);
  char *q = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  q[0] = 42; q[4096] = 43;
  q = mremap(q, 8192, 1 << 20, MREMAP_MAYMOVE);
  printf("moved %d %d %d\n", q[0], q[4096], q[500000]);
  say("madvise", madvise(q, 4096, MADV_DONTNEED));
  printf("dropped %d kept %d\n", q[0], q[4096]);
  char name[] = "/tmp/strata-mem-XXXXXX";
  int fd = mkstemp(name);
  for (int i = 0; i < 3000; i++) write(fd, "abc", 3);
  char *m = mmap(0, 16384, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  printf("file %c%c tail %d\n", m[0], m[4097], m[9001]);
  m[0] = 'X';
  char c;
  pread(fd, &c, 1, 0);
  printf("private %c %c, behind the end %d\n", m[0], c, touch(m + 12288, 0));
  char *o = mmap(0, 4096, PROT_READ, MAP_PRIVATE, fd, 4096);
  printf("offset %c\n", o[0]);
  unlink(name);
  say("bad fd", mmap(0, 4096, PROT_READ, MAP_PRIVATE, 77, 0) == MAP_FAILED ? -1 : 0);
  void *start = sbrk(0);
  say("sbrk", sbrk(100000) == start);
  memset(start, 7, 100000);
  say("shrink", sbrk(-100000) != (void *)-1);
  printf("gone %d\n", touch((char *)start + 90000, 0));
  printf("deep %d\n", deep(300));
  printf("null %d code %d\n", touch(0, 0), touch((char *)main, 1));
  for (int i = 0; i < 200; i++) { char *b = malloc(20000 + i * 100); memset(b, i, 20000); if (i % 3) free(b); }
  printf("done\n");
  return 0;
}
