/* wc [-l] [-w] [-c] [FILE...]: counts lines, words and bytes. */
#include "os.h"

struct counts {
  u32 lines, words, bytes;
};
static int wanted[3];
static char room[4096];

static int count(int file, struct counts *counts) {
  int got, inside = 0;
  while ((got = read(file, room, sizeof room)) > 0) {
    counts->bytes += (u32)got;
    for (int i = 0; i < got; i++) {
      int blank = room[i] == ' ' || room[i] == '\n' || room[i] == '\t';
      if (room[i] == '\n') counts->lines++;
      if (!blank && !inside) counts->words++;
      inside = !blank;
    }
  }
  return got;
}

static void show(const struct counts *counts, const char *name) {
  const u32 values[3] = {counts->lines, counts->words, counts->bytes};
  const char *space = "";
  for (int i = 0; i < 3; i++) {
    if (!wanted[i]) continue;
    printf("%s%u", space, values[i]);
    space = " ";
  }
  printf("%s%s\n", name ? " " : "", name ? name : "");
}

int main(int argc, char **argv) {
  int at = 1, status = 0;
  for (; at < argc && argv[at][0] == '-' && argv[at][1]; at++)
    for (const char *letter = argv[at] + 1; *letter; letter++)
      for (int i = 0; i < 3; i++) wanted[i] |= "lwc"[i] == *letter;
  if (!wanted[0] && !wanted[1] && !wanted[2]) wanted[0] = wanted[1] = wanted[2] = 1;
  struct counts counts = {0, 0, 0};
  if (at == argc) {
    count(0, &counts);
    show(&counts, NULL);
  }
  for (; at < argc; at++) {
    int file = open(argv[at], RDONLY, 0);
    counts = (struct counts){0, 0, 0};
    int result = file < 0 ? file : count(file, &counts);
    if (result < 0) status = complain("wc", argv[at], result);
    else show(&counts, argv[at]);
    if (file > 0) close(file);
  }
  return status;
}
