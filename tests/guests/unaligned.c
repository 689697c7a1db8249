/* Values at odd addresses by memcpy and in packed structures: on MIPS the compiler uses LWL, LWR, SWL and SWR. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct __attribute__((packed)) record { uint8_t kind; uint32_t word; uint16_t half; uint64_t wide; int16_t last; };

int main(void) {
  uint8_t bytes[64];
  for (unsigned i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)(i * 29 + 3);
  for (int at = 0; at < 8; at++) {
    uint32_t w; uint16_t h; uint64_t d; int32_t s;
    memcpy(&w, bytes + at, 4); memcpy(&h, bytes + at + 9, 2); memcpy(&d, bytes + at + 17, 8); memcpy(&s, bytes + at + 31, 4);
    printf("%08x %04x %016llx %d\n", w, h, (unsigned long long)d, s);
    w += 0x01010101u * (unsigned)at;
    memcpy(bytes + 40 + at, &w, 4);
  }
  struct record r[3];
  memset(r, 0, sizeof r);
  for (int i = 0; i < 3; i++) { r[i].kind = (uint8_t)i; r[i].word = 0xdeadbeefu >> i; r[i].half = (uint16_t)(0x1234 << i); r[i].wide = 0x0123456789abcdefULL << i; r[i].last = (int16_t)(-i * 1000); }
  for (size_t i = 0; i < sizeof r; i++) printf("%02x", ((uint8_t *)r)[i]);
  printf("\n%u %d %zu\n", r[2].word + r[1].half, r[2].last + r[1].last, sizeof r);
  for (int i = 40; i < 52; i++) printf("%02x", bytes[i]);
  printf("\n");
  return 0;
}
