/**
 * The flat engine: finds, builds and keeps basic blocks of flat code, and runs them. What flat code cannot do exactly it
 * leaves to `step`, one instruction at a time, with everything before it committed.
 *
 * Invariant: a block is right for one mode (privilege, segment classes, paging), one EIP and every code map that says the same of it; its stamp equals
 * the current epoch only when the page tables of this moment still lead to its bytes. Bytes, code map or breakpoints that
 * change drop blocks. Executions are counted a block and given to the ledger when somebody reads it (`settle`).
 */
import type { X86Instruction } from '../isa/x86/instruction.ts';
import { DF, DS, EAX, ECX, EDI, EFLAGS, EIP, ES, ESI } from '../isa/x86/state.ts';
import type { CodePages } from './blocks.ts';
import { CODE, CONSTANTS, CONSTANTS_END, DEVICE, PAGE_FLAGS_BYTE, RAM_BYTE, TABLE, tlbSlot, VIEW_ENTRY } from './flat-layout.ts';
import { decodeBlock, liveFlags, LONGEST_BLOCK } from './flat-block.ts';
import { FlatContext } from './flat-context.ts';
import { Forms } from './flat-forms.ts';
import { FLAT, type FlatName } from './flat-ops.ts';
import { BUDGET, CACHE_SIZE, cacheSlot, type FlatHost, type FlatState, type FlatTables, runFlat } from './flat-run.ts';
import { Planner } from './plan.ts';
import type { SegmentClass, Sink } from './plan-places.ts';
import { decodeMode } from './step.ts';

const BLOCKS = 1 << 16,
  CODE_WORDS = 1 << 21,
  SLOTS = 1 << 17,
  INSTRUCTIONS = 1 << 19;

/** What the engine asks of the machine. */
export interface FlatMachine {
  readonly buffer: ArrayBuffer;
  readonly memory: {
    readonly size: number;
    readonly bytes: Uint8Array;
    readonly tableVersion: number;
    isPlain(at: number): boolean;
    touch(start: number, end: number): void;
  };
  readonly pages: CodePages;
  /** Physical address of code by the page tables of this moment, setting accessed bits; null: it would fault. */
  fetchable(linear: number): number | null;
  /** Number of the code map now in use, and what it says. */
  mapNumber(): number;
  categoryAt(linear: number): number;
  /** Guest instructions that begin at an address. */
  markCount(linear: number): number;
  isBreakpoint(linear: number): boolean;
  /** Highest offset of the limited views. */
  setLimit(limit: number): void;
  count(category: number, units: number): void;
  countMarks(marks: number): void;
}

interface Block {
  readonly eip: number;
  readonly physical: number;
  end: number;
  readonly mode: number;
  /** Code maps that say of its instructions what they said when it was made. */
  readonly maps: Set<number>;
  readonly firstInstruction: number;
  marks: number;
  /** Category of all its instructions, or -1. */
  category: number;
}

export class FlatEngine implements FlatHost, Sink {
  private readonly machine: FlatMachine;
  private readonly pages: CodePages;
  private readonly tables: FlatTables;
  private readonly data: DataView;
  private readonly state: FlatState = { budget: 0, epoch: 1, mask: 0 };
  private readonly blocks: (Block | null)[] = [null];
  private readonly byPhysical = new Map<number, number[]>();
  /** Blocks by linear page. */
  private readonly byPage = new Map<number, Set<number>>();
  private readonly forms = new Forms();
  private readonly constants = new Map<number, number>();
  private readonly instructionEip = new Int32Array(INSTRUCTIONS);
  private readonly instructionCategory = new Uint8Array(INSTRUCTIONS);
  private readonly instructionMarks = new Int32Array(INSTRUCTIONS);
  private readonly planner = new Planner(this);
  private readonly context: FlatContext;
  private codeEnd = 0;
  private slotEnd = 1;
  private instructionEnd = 0;
  private unsettled = 0;
  // Sink
  index = 0;
  known: Sink['known'] = null;
  private lastName: FlatName | null = null;
  private lastAt = 0;
  slowValue = 0;

