/* The system calls themselves: ipc(2) with its old conventions and structures, and the calls of their own. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static void say(const char *what, long result) {
  printf("%-28s %s\n", what, result == -1 ? strerror(errno) : "ok");
}
static void dump(const char *what, const unsigned *w, int n, unsigned skip) {
  printf("%s:", what);
  for (int i = 0; i < n; i++) printf(skip >> i & 1 ? " -" : " %x", w[i]);
  printf("\n");
}
#define IPC64 0x100

int main(void) {
  unsigned b[40], address, kludge[2];
  struct { long type; char text[16]; } m = {3, "kludge"};
  unsigned short ops[3] = {0, 2, 0};
  memset(b, 0x55, sizeof b);
  int shm = syscall(117, 23, 0x1111, 5000, 01000 | 0641, 0, 0);
  say("shmget", shm);
  say("shmat", syscall(117, 21, shm, 0, &address, 0, 0));
  say("shmat of iBCS2", syscall(117, 21 | 1 << 16, shm, 0, &address, 0, 0));
  strcpy((char *)address, "shared");
  say("stat, 16 bits", syscall(117, 24, shm, 2, 0, b, 0));
  dump("shmid_ds", b, 13, 1 << 5 | 1 << 7 | 1 << 8 );
  memset(b, 0x55, sizeof b);
  say("stat, 32 bits", syscall(117, 24, shm, 2 | IPC64, 0, b, 0));
  dump("shmid64_ds", b, 22, 1 << 6 | 1 << 10 | 1 << 14 | 1 << 16 | 1 << 17);
  memset(b, 0x55, sizeof b);
  say("shmctl", syscall(396, shm, 2, b));
  dump("shmid64_ds", b, 22, 1 << 6 | 1 << 10 | 1 << 14 | 1 << 16 | 1 << 17);
  say("shmctl with IPC_64", syscall(396, shm, 2 | IPC64, b));
  say("shmctl to nowhere", syscall(396, shm, 2, 1));
  memset(b, 0x55, sizeof b);
  say("limits, old", syscall(117, 24, 0, 3, 0, b, 0));
  dump("shminfo", b, 6, 0);
  b[1] = 7 | 9 << 16, b[3] = 0600;
  say("set, 16 bits", syscall(117, 24, shm, 1, 0, b, 0));
  syscall(396, shm, 2, b);
  dump("now", b, 6, 0);
  char *p = (char *)syscall(397, shm, 0, 010000);
  printf("%s\n", p);
  say("shmdt", syscall(398, p));
  p = (char *)0x60000000;
  say("shmat there", syscall(397, shm, p, 0));
  say("shmat into it", syscall(397, shm, p + 4096, 040000));
  printf("%s %s\n", p, p + 4096);
  say("over itself", syscall(397, shm, p + 8192, 0));
  syscall(396, shm, 2, b);
  printf("attached %u times\n", b[18]);
  say("shmdt", syscall(398, p));
  say("shmdt", syscall(398, p + 4096));
  say("shmdt", syscall(117, 22, 0, 0, 0, address, 0));
  say("remove", syscall(117, 24, shm, 0, 0, 0, 0));

  int sem = syscall(393, 0x1112, 3, 01640);
  say("semget", sem);
  say("semop", syscall(117, 1, sem, 1, 0, ops, 0));
  struct timespec t = {0, 1000000};
  long long t64[2] = {0, 1000000};
  ops[1] = -5;
  say("semtimedop", syscall(117, 4, sem, 1, 0, ops, &t));
  say("semtimedop_time64", syscall(420, sem, ops, 1, t64));
  t64[1] = -1;
  say("semtimedop_time64, no time", syscall(420, sem, ops, 1, t64));
  say("semtimedop_time64, nowhere", syscall(420, sem, ops, 1, 16));
  memset(b, 0x55, sizeof b);
  unsigned *to = b;
  say("semctl without argument", syscall(117, 3, sem, 0, 2, 0, 0));
  say("stat, 16 bits", syscall(117, 3, sem, 0, 2, &to, 0));
  dump("semid_ds", b, 12, 1 << 4 | 1 << 5 | 1 << 6 | 1 << 7 | 1 << 8 | 1 << 9);
  memset(b, 0x55, sizeof b);
  say("semctl", syscall(394, sem, 0, 2, b));
  dump("semid64_ds", b, 17, 1 << 6 | 1 << 9 | 1 << 11);
  int five = 5;
  say("setval", syscall(117, 3, sem, 1, 16, &five, 0));
  printf("%ld %ld\n", syscall(394, sem, 1, 12, 0), syscall(394, sem, 0, 12, 0));
  printf("%ld\n", syscall(394, sem, 1, 12 | IPC64, 0));
  say("remove", syscall(394, sem, 0, 0, 0));

  int msg = syscall(399, 0x1113, 01602);
  say("msgget", msg);
  say("msgsnd", syscall(117, 11, msg, 6, 0, &m, 0));
  say("msgsnd", syscall(400, msg, &m, 3, 04000));
  memset(b, 0x55, sizeof b);
  say("stat, 16 bits", syscall(117, 14, msg, 2, 0, b, 0));
  dump("msqid_ds", b, 15, 1 << 4 | 1 << 5 | 1 << 6 | 1 << 7 | 1 << 8 | 1 << 9 | 1 << 10 | 1 << 12 | 1 << 13);
  memset(b, 0x55, sizeof b);
  say("msgctl", syscall(402, msg, 2, b));
  dump("msqid64_ds", b, 23, 1 << 6 | 1 << 9 | 1 << 11 | 1 << 13 | 1 << 18);
  memset(&m, 0, sizeof m);
  kludge[0] = (unsigned)&m, kludge[1] = 3;
  printf("msgrcv %ld", syscall(117, 12, msg, 16, 04000, kludge, 0));
  printf(" %ld %s\n", m.type, m.text);
  say("msgrcv, no pointer", syscall(117, 12, msg, 16, 04000, 0, 0));
  memset(&m, 0, sizeof m);
  printf("msgrcv %ld", syscall(117, 12 | 1 << 16, msg, 16, 04000, &m, 0));
  printf(" %ld %s\n", m.type, m.text);
  say("msgrcv", syscall(401, msg, &m, 16, 0, 04000));
  say("remove", syscall(402, msg, 0, 0));
  say("no such call", syscall(117, 5, 0, 0, 0, 0, 0));
  say("no such call", syscall(117, 99, 0, 0, 0, 0, 0));
  return 0;
}
