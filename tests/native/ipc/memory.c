/* Shared memory: permissions, attachments through fork, exec and exit, removal while attached. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#define KEY 0x53540001

static void say(const char *what, long result) {
  printf("%-28s %s\n", what, result < 0 ? strerror(errno) : "ok");
}
static void state(const char *when, int id) {
  struct shmid_ds d;
  if (shmctl(id, IPC_STAT, &d) < 0) {
    printf("%-28s %s\n", when, strerror(errno));
    return;
  }
  printf("%-28s key %x mode %o size %lu nattch %lu cpid %s lpid %s a %d d %d c %d\n", when, d.shm_perm.__key, d.shm_perm.mode,
         (unsigned long)d.shm_segsz, (unsigned long)d.shm_nattch, d.shm_cpid == getpid() ? "me" : "other",
         d.shm_lpid == getpid() ? "me" : d.shm_lpid ? "other" : "none", d.shm_atime != 0, d.shm_dtime != 0, d.shm_ctime != 0);
}
static int child(void (*run)(int), int id) {
  int status;
  fflush(stdout);
  if (fork() == 0) {
    run(id);
    fflush(stdout);
    _exit(3);
  }
  wait(&status);
  return status;
}
static volatile int *words;

static void writer(int id) {
  state("in the child", id);
  words[0] = 41;
  words[5000] += 1;
}
static void reader_only(int id) {
  volatile int *w = shmat(id, 0, SHM_RDONLY);
  say("attach to read", (long)w == -1 ? -1 : 0);
  printf("reads %d\n", w[0]);
  say("mprotect to write", mprotect((void *)w, 4096, PROT_READ | PROT_WRITE));
  fflush(stdout);
  w[0] = 1;
}
static void stranger(int id) {
  struct shmid_ds d;
  if (setgid(12345) || setuid(12345)) _exit(9);
  say("stranger attaches", (long)shmat(id, 0, 0));
  say("stranger attaches to read", (long)shmat(id, 0, SHM_RDONLY) == -1 ? -1 : 0);
  say("stranger gets", shmget(KEY, 0, 0));
  say("stranger gets 0444", shmget(KEY, 0, 0444));
  say("stranger gets 0666", shmget(KEY, 0, 0666));
  say("stranger removes", shmctl(id, IPC_RMID, 0));
  say("stranger stats", shmctl(id, IPC_STAT, &d));
  d.shm_perm.uid = 12345;
  say("stranger sets", shmctl(id, IPC_SET, &d));
  say("stranger locks", shmctl(id, SHM_LOCK, 0));
}
static void detaches(int id) {
  say("child detaches", shmdt((void *)words));
  state("after that", id);
}
static void execs(int id) {
  execl("/proc/self/exe", "again", "again", (char *)0);
}

int main(int argc, char **argv) {
  struct shmid_ds d;
  struct shm_info info;
  struct shminfo limits;
  if (argc > 1 && !strcmp(argv[1], "again")) {
    int id = shmget(KEY, 0, 0);
    state("after exec", id);
    fflush(stdout);
    return 4;
  }
  say("get what is not there", shmget(KEY, 100, 0));
  say("size 0", shmget(KEY, 0, IPC_CREAT | 0600));
  int id = shmget(KEY, 30000, IPC_CREAT | IPC_EXCL | 0640);
  say("create", id);
  say("create again", shmget(KEY, 30000, IPC_CREAT | IPC_EXCL | 0640));
  printf("the same id: %d\n", shmget(KEY, 10, 0) == id);
  say("more than there is", shmget(KEY, 30001, 0));
  state("new", id);
  words = shmat(id, 0, 0);
  say("attach", (long)words == -1 ? -1 : 0);
  printf("zero: %d %d\n", words[0], words[7499]);
  state("attached", id);
  printf("status %x\n", child(writer, id));
  printf("written: %d %d\n", words[0], words[5000]);
  state("after the child", id);
  printf("status %x\n", child(reader_only, id));
  printf("status %x\n", child(stranger, id));
  shmctl(id, IPC_STAT, &d);
  d.shm_perm.mode = 0604;
  say("set the mode", shmctl(id, IPC_SET, &d));
  printf("status %x\n", child(stranger, id));
  printf("status %x\n", child(detaches, id));
  printf("status %x\n", child(execs, id));
  state("after exec's end", id);

  char *other = shmat(id, 0, 0);
  say("attach twice", (long)other == -1 ? -1 : 0);
  state("twice", id);
  ((int *)other)[1] = 77;
  printf("through the other: %d\n", words[1]);
  say("detach in the middle", shmdt(other + 4096));
  say("detach askew", shmdt(other + 1));
  say("unmap two pages", munmap(other + 8192, 8192));
  state("in two pieces", id);
  say("detach", shmdt(other));
  say("detach once more", shmdt(other));
  state("once", id);

  char *place = (char *)0x60000000;
  printf("at an address: %d\n", shmat(id, place + 123, SHM_RND) == (void *)place);
  say("askew", (long)shmat(id, place + 0x100123, 0) == -1 ? -1 : 0);
  say("where something is", (long)shmat(id, place, 0) == -1 ? -1 : 0);
  printf("remap: %d\n", shmat(id, place, SHM_REMAP | SHM_RDONLY) == (void *)place);
  say("remap nowhere", (long)shmat(id, 0, SHM_REMAP) == -1 ? -1 : 0);
  printf("%d %d\n", ((int *)place)[0], ((int *)place)[1]);
  state("instead", id);
  say("detach", shmdt(place));

  say("lock", shmctl(id, SHM_LOCK, 0));
  shmctl(id, IPC_STAT, &d);
  printf("mode %o\n", d.shm_perm.mode);
  say("unlock", shmctl(id, SHM_UNLOCK, 0));
  say("remove", shmctl(id, IPC_RMID, 0));
  state("removed", id);
  say("by its key", shmget(KEY, 0, 0));
  words[3] = 5;
  printf("still there: %d\n", words[3]);
  other = shmat(id, 0, 0);
  say("attach what is removed", (long)other == -1 ? -1 : 0);
  printf("still there: %d\n", ((int *)other)[3]);
  say("detach", shmdt((void *)words));
  state("one left", id);
  say("detach", shmdt(other));
  state("none left", id);
  say("attach", (long)shmat(id, 0, 0) == -1 ? -1 : 0);
  say("remove", shmctl(id, IPC_RMID, 0));

  id = shmget(IPC_PRIVATE, 1, 0);
  int id2 = shmget(IPC_PRIVATE, 8193, 0600);
  printf("two private ones: %d\n", id >= 0 && id2 >= 0 && id != id2);
  words = shmat(id2, 0, 0);
  words[0] = words[2048] = 9;
  shmdt((void *)words);
  words = shmat(id2, 0, 0);
  printf("kept without attachment: %d %d\n", words[0], words[2048]);
  int highest = shmctl(0, SHM_INFO, (void *)&info);
  printf("used %d pages %lu present %lu\n", info.used_ids, info.shm_tot, info.shm_rss);
  printf("stat by place: %d\n", shmctl(highest, SHM_STAT, &d) == id2);
  printf("size %lu\n", (unsigned long)d.shm_segsz);
  printf("limits: %d", shmctl(0, IPC_INFO, (void *)&limits) == highest);
  printf(" min %lu mni %lu seg %lu\n", limits.shmmin, limits.shmmni, limits.shmseg);
  say("no command", shmctl(id, 99, 0));
  say("stat of none", shmctl(id + 0x8000000, IPC_STAT, &d));
  say("negative", shmctl(-1, IPC_STAT, &d));
  say("remove", shmctl(id, IPC_RMID, 0));
  say("remove", shmctl(id2, IPC_RMID, 0));
  say("remove again", shmctl(id, IPC_RMID, 0));
  state("removed but attached", id2);
  return 0;
}