  constructor(machine: FlatMachine) {
    this.machine = machine;
    this.pages = machine.pages;
    const { buffer } = machine;
    this.tables = {
      words: new Int32Array(buffer, 0, buffer.byteLength >>> 2),
      bytes: new Uint8Array(buffer),
      halves: new Uint16Array(buffer, 0, buffer.byteLength >>> 1),
      pageFlags: new Uint8Array(buffer, PAGE_FLAGS_BYTE, (buffer.byteLength + 0xfff) >>> 12),
      code: new Int32Array(CODE_WORDS),
      start: new Int32Array(BLOCKS),
      count: new Int32Array(BLOCKS),
      executed: new Int32Array(BLOCKS),
      stamp: new Int32Array(BLOCKS),
      eip: new Int32Array(BLOCKS),
      link: new Int32Array(SLOTS),
      linkTo: new Int32Array(SLOTS),
      cache: new Int32Array(CACHE_SIZE),
    };
    this.context = new FlatContext(this.tables.words, machine);
    this.data = new DataView(buffer);
    this.pages.dropBlock = (block) => this.drop(block);
    this.pages.extentOf = (block) => this.blocks[block]!;
  }

  /**
   * Runs at most `budget` instructions from EIP; how many it did. Afterwards the instruction at EIP is for `step`, unless
   * the budget is used up; `short` tells that fewer than a block were left of it.
   */
  run(budget: number, stopAtMarks: boolean): number {
    this.short = false;
    this.context.stopsAtMarks = stopAtMarks;
    this.context.enter();
    if (!this.context.possible) return 0;
    const { words } = this.tables;
    const eip = words[EIP]!;
    const cached = this.tables.cache[cacheSlot(eip)]!;
    const first = this.tables.eip[cached] === eip && this.tables.stamp[cached] === this.context.epoch ? cached : this.lookup(eip);
    if (first === 0) return 0;
    this.state.budget = budget;
    this.state.epoch = this.context.epoch;
    this.state.mask = (this.context.entries - 1) * VIEW_ENTRY;
    this.short = runFlat(this.tables, this.state, this, first) === BUDGET;
    const done = budget - this.state.budget;
    this.unsettled += done;
    if (this.unsettled > 1 << 29) this.settle();
    return done;
  }
  short = false;

  // Blocks

  lookup(eip: number): number {
    const { machine, tables } = this;
    if (this.mustStop(eip)) return 0;
    const physical = machine.fetchable(eip);
    if (physical === null || !machine.memory.isPlain(physical)) return 0;
    if (!this.context.isCurrent()) return 0;
    let found = 0;
    for (const id of this.byPhysical.get(physical) ?? []) {
      const block = this.blocks[id]!;
      if (block.eip === eip && block.mode === this.context.mode && this.isMapped(id, block)) {
        found = id;
        break;
      }
    }
    if (found === 0) {
      if (this.isFull()) {
        // The loop that called must not go on with tables that were emptied under it.
        this.flush();
        return 0;
      }
      found = this.again(eip, physical) || this.build(eip, physical);
    }
    tables.stamp[found] = this.context.epoch;
    tables.cache[cacheSlot(eip)] = found;
    return found;
  }

  /** Whether the map of this moment says of the block what is counted for it: then processes that share pages share blocks. */
  private isMapped(id: number, block: Block): boolean {
    const { map } = this.context;
    if (block.maps.has(map)) return true;
    if (!this.agrees(block.firstInstruction, this.tables.count[id]!)) return false;
    block.maps.add(map);
    return true;
  }
  private agrees(first: number, count: number): boolean {
    const { machine, instructionEip, instructionCategory, instructionMarks } = this;
    for (let i = first; i < first + count; i++) {
      const at = instructionEip[i]! >>> 0;
      if (machine.categoryAt(at) !== instructionCategory[i] || machine.markCount(at) !== instructionMarks[i]) return false;
    }
    return true;
  }

