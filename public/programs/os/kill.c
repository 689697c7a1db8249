/* kill [-SIGNAL] PID...: sends a signal, 15 unless said; signals by number or by these names. */
#include "os.h"

static const struct {
  const char *name;
  int number;
} signals[] = {{"HUP", 1}, {"INT", 2}, {"QUIT", 3}, {"ABRT", 6}, {"KILL", 9}, {"USR1", 10}, {"SEGV", 11}, {"USR2", 12},
               {"PIPE", 13}, {"ALRM", 14}, {"TERM", 15}, {"CHLD", 17}, {"CONT", 18}, {"STOP", 19}, {"TSTP", 20}};

static int signal_of(const char *text) {
  int number;
  if (parse_int(text, &number)) return number;
  for (int i = 0; i < LENGTH(signals); i++)
    if (strcmp(signals[i].name, text) == 0) return signals[i].number;
  return -1;
}

int main(int argc, char **argv) {
  int at = 1, signal = SIGTERM, status = 0;
  if (at < argc && argv[at][0] == '-') signal = signal_of(argv[at++] + 1);
  if (signal < 0 || at == argc) {
    print_error("usage: kill [-SIGNAL] PID...\n");
    return 1;
  }
  for (; at < argc; at++) {
    int pid, known = parse_int(argv[at], &pid), result = known ? kill(pid, signal) : -ESRCH;
    if (result < 0) status = complain("kill", argv[at], result);
  }
  return status;
}
