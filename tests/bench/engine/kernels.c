/* Four workloads for the engine benchmark, freestanding: each returns a checksum. */
typedef unsigned int u32; typedef unsigned char u8;
static u8 flags[1 << 17];
static u32 numbers[1 << 14];

u32 sieve(u32 rounds) {
  u32 count = 0;
  for (u32 r = 0; r < rounds; r++) {
    count = 0;
    for (u32 i = 0; i < sizeof flags; i++) flags[i] = 1;
    for (u32 i = 2; i < sizeof flags; i++) {
      if (!flags[i]) continue;
      count++;
      for (u32 j = i + i; j < sizeof flags; j += i) flags[j] = 0;
    }
  }
  return count;
}

static const u32 K[64] = {
  0x428a2f98,0x71374491,0xb5c0fbcf,0xe9b5dba5,0x3956c25b,0x59f111f1,0x923f82a4,0xab1c5ed5,0xd807aa98,0x12835b01,0x243185be,0x550c7dc3,0x72be5d74,0x80deb1fe,0x9bdc06a7,0xc19bf174,
  0xe49b69c1,0xefbe4786,0x0fc19dc6,0x240ca1cc,0x2de92c6f,0x4a7484aa,0x5cb0a9dc,0x76f988da,0x983e5152,0xa831c66d,0xb00327c8,0xbf597fc7,0xc6e00bf3,0xd5a79147,0x06ca6351,0x14292967,
  0x27b70a85,0x2e1b2138,0x4d2c6dfc,0x53380d13,0x650a7354,0x766a0abb,0x81c2c92e,0x92722c85,0xa2bfe8a1,0xa81a664b,0xc24b8b70,0xc76c51a3,0xd192e819,0xd6990624,0xf40e3585,0x106aa070,
  0x19a4c116,0x1e376c08,0x2748774c,0x34b0bcb5,0x391c0cb3,0x4ed8aa4a,0x5b9cca4f,0x682e6ff3,0x748f82ee,0x78a5636f,0x84c87814,0x8cc70208,0x90befffa,0xa4506ceb,0xbef9a3f7,0xc67178f2 };
