/*
 * What programs of the operating-system level ask of the kernel beyond lib.h: processes, signals, pipes, sockets, mounts,
 * namespaces. i386 only. As in lib.h, a call that fails returns a negative error number.
 */
#ifndef STRATA_OS_H
#define STRATA_OS_H

#include "lib.h"

int kernel_call(int number, int a, int b, int c, int d, int e, int f);

/* process.c */
int fork(void);
int execve(const char *path, char *const *arguments, char *const *environment);
/* Tries each folder of PATH when the name holds no slash; returns only when nothing could be run. */
int run_by_name(char *const *arguments, char *const *environment);
enum { WNOHANG = 1 };
int waitpid(int pid, int *status, int options);
/* What a shell says a wait status is: the exit status, or 128 and the signal's number. */
int shell_status(int status);
int getpid(void);
int getppid(void);
int setpgid(int pid, int group);
int kill(int pid, int signal);
enum { SIGINT = 2, SIGQUIT = 3, SIGKILL = 9, SIGPIPE = 13, SIGTERM = 15, SIGCHLD = 17 };
#define SIG_DFL ((void (*)(int))0)
#define SIG_IGN ((void (*)(int))1)
int on_signal(int signal, void (*handler)(int));
int getuid(void);
int geteuid(void);
int getgid(void);
int getegid(void);
int getgroups(int room, u32 *groups);
void sleep_ms(u32 milliseconds);
enum { CLOCK_REALTIME = 0, CLOCK_MONOTONIC = 1, CLOCK_PROCESS = 2 };
/* Milliseconds of a clock, modulo 2^32. */
u32 clock_ms(int clock);
/* Fresh memory of the kernel, or NULL; shared with children when `shared`. */
void *map_pages(u32 bytes, int shared);
char **environment_of(int argc, char **argv);
char *variable(char *const *environment, const char *name);

/* files.c */
enum { RDONLY = 0, WRONLY = 1, RDWR = 2, CREAT = 0100, EXCL = 0200, TRUNC = 01000, APPEND = 02000, DIRECTORY = 0200000 };
int open(const char *path, int flags, int mode);
int pipe(int ends[2]);
int dup2(int from, int to);
int chdir(const char *path);
int getcwd(char *to, int room);
int chroot(const char *path);
int mknod(const char *path, u32 mode, u32 device);
int readlink(const char *path, char *to, int room);
int is_terminal(int file);
struct file_facts {
  u32 mode, links, uid, gid, size, major, minor;
};
int link_facts(const char *path, struct file_facts *facts);
/* Reads a whole small file as text; returns its length, or an error. */
int read_text(const char *path, char *to, int room);
int write_text(const char *path, const char *text);
/* Names of a folder in order, without `.` and `..`; returns how many, or an error. Memory is never given back. */
int folder_names(const char *path, char ***names);

/* host.c */
enum {
  MS_RDONLY = 1, MS_NOSUID = 2, MS_NODEV = 4, MS_NOEXEC = 8, MS_REMOUNT = 32, MS_BIND = 4096, MS_MOVE = 8192, MS_REC = 16384,
  MS_PRIVATE = 1 << 18
};
enum { MNT_DETACH = 2 };
int mount(const char *source, const char *target, const char *type, u32 flags, const char *data);
int umount(const char *target, int flags);
int gethostname(char *to, int room);
int sethostname(const char *name);
int setns(int file, int kind);
int prctl(int what, u32 a, u32 b, u32 c, u32 d);

/* sockets.c: IPv4, stream. Addresses are in host order. */
enum { LOOPBACK = 0x7f000001 };
int tcp_socket(void);
int bind_to(int socket, u32 address, int port);
int connect_to(int socket, u32 address, int port);
int listen_on(int socket, int backlog);
int accept_from(int socket);

/* error.c */
enum { EPERM = 1, ESRCH = 3, EINTR = 4, ENOEXEC = 8, ECHILD = 10, EAGAIN = 11, EACCES = 13 };
const char *error_text(int negative);
/* "program: what: No such file or directory" on standard error; returns 1, for `return complain(...)`. */
int complain(const char *program, const char *what, int negative);
void print_error(const char *text);

#endif
