/**
 * Makes a MIPS process: the guest's program at its addresses below 2 GiB, the emulator's own memory above, and host registers
 * set to interpret the first instruction.
 *
 * DS and ES end at 2 GiB: a guest address beyond, used as it is, raises a fault of the host and becomes the guest's. The
 * emulator reaches its own memory through SS and CS, which are flat. So neither tests nor translation cost anything.
 */
import type { Elf } from '../../formats/elf.ts';
import { EBP, EIP, ESI, ESP, DS, ES } from '../../isa/x86/state.ts';
import { spawn } from '../../kernel/boot.ts';
import type { ProgramOptions } from '../../kernel/boot.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { PROT_EXEC, PROT_READ, PROT_WRITE } from '../../kernel/regions.ts';
import type { Layout } from '../../kernel/space.ts';
import type { Process } from '../../kernel/task.ts';
import type { RangeCodeMap } from '../../machine/codemap.ts';
import { FLAT_DATA, makeDescriptor, parseDescriptor, setSegment } from '../../machine/segments.ts';
import type { Emulator } from './emulator.ts';
import type { Guests } from './guests.ts';
import type { InterpreterImage } from './interpreter.ts';
import {
  CODE_CACHE,
  CODE_CACHE_MOST,
  COUNTERS,
  COUNTER_COUNT,
  EBP_VALUE,
  GUEST_END,
  INTERPRETER,
  INTERPRETER_SIZE,
  LOOKUP,
  LOOKUP_ENTRIES,
  LOOKUP_ENTRY,
  SCRATCH,
  SCRATCH_SIZE,
  STATE,
  TABLES,
  TABLES_SIZE,
} from './layout.ts';
import { VDSO } from './linux/frames.ts';
import type { Translator } from './translator.ts';

/** Linux on MIPS: user space ends a little below 2 GiB; the stack stands there, mappings grow down below it. */
const TASK_SIZE = 0x7fff_8000;
export const MIPS_LAYOUT: Layout = {
  taskSize: TASK_SIZE,
  stackTop: TASK_SIZE,
  stackLimit: 0x80_0000,
  mmapTop: 0x7700_0000,
  segmentAlign: 0x4_0000,
  scratch: [SCRATCH, SCRATCH + SCRATCH_SIZE],
  own: [
    [STATE, STATE + 0x1000],
    [SCRATCH, SCRATCH + SCRATCH_SIZE],
  ],
};

/** GDT entry 6, the first that set_thread_area gives: the guest's data segment. */
const GUEST_SELECTOR = (6 << 3) | 3;
const GRANULAR = 0x80_0000;
const GUEST_DATA = makeDescriptor(0, GUEST_END - 1, FLAT_DATA | GRANULAR | (3 << 13));

export interface MipsProcess {
  readonly process: Process;
  readonly emulator: Emulator;
  readonly translator: Translator;
  readonly codeMap: RangeCodeMap;
}

/** The machine's first process, with a MIPS program in it. */
export function createMipsProcess(guests: Guests, elf: Elf, options: ProgramOptions): void {
  const { process, path, file } = spawn(guests.kernel, elf.bytes, { ...options, layout: MIPS_LAYOUT });
  guests.load(process, elf, path, file);
}

/** The emulator's regions: never the guest's to unmap or protect. */
export function mapEmulator(kernel: Kernel, process: Process): void {
  const data = PROT_READ | PROT_WRITE,
    code = PROT_READ | PROT_WRITE | PROT_EXEC;
  const region = (start: number, size: number, prot: number, name: string): void =>
    kernel.mapRegion(process, start, size, prot, name, true);
  region(STATE, 0x1000, data, '[guest state]');
  region(TABLES, TABLES_SIZE, data, '[jump tables]');
  region(INTERPRETER, INTERPRETER_SIZE, code, '[interpreter]');
  region(LOOKUP, LOOKUP_ENTRIES * LOOKUP_ENTRY, data, '[block look-up]');
  region(COUNTERS, COUNTER_COUNT * 4, data, '[run counters]');
  region(SCRATCH, SCRATCH_SIZE, data, '[system call scratch]');
  kernel.mapRegion(process, VDSO, 0x1000, PROT_READ | PROT_EXEC, '[vdso]', true);
  region(CODE_CACHE, CODE_CACHE_MOST, code, '[code cache]');
}

/** The interpreter's code and tables in the process's memory. */
export function installInterpreter(emulator: Emulator, image: InterpreterImage): void {
  if (image.piece.bytes.length > INTERPRETER_SIZE) throw new Error('the interpreter does not fit');
  emulator.write(image.base, image.piece.bytes);
  emulator.write(TABLES, new Uint8Array(image.tables.buffer, image.tables.byteOffset, image.tables.byteLength));
}

/** What the interpreter's code is there for. */
export function mapInterpreter(codeMap: RangeCodeMap, image: InterpreterImage): void {
  const { placed } = image.piece;
  let start = 0;
  placed.forEach((line, i) => {
    if (line.code.marks > 0) codeMap.setMark(image.base + line.offset);
    const next = placed[i + 1];
    if (next && next.code.purpose === line.code.purpose) return;
    const end = line.offset + line.length;
    codeMap.setRange(image.base + start, image.base + end, line.code.purpose);
    start = end;
  });
}

export function startRegisters(process: Process, w: Int32Array, entry: number, image: InterpreterImage): void {
  process.tls = [GUEST_DATA, process.tls[1], process.tls[2]];
  const { base, limit, rights } = parseDescriptor(GUEST_DATA[0], GUEST_DATA[1]);
  for (const segment of [DS, ES]) setSegment(w, segment, GUEST_SELECTOR, base, limit, rights);
  w[EBP] = EBP_VALUE | 0;
  w[ESP] = (SCRATCH + SCRATCH_SIZE) | 0;
  w[ESI] = entry | 0;
  w[EIP] = image.entries.get('head')! | 0;
}