  /** A block of code that was made before of the same bytes at the same EIP; 0 for none. */
  private again(eip: number, physical: number): number {
    const form = this.forms.find(eip, this.context.mode, this.machine.memory.bytes, physical, (one) =>
      this.agrees(one.firstInstruction, one.count),
    );
    if (!form) return 0;
    const { firstInstruction, marks, category } = form;
    const id = this.blocks.length;
    this.tables.start[id] = form.start;
    const maps = new Set([this.context.map]);
    this.enter(
      id,
      { eip, physical, end: physical + form.bytes.length, mode: form.mode, maps, firstInstruction, marks, category },
      form.count,
    );
    return id;
  }
  private remember(id: number, { eip, physical, end, mode, firstInstruction, marks, category }: Block): void {
    const { start, count } = this.tables;
    this.forms.add(eip, {
      mode,
      bytes: this.machine.memory.bytes.slice(physical, end),
      start: start[id]!,
      count: count[id]!,
      firstInstruction,
      marks,
      category,
    });
  }
  private enter(id: number, block: Block, count: number): void {
    const { tables } = this,
      { eip, physical } = block;
    tables.count[id] = count;
    tables.eip[id] = eip;
    tables.executed[id] = 0;
    this.blocks.push(block);
    const same = this.byPhysical.get(physical);
    if (same) same.push(id);
    else this.byPhysical.set(physical, [id]);
    const page = this.byPage.get(eip >>> 12);
    if (page) page.add(id);
    else this.byPage.set(eip >>> 12, new Set([id]));
    this.pages.addBlock(id, block);
  }

  /** An address that is for the run loop to look at first. */
  mustStop(eip: number): boolean {
    return this.machine.isBreakpoint(eip >>> 0) || (this.context.stopsAtMarks && this.machine.markCount(eip >>> 0) > 0);
  }

  private isFull(): boolean {
    return (
      this.blocks.length >= BLOCKS ||
      this.codeEnd > CODE_WORDS - LONGEST_BLOCK * 256 ||
      this.slotEnd > SLOTS - 256 ||
      this.instructionEnd > INSTRUCTIONS - 256 ||
      CONSTANTS + this.constants.size > CONSTANTS_END - 1024
    );
  }

  private build(eip: number, physical: number): number {
    const { machine, tables } = this;
    const id = this.blocks.length;
    const { instructions, stopped } = decodeBlock(machine.memory.bytes, physical, eip, decodeMode(tables.words), this);
    const block: Block = {
      eip,
      physical,
      end: physical + 1,
      mode: this.context.mode,
      maps: new Set([this.context.map]),
      firstInstruction: this.instructionEnd,
      marks: 0,
      category: -1,
    };
    const live = liveFlags(instructions);
    tables.start[id] = this.codeEnd;
    this.known = null;
    this.lastName = null;
    let ended = false,
      at = eip;
    let category = -2;
    instructions.forEach((instruction, i) => {
      at = instruction.address;
      this.index = this.addInstruction(at);
      const own = machine.categoryAt(at >>> 0);
      category = category === -2 || category === own ? own : -1;
      block.marks += machine.markCount(at >>> 0);
      this.planBulk(instruction);
      ended = this.planner.plan(instruction, live[i]!);
      at = (at + instruction.length) | 0;
    });
    block.category = Math.max(category, -1);
    block.end = physical + Math.max(1, (at - eip) | 0);
    this.index = this.addInstruction(at);
    // What follows is an instruction for `step`, or simply another block.
    if (!ended && (stopped || instructions.length === 0)) this.emit('step', this.index);
    else if (!ended) this.emit('jump', this.slot(at));
    this.enter(id, block, instructions.length);
    if (instructions.length > 0) this.remember(id, block);
    return id;
  }

