/* What seccomp forbids and how: strict mode, filters by number and argument, several at once, over fork and execve, threads, traps. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define L(what) offsetof(struct seccomp_data, what)
#define NUMBER BPF_STMT(BPF_LD | BPF_W | BPF_ABS, L(nr))
#define RETURN(v) BPF_STMT(BPF_RET | BPF_K, v)
#define WHEN(n, v) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, n, 0, 1), RETURN(v)

static int install(struct sock_filter *f, int n, int flags) {
  struct sock_fprog p = {n, f};
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &p);
}
#define INSTALL(...)                                          \
  ({                                                          \
    struct sock_filter f[] = {__VA_ARGS__};                   \
    int r = install(f, sizeof f / sizeof *f, 0);              \
    r < 0 ? -errno : r;                                       \
  })

static void child(const char *name, void (*body)(void)) {
  int status;
  fflush(stdout);
  pid_t pid = fork();
  if (pid == 0) {
    body();
    fflush(stdout);
    _exit(0);
  }
  waitpid(pid, &status, 0);
  if (WIFSIGNALED(status)) printf("%s: signal %d\n", name, WTERMSIG(status));
  else printf("%s: status %d\n", name, WEXITSTATUS(status));
}

static void lines(void) {
  char line[128];
  FILE *f = fopen("/proc/self/status", "r");
  if (!f) {
    printf("  no status\n");
    return;
  }
  while (fgets(line, sizeof line, f))
    if (!strncmp(line, "Seccomp", 7) || !strncmp(line, "NoNewPrivs", 10)) printf("  %s", line);
  fclose(f);
}

static void strict(void) {
  printf("  mode %d\n", prctl(PR_GET_SECCOMP));
  fflush(stdout);
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) < 0) _exit(9);
  write(1, "  strict\n", 9);
  syscall(SYS_exit, 3);
}
static void strict_killed(void) {
  prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT);
  write(1, "  still\n", 8);
  getpid();
  syscall(SYS_getpid);
  write(1, "  never\n", 8);
}
static void refusing(void) {
  printf("  %d\n", INSTALL(NUMBER, WHEN(SYS_getuid, SECCOMP_RET_ERRNO | 7), WHEN(SYS_getgid, SECCOMP_RET_ERRNO | 0xffff),
                           WHEN(SYS_getppid, SECCOMP_RET_ERRNO), WHEN(SYS_gettid, SECCOMP_RET_TRACE), RETURN(SECCOMP_RET_ALLOW)));
  printf("  mode %d\n", prctl(PR_GET_SECCOMP));
  for (int n = 0; n < 4; n++) {
    static const int calls[] = {SYS_getuid, SYS_getgid, SYS_getppid, SYS_gettid};
    errno = 0;
    long r = syscall(calls[n]);
    printf("  %ld %d\n", r, errno);
  }
  lines();
}
static void arguments(void) {
  INSTALL(NUMBER, BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_dup2, 0, 5), BPF_STMT(BPF_LD | BPF_W | BPF_ABS, L(args[1])),
          BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 10, 0, 3), BPF_STMT(BPF_LD | BPF_W | BPF_ABS, L(args[0])),
          BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 1, 0, 1), RETURN(SECCOMP_RET_ERRNO | EPERM), RETURN(SECCOMP_RET_ALLOW));
  printf("  %d", dup2(1, 9));
  printf(" %d", dup2(1, 10));
  printf(" %s", strerror(errno));
  printf(" %d", dup2(2, 11));
  INSTALL(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, L(arch)), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_I386, 1, 0),
          RETURN(SECCOMP_RET_KILL_PROCESS), RETURN(SECCOMP_RET_ALLOW));
  printf(" arch\n");
}
/* The machine of the filter itself: add up, multiply, shift, remember; answers an error number that depends on all of it. */
static void machine(void) {
  printf("  %d", INSTALL(NUMBER, BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getuid, 1, 0), RETURN(SECCOMP_RET_ALLOW),
                         BPF_STMT(BPF_LD | BPF_IMM, 5), BPF_STMT(BPF_ST, 3), BPF_STMT(BPF_ALU | BPF_MUL | BPF_K, 7),
                         BPF_STMT(BPF_MISC | BPF_TAX, 0), BPF_STMT(BPF_LD | BPF_MEM, 3), BPF_STMT(BPF_ALU | BPF_LSH | BPF_K, 4),
                         BPF_STMT(BPF_ALU | BPF_ADD | BPF_X, 0), BPF_STMT(BPF_STX, 4), BPF_STMT(BPF_LDX | BPF_MEM, 3),
                         BPF_STMT(BPF_ALU | BPF_DIV | BPF_X, 0), BPF_STMT(BPF_ALU | BPF_XOR | BPF_K, 0x55), BPF_STMT(BPF_ALU | BPF_NEG, 0),
                         BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0x7f), BPF_STMT(BPF_LDX | BPF_W | BPF_LEN, 0),
                         BPF_STMT(BPF_ALU | BPF_OR | BPF_X, 0), BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 1), BPF_STMT(BPF_ALU | BPF_SUB | BPF_K, 9),
                         BPF_STMT(BPF_ALU | BPF_OR | BPF_K, SECCOMP_RET_ERRNO), BPF_STMT(BPF_RET | BPF_A, 0)));
  syscall(SYS_getuid);
  printf(" errno %d\n", errno);
}
static void several(void) {
  INSTALL(NUMBER, WHEN(SYS_getuid, SECCOMP_RET_ERRNO | 11), WHEN(SYS_getgid, SECCOMP_RET_LOG), RETURN(SECCOMP_RET_ALLOW));
  INSTALL(NUMBER, WHEN(SYS_getuid, SECCOMP_RET_ERRNO | 12), WHEN(SYS_getgid, SECCOMP_RET_ERRNO | 13), RETURN(SECCOMP_RET_ALLOW));
  INSTALL(NUMBER, WHEN(SYS_getuid, SECCOMP_RET_TRACE | 1), RETURN(SECCOMP_RET_ALLOW));
  syscall(SYS_getuid);
  printf("  %d", errno);
  syscall(SYS_getgid);
  printf(" %d\n", errno);
  lines();
  fflush(stdout);
  if (fork() == 0) {
    syscall(SYS_getuid);
    printf("  inherited %d\n", errno);
    fflush(stdout);
    _exit(0);
  }
  wait(0);
}
static void killed(void) {
  INSTALL(NUMBER, WHEN(SYS_getuid, SECCOMP_RET_KILL_PROCESS), RETURN(SECCOMP_RET_ALLOW));
  syscall(SYS_getuid);
}
static void *ends(void *arg) {
  INSTALL(NUMBER, WHEN(SYS_getuid, SECCOMP_RET_KILL_THREAD), RETURN(SECCOMP_RET_ALLOW));
  syscall(SYS_getuid);
  return arg;
}
static void thread_killed(void) {
  pthread_t t;
  pthread_create(&t, 0, ends, 0);
  usleep(100000);
  printf("  the other goes on\n");
}
static void *waits(void *at) {
  while (!*(volatile int *)at) usleep(1000);
  errno = 0;
  syscall(SYS_getuid);
  printf("  the thread: %d\n", errno);
  return 0;
}
static void together(void) {
  pthread_t t;
  int go = 0;
  struct sock_filter f[] = {NUMBER, WHEN(SYS_getuid, SECCOMP_RET_ERRNO | 21), RETURN(SECCOMP_RET_ALLOW)};
  pthread_create(&t, 0, waits, &go);
  printf("  %d\n", install(f, 4, SECCOMP_FILTER_FLAG_TSYNC));
  go = 1;
  pthread_join(t, 0);
}
static void on_sys(int n, siginfo_t *i, void *c) {
  printf("  SIGSYS %d code %d errno %d call %d arch %x addr %d\n", n, i->si_code, i->si_errno, i->si_syscall, i->si_arch, i->si_call_addr != 0);
}
static void trapped(void) {
  struct sigaction a = {.sa_sigaction = on_sys, .sa_flags = SA_SIGINFO};
  sigaction(SIGSYS, &a, 0);
  INSTALL(NUMBER, WHEN(SYS_getuid, SECCOMP_RET_TRAP | 33), WHEN(SYS_getgid, SECCOMP_RET_TRAP), RETURN(SECCOMP_RET_ALLOW));
  long r = syscall(SYS_getuid);
  printf("  back with %ld\n", r);
  fflush(stdout);
  signal(SIGSYS, SIG_IGN);
  syscall(SYS_getgid);
  printf("  never\n");
}
static void unprivileged(void) {
  struct sock_filter f[] = {RETURN(SECCOMP_RET_ALLOW)};
  setresuid(1000, 1000, 1000);
  printf("  %d", install(f, 1, 0));
  printf(" %s", strerror(errno));
  printf(" %d", prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
  printf(" %d\n", install(f, 1, 0));
}
static void wrong(void) {
  printf("  %d", INSTALL(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 64), RETURN(0)));
  printf(" %d", INSTALL(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 2), RETURN(0)));
  printf(" %d", INSTALL(BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0), RETURN(0)));
  printf(" %d", INSTALL(NUMBER));
  printf(" %d", INSTALL(BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0), RETURN(0)));
  printf(" %d", INSTALL(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 1), RETURN(0)));
  printf(" %d", INSTALL(BPF_STMT(BPF_ALU | BPF_DIV | BPF_K, 0), RETURN(0)));
  printf(" %d", INSTALL(BPF_STMT(BPF_ALU | BPF_LSH | BPF_K, 32), RETURN(0)));
  printf(" %d", INSTALL(BPF_STMT(BPF_LD | BPF_MEM, 1), RETURN(0)));
  printf(" %d", INSTALL(BPF_STMT(BPF_LD | BPF_MEM, 16), RETURN(0)));
  printf(" %d", INSTALL(BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, 3), RETURN(0)));
  printf(" %d", INSTALL(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 1), BPF_STMT(BPF_ST, 1), BPF_STMT(BPF_LD | BPF_MEM, 1), RETURN(0)));
  printf(" %ld", syscall(SYS_seccomp, 9, 0, 0));
  printf(" %ld", syscall(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 1, 0));
  printf(" %d", install(0, 0, 0));
  printf(" %s", strerror(errno));
  unsigned action = SECCOMP_RET_TRAP, odd = 0x12340000;
  printf(" %ld", syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action));
  printf(" %ld", syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &odd));
  printf(" %s\n", strerror(errno));
}

int main(int argc, char **argv) {
  if (argc > 1) {
    errno = 0;
    syscall(SYS_getuid);
    printf("  over execve %d\n", errno);
    return 0;
  }
  child("strict", strict);
  child("strict, killed", strict_killed);
  child("refusing", refusing);
  child("arguments", arguments);
  child("machine", machine);
  child("several", several);
  child("killed", killed);
  child("thread killed", thread_killed);
  child("together", together);
  child("trapped", trapped);
  child("unprivileged", unprivileged);
  child("wrong", wrong);
  INSTALL(NUMBER, WHEN(SYS_getuid, SECCOMP_RET_ERRNO | 44), RETURN(SECCOMP_RET_ALLOW));
  fflush(stdout);
  execl("/proc/self/exe", "again", "x", NULL);
  printf("no /proc: %s\n", strerror(errno));
  return 1;
}
