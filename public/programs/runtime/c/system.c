/* The kernel's calls as C functions. */
#include "lib.h"
#include "syscall.h"

int read(int file, void *to, size_t bytes) { return syscall4(SYS_read, file, (int)to, (int)bytes, 0); }
int write(int file, const void *from, size_t bytes) { return syscall4(SYS_write, file, (int)from, (int)bytes, 0); }
int close(int file) { return syscall4(SYS_close, file, 0, 0, 0); }
int unlink(const char *path) { return syscall4(SYS_unlink, (int)path, 0, 0, 0); }
int mkdir(const char *path, int mode) { return syscall4(SYS_mkdir, (int)path, mode, 0, 0); }
int rmdir(const char *path) { return syscall4(SYS_rmdir, (int)path, 0, 0, 0); }
int lseek(int file, int offset, int whence) { return syscall4(SYS_lseek, file, offset, whence, 0); }

void exit(int status) {
  for (;;) syscall4(SYS_exit_group, status, 0, 0, 0);
}

int open_to_read(const char *path) { return syscall4(SYS_open, (int)path, O_RDONLY, 0, 0); }
int open_to_append(const char *path) { return syscall4(SYS_open, (int)path, O_WRONLY | O_APPEND, 0, 0); }
int create(const char *path, int mode) { return syscall4(SYS_open, (int)path, O_WRONLY | O_CREAT | O_TRUNC, mode, 0); }
int open_directory(const char *path) { return syscall4(SYS_open, (int)path, O_RDONLY | O_DIRECTORY, 0, 0); }
int read_directory(int file, void *to, size_t bytes) { return syscall4(SYS_getdents64, file, (int)to, (int)bytes, 0); }

static void copy_info(struct file_info *info, const struct kernel_stat *from) {
  info->mode = from->mode;
  info->links = from->links;
  info->size = from->size;
}

int file_info(int file, struct file_info *info) {
  struct kernel_stat stat;
  int result = syscall4(SYS_fstat64, file, (int)&stat, 0, 0);
  if (result >= 0) copy_info(info, &stat);
  return result;
}

int path_info(const char *path, struct file_info *info) {
  struct kernel_stat stat;
  int result = syscall4(SYS_stat64, (int)path, (int)&stat, 0, 0);
  if (result >= 0) copy_info(info, &stat);
  return result;
}
