/**
 * Programs of the classic BPF machine as seccomp(2) takes them (net/core/filter.c, kernel/seccomp.c): checked once, then run on the words
 * of a system call. An accumulator, an index register, sixteen words of memory, jumps forward only: so every program ends.
 */
import { fail } from './errno.ts';

/** struct sock_filter. */
export interface BpfInstruction {
  readonly code: number;
  readonly jt: number;
  readonly jf: number;
  readonly k: number;
}
export type BpfProgram = readonly BpfInstruction[];

/** BPF_MAXINSNS. */
export const LONGEST = 4096;
const MEMORY = 16;

/** Classes and what they do, as one code. */
const LD_ABS = 0x20,
  LD_LEN = 0x80,
  LD_IMM = 0x00,
  LD_MEM = 0x60,
  LDX_LEN = 0x81,
  LDX_IMM = 0x01,
  LDX_MEM = 0x61,
  ST = 0x02,
  STX = 0x03,
  RET_K = 0x06,
  RET_A = 0x16,
  TAX = 0x07,
  TXA = 0x87,
  JA = 0x05;
const ALU = 4,
  JMP = 5,
  X = 0x08;
type Operation = 'add' | 'sub' | 'mul' | 'div' | 'or' | 'and' | 'lsh' | 'rsh' | 'neg' | 'xor';
const OPERATIONS: Readonly<Record<number, Operation>> = {
  0x00: 'add',
  0x10: 'sub',
  0x20: 'mul',
  0x30: 'div',
  0x40: 'or',
  0x50: 'and',
  0x60: 'lsh',
  0x70: 'rsh',
  0x80: 'neg',
  0xa0: 'xor',
};
const CONDITIONS: Readonly<Record<number, (a: number, b: number) => boolean>> = {
  0x10: (a, b) => a === b,
  0x20: (a, b) => a > b,
  0x30: (a, b) => a >= b,
  0x40: (a, b) => (a & b) !== 0,
};

const isAlu = (code: number): boolean => (code & 7) === ALU && OPERATIONS[code & 0xf0] !== undefined && (code & ~0xff) === 0;
const isJump = (code: number): boolean => (code & 7) === JMP && CONDITIONS[code & 0xf0] !== undefined && (code & ~0xff) === 0;

/** EINVAL for what the kernel would not run: unknown codes, jumps out of the program, memory read before it was written, no end. */
export function checkProgram(program: BpfProgram, words: number): void {
  const { length } = program;
  if (length === 0 || length > LONGEST) fail('EINVAL');
  program.forEach((i, at) => {
    if (!isKnown(i, words)) fail('EINVAL');
    if (i.code === JA ? i.k >= length - at - 1 : isJump(i.code) && (at + i.jt + 1 >= length || at + i.jf + 1 >= length)) fail('EINVAL');
  });
  const last = program[length - 1]!.code;
  if (last !== RET_K && last !== RET_A) fail('EINVAL');
  checkMemory(program);
}

function isKnown({ code, k }: BpfInstruction, words: number): boolean {
  if (isAlu(code)) {
    const operation = OPERATIONS[code & 0xf0]!;
    if (operation === 'neg') return code === 0x84;
    return (code & X) !== 0 || !((operation === 'div' && k === 0) || ((operation === 'lsh' || operation === 'rsh') && k >= 32));
  }
  if (isJump(code)) return true;
  switch (code) {
    case LD_ABS:
      return k % 4 === 0 && k < words * 4;
    case LD_MEM:
    case LDX_MEM:
    case ST:
    case STX:
      return k < MEMORY;
    default:
      return [LD_LEN, LD_IMM, LDX_LEN, LDX_IMM, RET_K, RET_A, TAX, TXA, JA].includes(code);
  }
}

/** check_load_and_stores: on every way to a load the word was stored. */
function checkMemory(program: BpfProgram): void {
  const known = program.map(() => 0xffff);
  let valid = 0;
  const meet = (at: number): void => {
    known[at]! &= valid;
  };
  program.forEach((i, at) => {
    valid &= known[at]!;
    if (i.code === ST || i.code === STX) valid |= 1 << i.k;
    else if ((i.code === LD_MEM || i.code === LDX_MEM) && (valid & (1 << i.k)) === 0) fail('EINVAL');
    else if (i.code === JA) {
      meet(at + 1 + i.k);
      valid = 0xffff;
    } else if (isJump(i.code)) {
      meet(at + 1 + i.jt);
      meet(at + 1 + i.jf);
      valid = 0xffff;
    }
  });
}

function compute(operation: Operation, a: number, b: number): number {
  switch (operation) {
    case 'add':
      return a + b;
    case 'sub':
      return a - b;
    case 'mul':
      return Math.imul(a, b);
    case 'div':
      return Math.floor(a / b);
    case 'or':
      return a | b;
    case 'and':
      return a & b;
    case 'xor':
      return a ^ b;
    case 'lsh':
      return a << (b & 31);
    case 'rsh':
      return a >>> (b & 31);
    case 'neg':
      return -a;
  }
}

/** What a checked program answers for these words, and how many instructions it took. */
export function runProgram(program: BpfProgram, words: readonly number[]): { readonly result: number; readonly steps: number } {
  const memory = new Array<number>(MEMORY).fill(0);
  let a = 0,
    x = 0,
    steps = 0;
  for (let at = 0; ; at++) {
    const { code, jt, jf, k } = program[at]!;
    steps++;
    if (isAlu(code)) {
      const operation = OPERATIONS[code & 0xf0]!,
        b = code & X ? x : k;
      // A division by zero ends the program, which has said nothing then.
      if (operation === 'div' && b === 0) return { result: 0, steps };
      a = compute(operation, a, b) >>> 0;
      continue;
    }
    if (isJump(code)) {
      at += CONDITIONS[code & 0xf0]!(a, code & X ? x : k) ? jt : jf;
      continue;
    }
    switch (code) {
      case LD_ABS:
        a = words[k / 4]! >>> 0;
        break;
      case LD_LEN:
        a = words.length * 4;
        break;
      case LD_IMM:
        a = k;
        break;
      case LD_MEM:
        a = memory[k]!;
        break;
      case LDX_LEN:
        x = words.length * 4;
        break;
      case LDX_IMM:
        x = k;
        break;
      case LDX_MEM:
        x = memory[k]!;
        break;
      case ST:
        memory[k] = a;
        break;
      case STX:
        memory[k] = x;
        break;
      case TAX:
        x = a;
        break;
      case TXA:
        a = x;
        break;
      case JA:
        at += k;
        break;
      default:
        return { result: code === RET_A ? a : k, steps };
    }
  }
}
