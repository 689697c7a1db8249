/*
 * The small C library that Strata's guest programs stand on: one header for everything.
 *
 * It runs on the bare Linux system-call interface of MIPS o32 and of i386; nothing else is linked in. It is kept small
 * on purpose, so that a listing of a whole program can be read. No floating point, no threads, no locale.
 * Calls that can fail return a negative error number (-ENOENT, ...), as the kernel itself does; there is no errno.
 */
#ifndef STRATA_LIB_H
#define STRATA_LIB_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned int size_t;

#define NULL ((void *)0)
#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* Error numbers that the programs name. They are the same on both machines. */
#define ENOENT 2
#define EEXIST 17
#define ENOTDIR 20

/* system.c: the kernel's calls. */
int read(int file, void *to, size_t bytes);
int write(int file, const void *from, size_t bytes);
int close(int file);
int unlink(const char *path);
int mkdir(const char *path, int mode);
int rmdir(const char *path);
void exit(int status) __attribute__((noreturn));

enum { FROM_START = 0, FROM_HERE = 1, FROM_END = 2 };
int lseek(int file, int offset, int whence);

/* The flag bits differ between machines (O_CREAT is 0x100 on MIPS, 0x40 on i386), so programs name what they want. */
int open_to_read(const char *path);
int open_to_append(const char *path);
int create(const char *path, int mode);
int open_directory(const char *path);

/* What the programs ask of stat. The kernel's own structure differs between machines. */
struct file_info {
  u32 mode, links, size;
};
int file_info(int file, struct file_info *info);
int path_info(const char *path, struct file_info *info);
#define IS_DIRECTORY(mode) (((mode)&0170000) == 0040000)

/* One entry of a directory as getdents64 gives it; `length` is the distance to the next. */
struct directory_entry {
  u32 inode[2], offset[2];
  u16 length;
  u8 type;
  char name[];
};
int read_directory(int file, void *to, size_t bytes);

/* print.c: output to file 1. */
void print(const char *text);
void print_int(int value);
void print_hex(u32 value);
void newline(void);
/* Knows %d %u %x %s %c and %%, each with a width, '0' and '-'. One write a call. */
int printf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* input.c: lines from file 0. */
int read_line(char *to, int room);
int parse_int(const char *text, int *value);

/* string.c */
size_t strlen(const char *text);
char *strcpy(char *to, const char *from);
char *strcat(char *to, const char *from);
int strcmp(const char *a, const char *b);
char *strchr(const char *text, int wanted);
void *memcpy(void *to, const void *from, size_t bytes);
void *memmove(void *to, const void *from, size_t bytes);
void *memset(void *to, int value, size_t bytes);
int memcmp(const void *a, const void *b, size_t bytes);

/* memory.c: a first-fit allocator on brk. */
void *malloc(size_t bytes);
void free(void *block);

#endif
