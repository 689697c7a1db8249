/*
 * The system-call instruction of each machine, and the numbers that the library uses.
 *
 * MIPS o32: number in $v0, arguments in $a0..$a3; $a3 says afterwards whether $v0 is a result or an error number.
 * i386: number in EAX, arguments in EBX, ECX, EDX, ESI; an error comes back as a negative number.
 * `syscall4` gives the i386 convention on both.
 */
#ifndef STRATA_SYSCALL_H
#define STRATA_SYSCALL_H

#if defined(__mips__)

enum {
  SYS_exit_group = 4246, SYS_read = 4003, SYS_write = 4004, SYS_open = 4005, SYS_close = 4006, SYS_unlink = 4010,
  SYS_lseek = 4019, SYS_mkdir = 4039, SYS_rmdir = 4040, SYS_brk = 4045, SYS_stat64 = 4213, SYS_fstat64 = 4215,
  SYS_getdents64 = 4219
};
enum { O_RDONLY = 0, O_WRONLY = 1, O_APPEND = 0x8, O_CREAT = 0x100, O_TRUNC = 0x200, O_DIRECTORY = 0x10000 };

static inline __attribute__((always_inline)) int syscall4(int number, int a, int b, int c, int d) {
  register int v0 __asm__("$2") = number;
  register int a0 __asm__("$4") = a;
  register int a1 __asm__("$5") = b;
  register int a2 __asm__("$6") = c;
  register int a3 __asm__("$7") = d;
  __asm__ volatile("syscall"
                   : "+r"(v0), "+r"(a3)
                   : "r"(a0), "r"(a1), "r"(a2)
                   : "$1", "$3", "$8", "$9", "$10", "$11", "$12", "$13", "$14", "$15", "$24", "$25", "hi", "lo", "memory");
  return a3 ? -v0 : v0;
}

/* struct stat64 of arch/mips/include/uapi/asm/stat.h; names only for what is used. */
struct kernel_stat {
  u32 dev, pad0[3], inode[2], mode, links, uid, gid, rdev, pad1[3], size, size_high, times[6], block_size, pad2, blocks[2];
};

#elif defined(__i386__)

enum {
  SYS_exit_group = 252, SYS_read = 3, SYS_write = 4, SYS_open = 5, SYS_close = 6, SYS_unlink = 10,
  SYS_lseek = 19, SYS_mkdir = 39, SYS_rmdir = 40, SYS_brk = 45, SYS_stat64 = 195, SYS_fstat64 = 197,
  SYS_getdents64 = 220
};
enum { O_RDONLY = 0, O_WRONLY = 1, O_APPEND = 0x400, O_CREAT = 0x40, O_TRUNC = 0x200, O_DIRECTORY = 0x10000 };

static inline __attribute__((always_inline)) int syscall4(int number, int a, int b, int c, int d) {
  int result;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d) : "memory");
  return result;
}

/* struct stat64 of arch/x86/include/uapi/asm/stat.h (32-bit). */
struct kernel_stat {
  u32 dev[2], pad0, inode32, mode, links, uid, gid, rdev[2], pad3, size, size_high, block_size, blocks[2], times[6], inode[2];
};

#else
#error "the library knows MIPS and i386"
#endif

#endif
