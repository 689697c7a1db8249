/**
 * Every opcode of one and of two bytes, with eight ModRM digits as register and as memory, bare and with each prefix that
 * can change what it is: is it an instruction, and how long?
 */
import { DATA, PAGES, STACK } from './inputs.ts';
import type { Case } from './inputs.ts';

export const PREFIXES = [[], [0x66], [0xf0], [0xf2], [0xf3]] as const;
/** One whose stack holds a word that POPF can take. */
const SEED = 32;
const ESP = 4,
  ESI = 6,
  EDI = 7;
const at = PAGES[DATA].at + 0x120;
const overrides = new Map([
  [0, at],
  [1, 1],
  [3, at],
  [ESP, PAGES[STACK].at + 0x800],
  [5, PAGES[STACK].at + 0x810],
  [ESI, at],
  [EDI, at + 0x20],
]);

/** Left out: what would enter the kernel (SYSCALL, SYSENTER, INT 80H), wait (MWAITX in 0F 01), or change the x87 state. */
const left = (escape: boolean, opcode: number): boolean =>
  escape ? [0x01, 0x05, 0x34, 0xae].includes(opcode) : opcode === 0x0f || opcode === 0x9b || (opcode >= 0xd8 && opcode <= 0xdf);
const prefix = (opcode: number): boolean => [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3].includes(opcode);

export interface Opcode {
  readonly name: string;
  readonly tests: readonly Case[];
}

/** Sixteen cases an opcode: digits 0..7 with a register, then with memory. */
export function opcodes(): Opcode[] {
  const list: Opcode[] = [];
  for (const before of PREFIXES) {
    for (const escape of [false, true]) {
      for (let opcode = 0; opcode < 256; opcode++) {
        if (left(escape, opcode) || (!escape && prefix(opcode))) continue;
        const head = [...before, ...(escape ? [0x0f] : []), opcode];
        const name = head.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
        const tests = Array.from({ length: 16 }, (_, i) => {
          const modrm = i < 8 ? [0xc1 | (i << 3)] : [0x05 | ((i - 8) << 3), at & 0xff, (at >> 8) & 0xff, (at >> 16) & 0xff, at >> 24];
          return {
            bytes: Uint8Array.from([...head, ...modrm, ...Array.from({ length: 15 }, () => 0)].slice(0, 15)),
            seed: SEED,
            overrides,
          };
        });
        list.push({ name, tests });
      }
    }
  }
  return list;
}
