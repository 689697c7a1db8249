/*
 * Runs single SSE instructions on the processor of this computer. Cases come on stdin as fixed records, answers go to stdout.
 * Build: gcc -m32 -static -O1 -msse2. See cases.ts for what the fields mean.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ucontext.h>

enum { DATA = 0x30000000, WINDOW = 192, GENERAL = 8 };
typedef struct { uint8_t code[16]; uint32_t length, mxcsr, flags, general[GENERAL], xmm[32]; uint8_t memory[WINDOW]; uint32_t mm[16], turned; } Case;
typedef struct { uint32_t trap, mxcsr, flags, general[GENERAL], xmm[32]; uint8_t memory[WINDOW]; uint32_t mm[24], x87; } Answer;

Case input __attribute__((aligned(16)));
Answer output __attribute__((aligned(16)));
/* What FXSAVE writes: control, status, tags; from byte 32 the registers from the top of the stack. */
uint8_t image[512] __attribute__((aligned(16)));
void *code_at, *after_at;
uint32_t saved_esp, host_mxcsr = 0x1f80;
static sigjmp_buf back;
extern void run(void), after(void);

/* EBX and EDI are given; ESP and EBP stay the host's. */
__asm__(
  ".text\n.globl run, after\nrun:\n"
  "pushl %ebx\npushl %esi\npushl %edi\npushl %ebp\nmovl %esp, saved_esp\n"
  "ldmxcsr input+20\n"
  "movups input+60, %xmm0\nmovups input+76, %xmm1\nmovups input+92, %xmm2\nmovups input+108, %xmm3\n"
  "movups input+124, %xmm4\nmovups input+140, %xmm5\nmovups input+156, %xmm6\nmovups input+172, %xmm7\n"
  /* The registers of MMX, with empty tags, and the stack turned by three when the case says so. */
  "fninit\n"
  "movq input+380, %mm0\nmovq input+388, %mm1\nmovq input+396, %mm2\nmovq input+404, %mm3\n"
  "movq input+412, %mm4\nmovq input+420, %mm5\nmovq input+428, %mm6\nmovq input+436, %mm7\n"
  "emms\ncmpl $0, input+444\nje 1f\nfincstp\nfincstp\nfincstp\n1:\n"
  "pushl input+24\npopfl\n"
  "movl input+28, %eax\nmovl input+32, %ecx\nmovl input+36, %edx\nmovl input+40, %ebx\nmovl input+52, %esi\nmovl input+56, %edi\n"
  "jmp *code_at\n"
  "after:\n"
  "movl %eax, output+12\nmovl %ecx, output+16\nmovl %edx, output+20\nmovl %ebx, output+24\nmovl %esi, output+36\nmovl %edi, output+40\n"
  "pushfl\npopl output+8\n"
  "stmxcsr output+4\n"
  "fxsave image\n"
  "movups %xmm0, output+44\nmovups %xmm1, output+60\nmovups %xmm2, output+76\nmovups %xmm3, output+92\n"
  "movups %xmm4, output+108\nmovups %xmm5, output+124\nmovups %xmm6, output+140\nmovups %xmm7, output+156\n"
  "ldmxcsr host_mxcsr\nmovl saved_esp, %esp\npopl %ebp\npopl %edi\npopl %esi\npopl %ebx\nret\n");

/* Registers by their physical number, the x87's status and which registers are not empty. */
static void keep(const uint8_t *state) {
  uint32_t top = state[3] >> 3 & 7;
  output.x87 = (state[2] | state[3] << 8) | (uint32_t)state[4] << 16;
  for (uint32_t i = 0; i < 8; i++) {
    uint32_t *to = output.mm + 3 * (top + i & 7);
    to[2] = 0;
    memcpy(to, state + 32 + 16 * i, 10);
  }
}

static void caught(int signal, siginfo_t *info, void *context) {
  (void)signal; (void)info;
  ucontext_t *u = context;
  const greg_t *g = u->uc_mcontext.gregs;
  const uint8_t *state = (const uint8_t *)u->uc_mcontext.fpregs + 112;
  output.trap = g[REG_TRAPNO];
  output.flags = g[REG_EFL];
  const int order[GENERAL] = { REG_EAX, REG_ECX, REG_EDX, REG_EBX, REG_ESP, REG_EBP, REG_ESI, REG_EDI };
  for (int i = 0; i < GENERAL; i++) output.general[i] = g[order[i]];
  memcpy(&output.mxcsr, state + 24, 4);
  memcpy(output.xmm, state + 160, sizeof output.xmm);
  keep(state);
  siglongjmp(back, 1);
}

int main(void) {
  static uint8_t stack[65536];
  stack_t alternate = { .ss_sp = stack, .ss_size = sizeof stack };
  sigaltstack(&alternate, 0);
  struct sigaction action = { .sa_sigaction = caught, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };
  const int signals[] = { SIGSEGV, SIGILL, SIGFPE, SIGBUS, SIGTRAP };
  for (unsigned i = 0; i < 5; i++) sigaction(signals[i], &action, 0);
  uint8_t *data = mmap((void *)DATA, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  uint8_t *page = mmap(0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  code_at = page;
  after_at = (void *)after;
  while (fread(&input, sizeof input, 1, stdin) == 1) {
    memset(&output, 0, sizeof output);
    memcpy(data, input.memory, WINDOW);
    memcpy(page, input.code, input.length);
    page[input.length] = 0xff;
    page[input.length + 1] = 0x25;
    void **at = &after_at;
    memcpy(page + input.length + 2, &at, 4);
    output.trap = 0xff;
    if (sigsetjmp(back, 1) == 0) {
      run();
      keep(image);
    }
    output.general[4] = output.general[5] = 0;
    memcpy(output.memory, data, WINDOW);
    fwrite(&output, sizeof output, 1, stdout);
  }
  return 0;
}
