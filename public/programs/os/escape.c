/*
 * escape ATTEMPT [ARGUMENTS]: tries one thing that a process in a container should not be able to do to others, and says in
 * one line what it tried and what happened. Status 0: it succeeded; 1: it was refused or came to nothing.
 * Each attempt leaves things as they were, except that it may leave a file of its own.
 */
#include "os.h"

static int refused(const char *what, int result) {
  printf("%s: refused: %s\n", what, error_text(result));
  return 1;
}

/* Signal 0 only asks whether one might. */
static int try_kill(int pid) {
  int result = kill(pid, 0);
  if (result < 0) return refused("kill a foreign process", result);
  print("kill a foreign process: allowed\n");
  return 0;
}

/* Looks for a process that has `wanted` among its arguments. */
static int try_see(const char *wanted) {
  char **names, path[300], text[512];
  int count = folder_names("/proc", &names);
  if (count < 0) return refused("see a foreign process", count);
  for (int i = 0; i < count; i++) {
    int pid;
    if (!parse_int(names[i], &pid) || pid == getpid()) continue;
    strcat(strcat(strcpy(path, "/proc/"), names[i]), "/cmdline");
    int length = read_text(path, text, sizeof text);
    for (int at = 0; at < length; at += (int)strlen(text + at) + 1)
      if (strcmp(text + at, wanted) == 0) return print("see a foreign process: seen in /proc\n"), 0;
  }
  print("see a foreign process: there is none in /proc\n");
  return 1;
}

static int show_secret(const char *what, const char *path) {
  char text[64];
  int length = read_text(path, text, sizeof text);
  if (length < 0) return refused(what, length);
  char *end = strchr(text, '\n');
  if (end) *end = 0;
  printf("%s: read \"%s\"\n", what, text);
  return 0;
}

static int try_dotdot(const char *path) {
  char whole[300] = "../../../../../../../..";
  return show_secret("a file of the host by ..", strcat(whole, path));
}

/* A root directory set by chroot(2) only stops walks that pass it: chroot deeper, and the way up is open. */
static int try_chroot(const char *path) {
  const char *what = "a file of the host by a second chroot";
  mkdir("/deeper", 0700);
  int result = chroot("/deeper");
  if (result < 0) {
    rmdir("/deeper");
    return refused(what, result);
  }
  for (int i = 0; i < 20; i++) chdir("..");
  chroot(".");
  return show_secret(what, path);
}

static int try_proc_root(const char *pid, const char *path) {
  char whole[300];
  return show_secret("a file of the host by /proc/PID/root", strcat(strcat(strcat(strcpy(whole, "/proc/"), pid), "/root"), path));
}

static int try_setns(const char *pid) {
  static const char *kinds[] = {"uts", "net", "mnt", "pid"};
  char path[64];
  for (int i = 0; i < LENGTH(kinds); i++) {
    strcat(strcat(strcat(strcpy(path, "/proc/"), pid), "/ns/"), kinds[i]);
    int file = open(path, RDONLY, 0), result = file < 0 ? file : setns(file, 0);
    if (result < 0) return refused("enter the host's namespaces", result);
    close(file);
  }
  print("enter the host's namespaces: entered\n");
  return 0;
}

static int try_device(u32 major, u32 minor) {
  const char *what = "read a disk by a device node of one's own";
  char sector[512];
  unlink("/tmp/raw");
  int result = mknod("/tmp/raw", 0060600, major << 8 | minor);
  if (result < 0) return refused(what, result);
  int file = open("/tmp/raw", RDONLY, 0);
  result = file < 0 ? file : read(file, sector, sizeof sector);
  if (file >= 0) close(file);
  unlink("/tmp/raw");
  if (result < 0) return refused(what, result);
  sector[20] = 0;
  printf("%s: read \"%s\"\n", what, sector);
  return 0;
}

static int try_mount(void) {
  int result = mount("stolen", "/mnt", "tmpfs", 0, NULL);
  if (result < 0) return refused("mount a file system", result);
  umount("/mnt", 0);
  print("mount a file system: mounted, in one's own mount namespace\n");
  return 0;
}