  /** REP MOVS and STOS with 32-bit addresses in plain segments go many iterations at a time. */
  private planBulk(instruction: X86Instruction): void {
    const { name } = instruction.row;
    if (instruction.repeat !== 0xf3 || instruction.addressSize !== 32 || !/^(movs|stos)/.test(name)) return;
    const moves = name.startsWith('movs');
    const source = moves ? this.classOf(instruction.segment ?? DS, false) : 'flat',
      target = this.classOf(ES, true);
    if ((source !== 'flat' && source !== 'limited') || (target !== 'flat' && target !== 'limited')) return;
    const store = instruction.ops.find((op) => op.k === 'store');
    if (store?.k === 'store')
      this.emit('bulk', (store.width >> 3) + (moves ? 8 : 0), this.view(source === 'limited'), this.view(target === 'limited'));
  }

  private addInstruction(eip: number): number {
    const i = this.instructionEnd++;
    this.instructionEip[i] = eip;
    this.instructionCategory[i] = this.machine.categoryAt(eip >>> 0);
    this.instructionMarks[i] = this.machine.markCount(eip >>> 0);
    return i;
  }

  private drop(id: number): void {
    const block = this.blocks[id];
    if (!block) return;
    this.settleBlock(id, block);
    this.tables.stamp[id] = 0;
    const list = this.byPhysical.get(block.physical)!.filter((other) => other !== id);
    if (list.length > 0) this.byPhysical.set(block.physical, list);
    else this.byPhysical.delete(block.physical);
    this.byPage.get(block.eip >>> 12)!.delete(id);
    this.blocks[id] = null;
  }

  /** Drops everything: the stores are full, or breakpoints changed. */
  flush(): void {
    this.settle();
    this.blocks.forEach((block, id) => {
      if (block) this.pages.removeBlock(id, block.physical);
    });
    this.blocks.length = 1;
    this.tables.stamp.fill(0);
    this.tables.link.fill(0);
    this.tables.cache.fill(0);
    this.byPhysical.clear();
    this.byPage.clear();
    this.constants.clear();
    this.forms.clear();
    this.codeEnd = 0;
    this.slotEnd = 1;
    this.instructionEnd = 0;
    this.context.forget();
  }

  /** The code map says something else about [start, end). */
  mapChanged(map: number, start: number, end: number): void {
    const first = start >>> 12,
      last = Math.ceil(end / 0x1000);
    const pages = last - first < this.byPage.size ? Array.from({ length: last - first }, (_, i) => first + i) : [...this.byPage.keys()];
    for (const page of pages) for (const id of this.byPage.get(page) ?? []) this.dropMapped(id, map, start, end);
  }
  private dropMapped(id: number, map: number, start: number, end: number): void {
    const block = this.blocks[id]!;
    const from = block.eip >>> 0;
    if (!block.maps.has(map) || from >= end || from + block.end - block.physical <= start) return;
    this.pages.removeBlock(id, block.physical);
    this.drop(id);
  }

  // Counting

  settle(): void {
    this.unsettled = 0;
    for (let id = 1; id < this.blocks.length; id++) {
      const block = this.blocks[id];
      if (block) this.settleBlock(id, block);
    }
  }
  private settleBlock(id: number, block: Block): void {
    const times = this.tables.executed[id]!;
    if (times === 0) return;
    this.tables.executed[id] = 0;
    const count = this.tables.count[id]!;
    if (block.category >= 0) this.machine.count(block.category, times * count);
    else for (let i = 0; i < count; i++) this.machine.count(this.instructionCategory[block.firstInstruction + i]!, times);
    if (block.marks > 0) this.machine.countMarks(times * block.marks);
  }

  leave(id: number, index: number): void {
    const block = this.blocks[id]!;
    const first = block.firstInstruction,
      done = index - first;
    for (let i = first; i < index; i++) {
      this.machine.count(this.instructionCategory[i]!, 1);
      if (this.instructionMarks[i] !== 0) this.machine.countMarks(this.instructionMarks[i]!);
    }
    this.state.budget -= done;
    this.tables.words[EIP] = this.instructionEip[index]!;
  }

  // Memory that the fast path did not take

