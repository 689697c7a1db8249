/*
 * Runs single FPU instructions of MIPS (on qemu-mipsel-static). Cases come on stdin as fixed records, answers go to stdout.
 * Build: mipsel-linux-gnu-gcc -static -O1 -march=mips32r2 -mfp32 -mno-abicalls -fno-pic -mno-shared.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/cachectl.h>

typedef struct { uint32_t word, fcsr, general[2], fpr[32], memory[8]; } Case;
typedef struct { uint32_t signal, fcsr, general[2], taken, fpr[32], memory[8]; } Answer;
Case input;
Answer output;
uint32_t *code;
uint32_t window[8] __attribute__((aligned(8)));
uint32_t saved[4];
static sigjmp_buf back;
extern void run(void);

/* $8 and $9 are given (operands, base address); a branch taken leads to two words further on, which set $10. */
__asm__(
  ".text\n.set noreorder\n.set noat\n.globl run\n.ent run\nrun:\n"
  "lui $1, %hi(saved)\naddiu $1, $1, %lo(saved)\nsw $31, 0($1)\nsw $16, 4($1)\ncfc1 $2, $31\nsw $2, 8($1)\n"
  "lui $16, %hi(input)\naddiu $16, $16, %lo(input)\n"
#define L(n) "lwc1 $f" #n ", 16+4*" #n "($16)\n"
  L(0) L(1) L(2) L(3) L(4) L(5) L(6) L(7) L(8) L(9) L(10) L(11) L(12) L(13) L(14) L(15)
  L(16) L(17) L(18) L(19) L(20) L(21) L(22) L(23) L(24) L(25) L(26) L(27) L(28) L(29) L(30) L(31)
  "lw $2, 4($16)\nctc1 $2, $31\nlw $8, 8($16)\nlw $9, 12($16)\nli $10, 0\n"
  "lui $25, %hi(code)\nlw $25, %lo(code)($25)\njalr $25\nnop\n"
  "lui $16, %hi(output)\naddiu $16, $16, %lo(output)\n"
  "cfc1 $2, $31\nsw $2, 4($16)\nctc1 $0, $31\nsw $8, 8($16)\nsw $9, 12($16)\nsw $10, 16($16)\n"
#define S(n) "swc1 $f" #n ", 20+4*" #n "($16)\n"
  S(0) S(1) S(2) S(3) S(4) S(5) S(6) S(7) S(8) S(9) S(10) S(11) S(12) S(13) S(14) S(15)
  S(16) S(17) S(18) S(19) S(20) S(21) S(22) S(23) S(24) S(25) S(26) S(27) S(28) S(29) S(30) S(31)
  "lui $1, %hi(saved)\naddiu $1, $1, %lo(saved)\nlw $31, 0($1)\nlw $16, 4($1)\njr $31\nnop\n.end run\n.set reorder\n.set at\n");

static uint32_t control(void) { uint32_t n; __asm__ volatile("cfc1 %0, $31" : "=r"(n)); return n; }

static void caught(int signal, siginfo_t *info, void *context) {
  (void)info;
  output.fcsr = control();
  __asm__ volatile("ctc1 $0, $31");
  ucontext_t *u = context;
  output.signal = signal;
  output.general[0] = u->uc_mcontext.gregs[8];
  output.general[1] = u->uc_mcontext.gregs[9];
  siglongjmp(back, 1);
}

int main(void) {
  struct sigaction action = { .sa_sigaction = caught, .sa_flags = SA_SIGINFO | SA_NODEFER };
  const int signals[] = { SIGSEGV, SIGILL, SIGFPE, SIGBUS, SIGTRAP };
  for (unsigned i = 0; i < 5; i++) sigaction(signals[i], &action, 0);
  code = mmap(0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  while (fread(&input, sizeof input, 1, stdin) == 1) {
    memset(&output, 0, sizeof output);
    memcpy(window, input.memory, sizeof window);
    /* An address is given as 5a5a and a distance from the window. */
    if (input.general[1] >> 16 == 0x5a5a) input.general[1] = (uint32_t)window + (input.general[1] & 0xffff);
    /* The instruction; its slot, or the next; then back; where a branch by +3 leads: set $10, back. */
    const uint32_t program[] = { input.word, 0, 0x03e00008, 0, 0x03e00008, 0x240a0001 };
    memcpy(code, program, sizeof program);
    cacheflush(code, sizeof program, BCACHE);
    if (sigsetjmp(back, 1) == 0) run();
    memcpy(output.memory, window, sizeof window);
    fwrite(&output, sizeof output, 1, stdout);
  }
  return 0;
}
