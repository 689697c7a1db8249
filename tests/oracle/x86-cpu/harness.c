/*
 * Runs single IA-32 instructions on the processor of this machine and tells what they did. Built with gcc -m32 -static.
 *
 * Reads cases from standard input and writes results to standard output, both little-endian and packed (structs below).
 * Each case is entered by returning from a signal handler with TF set: so the processor stops after exactly one
 * instruction (one iteration of a repeated one), wherever that led, or by the instruction's own fault; either arrives as
 * a signal, in whose handler the result is taken and the next case is set up. Selectors are those of a Linux process.
 *
 * Three pages can be reached by an instruction: LOW (for 16-bit addresses), DATA, STACK; their neighbours are not mapped.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

enum { PAGES = 3, WINDOW = 256, PAGE = 4096 };
static const uint32_t page_at[PAGES] = {0x4000, 0x10000000, 0x30000000};
static const uint32_t window_at[PAGES] = {0x100, 0x100, 0x780};
static const uint32_t code_page = 0x20000000;

struct case_in {
  uint32_t registers[8]; /* EAX ECX EDX EBX ESP EBP ESI EDI */
  uint32_t eflags, eip;
  uint8_t length, bytes[15];
  uint8_t windows[PAGES][WINDOW];
} __attribute__((packed));

struct case_out {
  uint32_t registers[8], eflags, eip, trap, error, cr2, changes;
} __attribute__((packed));

struct change {
  uint32_t address;
  uint8_t value;
} __attribute__((packed));

static struct case_in now;
static uint8_t pristine[PAGES][PAGE];
static greg_t selectors[4];
static uint64_t done;

/* What memory holds outside the windows: 37 n + 11 for the byte at offset n. */
static void fill_background(uint8_t *page) {
  for (uint32_t i = 0; i < PAGE; i++) page[i] = (uint8_t)(i * 37 + 11);
}

static const int order[8] = {REG_EAX, REG_ECX, REG_EDX, REG_EBX, REG_ESP, REG_EBP, REG_ESI, REG_EDI};

static int read_case(void) {
  if (fread(&now, sizeof now, 1, stdin) != 1) return 0;
  memset((void *)code_page, 0xf4, PAGE);
  memcpy((void *)now.eip, now.bytes, now.length);
  for (int p = 0; p < PAGES; p++) {
    memcpy(pristine[p] + window_at[p], now.windows[p], WINDOW);
    memcpy((void *)page_at[p], pristine[p], PAGE);
  }
  return 1;
}

static void enter(ucontext_t *context) {
  greg_t *g = context->uc_mcontext.gregs;
  for (int i = 0; i < 8; i++) g[order[i]] = (greg_t)now.registers[i];
  g[REG_UESP] = (greg_t)now.registers[4];
  g[REG_EFL] = (greg_t)(now.eflags | 0x302);
  g[REG_EIP] = (greg_t)now.eip;
  g[REG_GS] = selectors[0];
  g[REG_FS] = selectors[1];
  g[REG_ES] = selectors[2];
  g[REG_DS] = selectors[3];
}

static void write_result(const ucontext_t *context) {
  static struct change list[PAGES * PAGE];
  const greg_t *g = context->uc_mcontext.gregs;
  struct case_out out;
  for (int i = 0; i < 8; i++) out.registers[i] = (uint32_t)g[order[i]];
  out.eflags = (uint32_t)g[REG_EFL];
  out.eip = (uint32_t)g[REG_EIP];
  out.trap = (uint32_t)g[REG_TRAPNO];
  out.error = (uint32_t)g[REG_ERR];
  out.cr2 = (uint32_t)context->uc_mcontext.cr2;
  out.changes = 0;
  for (int p = 0; p < PAGES; p++) {
    const uint8_t *page = (const uint8_t *)page_at[p];
    if (memcmp(page, pristine[p], PAGE) == 0) continue;
    for (uint32_t i = 0; i < PAGE; i++)
      if (page[i] != pristine[p][i]) list[out.changes++] = (struct change){page_at[p] + i, page[i]};
  }
  fwrite(&out, sizeof out, 1, stdout);
  fwrite(list, sizeof *list, out.changes, stdout);
}

static void on_signal(int number, siginfo_t *info, void *raw) {
  ucontext_t *context = raw;
  /* The C library finds its own data through GS, which the instruction may have loaded. */
  if (selectors[0]) __asm__ volatile("mov %0, %%gs" : : "r"((uint16_t)selectors[0]));
  (void)number, (void)info;
  static int started;
  if (started) write_result(context), done++;
  else {
    const greg_t *g = context->uc_mcontext.gregs;
    started = 1;
    selectors[0] = g[REG_GS], selectors[1] = g[REG_FS], selectors[2] = g[REG_ES], selectors[3] = g[REG_DS];
  }
  if (!read_case()) {
    fflush(stdout);
    _exit(0);
  }
  enter(context);
}

static void map(uint32_t at, int protection) {
  void *got = mmap((void *)at, PAGE, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  if (got != (void *)at) {
    perror("cannot map a page of the test area");
    exit(2);
  }
}

int main(void) {
  static uint8_t stack[1 << 17];
  static char buffers[2][1 << 16];
  stack_t alternative = {.ss_sp = stack, .ss_size = sizeof stack};
  struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
  static const int signals[] = {SIGTRAP, SIGSEGV, SIGILL, SIGFPE, SIGBUS};

  setvbuf(stdin, buffers[0], _IOFBF, sizeof buffers[0]);
  setvbuf(stdout, buffers[1], _IOFBF, sizeof buffers[1]);
  for (int p = 0; p < PAGES; p++) map(page_at[p], PROT_READ | PROT_WRITE), fill_background(pristine[p]);
  map(code_page, PROT_READ | PROT_WRITE | PROT_EXEC);
  sigaltstack(&alternative, NULL);
  for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++) sigaction(signals[i], &action, NULL);
  raise(SIGTRAP);
  return 1;
}
