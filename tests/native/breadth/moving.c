/* Bytes from file to file within the kernel, sizes of pipes, and calls that few programs make. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/openat2.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define SAY(call) say(#call, (errno = 0, (long)(call)))
static long say(const char *what, long result) {
  printf("%s: %ld%s%s\n", what, result, result < 0 ? " " : "", result < 0 ? strerrorname_np(errno) : "");
  return result;
}
static char room[300000];

int main(void) {
  setvbuf(stdout, NULL, _IONBF, 0);
  int file = open("one", O_RDWR | O_CREAT | O_TRUNC, 0600), other = open("two", O_RDWR | O_CREAT | O_TRUNC, 0600), a[2], b[2], s[2];
  pipe(a);
  pipe(b);
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  for (int i = 0; i < 200000; i++) room[i] = 'a' + i % 23;
  write(file, room, 200000);
  loff_t from = 5, to = 3;
  SAY(splice(file, &from, a[1], NULL, 100, 0));
  printf("at %d\n", (int)from);
  SAY(splice(file, NULL, other, NULL, 100, 0));
  SAY(splice(a[0], &from, b[1], NULL, 100, 0));
  SAY(splice(a[0], NULL, a[1], NULL, 100, 0));
  SAY(tee(a[0], b[1], 60, 0));
  SAY(splice(b[0], NULL, other, &to, 100, SPLICE_F_MOVE));
  SAY(splice(b[0], NULL, other, NULL, 100, SPLICE_F_NONBLOCK));
  SAY(splice(a[0], NULL, s[0], NULL, 40, 0));
  SAY(read(s[1], room + 250000, 100));
  printf("%.10s\n", room + 250000);
  SAY(splice(s[1], NULL, b[1], NULL, 10, SPLICE_F_NONBLOCK));
  write(s[0], "socket", 6);
  SAY(splice(s[1], NULL, b[1], NULL, 10, 0));
  SAY(splice(a[0], NULL, b[1], NULL, 4096, 0));
  SAY(splice(-1, NULL, b[1], NULL, 1, 0));
  SAY(splice(a[0], NULL, b[1], NULL, 1, 999));
  struct iovec v[2] = {{"vm", 2}, {"splice", 6}};
  SAY(vmsplice(a[1], v, 2, 0));
  SAY(read(a[0], room + 250000, 100));
  fcntl(a[1], F_SETFL, O_NONBLOCK);
  from = 0;
  SAY(splice(file, &from, a[1], NULL, 200000, 0));
  SAY(splice(file, &from, a[1], NULL, 200000, 0));
  fcntl(a[1], F_SETFL, 0);
  SAY(fcntl(a[1], F_GETPIPE_SZ));
  SAY(fcntl(a[1], F_SETPIPE_SZ, 100000));
  SAY(fcntl(a[1], F_SETPIPE_SZ, 4096));
  while (read(a[0], room + 250000, 4096) == 4096) if (fcntl(a[0], F_GETFL) == 0) { int n; ioctl(a[0], 0x541b, &n); if (n == 0) break; }

  /* A reader slower than sendfile: nothing is lost while the writer waits. */
  if (fork() == 0) {
    close(s[0]);
    long sum = 0, count = 0, n;
    unsigned char piece[3000];
    while ((n = read(s[1], piece, sizeof piece)) > 0)
      for (long i = 0; i < n; i++, count++) sum = (sum * 31 + piece[i]) & 0xffffff;
    printf("heard %ld %ld\n", count, sum);
    _exit(0);
  }
  lseek(file, 0, SEEK_SET);
  SAY(sendfile(s[0], file, NULL, 150000));
  off_t at = 150000;
  SAY(sendfile(s[0], file, &at, 1000000));
  printf("at %d\n", (int)at);
  for (int i = 0; i < 3; i++) {
    lseek(file, 0, SEEK_SET);
    sendfile(s[0], file, NULL, 200000);
  }
  close(s[0]);
  wait(NULL);
  SAY(sendfile(other, a[0], NULL, -1));
  from = 10, to = 100;
  SAY(copy_file_range(file, &from, other, &to, 50, 0));
  SAY(copy_file_range(file, &from, file, &from, 50, 0));
  SAY(copy_file_range(file, NULL, other, NULL, 50, 7));
  SAY(copy_file_range(a[0], NULL, other, NULL, 50, 0));
  struct stat st;
  fstat(other, &st);
  printf("%d at %d\n", (int)st.st_size, (int)lseek(other, 0, SEEK_CUR));
  struct iovec two[2] = {{room + 250000, 3}, {room + 260000, 4}};
  lseek(file, 4, SEEK_SET);
  SAY(preadv2(file, two, 2, -1, 0));
  SAY(preadv2(file, two, 2, 100, RWF_HIPRI));
  SAY(preadv2(file, two, 2, 0, 0x4000));
  SAY(pwritev2(file, two, 2, -1, RWF_DSYNC));
  printf("at %d\n", (int)lseek(file, 0, SEEK_CUR));

  SAY(lseek(file, 7, SEEK_DATA));
  SAY(lseek(file, 7, SEEK_HOLE));
  SAY(lseek(file, 200000, SEEK_DATA));
  dup2(file, 50);
  SAY(syscall(SYS_close_range, 50, 60, 4));
  SAY(fcntl(50, F_GETFD));
  SAY(syscall(SYS_close_range, 50, 60, 2));
  SAY(fcntl(50, F_GETFD));
  SAY(syscall(SYS_close_range, 60, 50, 0));
  SAY(syscall(SYS_close_range, 50, 60, 99));
  SAY(fcntl(0, F_DUPFD, 99999));

  struct open_how how = {.flags = O_RDWR | O_CREAT | O_CLOEXEC, .mode = 0640};
  int fd = syscall(SYS_openat2, AT_FDCWD, "three", &how, sizeof how);
  fstat(fd, &st);
  printf("%o %d\n", st.st_mode, fcntl(fd, F_GETFD));
  how.flags = O_RDONLY;
  SAY(syscall(SYS_openat2, AT_FDCWD, "three", &how, sizeof how));
  SAY(syscall(SYS_openat2, AT_FDCWD, "three", &how, 8));
  how.mode = 0, how.resolve = 1 << 20;
  SAY(syscall(SYS_openat2, AT_FDCWD, "three", &how, sizeof how));
  struct timeval times[2] = {{1000000000, 500000}, {1100000000, 250000}};
  SAY(syscall(SYS_utimes, "three", times));
  stat("three", &st);
  printf("%ld.%ld %ld.%ld\n", (long)st.st_atim.tv_sec, st.st_atim.tv_nsec, (long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
  times[0].tv_usec = 1000000;
  SAY(syscall(SYS_futimesat, AT_FDCWD, "three", times));

  struct sched_param none = {0}, high = {200};
  SAY(sched_get_priority_max(SCHED_FIFO));
  SAY(sched_get_priority_min(SCHED_RR));
  SAY(sched_get_priority_max(SCHED_OTHER));
  SAY(sched_get_priority_max(77));
  SAY(sched_getscheduler(0));
  SAY(sched_setscheduler(0, SCHED_BATCH, &none));
  SAY(sched_getscheduler(0));
  SAY(sched_setscheduler(0, SCHED_OTHER, &high));
  SAY(sched_setscheduler(99999, SCHED_OTHER, &none));
  SAY(sched_getparam(0, &high));
  cpu_set_t set;
  CPU_ZERO(&set);
  SAY(sched_setaffinity(0, sizeof set, &set));
  CPU_SET(0, &set);
  SAY(sched_setaffinity(0, sizeof set, &set));
  SAY(sched_getaffinity(0, sizeof set, &set));
  printf("%d\n", CPU_COUNT(&set));

  char *shared = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  strcpy(shared, "of the parent");
  int child = fork();
  if (child == 0) {
    strcpy(shared, "of the child!");
    pause();
  }
  usleep(20000);
  struct iovec mine = {room, 13}, theirs = {shared, 13};
  SAY(process_vm_readv(child, &mine, 1, &theirs, 1, 0));
  printf("%.13s %s\n", room, shared);
  theirs.iov_base = (void *)8;
  SAY(process_vm_readv(child, &mine, 1, &theirs, 1, 0));
  SAY(process_vm_readv(99999, &mine, 1, &theirs, 1, 0));
  kill(child, 9);
  wait(NULL);
  unsigned short short_ids[3];
  SAY(syscall(SYS_getresuid, short_ids, short_ids + 1, short_ids + 2) < 0 ? -1 : short_ids[0] == getuid());
  SAY(syscall(SYS_setreuid, 0xffff, 0xffff));
  SAY(syscall(SYS_chown, "three", 0xffff, 0xffff));
  SAY(mlockall(MCL_CURRENT));
  SAY(munlockall());
  SAY(syscall(SYS_membarrier, 1, 0, 0));
  SAY(syscall(SYS_membarrier, 12345, 0, 0));
  unlink("one"), unlink("two"), unlink("three");
  return 0;
}
