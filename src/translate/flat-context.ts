/**
 * What flat blocks depend on beside their bytes: privilege, segments, page tables, code map. Each combination has a number.
 *
 * Invariant: two moments with one `epoch` have the same mode, CR3, CR4 and code map, and no page table that a fetch has
 * walked changed between them. `mode` numbers what the code of a block depends on.
 */
import { AC, CPL, CR0, CR3, CR4, CS, DS, EFLAGS, ES, FS, GS, SEGMENT_BASE, SEGMENT_LIMIT, SEGMENT_RIGHTS, SS } from '../isa/x86/state.ts';
import { PAGED_ENTRIES, UNPAGED_ENTRIES, viewAt } from './flat-layout.ts';
import type { SegmentClass } from './plan-places.ts';
import { decodeMode } from './step.ts';

const PG = 0x8000_0000 | 0,
  AM = 0x40000;
/** Segment rights; readable (code) is the same bit as writable (data). */
const R_CODE = 0x800,
  R_WRITE = 0x200,
  R_DOWN = 0x400;
const GENERAL = [ES, CS, SS, DS, FS, GS];

/** Bits on which floating-point rows test whether they may run (MP, EM, TS; OSFXSR, OSXMMEXCPT): a block is made for one setting. */
export const FIXED_CR0 = 0xe,
  FIXED_CR4 = 0x600;

export interface ContextMachine {
  readonly memory: { readonly tableVersion: number };
  /** Number of the code map now in use. */
  mapNumber(): number;
  /** Highest offset of the limited views. */
  setLimit(limit: number): void;
}

export class FlatContext {
  epoch = 1;
  mode = 0;
  map = -1;
  /** Entries of the TLB view in use. */
  entries = UNPAGED_ENTRIES;
  /** Blocks end before marks of the code map, and none begins at one. */
  stopsAtMarks = false;
  private seenMarks = false;
  /** Unaligned accesses fault. */
  alignment = false;
  /** False when this code segment is not flat: `step` runs it. */
  possible = false;
  private readonly words: Int32Array;
  private readonly machine: ContextMachine;
  private readonly seen = new Int32Array(32);
  private readonly contexts = new Map<string, number>();
  private readonly modes = new Map<string, number>();
  private contextTables = -1;
  private nextEpoch = 1;
  private classes: SegmentClass[] = [];
  private which = 0;

  constructor(words: Int32Array, machine: ContextMachine) {
    this.words = words;
    this.machine = machine;
  }

  /** Whether page tables are as they were at `enter`. */
  isCurrent(): boolean {
    return this.machine.memory.tableVersion === this.contextTables;
  }

  /** Forgets what is known of page tables, so that every block is looked up again. */
  forget(): void {
    this.contexts.clear();
    this.contextTables = -1;
  }

  classOf(segment: number, write: boolean): SegmentClass {
    const rights = this.words[SEGMENT_RIGHTS + segment]!;
    if (write && (rights & (R_CODE | R_WRITE)) !== R_WRITE) return 'other';
    return this.classes[segment]!;
  }
  view(limited: boolean): number {
    return viewAt(this.which, limited);
  }

  /** To be called before blocks are run: compares with what was seen last. */
  enter(): void {
    const { words } = this;
    const { seen } = this;
    this.alignment = (words[CR0]! & AM) !== 0 && (words[EFLAGS]! & AC) !== 0 && words[CPL] === 3;
    let same =
      this.contextTables === this.machine.memory.tableVersion &&
      this.map === this.machine.mapNumber() &&
      this.seenMarks === this.stopsAtMarks &&
      seen[0] === words[CR0] &&
      seen[1] === words[CR3] &&
      seen[2] === words[CPL] &&
      seen[3] === words[CR4];
    for (let i = 0; same && i < 6; i++) {
      same =
        seen[4 + i] === words[SEGMENT_BASE + i] && seen[10 + i] === words[SEGMENT_LIMIT + i] && seen[16 + i] === words[SEGMENT_RIGHTS + i];
    }
    if (!same) this.change();
  }

  private change(): void {
    const { words } = this;
    const { seen } = this;
    seen[0] = words[CR0]!;
    seen[1] = words[CR3]!;
    seen[2] = words[CPL]!;
    seen[3] = words[CR4]!;
    for (let i = 0; i < 6; i++) {
      seen[4 + i] = words[SEGMENT_BASE + i]!;
      seen[10 + i] = words[SEGMENT_LIMIT + i]!;
      seen[16 + i] = words[SEGMENT_RIGHTS + i]!;
    }
    this.map = this.machine.mapNumber();
    this.seenMarks = this.stopsAtMarks;
    if (this.contextTables !== this.machine.memory.tableVersion) this.contexts.clear();
    this.contextTables = this.machine.memory.tableVersion;
    const paging = (words[CR0]! & PG) !== 0;
    this.which = paging ? (words[CPL] === 3 ? 1 : 0) : 2;
    this.entries = paging ? PAGED_ENTRIES : UNPAGED_ENTRIES;
    this.classify();
    const { code32, stack32 } = decodeMode(words);
    const modeKey = `${this.which} ${words[CPL]} ${this.classes.join(' ')} ${GENERAL.map((s) => words[SEGMENT_RIGHTS + s]! & (R_CODE | R_WRITE)).join(' ')} ${code32} ${stack32} ${this.stopsAtMarks} ${words[CR0]! & FIXED_CR0} ${words[CR4]! & FIXED_CR4}`;
    let mode = this.modes.get(modeKey);
    if (mode === undefined) this.modes.set(modeKey, (mode = this.modes.size + 1));
    this.mode = mode;
    const key = `${mode} ${words[CR3]} ${words[CR4]} ${this.map}`;
    let epoch = this.contexts.get(key);
    if (epoch === undefined) this.contexts.set(key, (epoch = this.nextEpoch++));
    this.epoch = epoch;
  }

  private classify(): void {
    const { words } = this;
    let limit = -1;
    this.classes = GENERAL.map((segment) => {
      const rights = words[SEGMENT_RIGHTS + segment]!,
        top = words[SEGMENT_LIMIT + segment]! >>> 0;
      const down = (rights & (R_CODE | R_DOWN)) === R_DOWN;
      if (rights === 0 || down || (rights & (R_CODE | 0x200)) === R_CODE) return 'other';
      if (words[SEGMENT_BASE + segment] !== 0) return 'based';
      if (top === 0xffff_ffff) return 'flat';
      if ((top & 0xfff) !== 0xfff || (limit >= 0 && limit !== top)) return 'based';
      limit = top;
      return 'limited';
    });
    if (limit >= 0) this.machine.setLimit(limit);
    const code = words[SEGMENT_RIGHTS + CS]!;
    this.possible = words[SEGMENT_BASE + CS] === 0 && words[SEGMENT_LIMIT + CS] === -1 && (code & R_CODE) !== 0;
  }
}