#define R(x, n) (((x) >> (n)) | ((x) << (32 - (n))))
u32 sha(u32 rounds) {
  u32 h[8] = { 0x6a09e667,0xbb67ae85,0x3c6ef372,0xa54ff53a,0x510e527f,0x9b05688c,0x1f83d9ab,0x5be0cd19 };
  for (u32 r = 0; r < rounds; r++) {
    u32 w[64];
    for (u32 i = 0; i < 16; i++) w[i] = r * 0x9e3779b9 + i;
    for (u32 i = 16; i < 64; i++) {
      u32 a = w[i - 15], b = w[i - 2];
      w[i] = w[i - 16] + (R(a, 7) ^ R(a, 18) ^ (a >> 3)) + w[i - 7] + (R(b, 17) ^ R(b, 19) ^ (b >> 10));
    }
    u32 a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f = h[5], g = h[6], k = h[7];
    for (u32 i = 0; i < 64; i++) {
      u32 t = k + (R(e, 6) ^ R(e, 11) ^ R(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i];
      u32 s = (R(a, 2) ^ R(a, 13) ^ R(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      k = g; g = f; f = e; e = d + t; d = c; c = b; b = a; a = t + s;
    }
    h[0] += a; h[1] += b; h[2] += c; h[3] += d; h[4] += e; h[5] += f; h[6] += g; h[7] += k;
  }
  return h[0] ^ h[7];
}

static void quick(u32 *v, int low, int high) {
  while (low < high) {
    u32 pivot = v[(low + high) / 2];
    int i = low, j = high;
    while (i <= j) {
      while (v[i] < pivot) i++;
      while (v[j] > pivot) j--;
      if (i <= j) { u32 t = v[i]; v[i] = v[j]; v[j] = t; i++; j--; }
    }
    if (j - low < high - i) { quick(v, low, j); low = i; } else { quick(v, i, high); high = j; }
  }
}
u32 sort(u32 rounds) {
  u32 x = 12345, sum = 0;
  for (u32 r = 0; r < rounds; r++) {
    for (u32 i = 0; i < 1 << 14; i++) { x = x * 1103515245 + 12345; numbers[i] = x >> 8; }
    quick(numbers, 0, (1 << 14) - 1);
    sum = sum * 31 + numbers[777] + numbers[16000];
  }
  return sum;
}

enum { PUSH, ADD, SUB, MUL, DUP, SWAP, JNZ, DEC, XORI, HALT };
static const int program[] = { PUSH, 1, PUSH, 1000, SWAP, PUSH, 7, ADD, DUP, MUL, XORI, 0x5a5a, PUSH, 3, SUB, SWAP, DEC, DUP, JNZ, 4, HALT };
u32 interpreter(u32 rounds) {
  u32 result = 0;
  for (u32 r = 0; r < rounds; r++) {
    int stack[16], sp = 0, pc = 0, t;
    for (;;) {
      switch (program[pc++]) {
        case PUSH: stack[sp++] = program[pc++]; continue;
        case ADD: sp--; stack[sp - 1] += stack[sp]; continue;
        case SUB: sp--; stack[sp - 1] -= stack[sp]; continue;
        case MUL: sp--; stack[sp - 1] *= stack[sp]; continue;
        case DUP: stack[sp] = stack[sp - 1]; sp++; continue;
        case SWAP: t = stack[sp - 1]; stack[sp - 1] = stack[sp - 2]; stack[sp - 2] = t; continue;
        case JNZ: t = program[pc++]; if (stack[--sp]) pc = t; continue;
        case DEC: stack[sp - 1]--; continue;
        case XORI: stack[sp - 1] ^= program[pc++]; continue;
        case HALT: break;
      }
      break;
    }
    result = result * 33 + stack[0] + r;
  }
  return result;
}
/* Strings, a linked list, 64-bit and 16-bit arithmetic, division, function pointers, structure copies. */
struct node { struct node *next; unsigned short weight; u8 kind; u8 text[9]; };
static struct node nodes[256];
static u32 twice(u32 x) { return x * 2; }
static u32 third(u32 x) { return x / 3; }
static u32 modulo(u32 x) { return x % 1009; }
static u32 negate(u32 x) { return -x; }
static u32 (*volatile actions[4])(u32) = { twice, third, modulo, negate };
static u32 length(const u8 *s) { u32 n = 0; while (s[n]) n++; return n; }
static int compare(const u8 *a, const u8 *b) { while (*a && *a == *b) { a++; b++; } return *a - *b; }
u32 mix(u32 rounds) {
  unsigned long long total = 0;
  for (u32 r = 0; r < rounds; r++) {
    for (u32 i = 0; i < 256; i++) {
      nodes[i].next = &nodes[(i * 77 + 1) & 255];
      nodes[i].weight = (unsigned short)(i * r);
      nodes[i].kind = (u8)(i ^ r);
      for (u32 j = 0; j < 8; j++) nodes[i].text[j] = (u8)(j < (i & 7) ? 'a' + ((i + j) % 5) : 0);
    }
    struct node *n = nodes;
    for (u32 i = 0; i < 1000; i++, n = n->next) {
      total += actions[n->kind & 3](n->weight) + length(n->text);
      if (compare(n->text, n->next->text) < 0) total ^= (unsigned long long)n->weight << 20;
      if ((signed char)n->kind < 0) total -= n->kind;
      struct node copy = *n;
      copy.weight += 3;
      *n = copy;
    }
  }
  return (u32)total ^ (u32)(total >> 32);
}
u32 (*const table[5])(u32) = { sieve, sha, sort, interpreter, mix };
__attribute__((section(".start"), naked)) void start(void) {
  __asm__ volatile("push %ecx; call *table(,%eax,4); add $4,%esp; hlt");
}
