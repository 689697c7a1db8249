/* Processes, signals, users, clocks and memory. Numbers of system calls: arch/x86/entry/syscalls/syscall_32.tbl of Linux. */
#include "os.h"

static int call(int number, int a, int b, int c) { return kernel_call(number, a, b, c, 0, 0, 0); }

int fork(void) { return call(2, 0, 0, 0); }
int execve(const char *path, char *const *arguments, char *const *environment) {
  return call(11, (int)path, (int)arguments, (int)environment);
}
int waitpid(int pid, int *status, int options) { return kernel_call(114, pid, (int)status, options, 0, 0, 0); }
int getpid(void) { return call(20, 0, 0, 0); }
int getppid(void) { return call(64, 0, 0, 0); }
int setpgid(int pid, int group) { return call(57, pid, group, 0); }
int kill(int pid, int signal) { return call(37, pid, signal, 0); }
int getuid(void) { return call(199, 0, 0, 0); }
int getgid(void) { return call(200, 0, 0, 0); }
int geteuid(void) { return call(201, 0, 0, 0); }
int getegid(void) { return call(202, 0, 0, 0); }
int getgroups(int room, u32 *groups) { return call(205, room, (int)groups, 0); }

int shell_status(int status) { return (status & 127) ? 128 + (status & 127) : (status >> 8) & 255; }

int run_by_name(char *const *arguments, char *const *environment) {
  const char *name = arguments[0], *folders = variable(environment, "PATH");
  char path[256];
  if (strchr(name, '/') || !folders) return execve(name, arguments, environment);
  int result = -ENOENT;
  while (*folders) {
    int length = 0;
    while (*folders && *folders != ':') {
      if (length < 120) path[length++] = *folders;
      folders++;
    }
    if (*folders == ':') folders++;
    if (strlen(name) > 120) return -ENOENT;
    path[length] = 0;
    strcat(strcat(path, "/"), name);
    int tried = execve(path, arguments, environment);
    if (tried != -ENOENT && tried != -ENOTDIR) result = tried;
  }
  return result;
}

/*
 * struct sigaction of the kernel: handler, flags, restorer, mask. SA_RESTORER is wanted for a restorer of our own; rt_sigreturn, which it
 * calls, takes the frame that SA_SIGINFO makes.
 */
void signal_return(void);
int on_signal(int signal, void (*handler)(int)) {
  enum { SA_SIGINFO = 4, SA_RESTORER = 0x04000000 };
  u32 action[5] = {(u32)handler, SA_SIGINFO | SA_RESTORER, (u32)signal_return, 0, 0};
  return kernel_call(174, signal, (int)action, 0, 8, 0, 0);
}

void sleep_ms(u32 milliseconds) {
  u32 time[2] = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  while (call(162, (int)time, (int)time, 0) == -EINTR) {}
}

u32 clock_ms(int clock) {
  u32 time[2] = {0, 0};
  call(265, clock, (int)time, 0);
  return time[0] * 1000 + time[1] / 1000000;
}

void *map_pages(u32 bytes, int shared) {
  enum { READ_WRITE = 3, SHARED = 1, PRIVATE = 2, ANONYMOUS = 0x20 };
  int result = kernel_call(192, 0, (int)bytes, READ_WRITE, ANONYMOUS | (shared ? SHARED : PRIVATE), -1, 0);
  return (u32)result > -4096u ? NULL : (void *)result;
}

char **environment_of(int argc, char **argv) { return argv + argc + 1; }

char *variable(char *const *environment, const char *name) {
  size_t length = strlen(name);
  for (; *environment; environment++)
    if (memcmp(*environment, name, length) == 0 && (*environment)[length] == '=') return *environment + length + 1;
  return NULL;
}
