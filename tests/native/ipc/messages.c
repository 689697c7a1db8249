/* Queues of messages: order, types, lengths, limits, waiting on both sides, removal under waiting processes. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/wait.h>
#include <unistd.h>

#define KEY 0x53540003
static int id;
static struct {
  long type;
  char text[9000];
} m;

static void say(const char *what, long result) {
  printf("%-30s %s\n", what, result < 0 ? strerror(errno) : "ok");
}
static int post(long type, const char *text, int flags) {
  m.type = type;
  strcpy(m.text, text);
  return msgsnd(id, &m, strlen(text), flags);
}
static void fetch(const char *what, long type, int size, int flags) {
  memset(m.text, 0, sizeof m.text);
  int n = msgrcv(id, &m, size, type, flags);
  if (n < 0) printf("%-30s %s\n", what, strerror(errno));
  else printf("%-30s %d bytes of type %ld: %.20s\n", what, n, m.type, m.text);
}
static void state(const char *when) {
  struct msqid_ds d;
  if (msgctl(id, IPC_STAT, &d) < 0) {
    printf("%-30s %s\n", when, strerror(errno));
    return;
  }
  printf("%-30s key %x mode %o bytes %lu messages %lu most %lu s %s r %s times %d %d %d\n", when, d.msg_perm.__key, d.msg_perm.mode,
         d.__msg_cbytes, d.msg_qnum, d.msg_qbytes, d.msg_lspid == getpid() ? "me" : d.msg_lspid ? "other" : "none",
         d.msg_lrpid == getpid() ? "me" : d.msg_lrpid ? "other" : "none", d.msg_stime != 0, d.msg_rtime != 0, d.msg_ctime != 0);
}
/* Until the child has begun and then sleeps: in its call, or for good. */
static void asleep(pid_t pid) {
  char path[30], state = 0;
  sprintf(path, "/proc/%d/stat", pid);
  while (state != 'S' && state != 'Z') {
    FILE *f = fopen(path, "r");
    fscanf(f, "%*d %*s %c", &state);
    fclose(f);
    usleep(1000);
  }
}
static pid_t start(void (*run)(void)) {
  int ready[2];
  char byte;
  fflush(stdout);
  pipe(ready);
  pid_t pid = fork();
  if (pid == 0) {
    write(ready[1], "", 1);
    run();
    fflush(stdout);
    _exit(0);
  }
  read(ready[0], &byte, 1);
  close(ready[0]), close(ready[1]);
  asleep(pid);
  return pid;
}
static void end(pid_t pid) {
  int status;
  waitpid(pid, &status, 0);
  printf("child: status %x\n", status);
}
static void receives(void) { fetch("child receives", 0, 100, 0); }
static void receives_7(void) { fetch("child receives type 7", 7, 100, 0); }
static void receives_short(void) { fetch("child receives 2 bytes", 0, 2, 0); }
static void receives_part(void) { fetch("child receives part", 0, 2, MSG_NOERROR); }
static void receives_low(void) { fetch("child receives at most 5", -5, 100, 0); }
static void receives_not(void) { fetch("child receives not 5", 5, 100, MSG_EXCEPT); }
static void sends(void) { say("child sends", post(3, "from the child", 0)); }
static void handler(int n) {}
static void interrupted(void) {
  struct sigaction a = {.sa_handler = handler, .sa_flags = SA_RESTART};
  sigaction(SIGUSR1, &a, 0);
  fetch("child is interrupted", 99, 100, 0);
}
static void stranger(void) {
  struct msqid_ds d;
  if (setgid(12345) || setuid(12345)) _exit(9);
  say("stranger gets", msgget(KEY, 0));
  say("stranger gets 0444", msgget(KEY, 0444));
  say("stranger sends", post(1, "x", IPC_NOWAIT));
  fetch("stranger receives", 0, 10, IPC_NOWAIT);
  say("stranger stats", msgctl(id, IPC_STAT, &d));
  say("stranger removes", msgctl(id, IPC_RMID, 0));
}

