/**
 * Cases for the x87 rows: an instruction with its operands, the state before it (as FRSTOR takes it), memory, flags. All
 * follow from the row's number and a seed, so a recording keeps only results.
 */
import { Random } from '../../../src/bits/random.ts';
import type { X86Row } from '../../../src/isa/x86/row.ts';
import { FPU_ARITHMETIC } from '../../../src/isa/x86/rows/fpu.ts';
import { FPU_CONTROL_ROWS } from '../../../src/isa/x86/rows/fpu-control.ts';
import { FPU_MOVE } from '../../../src/isa/x86/rows/fpu-move.ts';
import { type Bits80, memoryValue, type MemoryKind, normal80, value80, write80 } from './values.ts';

/** As in harness.c. */
export const IMAGE = 108,
  MEMORY = 128,
  MEMORY_AT = 0x10000000,
  CODE_AT = 0x20000000,
  INSTRUCTION_AT = 64;
export const IN_SIZE = 16 + 8 + IMAGE + MEMORY,
  OUT_SIZE = 8 + IMAGE + MEMORY;

/** FXSAVE and FXRSTOR are tested with the vector rows. */
export const X87_ROWS: readonly X86Row[] = [...FPU_MOVE, ...FPU_ARITHMETIC, ...FPU_CONTROL_ROWS].filter(
  (row) => !row.name.startsWith('fx') || row.name === 'fxch' || row.name === 'fxam' || row.name === 'fxtract',
);
/** Differ between makers of processors: compared within a distance. */
export const TRANSCENDENTAL = new Set(['f2xm1', 'fyl2x', 'fyl2xp1', 'fptan', 'fpatan', 'fsin', 'fcos', 'fsincos']);

export interface X87Case {
  readonly row: X86Row;
  readonly bytes: Uint8Array;
  readonly eflags: number;
  readonly eax: number;
  readonly image: Uint8Array;
  readonly memory: Uint8Array;
}

const PUSHES = /^(fld|fild|fbld|fptan|fsincos|fxtract)/;

export function makeX87Case(rowIndex: number, index: number): X87Case {
  const row = X87_ROWS[rowIndex]!,
    random = new Random(rowIndex * 1_000_003 + index);
  const image = state(random, row),
    memory = operand(random, row);
  return { row, bytes: encode(random, row), eflags: 0x202 | (random.next() & 0x8d5), eax: random.next() | 0, image, memory };
}

function encode(random: Random, { form }: X86Row): Uint8Array {
  const prefix = form.sized && random.below(3) === 0 ? [0x66] : [];
  if (form.fixed >= 0) return Uint8Array.from([...prefix, form.opcode, form.fixed]);
  if (!form.modrm) return Uint8Array.from([form.opcode]);
  if (form.mod === 'register') return Uint8Array.from([form.opcode, 0xc0 | (form.digit << 3) | random.below(random.below(3) ? 3 : 8)]);
  return Uint8Array.from([...prefix, form.opcode, (form.digit << 3) | 5, 0, 0, 0, MEMORY_AT >>> 24]);
}

/** Most exceptions masked in most cases; none pending. */
function controlWord(random: Random): number {
  const masks = random.below(10) < 7 ? 0x3f : random.below(64);
  return masks | 0x40 | ([0, 2, 3, 3][random.below(4)]! << 8) | (random.below(4) << 10);
}

function state(random: Random, row: X86Row): Uint8Array {
  const image = new Uint8Array(IMAGE),
    view = new DataView(image.buffer);
  const control = controlWord(random),
    top = random.below(8);
  const flags = random.below(2) ? random.next() & control & 0x3f : 0;
  view.setUint32(0, control, true);
  view.setUint32(4, flags | ((random.below(2) << 6) * random.below(2)) | (top << 11) | (random.next() & 0x4700), true);
  let tags = 0;
  for (let i = 0; i < 8; i++) {
    const empty = i === 7 && PUSHES.test(row.name) ? random.below(100) < 90 : random.below(100) < (i < 2 ? 3 : 40);
    if (empty) tags |= 3 << (2 * ((top + i) & 7));
  }
  view.setUint32(8, tags, true);
  view.setUint32(12, random.next(), true);
  view.setUint32(20, random.next(), true);
  const registers = stack(random, row);
  registers.forEach((value, i) => write80(view, 28 + 10 * i, value));
  return image;
}

function stack(random: Random, row: X86Row): Bits80[] {
  const first = TRANSCENDENTAL.has(row.name) ? argument(random, row.name) : value80(random);
  const near = (first.se & 0x7fff) - 16383;
  const rest = Array.from({ length: 7 }, () =>
    random.below(8) === 0
      ? { ...first, se: first.se ^ (random.below(2) << 15), lo: (first.lo ^ random.below(2)) >>> 0 }
      : value80(random, random.below(3) ? near : undefined),
  );
  if (row.name === 'fscale' && random.below(4) !== 0)
    rest[0] = { ...normal80(random, 3), se: 16383 + random.below(17) + (random.below(2) << 15) };
  return [first, ...rest];
}
/** Arguments in the range that the manual gives. */
function argument(random: Random, name: string): Bits80 {
  const any = value80(random),
    exponent = (any.se & 0x7fff) - 16383;
  if (name === 'f2xm1' && exponent >= 0 && exponent < 16384) return { ...any, se: (any.se & 0x8000) | (16382 - random.below(70)) };
  if (name === 'fyl2xp1' && exponent >= -2 && exponent < 16384) return { ...any, se: (any.se & 0x8000) | (16380 - random.below(70)) };
  if (name === 'fyl2x' && random.below(4) !== 0) return { ...any, se: any.se & 0x7fff };
  return any;
}

function kindOf({ operands, name }: X86Row): MemoryKind {
  const integer = name.startsWith('fi');
  if (operands === 'm16') return 'integer16';
  if (operands === 'm32') return integer ? 'integer32' : 'float32';
  if (operands === 'm64') return integer ? 'integer64' : 'float64';
  return name.startsWith('fb') ? 'decimal' : 'float80';
}
function operand(random: Random, row: X86Row): Uint8Array {
  const memory = random.bytes(MEMORY);
  if (row.form.mod !== 'memory') return memory;
  if (row.name === 'frstor' || row.name === 'fldenv') memory.set(state(random, row));
  else if (row.operands !== 'm') memory.set(memoryValue(random, kindOf(row)));
  return memory;
}

/** The struct case_in of harness.c. */
export function packX87(test: X87Case): Uint8Array {
  const bytes = new Uint8Array(IN_SIZE),
    view = new DataView(bytes.buffer);
  bytes[0] = test.bytes.length;
  bytes.set(test.bytes, 1);
  view.setUint32(16, test.eflags, true);
  view.setInt32(20, test.eax, true);
  bytes.set(test.image, 24);
  bytes.set(test.memory, 24 + IMAGE);
  return bytes;
}