static int try_remount(const char *path) {
  const char *what = "write to what is mounted read-only";
  int result = mount(NULL, path, NULL, MS_REMOUNT | MS_BIND, NULL);
  if (result < 0) return refused(what, result);
  char whole[200];
  int file = open(strcat(strcpy(whole, path), "/escape"), WRONLY | CREAT, 0644);
  if (file < 0) return refused(what, file);
  close(file);
  unlink(whole);
  print("write to what is mounted read-only: mounted again, and written\n");
  return 0;
}

static int try_cgroup(const char *file, const char *value) {
  int result = write_text(file, value);
  if (result < 0) return refused("raise one's own limit", result);
  print("raise one's own limit: written\n");
  return 0;
}

static int try_port(int port) {
  int socket = tcp_socket(), result = socket < 0 ? socket : bind_to(socket, 0, port);
  if (result >= 0) result = listen_on(socket, 1);
  if (result < 0) return refused("take a port", result);
  printf("take a port: listens on %d\n", port);
  return 0;
}

static int try_disk(int most) {
  static char block[65536];
  int file = open("/tmp/filling", WRONLY | CREAT | TRUNC, 0600), result = file, blocks = 0;
  while (result >= 0 && blocks < most * 16) {
    result = write(file, block, sizeof block);
    if (result > 0) blocks++;
  }
  if (file >= 0) close(file);
  unlink("/tmp/filling");
  if (result < 0) return refused("fill the disk", result);
  printf("fill the disk: %d MiB written\n", most);
  return 0;
}

static int try_hostname(void) {
  char before[65];
  gethostname(before, sizeof before);
  int result = sethostname("stolen");
  if (result < 0) return refused("rename the machine", result);
  print("rename the machine: renamed, as far as this namespace reaches\n");
  return 0;
}

/* settimeofday(2) with the time that it is. There is one wall clock: no namespace holds it. */
static int try_clock(void) {
  int time[2];
  kernel_call(78, (int)time, 0, 0, 0, 0, 0);
  int result = kernel_call(79, (int)time, 0, 0, 0, 0, 0);
  if (result < 0) return refused("set the clock", result);
  print("set the clock: set, for everybody\n");
  return 0;
}

/* init_module(2) with nothing in it: who may load modules gets past the right and fails at the contents. */
static int try_module(void) {
  int result = kernel_call(128, 0, 0, 0, 0, 0, 0);
  if (result == -EPERM) return refused("load a kernel module", result);
  printf("load a kernel module: allowed; this one was empty (%s)\n", error_text(result));
  return 0;
}

static int try_trace(int pid) {
  enum { PTRACE_ATTACH = 16, PTRACE_DETACH = 17 };
  int result = kernel_call(26, PTRACE_ATTACH, pid, 0, 0, 0, 0);
  if (result < 0) return refused("trace a foreign process", result);
  waitpid(pid, NULL, 0x40000000);
  kernel_call(26, PTRACE_DETACH, pid, 0, 0, 0, 0);
  print("trace a foreign process: attached\n");
  return 0;
}

static int number(const char *text) {
  int value = 0;
  parse_int(text, &value);
  return value;
}

static int usage(void) {
  print_error("usage: escape ATTEMPT\n"
              "  kill PID   see WORD   dotdot PATH   chroot PATH   root PID PATH   setns PID   trace PID\n"
              "  device MAJOR MINOR   mount   remount FOLDER   cgroup FILE VALUE   port PORT   disk MIB\n"
              "  hostname   clock   module\n");
  return 2;
}

int main(int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "", *a = argc > 2 ? argv[2] : NULL, *b = argc > 3 ? argv[3] : NULL;
#define IS(name) (strcmp(what, name) == 0)
  if (IS("mount")) return try_mount();
  if (IS("hostname")) return try_hostname();
  if (IS("clock")) return try_clock();
  if (IS("module")) return try_module();
  if (!a) return usage();
  if (IS("kill")) return try_kill(number(a));
  if (IS("see")) return try_see(a);
  if (IS("dotdot")) return try_dotdot(a);
  if (IS("chroot")) return try_chroot(a);
  if (IS("setns")) return try_setns(a);
  if (IS("trace")) return try_trace(number(a));
  if (IS("remount")) return try_remount(a);
  if (IS("port")) return try_port(number(a));
  if (IS("disk")) return try_disk(number(a));
  if (!b) return usage();
  if (IS("root")) return try_proc_root(a, b);
  if (IS("cgroup")) return try_cgroup(a, b);
  if (IS("device")) return try_device((u32)number(a), (u32)number(b));
  return usage();
}
