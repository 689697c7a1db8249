/* Error numbers in the words that Linux programs use for them (strerror of glibc). */
#include "os.h"

static const struct {
  u8 number;
  const char *text;
} words[] = {
  {1, "Operation not permitted"}, {2, "No such file or directory"}, {3, "No such process"}, {4, "Interrupted system call"},
  {5, "Input/output error"}, {6, "No such device or address"}, {8, "Exec format error"}, {9, "Bad file descriptor"},
  {10, "No child processes"}, {11, "Resource temporarily unavailable"}, {12, "Cannot allocate memory"}, {13, "Permission denied"},
  {14, "Bad address"}, {15, "Block device required"}, {16, "Device or resource busy"}, {17, "File exists"},
  {18, "Invalid cross-device link"}, {19, "No such device"}, {20, "Not a directory"}, {21, "Is a directory"},
  {22, "Invalid argument"}, {25, "Inappropriate ioctl for device"}, {26, "Text file busy"}, {27, "File too large"},
  {28, "No space left on device"}, {29, "Illegal seek"}, {30, "Read-only file system"}, {31, "Too many links"}, {32, "Broken pipe"},
  {36, "File name too long"}, {38, "Function not implemented"}, {39, "Directory not empty"}, {40, "Too many levels of symbolic links"},
  {95, "Operation not supported"}, {98, "Address already in use"}, {99, "Cannot assign requested address"},
  {104, "Connection reset by peer"}, {110, "Connection timed out"}, {111, "Connection refused"},
};

const char *error_text(int negative) {
  for (int i = 0; i < LENGTH(words); i++)
    if (words[i].number == -negative) return words[i].text;
  return "Unknown error";
}

void print_error(const char *text) { write(2, text, strlen(text)); }

int complain(const char *program, const char *what, int negative) {
  const char *parts[] = {program, ": ", what, ": ", error_text(negative), "\n"};
  for (int i = 0; i < LENGTH(parts); i++) print_error(parts[i]);
  return 1;
}
