/* Bit fields: signed and unsigned, across bytes, assigned with overflow, in arrays. Low bits first on both machines. */
#include <stdio.h>
#include <string.h>

struct header { unsigned version : 4, length : 4; unsigned kind : 8; signed delta : 11; unsigned flag : 1; unsigned rest : 4; };
struct packed { unsigned char a : 3, b : 5; unsigned short c : 9, d : 7; };

int main(void) {
  struct header h;
  memset(&h, 0, sizeof h);
  unsigned raw;
  for (int i = -3; i <= 3; i++) {
    h.version = (unsigned)i; h.length += 5; h.kind = (unsigned)(i * 37); h.delta = i * 300; h.flag ^= 1; h.rest--;
    memcpy(&raw, &h, 4);
    printf("%08x %u %u %u %d %u %u\n", raw, h.version, h.length, h.kind, h.delta, h.flag, h.rest);
  }
  struct packed p[4];
  memset(p, 0, sizeof p);
  for (unsigned i = 0; i < 4; i++) { p[i].a = i * 3; p[i].b = 31 - i; p[i].c = 511 - i * 100; p[i].d = i << 4; }
  const unsigned char *bytes = (const unsigned char *)p;
  for (size_t i = 0; i < sizeof p; i++) printf("%02x", bytes[i]);
  printf("\n%u %u\n", p[3].c - p[2].c, (unsigned)(p[1].d * p[3].d));
  return (int)h.version;
}
