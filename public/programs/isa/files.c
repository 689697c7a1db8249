/*
 * Files: makes a directory and a file in it, writes, appends, reads back from the middle, lists the directory, and takes
 * everything away again. Every line here is a system call that the MIPS program makes and that the host's kernel answers:
 * numbers, flags and structures are those of MIPS on one side and those of i386 on the other.
 */
// expect: made notes/ and notes/poem.txt
// expect: the file has 44 bytes and 1 link
// expect: from byte 16: roses are red,
// expect: the last line: violets blue
// expect: in notes/: poem.txt
// expect: a second mkdir is refused: error 17
// expect: removed; opening it now gives error 2
#include "lib.h"

static const char path[] = "notes/poem.txt";

static void fail(const char *what, int result) {
  printf("%s failed: error %d\n", what, -result);
  exit(1);
}

static int must(const char *what, int result) {
  if (result < 0) fail(what, result);
  return result;
}

static void write_text(int file, const char *text) { must("write", write(file, text, strlen(text))); }

static void make_file(void) {
  must("mkdir", mkdir("notes", 0755));
  int file = must("create", create(path, 0644));
  write_text(file, "for the student\nroses are red,\n");
  close(file);
  file = must("append", open_to_append(path));
  write_text(file, "violets blue\n");
  close(file);
  print("made notes/ and notes/poem.txt\n");
}

static void read_file(void) {
  char text[64];
  struct file_info info;
  int file = must("open", open_to_read(path));
  must("stat", file_info(file, &info));
  printf("the file has %u bytes and %u link\n", info.size, info.links);
  int place = must("lseek", lseek(file, 16, FROM_START));
  int length = must("read", read(file, text, 14));
  text[length] = 0;
  printf("from byte %d: %s\n", place, text);
  must("lseek", lseek(file, -13, FROM_END));
  length = must("read", read(file, text, sizeof text - 1));
  text[length] = 0;
  printf("the last line: %s", text);
  close(file);
}

static void list_directory(void) {
  static u32 room[128];
  int directory = must("open directory", open_directory("notes"));
  print("in notes/:");
  for (int length; (length = must("getdents", read_directory(directory, room, sizeof room))) > 0;) {
    for (int at = 0; at < length;) {
      struct directory_entry *entry = (struct directory_entry *)((u8 *)room + at);
      if (entry->name[0] != '.') printf(" %s", entry->name);
      at += entry->length;
    }
  }
  newline();
  close(directory);
}

static void remove_all(void) {
  printf("a second mkdir is refused: error %d\n", -mkdir("notes", 0755));
  must("unlink", unlink(path));
  must("rmdir", rmdir("notes"));
  printf("removed; opening it now gives error %d\n", -open_to_read(path));
}

int main(void) {
  make_file();
  read_file();
  list_directory();
  remove_all();
  return 0;
}
