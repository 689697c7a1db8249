/* Structures by value, nested, with padding, in unions, as results and as arguments. */
#include <stdio.h>
#include <string.h>

struct point { short x, y; };
struct box { char name[5]; struct point low, high; unsigned char tags[3]; };
union word { unsigned whole; unsigned char bytes[4]; unsigned short halves[2]; };

static struct box grow(struct box b, int by) {
  b.low.x -= by; b.low.y -= by;
  b.high.x += by; b.high.y += by;
  b.tags[1] ^= (unsigned char)by;
  return b;
}
static struct point middle(struct box b) { return (struct point){(short)((b.low.x + b.high.x) / 2), (short)((b.low.y + b.high.y) / 2)}; }
struct big { int a[20]; };
static struct big twist(struct big in) { struct big out; for (int i = 0; i < 20; i++) out.a[i] = in.a[19 - i] * (i + 1); return out; }

int main(void) {
  struct box a = {"box", {-3, 4}, {9, -11}, {1, 2, 250}}, b = grow(a, 7);
  struct point m = middle(b);
  printf("%s (%d %d) (%d %d) %d %d %d, middle %d %d, size %zu\n", b.name, b.low.x, b.low.y, b.high.x, b.high.y, b.tags[0], b.tags[1], b.tags[2], m.x, m.y, sizeof b);
  union word w = {0x12345678};
  w.bytes[1] = 0xab;
  printf("%08x %04x %04x\n", w.whole, w.halves[0], w.halves[1]);
  struct big g;
  for (int i = 0; i < 20; i++) g.a[i] = i - 7;
  g = twist(twist(g));
  for (int i = 0; i < 20; i++) printf("%d%c", g.a[i], i == 19 ? '\n' : ' ');
  struct box copies[3] = {a, b, a};
  memmove(&copies[0], &copies[1], 2 * sizeof a);
  printf("%d %d %d\n", copies[0].low.x, copies[1].low.x, copies[2].low.x);
  return 0;
}
