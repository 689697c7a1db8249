/*
 * Runs MIPS test cases on the processor below it (qemu-mipsel) and reports the state after each. No C library.
 *
 * Every case is entered and left through a signal: code memory is full of `break`, so a case ends with SIGTRAP, or with
 * the signal of its own exception. The handler notes all registers, puts the next case's registers into the signal's
 * context and returns into it.
 *
 * stdin: a count, then cases of 75 words: number of words, 8 code words, r0..r31, HI, LO, 32 words of memory.
 * stdout: for each case 69 words: signal, si_code, address, r0..r31, HI, LO, 32 words of memory; last, one word: the thread pointer.
 */
#include <signal.h>
#include <stddef.h>
#include <ucontext.h>

typedef unsigned u32;
enum { CODE = 0x30000000, CODE_SIZE = 0x80000, AT = 0x30040000, DATA = 0x20000000, DATA_SIZE = 0x10000, WINDOW = 0x20000100 };
enum { IN = 75, OUT = 69, MOST = 20000 };
#define EXIT_WORD 0x0003ffcdu

static u32 input[1 + IN * MOST], output[OUT * MOST + 1];
static char altstack[65536] __attribute__((aligned(16)));
static u32 current;

static long call(long number, long a, long b, long c, long d, long e, long f) {
  register long v0 __asm__("$2") = number, a0 __asm__("$4") = a, a1 __asm__("$5") = b, a2 __asm__("$6") = c, a3 __asm__("$7") = d;
  __asm__ volatile("subu $29,$29,32\n\tsw %5,16($29)\n\tsw %6,20($29)\n\tsyscall\n\taddu $29,$29,32"
    : "+r"(v0), "+r"(a3) : "r"(a0), "r"(a1), "r"(a2), "r"(e), "r"(f)
    : "memory", "$1", "$3", "$8", "$9", "$10", "$11", "$12", "$13", "$14", "$15", "$24", "$25", "hi", "lo");
  return a3 ? -v0 : v0;
}

static void finish(void) {
  char *at = (char *)output;
  u32 left = (OUT * input[0] + 1) * 4;
  output[OUT * input[0]] = 0x12345678;
  while (left) {
    long n = call(4004, 1, (long)at, left, 0, 0, 0);
    if (n <= 0) break;
    at += n, left -= n;
  }
  call(4001, 0, 0, 0, 0, 0, 0);
}

static void enter(mcontext_t *m) {
  const u32 *in = input + 1 + IN * current;
  if (current == input[0]) finish();
  for (u32 i = 0; i < 8; i++) ((volatile u32 *)AT)[i] = i < in[0] ? in[1 + i] : EXIT_WORD;
  for (u32 i = 0; i < 32; i++) m->gregs[i] = in[9 + i], ((volatile u32 *)WINDOW)[i] = in[43 + i];
  m->mdhi = in[41], m->mdlo = in[42], m->pc = AT;
}

static void handler(int signal, siginfo_t *info, void *context) {
  mcontext_t *m = &((ucontext_t *)context)->uc_mcontext;
  if (current != ~0u) {
    u32 *out = output + OUT * current;
    out[0] = signal, out[1] = info->si_code, out[2] = m->pc;
    for (u32 i = 0; i < 32; i++) out[3 + i] = m->gregs[i], out[37 + i] = ((volatile u32 *)WINDOW)[i];
    out[35] = m->mdhi, out[36] = m->mdlo;
  }
  current++;
  enter(m);
}

static struct { u32 flags; void *handler; u32 mask[4]; } action;

void __start(void) {
  char *to = (char *)input;
  long n;
  while ((n = call(4003, 0, (long)to, (char *)input + sizeof input - to, 0, 0, 0)) > 0) to += n;
  call(4090, CODE, CODE_SIZE, 7, 0x812, -1, 0);
  call(4090, DATA, DATA_SIZE, 3, 0x812, -1, 0);
  for (u32 i = 0; i < CODE_SIZE / 4; i++) ((volatile u32 *)CODE)[i] = EXIT_WORD;
  call(4283, 0x12345678, 0, 0, 0, 0, 0);
  u32 stack[3] = { (u32)altstack, sizeof altstack, 0 };
  call(4206, (long)stack, 0, 0, 0, 0, 0);
  action.flags = 0x08000000 | 0x40000000 | 8;
  action.handler = (void *)handler;
  static const int caught[] = { SIGILL, SIGTRAP, SIGFPE, SIGBUS, SIGSEGV };
  for (u32 i = 0; i < 5; i++) call(4194, caught[i], (long)&action, 0, 16, 0, 0);
  current = ~0u;
  __asm__ volatile("break 1");
}
