/* SHA-256 and a bitwise CRC-32 of a 1 KiB block, `rounds` times: long straight blocks of rotates, and a tight loop. */
#include "lib.h"

static u32 k[64], state[8], w[64];
static u8 block[1024];

static u32 rotate(u32 x, int n) { return x >> n | x << (32 - n); }

/* The round constants are made here from the primes: a benchmark needs their shape, not their values. */
static int prime(int n) {
  for (int d = 2; d * d <= n; d++)
    if (n % d == 0) return 0;
  return 1;
}
static u32 seed(u32 x) {
  x ^= x << 13;
  x ^= x >> 17;
  return x ^ x << 5;
}

static void compress(const u8 *at) {
  for (int i = 0; i < 16; i++) w[i] = (u32)at[4 * i] << 24 | at[4 * i + 1] << 16 | at[4 * i + 2] << 8 | at[4 * i + 3];
  for (int i = 16; i < 64; i++) {
    u32 a = w[i - 15], b = w[i - 2];
    w[i] = w[i - 16] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) + w[i - 7] + (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
  }
  u32 a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
  for (int i = 0; i < 64; i++) {
    u32 t1 = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + k[i] + w[i];
    u32 t2 = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
  }
  state[0] += a, state[1] += b, state[2] += c, state[3] += d, state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

static u32 crc(const u8 *at, int length) {
  u32 sum = ~0u;
  for (int i = 0; i < length; i++) {
    sum ^= at[i];
    for (int bit = 0; bit < 8; bit++) sum = sum >> 1 ^ (0xedb88320u & -(sum & 1));
  }
  return ~sum;
}

int main(int argc, char **argv) {
  int rounds = 1;
  u32 x = 1, sum = 0;
  if (argc > 1) parse_int(argv[1], &rounds);
  for (int n = 2, i = 0; i < 64; n++)
    if (prime(n)) x = seed(x + n), k[i++] = x;
  for (int i = 0; i < 8; i++) state[i] = k[i] ^ 0x6a09e667;
  for (int i = 0; i < 1024; i++) block[i] = i * 7 + (i >> 3);
  for (int round = 0; round < rounds; round++) {
    for (int i = 0; i < 1024; i += 64) compress(block + i);
    block[round & 1023] ^= state[0];
    sum ^= crc(block, 128);
  }
  printf("sha %08x %08x\n", state[0] ^ state[7], sum);
  return 0;
}
