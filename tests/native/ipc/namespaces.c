/* An ipc namespace of one's own: keys, ids, SEM_UNDO and attachments when it is left, and who has power over what is in it. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#define KEY 0x53540004
static int shm, sem, msg, outer;
static volatile int *words;
union semun {
  int val;
  struct semid_ds *buf;
};

static void say(const char *what, long result) {
  printf("%-34s %s\n", what, result < 0 ? strerror(errno) : "ok");
}
static int take(int id, int change, int flags) {
  struct sembuf b = {0, change, flags};
  return semop(id, &b, 1);
}
static int lines(const char *name) {
  char path[40], buffer[4000];
  sprintf(path, "/proc/sysvipc/%s", name);
  int fd = open(path, 0), n = read(fd, buffer, sizeof buffer), count = 0;
  close(fd);
  while (n > 0) count += buffer[--n] == '\n';
  return count - 1;
}
static void table(const char *when) {
  printf("%-34s shm %d sem %d msg %d\n", when, lines("shm"), lines("sem"), lines("msg"));
}
static void row(const char *name) {
  char path[40], buffer[4000];
  int key, id, mode;
  sprintf(path, "/proc/sysvipc/%s", name);
  FILE *f = fopen(path, "r");
  fgets(buffer, sizeof buffer, f);
  while (fscanf(f, "%d %d %o%[^\n]", &key, &id, &mode, buffer) == 4) printf("%s %x %o\n", name, key, mode);
  fclose(f);
}
static void keys(const char *when) {
  printf("%s\n", when);
  say("  shmget", shmget(KEY, 0, 0));
  say("  semget", semget(KEY, 0, 0));
  say("  msgget", msgget(KEY, 0));
}
static void run(void (*f)(void)) {
  int status;
  fflush(stdout);
  pid_t pid = fork();
  if (pid == 0) {
    f();
    fflush(stdout);
    _exit(0);
  }
  waitpid(pid, &status, 0);
  printf("child: status %x\n", status);
}
static void write_file(const char *path, const char *text) {
  int fd = open(path, O_WRONLY);
  if (write(fd, text, strlen(text)) < 0) printf("%s: %s\n", path, strerror(errno));
  close(fd);
}
static void apart(void) {
  say("take with undo", take(sem, -2, SEM_UNDO));
  say("unshare", unshare(CLONE_NEWIPC));
  keys("in a namespace of its own");
  table("nothing there");
  say("the old id", semctl(sem, 0, GETVAL));
  say("attach by the old id", (long)shmat(shm, 0, 0) == -1 ? -1 : 0);
  words[0]++;
  printf("what was attached stays: %d\n", words[0]);
  int own = shmget(KEY, 4096, IPC_CREAT | IPC_EXCL | 0600);
  say("the same key", own);
  say("and semaphores", semget(KEY, 1, IPC_CREAT | IPC_EXCL | 0600));
  say("and a queue", msgget(KEY, IPC_CREAT | IPC_EXCL | 0600));
  table("one of each");
  int *mine = shmat(own, 0, 0);
  mine[0] = 1234;
  say("detach the old one", shmdt((void *)words));
  int fd = open("/proc/self/ns/ipc", 0);
  say("back to the first", setns(outer, CLONE_NEWIPC));
  keys("there again");
  printf("undone: %d\n", semctl(semget(KEY, 0, 0), 0, GETVAL));
  printf("what was attached there stays: %d\n", mine[0]);
  say("forth", setns(fd, 0));
  mine = shmat(own, 0, 0);
  printf("still there: %d\n", mine[0]);
  say("back", setns(outer, 0));
  close(fd);
  printf("without a member, attached: %d\n", mine[0]);
  say("detach", shmdt(mine));
}
static void user(void) {
  int foreign = shmget(IPC_PRIVATE, 10, 0600);
  struct shmid_ds d;
  shmctl(foreign, IPC_STAT, &d);
  d.shm_perm.uid = 12345, d.shm_perm.gid = 12345;
  shmctl(foreign, IPC_SET, &d);
  say("no owner, but capable", (long)shmat(foreign, 0, 0) == -1 ? -1 : 0);
  if (setgid(12346) || setuid(12346)) _exit(9);
  say("neither", (long)shmat(foreign, 0, 0) == -1 ? -1 : 0);
  prctl(PR_SET_DUMPABLE, 1);
  say("unshare user", unshare(CLONE_NEWUSER));
  say("capable elsewhere", (long)shmat(foreign, 0, 0) == -1 ? -1 : 0);
  say("unshare ipc", unshare(CLONE_NEWIPC));
  int own = shmget(KEY, 10, IPC_CREAT | 0);
  say("mode 0", (long)shmat(own, 0, 0) == -1 ? -1 : 0);
  shmctl(own, IPC_STAT, &d);
  printf("nobody: %d %d\n", d.shm_perm.uid, d.shm_perm.cgid);
  write_file("/proc/self/setgroups", "deny");
  write_file("/proc/self/uid_map", "0 12346 1");
  write_file("/proc/self/gid_map", "7 12346 1");
  shmctl(own, IPC_STAT, &d);
  printf("mapped: %d %d %d %d\n", d.shm_perm.uid, d.shm_perm.gid, d.shm_perm.cuid, d.shm_perm.cgid);
  d.shm_perm.uid = 12345;
  say("to one who is not there", shmctl(own, IPC_SET, &d));
  d.shm_perm.uid = 0, d.shm_perm.mode = 0640;
  say("to one who is", shmctl(own, IPC_SET, &d));
  row("shm");
  int q = msgget(IPC_PRIVATE, 0600);
  struct msqid_ds m;
  msgctl(q, IPC_STAT, &m);
  m.msg_qbytes = 16385;
  say("more than the limit", msgctl(q, IPC_SET, &m));
}
static int nothing(void *unused) { return 0; }

int main(void) {
  char stack[4096];
  outer = open("/proc/self/ns/ipc", 0);
  shm = shmget(KEY, 8192, IPC_CREAT | IPC_EXCL | 0600);
  sem = semget(KEY, 2, IPC_CREAT | IPC_EXCL | 0640);
  msg = msgget(KEY, IPC_CREAT | IPC_EXCL | 0604);
  semctl(sem, 0, SETVAL, (union semun){.val = 5});
  words = shmat(shm, 0, 0);
  words[0] = 10;
  table("three");
  row("shm"), row("sem"), row("msg");
  run(apart);
  printf("value %d, word %d\n", semctl(sem, 0, GETVAL), words[0]);
  table("three");
  run(user);
  say("undo in another namespace", clone(nothing, stack + sizeof stack, CLONE_NEWIPC | CLONE_SYSVSEM | SIGCHLD, 0));
  shmctl(shm, IPC_RMID, 0), semctl(sem, 0, IPC_RMID), msgctl(msg, IPC_RMID, 0);
  return 0;
}
