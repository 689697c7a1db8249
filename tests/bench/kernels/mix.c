/* A switch interpreter, function pointers, strings, a linked list and division, `rounds` times: what ordinary programs do. */
#include "lib.h"

enum { PUSH, ADD, MUL, DUP, JNZ, DEC, SWAP, HALT };
static const u8 program[] = {PUSH, 1, PUSH, 40, SWAP, PUSH, 3, MUL, PUSH, 7, ADD, SWAP, DEC, DUP, JNZ, 4, HALT};

static u32 interpret(void) {
  u32 stack[16], top = 0, held;
  for (int pc = 0;;) {
    switch (program[pc++]) {
      case PUSH: stack[top++] = program[pc++]; break;
      case ADD: top--, stack[top - 1] += stack[top]; break;
      case MUL: top--, stack[top - 1] *= stack[top]; break;
      case DUP: stack[top] = stack[top - 1], top++; break;
      case JNZ: pc = stack[--top] ? program[pc] : pc + 1; break;
      case DEC: stack[top - 1]--; break;
      case SWAP: held = stack[top - 1], stack[top - 1] = stack[top - 2], stack[top - 2] = held; break;
      case HALT: return stack[0];
    }
  }
}

static u32 twice(u32 x) { return x * 2; }
static u32 flip(u32 x) { return ~x; }
static u32 third(u32 x) { return x / 3; }
static u32 rest(u32 x) { return x % 1000; }
static u32 (*const functions[])(u32) = {twice, flip, third, rest};

struct node {
  struct node *next;
  int value;
};
static struct node nodes[64];

static u32 list(void) {
  struct node *head = NULL;
  u32 sum = 0;
  for (int i = 0; i < 64; i++) nodes[i].next = head, nodes[i].value = i * i, head = &nodes[i];
  for (struct node *at = head; at; at = at->next) sum += at->value;
  return sum;
}

static u32 text(u32 n) {
  static char buffer[64];
  char *at = buffer + 40;
  *at = 0;
  do *--at = '0' + n % 10;
  while (n /= 10);
  memmove(buffer, at, strlen(at) + 1);
  return strlen(buffer) + (strcmp(buffer, "12345") < 0) + (strchr(buffer, '7') != NULL);
}

int main(int argc, char **argv) {
  int rounds = 1;
  u32 sum = 0;
  if (argc > 1) parse_int(argv[1], &rounds);
  for (int round = 0; round < rounds; round++) {
    sum += interpret();
    for (int i = 0; i < 32; i++) sum = functions[(sum + i) & 3](sum);
    sum ^= list();
    for (int i = 0; i < 4; i++) sum += text(sum >> i);
  }
  printf("mix %08x\n", sum);
  return 0;
}