int main(void) {
  struct msqid_ds d;
  struct msginfo info;
  pid_t a, b;
  say("get what is not there", msgget(KEY, 0));
  id = msgget(KEY, IPC_CREAT | IPC_EXCL | 0620);
  say("create", id);
  say("again", msgget(KEY, IPC_CREAT | IPC_EXCL));
  printf("the same: %d\n", msgget(KEY, IPC_CREAT) == id);
  state("new");
  fetch("nothing", 0, 100, IPC_NOWAIT);
  say("type 0", post(0, "x", 0));
  say("type -1", post(-1, "x", 0));
  say("too long", msgsnd(id, &m, 8193, 0));
  say("less than nothing", msgsnd(id, &m, -1, 0));
  say("from nowhere", msgsnd(id, (void *)16, 1, 0));
  say("no queue", msgsnd(-1, &m, 1, 0));
  for (int i = 1; i < 8; i++) {
    char text[10] = "message 0";
    text[8] += i;
    post(i == 4 ? 9 : 8 - i, text, 0);
  }
  post(2, "", 0);
  state("eight");
  fetch("the first", 0, 100, 0);
  fetch("type 2", 2, 100, 0);
  fetch("type 2 again", 2, 100, 0);
  fetch("type 2 none", 2, 100, IPC_NOWAIT);
  fetch("at most 6", -6, 100, 0);
  fetch("not 6", 6, 100, MSG_EXCEPT);
  fetch("too long for 3", 0, 3, 0);
  fetch("cut", 0, 3, MSG_NOERROR);
  state("left");
  fetch("a copy of the second", 1, 100, MSG_COPY | IPC_NOWAIT);
  fetch("a copy of the ninth", 8, 100, MSG_COPY | IPC_NOWAIT);
  fetch("a copy, waiting", 1, 100, MSG_COPY);
  fetch("to nowhere", -1000, -1, 0);
  printf("to nowhere: %s\n", msgrcv(id, (void *)16, 10, 0, 0) < 0 ? strerror(errno) : "ok");
  state("one lost");
  while (msgrcv(id, &m, 9000, 0, IPC_NOWAIT) >= 0) {}
  state("empty");

  a = start(receives);
  say("send", post(1, "hello", 0));
  state("passed on");
  end(a);
  a = start(receives_7);
  say("send 6", post(6, "six", 0));
  say("send 7", post(7, "seven", 0));
  end(a);
  fetch("the rest", 0, 100, IPC_NOWAIT);
  a = start(receives_short);
  say("send", post(1, "too long", 0));
  end(a);
  fetch("it stayed", 0, 100, IPC_NOWAIT);
  a = start(receives_part);
  say("send", post(1, "too long", 0));
  end(a);
  a = start(receives_low);
  b = start(receives_not);
  say("send 5", post(5, "five", 0));
  end(a);
  say("send 4", post(4, "four", 0));
  end(b);

  m.type = 1;
  int count = 0;
  while (msgsnd(id, &m, 1000, IPC_NOWAIT) == 0) count++;
  printf("full after %d: %s\n", count, strerror(errno));
  say("a short one", post(2, "fits", IPC_NOWAIT));
  for (count = 0; post(2, "x", IPC_NOWAIT) == 0; count++) {}
  printf("full after %d: %s\n", count, strerror(errno));
  a = start(sends);
  state("while it waits");
  fetch("room", 0, 9000, 0);
  end(a);
  fetch("from it", 3, 100, 0);
  while (msgrcv(id, &m, 9000, 0, IPC_NOWAIT) >= 0) {}
  msgctl(id, IPC_STAT, &d);
  d.msg_qbytes = 500;
  say("less room", msgctl(id, IPC_SET, &d));
  m.type = 5;
  while (msgsnd(id, &m, 1, IPC_NOWAIT) == 0) {}
  while (msgsnd(id, &m, 0, IPC_NOWAIT) == 0) {}
  state("full");
  a = start(sends);
  d.msg_qbytes = 16384;
  say("more room", msgctl(id, IPC_SET, &d));
  end(a);
  while (msgrcv(id, &m, 9000, 0, IPC_NOWAIT) >= 0) {}
  d.msg_qbytes = 2000;
  say("less room", msgctl(id, IPC_SET, &d));
  for (count = 0; msgsnd(id, &m, 0, IPC_NOWAIT) == 0; count++) {}
  printf("empty ones: %d\n", count);
  while (msgrcv(id, &m, 9000, 0, IPC_NOWAIT) >= 0) {}

  a = start(interrupted);
  kill(a, SIGUSR1);
  end(a);
  a = start(receives);
  kill(a, SIGKILL);
  end(a);
  say("send", post(1, "to nobody", 0));
  state("it lies there");

  end(start(stranger));
  d.msg_perm.mode = 0602;
  say("set", msgctl(id, IPC_SET, &d));
  end(start(stranger));
  int highest = msgctl(0, MSG_INFO, (void *)&info);
  printf("queues %d messages %d bytes %d\n", info.msgpool, info.msgmap, info.msgtql);
  printf("stat by place: %d\n", msgctl(highest, MSG_STAT, &d) == id);
  msgctl(0, IPC_INFO, (void *)&info);
  printf("pool %d map %d max %d mnb %d mni %d ssz %d tql %d seg %u\n", info.msgpool, info.msgmap, info.msgmax, info.msgmnb, info.msgmni,
         info.msgssz, info.msgtql, info.msgseg);
  a = start(receives_7);
  say("remove", msgctl(id, IPC_RMID, 0));
  end(a);
  state("removed");
  say("send", post(1, "x", 0));
  id = msgget(IPC_PRIVATE, 0600);
  m.type = 1;
  while (msgsnd(id, &m, 1000, IPC_NOWAIT) == 0) {}
  while (msgsnd(id, &m, 1, IPC_NOWAIT) == 0) {}
  a = start(sends);
  say("remove", msgctl(id, IPC_RMID, 0));
  end(a);
  return 0;
}
