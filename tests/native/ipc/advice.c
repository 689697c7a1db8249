/* Pages that are not needed for now: what is shared stays, with or without a name; what is private does not. */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  int id = shmget(IPC_PRIVATE, 8192, 0600);
  int *segment = shmat(id, 0, 0);
  int *shared = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int *own = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  int *maps[] = {segment, shared, own};
  shmctl(id, IPC_RMID, 0);
  for (int i = 0; i < 3; i++) {
    maps[i][0] = 10 + i, maps[i][1024] = 20 + i;
    printf("madvise %d\n", madvise(maps[i], 8192, MADV_DONTNEED));
    printf("%d %d\n", maps[i][0], maps[i][1024]);
    maps[i][1] = 30 + i;
  }
  if (fork() == 0) {
    for (int i = 0; i < 3; i++) maps[i][0]++;
    _exit(0);
  }
  wait(0);
  for (int i = 0; i < 3; i++) printf("%d %d\n", maps[i][0], maps[i][1]);
  return 0;
}
