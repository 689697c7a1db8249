/**
 * The kernel's own page, mapped supervisor-only at KERNEL_BASE in every address space: the GDT, which the processor reads,
 * and the instruction at which the machine idles. Selectors are those of Linux on i386.
 */
import {
  CR0,
  CR3,
  CR4,
  CPL,
  CS,
  DS,
  ES,
  EFLAGS,
  EIP,
  FPU_CONTROL,
  FPU_WORDS,
  GDTR_BASE,
  GDTR_LIMIT,
  GS,
  FS,
  IDTR_LIMIT,
  MXCSR,
  SELECTOR,
  SS,
  LAZY_RULE,
  LAZY_CARRY,
} from '../isa/x86/state.ts';
import { HALTED } from '../machine/layout.ts';
import { FLAT_CODE, FLAT_DATA, makeDescriptor, parseDescriptor, setFlat, setSegment } from '../machine/segments.ts';
import type { Machine } from '../machine/types.ts';
import type { Frames } from './frames.ts';
import type { TlsDescriptor } from './task.ts';
import { KERNEL_BASE } from './space.ts';

/** GDT entries 6 to 8 are the three TLS descriptors of set_thread_area. */
export const TLS_FIRST = 6,
  TLS_COUNT = 3;
const KERNEL_CODE = 0x60,
  KERNEL_DATA = 0x68,
  USER_CODE = 0x70,
  USER_DATA = 0x78;
const GDT_SIZE = 16 * 8;
const IDLE_AT = 0x800;
/** As Linux has them: PG, WP, NE, ET, MP, PE; and OSFXSR, OSXMMEXCPT. */
const CR0_VALUE = 0x8001_0033 | 0,
  CR4_VALUE = 0x600;
/** x87 after FNINIT, MXCSR after reset. */
const FPU_CONTROL_VALUE = 0x37f,
  MXCSR_VALUE = 0x1f80;
const INITIAL_FLAGS = 0x202;

export interface KernelPage {
  /** Physical addresses of the page itself and of the page table that maps it. */
  readonly page: number;
  readonly table: number;
}

export function buildKernelPage(machine: Machine, frames: Frames): KernelPage {
  const page = frames.allocateZeroed(),
    table = frames.allocateZeroed();
  machine.memory.write32(table, page | 3);
  const put = (selector: number, rights: number): void => {
    const [low, high] = makeDescriptor(0, -1, rights);
    machine.memory.write32(page + selector, low);
    machine.memory.write32(page + selector + 4, high);
  };
  put(KERNEL_CODE, FLAT_CODE);
  put(KERNEL_DATA, FLAT_DATA);
  put(USER_CODE, FLAT_CODE | (3 << 13));
  put(USER_DATA, FLAT_DATA | (3 << 13));
  // hlt; jmp back to it
  machine.memory.write(page + IDLE_AT, Uint8Array.of(0xf4, 0xeb, 0xfd));
  return { page, table };
}

/** Paging on, with this page directory. */
export function enterPaging(machine: Machine, directory: number): void {
  const w = machine.words;
  w[CR0] = CR0_VALUE;
  w[CR4] = CR4_VALUE;
  w[CR3] = directory;
  w[GDTR_BASE] = KERNEL_BASE | 0;
  w[GDTR_LIMIT] = GDT_SIZE - 1;
  w[IDTR_LIMIT] = 0;
  machine.flushTlb();
}

/** Registers of a process that starts: ring 3, flat segments, FS and GS null. */
export function initialWords(): Int32Array {
  const words = new Int32Array(256);
  setFlat(words, USER_CODE, USER_DATA, 3);
  for (const segment of [FS, GS]) setSegment(words, segment, 0, 0, 0, 0);
  words[EFLAGS] = INITIAL_FLAGS;
  words[FPU_CONTROL] = FPU_CONTROL_VALUE;
  words[MXCSR] = MXCSR_VALUE;
  return words;
}

