/* Output to file 1: plain pieces, and a small printf that collects its text and writes it with one system call. */
#include "lib.h"

void print(const char *text) { write(1, text, strlen(text)); }
void newline(void) { write(1, "\n", 1); }

/* Writes the digits of `value` so that they end before `end`; returns where they begin. */
static char *digits(char *end, u32 value, u32 base) {
  do {
    *--end = "0123456789abcdef"[value % base];
    value /= base;
  } while (value);
  return end;
}

static char *signed_digits(char *end, int value) {
  char *start = digits(end, value < 0 ? 0u - (u32)value : (u32)value, 10);
  if (value < 0) *--start = '-';
  return start;
}

void print_int(int value) {
  char text[12], *end = text + sizeof text, *start = signed_digits(end, value);
  write(1, start, (size_t)(end - start));
}

void print_hex(u32 value) {
  char text[8], *end = text + sizeof text, *start = digits(end, value, 16);
  write(1, start, (size_t)(end - start));
}

struct output {
  int used, total;
  char text[128];
};

static void flush(struct output *out) {
  if (out->used) write(1, out->text, (size_t)out->used);
  out->total += out->used;
  out->used = 0;
}

static void put(struct output *out, char c) {
  if (out->used == sizeof out->text) flush(out);
  out->text[out->used++] = c;
}

static void put_field(struct output *out, const char *text, int length, int width, int left, char fill) {
  int padding = width - length;
  if (!left && fill == '0' && length > 0 && *text == '-') {
    put(out, *text++);
    length--;
  }
  for (; !left && padding > 0; padding--) put(out, fill);
  while (length-- > 0) put(out, *text++);
  for (; padding > 0; padding--) put(out, ' ');
}

int printf(const char *format, ...) {
  struct output out;
  __builtin_va_list arguments;
  out.used = out.total = 0;
  __builtin_va_start(arguments, format);
  for (; *format; format++) {
    if (*format != '%') {
      put(&out, *format);
      continue;
    }
    char text[12], *end = text + sizeof text, *start = end;
    char fill = ' ';
    int left = 0, width = 0;
    for (format++; *format == '-' || *format == '0'; format++) {
      if (*format == '-') left = 1;
      else fill = '0';
    }
    while (*format >= '0' && *format <= '9') width = width * 10 + *format++ - '0';
    switch (*format) {
      case 'd': start = signed_digits(end, __builtin_va_arg(arguments, int)); break;
      case 'u': start = digits(end, __builtin_va_arg(arguments, u32), 10); break;
      case 'x': start = digits(end, __builtin_va_arg(arguments, u32), 16); break;
      case 'c': *--start = (char)__builtin_va_arg(arguments, int); break;
      case 's':
        start = __builtin_va_arg(arguments, char *);
        end = start + strlen(start);
        break;
      default: *--start = *format; break;
    }
    put_field(&out, start, (int)(end - start), width, left, fill);
  }
  __builtin_va_end(arguments);
  flush(&out);
  return out.total;
}
