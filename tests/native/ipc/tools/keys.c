/* keys make KIB | look | hold KIB | drop | give | take: one segment, set and queue by a well-known key, for tests with several rooms. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <unistd.h>

#define KEY 0x57a7a
static const char *answer(long result) { return result == -1 ? strerror(errno) : "ok"; }

int main(int argc, char **argv) {
  struct {
    long type;
    char text[64];
  } m = {1, ""};
  struct sembuf up = {0, 1, 0}, down = {0, -1, 0};
  const char *what = argv[1];
  int kib = argc > 2 ? atoi(argv[2]) : 0;
  if (!strcmp(what, "make")) {
    int id = shmget(KEY, kib * 1024, IPC_CREAT | IPC_EXCL | 0600);
    char *at = shmat(id, 0, 0);
    for (int i = 0; i < kib; i++) at[i * 1024] = 1;
    strcpy(at, "a secret");
    strcpy(m.text, "a letter");
    id = msgget(KEY, IPC_CREAT | 0600);
    semget(KEY, 1, IPC_CREAT | 0600);
    printf("made: %s\n", answer(msgsnd(id, &m, sizeof m.text, 0)));
  } else if (!strcmp(what, "look")) {
    int id = shmget(KEY, 0, 0);
    printf("shm: %s, ", answer(id));
    if (id >= 0) printf("%s, ", (char *)shmat(id, 0, 0));
    id = msgget(KEY, 0);
    printf("msg: %s, ", answer(id));
    if (id >= 0) printf("%ld bytes %s, ", (long)msgrcv(id, &m, sizeof m.text, 0, IPC_NOWAIT), m.text);
    printf("sem: %s\n", answer(semget(KEY, 0, 0)));
  } else if (!strcmp(what, "look-by-id")) {
    int seen = 0;
    for (int id = 0; id < 8192; id++) seen += shmat(id, 0, SHM_RDONLY) != (void *)-1;
    printf("attached %d by id\n", seen);
  } else if (!strcmp(what, "take")) {
    printf("taken: %s\n", answer(semop(semget(KEY, 1, IPC_CREAT | 0600), &down, 1)));
  } else if (!strcmp(what, "give")) {
    printf("given: %s\n", answer(semop(semget(KEY, 1, IPC_CREAT | 0600), &up, 1)));
  } else if (!strcmp(what, "flood")) {
    int n = 0, sent = 0;
    for (; n < 40000 && msgget(IPC_PRIVATE, 0600) >= 0; n++) {}
    printf("%d queues, then %s\n", n, strerror(errno));
  }
  fflush(stdout);
  return 0;
}