/** The idle state: ring 0, about to halt, in the address space now in CR3. */
export function enterIdle(machine: Machine): void {
  const w = machine.words;
  setFlat(w, KERNEL_CODE, KERNEL_DATA, 0);
  w[EIP] = (KERNEL_BASE + IDLE_AT) | 0;
  machine.flags = INITIAL_FLAGS;
}

/** Words that belong to the process rather than to the machine: registers, flags, segments; CPL; x87. */
const RANGES = [
  [0, 40],
  [CPL, CPL + 1],
  [FPU_WORDS, 256],
] as const;

export function saveWords(machine: Machine, into: Int32Array): void {
  for (const [from, to] of RANGES) into.set(machine.words.subarray(from, to), from);
  // Engines keep flags in different forms; what is saved is the same in all.
  into[EFLAGS] = machine.flags;
  into.fill(0, LAZY_RULE, LAZY_CARRY + 1);
}

export function loadWords(machine: Machine, from: Int32Array): void {
  for (const [start, end] of RANGES) machine.words.set(from.subarray(start, end), start);
  machine.words[HALTED] = 0;
}

/** Writes the process's TLS descriptors into the GDT. */
export function loadTls(machine: Machine, kernel: KernelPage, tls: readonly TlsDescriptor[]): void {
  tls.forEach((descriptor, i) => {
    const at = kernel.page + (TLS_FIRST + i) * 8;
    machine.memory.write32(at, descriptor?.[0] ?? 0);
    machine.memory.write32(at + 4, descriptor?.[1] ?? 0);
  });
}

/** After a descriptor was changed: segment registers that hold its selector see it, as after the reload on return to ring 3. */
export function reloadTls(words: Int32Array, tls: readonly TlsDescriptor[]): void {
  for (const segment of [FS, GS]) {
    const selector = words[SELECTOR + segment]!;
    const descriptor = tls[(selector >> 3) - TLS_FIRST];
    if (!descriptor) continue;
    const { base, limit, rights } = parseDescriptor(descriptor[0], descriptor[1]);
    setSegment(words, segment, selector, base, limit, rights);
  }
}

/** Loads a selector as a return to ring 3 does; what means no segment of the process becomes null. */
export function loadSelector(words: Int32Array, tls: readonly TlsDescriptor[], segment: number, selector: number): void {
  const flat = selector === (USER_DATA | 3) || selector === (USER_CODE | 3);
  const own = tls[(selector >> 3) - TLS_FIRST];
  const descriptor = flat ? makeDescriptor(0, -1, (selector === (USER_CODE | 3) ? FLAT_CODE : FLAT_DATA) | (3 << 13)) : own;
  if (!descriptor) return setSegment(words, segment, selector & ~3 ? 0 : selector, 0, 0, 0);
  const { base, limit, rights } = parseDescriptor(descriptor[0], descriptor[1]);
  setSegment(words, segment, selector, base, limit, rights);
}

/** A handler of a signal begins with flat segments, whatever was loaded before. */
export function flatSegments(words: Int32Array): void {
  for (const segment of [DS, ES, SS]) loadSelector(words, [], segment, USER_DATA | 3);
  loadSelector(words, [], CS, USER_CODE | 3);
}

/** struct user_desc of set_thread_area(2) to a descriptor; an empty one (read_exec_only and seg_not_present alone) frees it. */
export function tlsDescriptor(base: number, limit: number, bits: number): TlsDescriptor {
  const flag = (n: number): number => (bits >> n) & 1;
  if (base === 0 && limit === 0 && (bits & 0x7f) === 0x28) return null;
  // bits: 0 seg_32bit, 1-2 contents, 3 read_exec_only, 4 limit_in_pages, 5 seg_not_present, 6 useable
  const contents = (bits >> 1) & 3;
  const rights =
    0x1000 |
    0x6000 |
    0x100 |
    (contents << 10) |
    (flag(3) ? 0 : 0x200) |
    (flag(5) ? 0 : 0x8000) |
    (flag(0) << 22) |
    (flag(4) << 23) |
    (flag(6) << 20);
  const limitBytes = flag(4) ? (limit << 12) | 0xfff : limit;
  return makeDescriptor(base, limitBytes, rights);
}
