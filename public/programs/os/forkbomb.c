/*
 * forkbomb MOST: every process makes processes, and so do they, until MOST have been made in all; a refused fork is counted.
 * It never runs without that bound. Each child lives for a second, so that all stand side by side.
 */
#include "os.h"

struct tally {
  volatile int made, refused, error;
};

static int take(volatile int *number) {
  int one = 1;
  __asm__ volatile("lock xaddl %0, %1" : "+r"(one), "+m"(*number) : : "memory");
  return one;
}

static void burst(struct tally *tally, int most) {
  for (int i = 0; i < 2; i++) {
    if (take(&tally->made) >= most) {
      __asm__ volatile("lock decl %0" : "+m"(tally->made));
      return;
    }
    int pid = fork();
    if (pid < 0) {
      __asm__ volatile("lock decl %0" : "+m"(tally->made));
      tally->error = pid;
      take(&tally->refused);
    } else if (pid == 0) {
      burst(tally, most);
      sleep_ms(1000);
      while (waitpid(-1, NULL, 0) > 0) {}
      exit(0);
    }
  }
}

int main(int argc, char **argv) {
  int most = 0;
  if (argc != 2 || !parse_int(argv[1], &most) || most < 1 || most > 10000) {
    print_error("usage: forkbomb MOST (1 to 10000): how many processes it may make in all\n");
    return 1;
  }
  struct tally *tally = map_pages(4096, 1);
  if (!tally) return complain("forkbomb", "shared page", -12);
  burst(tally, most);
  while (waitpid(-1, NULL, 0) > 0) {}
  if (tally->refused) printf("forkbomb: %d processes made, then refused: %s\n", tally->made, error_text(tally->error));
  else printf("forkbomb: %d processes made, none refused\n", tally->made);
  return tally->refused ? 1 : 0;
}
