/* Strings and blocks of bytes, one byte at a time: simple to read in a listing rather than fast. */
#include "lib.h"

size_t strlen(const char *text) {
  const char *end = text;
  while (*end) end++;
  return (size_t)(end - text);
}

char *strcpy(char *to, const char *from) {
  char *at = to;
  while ((*at++ = *from++)) {}
  return to;
}

char *strcat(char *to, const char *from) {
  strcpy(to + strlen(to), from);
  return to;
}

int strcmp(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return (u8)*a - (u8)*b;
}

char *strchr(const char *text, int wanted) {
  for (;; text++) {
    if (*text == (char)wanted) return (char *)text;
    if (*text == 0) return NULL;
  }
}

void *memcpy(void *to, const void *from, size_t bytes) {
  u8 *at = to;
  const u8 *next = from;
  while (bytes--) *at++ = *next++;
  return to;
}

void *memmove(void *to, const void *from, size_t bytes) {
  u8 *at = to;
  const u8 *next = from;
  if (at <= next) return memcpy(to, from, bytes);
  while (bytes--) at[bytes] = next[bytes];
  return to;
}

void *memset(void *to, int value, size_t bytes) {
  u8 *at = to;
  while (bytes--) *at++ = (u8)value;
  return to;
}

int memcmp(const void *a, const void *b, size_t bytes) {
  const u8 *left = a, *right = b;
  for (; bytes--; left++, right++)
    if (*left != *right) return *left - *right;
  return 0;
}
