/*
 * Runs single x87 instructions on the processor of this machine and tells what they did. Built with gcc -m32 -static.
 *
 * Reads cases from standard input and writes results to standard output, little-endian and packed (structs below). For each
 * case a piece of code is written that loads the x87 state (FRSTOR), the flags and EAX, does the instruction, and stores
 * all of it (FNSAVE, which does not wait: an exception that the instruction leaves pending is seen and not raised).
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

enum { IMAGE = 108, MEMORY = 128, PAGE = 4096, INSTRUCTION_AT = 64 };
static uint8_t *const code = (uint8_t *)0x20000000;
static uint8_t *const memory = (uint8_t *)0x10000000;

static struct case_in {
  uint8_t length, bytes[15];
  uint32_t eflags, eax;
  uint8_t image[IMAGE], memory[MEMORY];
} __attribute__((packed)) in;

static struct case_out {
  uint32_t eflags, eax;
  uint8_t image[IMAGE], memory[MEMORY];
} __attribute__((packed)) out;

static uint8_t *at;
static void byte(int b) { *at++ = (uint8_t)b; }
static void word(const volatile void *p) {
  uint32_t address = (uint32_t)p;
  memcpy(at, &address, 4);
  at += 4;
}

static void compile(void) {
  memset(code, 0x90, INSTRUCTION_AT);
  at = code;
  byte(0xdd), byte(0x25), word(in.image);          /* frstor [in.image] */
  byte(0xff), byte(0x35), word(&in.eflags);        /* push dword [in.eflags] */
  byte(0xa1), word(&in.eax);                       /* mov eax, [in.eax] */
  byte(0x9d);                                      /* popf */
  at = code + INSTRUCTION_AT;
  for (int i = 0; i < in.length; i++) byte(in.bytes[i]);
  byte(0xa3), word(&out.eax);                      /* mov [out.eax], eax */
  byte(0x9c), byte(0x8f), byte(0x05), word(&out.eflags); /* pushf; pop dword [out.eflags] */
  byte(0xdd), byte(0x35), word(out.image);         /* fnsave [out.image] */
  byte(0xfc), byte(0xc3);                          /* cld; ret */
}

static void *map(void *where, int protection) {
  return mmap(where, PAGE, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
}

int main(void) {
  static char buffers[2][1 << 16];
  setvbuf(stdin, buffers[0], _IOFBF, sizeof buffers[0]);
  setvbuf(stdout, buffers[1], _IOFBF, sizeof buffers[1]);
  if (map(code, PROT_READ | PROT_WRITE | PROT_EXEC) != code || map(memory, PROT_READ | PROT_WRITE) != memory) {
    perror("cannot map a page of the test area");
    return 2;
  }
  while (fread(&in, sizeof in, 1, stdin) == 1) {
    compile();
    memcpy(memory, in.memory, MEMORY);
    ((void (*)(void))code)();
    memcpy(out.memory, memory, MEMORY);
    fwrite(&out, sizeof out, 1, stdout);
  }
  return 0;
}
