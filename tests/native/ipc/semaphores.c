/* Semaphores: values, several at once, waiting, time limits, signals, SEM_UNDO, removal under waiting processes. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define KEY 0x53540002
union semun {
  int val;
  struct semid_ds *buf;
  unsigned short *array;
  struct seminfo *info;
};
static int id;

static void say(const char *what, long result) {
  printf("%-30s %s\n", what, result < 0 ? strerror(errno) : "ok");
}
static int set(int n, int value) {
  return semctl(id, n, SETVAL, (union semun){.val = value});
}
static void values(const char *when) {
  unsigned short v[5] = {0};
  say("getall", semctl(id, 0, GETALL, (union semun){.array = v}));
  printf("%-30s %d %d %d %d %d\n", when, v[0], v[1], v[2], v[3], v[4]);
}
static int op(int n, int change, int flags) {
  struct sembuf b = {n, change, flags};
  return semop(id, &b, 1);
}
static int op2(int n, int change, int m, int change2, int flags) {
  struct sembuf b[2] = {{n, change, flags}, {m, change2, flags}};
  return semop(id, b, 2);
}
static void waitfor(int n, int command, int count) {
  while (semctl(id, n, command) != count) usleep(1000);
}
static pid_t start(void (*run)(void)) {
  fflush(stdout);
  pid_t pid = fork();
  if (pid == 0) {
    run();
    fflush(stdout);
    _exit(0);
  }
  return pid;
}
static void end(pid_t pid) {
  int status;
  waitpid(pid, &status, 0);
  printf("child: status %x\n", status);
}
static void takes(void) { say("child takes 1 of 0", op(0, -1, 0)); }
static void takes_three(void) { say("child takes 3 of 0", op(0, -3, 0)); }
static void takes_two(void) { say("child takes 0 and 1", op2(0, -1, 1, -1, 0)); }
static void waits_zero(void) { say("child waits for zero", op(2, 0, 0)); }
static void undoes(void) {
  say("child takes with undo", op(3, -2, SEM_UNDO));
  say("child gives with undo", op(4, 3, SEM_UNDO));
  values("before its end");
}
static void undo_and_die(void) {
  op(3, -2, SEM_UNDO);
  raise(SIGKILL);
}
static void undo_too_far(void) {
  op(4, 3, SEM_UNDO);
  op(4, -2, 0);
}
static void undo_set(void) {
  op(3, -2, SEM_UNDO);
  set(3, 4);
}
static void handler(int n) {}
static void interrupted(void) {
  struct sigaction a = {.sa_handler = handler, .sa_flags = SA_RESTART};
  sigaction(SIGUSR1, &a, 0);
  say("child is interrupted", op(0, -1, 0));
}
static void stranger(void) {
  struct semid_ds d;
  if (setgid(12345) || setuid(12345)) _exit(9);
  say("stranger gets", semget(KEY, 0, 0));
  say("stranger gets 0222", semget(KEY, 0, 0222));
  say("stranger takes", op(3, -1, IPC_NOWAIT));
  say("stranger waits for zero", op(0, 0, IPC_NOWAIT));
  say("stranger reads", semctl(id, 0, GETVAL));
  say("stranger sets", set(0, 1));
  say("stranger stats", semctl(id, 0, IPC_STAT, (union semun){.buf = &d}));
  say("stranger removes", semctl(id, 0, IPC_RMID));
}
static void forks_undo(void) {
  op(3, -1, SEM_UNDO);
  if (fork() == 0) _exit(0);
  wait(0);
  values("a grandchild ended");
}
static int shared_run(void *unused) {
  (void)unused;
  op(3, -1, SEM_UNDO);
  return 0;
}
#include <sched.h>
static char stack[65536];
static void shares_undo(void) {
  op(3, -1, SEM_UNDO);
  int pid = clone(shared_run, stack + sizeof stack, CLONE_SYSVSEM | SIGCHLD, 0);
  waitpid(pid, 0, 0);
  values("shared, one ended");
}

int main(void) {
  struct semid_ds d;
  struct seminfo info;
  unsigned short v[5] = {1, 2, 3, 4, 5};
  struct timespec t = {0, 20000000};
  struct sembuf many[501] = {0};
  say("get what is not there", semget(KEY, 1, 0));
  say("no semaphores", semget(KEY, 0, IPC_CREAT | 0600));
  say("too many", semget(KEY, 32001, IPC_CREAT | 0600));
  say("less than none", semget(KEY, -1, IPC_CREAT | 0600));
  id = semget(KEY, 5, IPC_CREAT | IPC_EXCL | 0604);
  say("create", id);
  say("again", semget(KEY, 5, IPC_CREAT | IPC_EXCL | 0604));
  say("more than there are", semget(KEY, 6, 0));
  printf("the same: %d\n", semget(KEY, 0, 0) == id);
  say("stat", semctl(id, 0, IPC_STAT, (union semun){.buf = &d}));
  printf("key %x mode %o n %lu o %d c %d\n", d.sem_perm.__key, d.sem_perm.mode, (unsigned long)d.sem_nsems, d.sem_otime != 0, d.sem_ctime != 0);
  printf("pid %d\n", semctl(id, 0, GETPID));
  values("new");
  say("setall", semctl(id, 0, SETALL, (union semun){.array = v}));
  values("set");
  printf("pid mine: %d\n", semctl(id, 0, GETPID) == getpid());
  v[2] = 40000;
  say("setall out of range", semctl(id, 0, SETALL, (union semun){.array = v}));
  say("set out of range", set(0, 32768));
  say("set less than zero", set(0, -1));
  say("set no semaphore", set(5, 0));
  say("get no semaphore", semctl(id, 5, GETVAL));
  say("take", op(1, -2, 0));
  say("take at once", op(1, -1, IPC_NOWAIT));
  say("zero at once", op(2, 0, IPC_NOWAIT));
  say("zero", op(1, 0, 0));
  say("no such", op(5, 1, 0));
  say("too much", op(0, 32767, 0));
  values("unchanged");
  say("two, the second not", op2(0, -1, 1, -1, IPC_NOWAIT));
  values("unchanged");
  say("one twice", op2(0, -1, 0, 1, IPC_NOWAIT));
  say("up and down", op2(1, 2, 1, -2, IPC_NOWAIT));
  say("none", semop(id, many, 0));
  say("too many", semop(id, many, 501));
  say("from nowhere", semop(id, (void *)16, 1));
  say("wrong id", semop(-1, many, 1));
  say("no such id", semop(id + 0x8000000, many, 1));
  semctl(id, 0, IPC_STAT, (union semun){.buf = &d});
  printf("otime %d\n", d.sem_otime != 0);

  many[0] = (struct sembuf){1, -1, 0};
  say("in time", semtimedop(id, many, 1, &t));
  t.tv_nsec = 2000000000;
  say("no time", semtimedop(id, many, 1, &t));
  t.tv_nsec = 0;
  say("at once", semtimedop(id, many, 1, &t));

  set(0, 0);
  pid_t a = start(takes);
  waitfor(0, GETNCNT, 1);
  say("give 1", op(0, 1, 0));
  printf("value %d, pid the child's: %d\n", semctl(id, 0, GETVAL), semctl(id, 0, GETPID) == a);
  end(a);

  a = start(takes_three);
  waitfor(0, GETNCNT, 1);
  pid_t b = start(takes);
  waitfor(0, GETNCNT, 2);
  say("give 1", op(0, 1, 0));
  printf("value %d, the second's: %d\n", semctl(id, 0, GETVAL), semctl(id, 0, GETPID) == b);
  end(b);
  say("give 3", op(0, 3, 0));
  end(a);
  values("both");

  set(0, 0), set(1, 0);
  a = start(takes_two);
  waitfor(0, GETNCNT, 1);
  printf("on the second %d\n", semctl(id, 1, GETNCNT));
  say("give the first", op(0, 1, 0));
  printf("now %d %d\n", semctl(id, 0, GETNCNT), semctl(id, 1, GETNCNT));
  say("give the second", op(1, 1, 0));
  end(a);
  values("taken");

  a = start(waits_zero);
  waitfor(2, GETZCNT, 1);
  say("down to zero and up", op(2, -3, 0));
  printf("waiting %d\n", semctl(id, 2, GETZCNT));
  end(a);
  set(2, 7);
  a = start(waits_zero);
  waitfor(2, GETZCNT, 1);
  say("set zero", set(2, 0));
  end(a);

  set(3, 4), set(4, 5);
  end(start(undoes));
  values("undone");
  end(start(undo_and_die));
  values("undone of the killed");
  end(start(undo_too_far));
  values("undone below");
  end(start(undo_set));
  values("undone after set");
  end(start(forks_undo));
  values("undone of the father");
  end(start(shares_undo));
  values("undone of both");

  a = start(interrupted);
  waitfor(0, GETNCNT, 1);
  kill(a, SIGUSR1);
  end(a);
  printf("waiting %d\n", semctl(id, 0, GETNCNT));
  a = start(takes);
  waitfor(0, GETNCNT, 1);
  kill(a, SIGKILL);
  end(a);
  printf("waiting %d\n", semctl(id, 0, GETNCNT));

  end(start(stranger));
  d.sem_perm.uid = 12345, d.sem_perm.mode = 0700;
  say("give away", semctl(id, 0, IPC_SET, (union semun){.buf = &d}));
  end(start(stranger));
  int other = semget(KEY, 0, 0);
  printf("gone: %s\n", other < 0 ? strerror(errno) : "no");
  id = semget(KEY, 2, IPC_CREAT | 0600);
  int highest = semctl(0, 0, SEM_INFO, (union semun){.info = &info});
  printf("used %d semaphores %d msl %d opm %d vmx %d\n", info.semusz, info.semaem, info.semmsl, info.semopm, info.semvmx);
  printf("stat by place: %d\n", semctl(highest, 0, SEM_STAT, (union semun){.buf = &d}) == id);
  semctl(0, 0, IPC_INFO, (union semun){.info = &info});
  printf("map %d mni %d mns %d mnu %d msl %d opm %d ume %d usz %d vmx %d aem %d\n", info.semmap, info.semmni, info.semmns, info.semmnu,
         info.semmsl, info.semopm, info.semume, info.semusz, info.semvmx, info.semaem);
  a = start(takes);
  waitfor(0, GETNCNT, 1);
  say("remove", semctl(id, 0, IPC_RMID));
  end(a);
  say("take", op(0, -1, 0));
  say("remove", semctl(id, 0, IPC_RMID));
  return 0;
}