  loadSlow(entry: number, linear: number, size: number): boolean {
    const { words } = this.tables;
    if ((linear & ~0xfff) !== words[entry] || (linear & 0xfff) + size > 0x1000 || this.context.alignment) return false;
    const at = (linear + words[entry + 2]!) | 0;
    this.slowValue = size === 4 ? this.data.getInt32(at, true) : this.data.getUint16(at, true);
    return true;
  }

  storeSlow(entry: number, linear: number, size: number, value: number): boolean {
    const { words, pageFlags } = this.tables;
    if ((linear & ~0xfff) !== words[entry + 1] || (linear & 0xfff) + size > 0x1000) return false;
    if (this.context.alignment && (linear & (size - 1)) !== 0) return false;
    const at = (linear + words[entry + 2]!) | 0;
    const flag = pageFlags[at >>> 12]!;
    if (flag !== 0) {
      if ((flag & (TABLE | DEVICE)) !== 0) return false;
      const physical = at - RAM_BYTE;
      if ((flag & CODE) !== 0 && this.pages.holds(physical, physical + size)) return false;
      this.machine.memory.touch(physical, physical + size);
    }
    if (size === 4) this.data.setInt32(at, value, true);
    else if (size === 2) this.data.setInt16(at, value, true);
    else this.data.setInt8(at, value);
    return true;
  }

  bulk(kind: number, source: number, target: number, budget: number): number {
    const { words, bytes, halves, pageFlags } = this.tables;
    const size = kind & 7,
      from = words[ESI]!,
      to = words[EDI]!;
    const left = (Math.min(0x1000 - (to & 0xfff), kind > 8 ? 0x1000 - (from & 0xfff) : 0x1000) / size) | 0;
    const count = Math.min((words[ECX]! >>> 0) - 1, budget, left);
    if (count < 2 || (words[EFLAGS]! & DF) !== 0 || ((to | (kind > 8 ? from : 0)) & (size - 1)) !== 0) return 0;
    const entries = this.context.entries;
    const write = target + tlbSlot(to, entries) * VIEW_ENTRY,
      read = source + tlbSlot(from, entries) * VIEW_ENTRY;
    if (words[write + 1] !== (to & ~0xfff) || (kind > 8 && words[read] !== (from & ~0xfff))) return 0;
    const at = (to + words[write + 2]!) | 0;
    if (pageFlags[at >>> 12] !== 0) return 0;
    const array = size === 4 ? words : size === 2 ? halves : bytes;
    const d = at / size;
    if (kind > 8) {
      const s = ((from + words[read + 2]!) | 0) / size;
      for (let i = 0; i < count; i++) array[d + i] = array[s + i]!;
      words[ESI] = from + count * size;
    } else array.fill(words[EAX]!, d, d + count);
    words[EDI] = to + count * size;
    words[ECX]! -= count;
    return count;
  }

  // Sink of the planner

  emit(name: FlatName, ...operands: number[]): void {
    const { code } = this.tables;
    this.lastName = name;
    this.lastAt = this.codeEnd;
    code[this.codeEnd++] = FLAT[name];
    for (const operand of operands) code[this.codeEnd++] = operand;
  }
  takeLast(name: 'compare' | 'test'): readonly [number, number] | null {
    if (this.lastName !== name) return null;
    const { code } = this.tables;
    this.codeEnd = this.lastAt;
    this.lastName = null;
    return [code[this.lastAt + 1]!, code[this.lastAt + 2]!];
  }
  constant(n: number): number {
    let at = this.constants.get(n);
    if (at === undefined) {
      at = CONSTANTS + this.constants.size;
      this.constants.set(n, at);
      this.tables.words[at] = n;
    }
    return at;
  }
  slot(to: number): number {
    const slot = this.slotEnd++;
    this.tables.link[slot] = 0;
    this.tables.linkTo[slot] = to;
    return slot;
  }
  classOf(segment: number, write: boolean): SegmentClass {
    return this.context.classOf(segment, write);
  }
  view(limited: boolean): number {
    return this.context.view(limited);
  }
  control(word: number): number {
    return this.tables.words[word]!;
  }
}
