/**
 * The block translator: which blocks of the guest are known, which are translated, and how they are linked. Its decisions
 * follow from simulated state alone (run counters, guest code, knobs), so a replay makes them again.
 *
 * Invariant: a look-up entry leads to a block's code exactly when the block is translated and its guest code has not been
 * written since; pages that hold translated guest code are write-trapped. What simulated memory holds (code, counters,
 * entries, links) is not saved here again.
 */
import type { MipsInstruction } from '../../isa/mips/decode.ts';
import { decode } from '../../isa/mips/decode.ts';
import type { RangeCodeMap } from '../../machine/codemap.ts';
import { CodeCache } from '../../translate/codecache.ts';
import { formBlock } from './blocks.ts';
import { ISA_COSTS } from './costs.ts';
import type { IsaCost } from './costs.ts';
import { interpreterImage } from './interpreter.ts';
import { makeBlock, ownBlock } from './lowering.ts';
import type { BlockMemo, BlockPlace, TranslatedBlock } from './lowering.ts';
import { CODE_CACHE, COUNTERS, COUNTER_COUNT, LOOKUP, LOOKUP_ENTRIES, LOOKUP_ENTRY, THRESHOLD, STATE } from './layout.ts';

const PAGE = 0x1000;

/** What the translator needs of the process it serves. */
export interface TranslatorHost {
  read32(linear: number): number | null;
  write(linear: number, bytes: Uint8Array): void;
  write32(linear: number, value: number): void;
  charge(units: number): void;
  /** Whether the task is still there. */
  exists(pid: number): boolean;
  /** Traps writes to the page of a guest address, or lets them be. */
  trapWrites(page: number, on: boolean): void;
  event(kind: string, data: () => { readonly [key: string]: number | string | boolean | null }): void;
}

export interface TranslatorKnobs {
  /** Whether hot blocks are translated at all. */
  translate: boolean;
  threshold: number;
  chaining: boolean;
  /** Bytes of the code cache. */
  capacity: number;
  /** Translated blocks count their runs. */
  counting: boolean;
}

/** A block that execution has reached. */
export interface KnownBlock {
  readonly start: number;
  /** Index of its run counter. */
  readonly counter: number;
  /** Its first instruction cannot be translated, or its code does not fit. */
  hopeless: boolean;
}

export interface TranslatorCounts {
  blocks: number;
  instructions: number;
  cost: number;
  flushes: number;
  invalidations: number;
  links: number;
  hostBytes: number;
}
const noCounts = (): TranslatorCounts => ({ blocks: 0, instructions: 0, cost: 0, flushes: 0, invalidations: 0, links: 0, hostBytes: 0 });

/** The test of the look-up of an indirect jump. */
const lookUpOf = ({ code }: TranslatedBlock) => code.piece.placed.find((line) => line.code.to === 'miss.head');

export class Translator {
  readonly knobs: TranslatorKnobs;
  readonly cache: CodeCache;
  readonly codeMap: RangeCodeMap;
  readonly known = new Map<number, KnownBlock>();
  counts = noCounts();
  private readonly host: TranslatorHost;
  private readonly trapped = new Set<number>();
  private readonly memo: BlockMemo;
  private readonly image = interpreterImage();
  /** Who waits for the guest to come by the dispatcher, and the jumps that were made unconditional for them. */
  private readonly awaiting = new Set<number>();
  private detours: number[] = [];
  private saved: SavedTranslator | null = null;
  private bill = 0;

  /** `memo`: code made before, for whoever asks for the same again; a process and its children share it. */
  constructor(host: TranslatorHost, knobs: TranslatorKnobs, codeMap: RangeCodeMap, memo: BlockMemo = new Map()) {
    this.memo = memo;
    this.host = host;
    this.knobs = knobs;
    this.codeMap = codeMap;
    this.cache = new CodeCache(CODE_CACHE, knobs.capacity, (at, displacement) => this.host.write32(at, displacement));
  }

  /** Address of a label of the interpreter. */
  entry(name: string): number {
    return this.image.entries.get(name)!;
  }
  blockAt(host: number): TranslatedBlock | null {
    return this.cache.at(host) as TranslatedBlock | null;
  }
  translated(start: number): TranslatedBlock | null {
    return this.cache.find(start) as TranslatedBlock | null;
  }
  get blocks(): readonly TranslatedBlock[] {
    return this.cache.blocks as TranslatedBlock[];
  }

  private note(cost: IsaCost, count = 1): void {
    this.bill += ISA_COSTS[cost].units * count;
  }
  private pay(): number {
    const units = this.bill;
    this.bill = 0;
    if (units > 0) this.host.charge(units);
    return units;
  }
  private changed(): void {
    this.saved = null;
  }

  /** Before the first instruction, and when a knob was turned. */
  applyThreshold(): void {
    this.host.write32(STATE + 4 * THRESHOLD, this.knobs.translate ? Math.max(1, this.knobs.threshold) : -1);
  }

  // --- the dispatcher asks

  /** The look-up table has no entry for the address. */
  miss(pc: number): void {
    this.note('look-up');
    let known = this.known.get(pc);
    if (!known) {
      this.note('block');
      if (this.known.size >= COUNTER_COUNT) this.forgetAll();
      known = { start: pc, counter: this.known.size, hopeless: false };
      this.known.set(pc, known);
      this.changed();
    }
    this.setEntry(known);
    this.pay();
  }

  private entryAddress(pc: number): number {
    return LOOKUP + ((pc >>> 2) % LOOKUP_ENTRIES) * LOOKUP_ENTRY;
  }
  /** Makes the look-up entry of a block true; it may displace another's. */
  private setEntry(known: KnownBlock): void {
    const at = this.entryAddress(known.start),
      code = this.translated(known.start);
    const plain = known.hopeless ? this.entry('fetch.plain') : this.entry('count');
    this.host.write32(at, known.start);
    this.host.write32(at + 4, code ? code.host : plain);
    this.host.write32(at + 8, code ? (this.knobs.chaining ? this.entry('chain') : code.host) : plain);
    this.host.write32(at + 12, known.counter * 4);
  }
  /** If the entry is the block's, makes it true. */
  private refreshEntry(known: KnownBlock): void {
    if (this.host.read32(this.entryAddress(known.start)) === (known.start | 0)) this.setEntry(known);
  }
  private clearEntries(): void {
    const empty = new Uint8Array(LOOKUP_ENTRIES * LOOKUP_ENTRY).fill(0xff);
    this.host.write(LOOKUP, empty);
    this.note('entry cleared', LOOKUP_ENTRIES);
  }
  /** Empties the look-up table before the start. */
  prepare(): void {
    this.clearEntries();
    this.bill = 0;
    this.applyThreshold();
  }

  /** A block became hot. Where the host goes on. */
  hot(pc: number): number {
    const known = this.known.get(pc)!;
    this.note('look-up');
    const block = this.translate(known);
    if (!block) {
      known.hopeless = true;
      this.changed();
    }
    // This run was counted by the interpreter; the block counts it too when it begins.
    if (block?.counted) this.host.write32(COUNTERS + 4 * known.counter, (this.host.read32(COUNTERS + 4 * known.counter) ?? 1) - 1);
    this.setEntry(known);
    this.pay();
    return block ? block.host : this.entry('fetch.plain');
  }

  /** A direct exit leads to translated code: make the jump go there. Where the host goes on. */
  chain(pc: number, exitNumber: number): number {
    const target = this.translated(pc);
    if (!target) return this.entry('head');
    const exit = this.cache.exit(exitNumber);
    this.note('look-up');
    if (exit && exit.owner.live && this.knobs.chaining) {
      this.note('link');
      this.cache.link(exit, target);
      this.counts.links++;
      this.changed();
      this.host.event('chain', () => ({
        from: exit.owner.start,
        to: pc,
        block: exit.owner.id,
        target: target.id,
        self: exit.owner === target,
      }));
    }
    this.pay();
    return target.host;
  }

  // --- translation

  private translate(known: KnownBlock): TranslatedBlock | null {
    const instructions = formBlock(known.start, (at) => this.host.read32(at));
    if (instructions.length === 0) return null;
    const words = instructions.map((instruction) => instruction.word);
    let block = this.make(known, words, instructions);
    if (block.size > this.cache.capacity) return null;
    if (!this.cache.fits(block.size)) {
      this.flush('full');
      block = this.make(known, words, instructions);
    }
    this.install(block);
    return block;
  }

  /** Lowers the block for the place it will stand at; remembered, because time travel asks for the same again. */
  private make(known: KnownBlock, words: readonly number[], instructions: readonly MipsInstruction[]): TranslatedBlock {
    return makeBlock(
      {
        id: this.cache.nextBlock,
        start: known.start,
        host: this.cache.top,
        firstExit: this.cache.nextExit,
        counted: this.knobs.counting,
        counter: known.counter,
        words,
        live: true,
      },
      () => instructions,
      this.memo,
    );
  }

  private install(block: TranslatedBlock): void {
    this.host.write(block.host, block.code.piece.bytes);
    this.cache.add(block);
    this.mapCode(block);
    for (let page = block.start - (block.start % PAGE); page < block.end; page += PAGE) {
      if (!this.trapped.has(page)) {
        this.trapped.add(page);
        this.host.trapWrites(page, true);
      }
    }
    this.bill += block.cost;
    this.counts.blocks++;
    this.counts.instructions += block.instructions.length;
    this.counts.cost += block.cost;
    this.counts.hostBytes += block.size;
    this.changed();
    this.host.event('translate', () => ({
      address: block.start,
      block: block.id,
      instructions: block.instructions.length,
      bytes: block.size,
      cost: block.cost,
      host: block.host,
    }));
  }

  /** Ledger categories and guest marks of the block's code. */
  private mapCode(block: TranslatedBlock): void {
    this.codeMap.change(block.host, block.host + block.size, () => this.mapLines(block));
  }
  private mapLines(block: TranslatedBlock): void {
    const { placed } = block.code.piece;
    let from = 0;
    placed.forEach((line, i) => {
      const at = block.host + line.offset;
      if (line.code.marks > 0) this.codeMap.setMark(at, line.code.marks);
      const next = placed[i + 1];
      if (next && next.code.purpose === line.code.purpose) return;
      const end = line.offset + line.length;
      this.codeMap.setRange(block.host + from, block.host + end, line.code.purpose);
      from = end;
    });
  }

  // --- the cache is full, code is written, a knob is turned

  flush(why: string): void {
    this.note('flush');
    const count = this.cache.blocks.length;
    this.cache.flush();
    this.detours = this.detours.filter((at) => at < CODE_CACHE);
    this.codeMap.clear(CODE_CACHE, CODE_CACHE + this.cache.capacity);
    this.clearEntries();
    for (const page of this.trapped) this.host.trapWrites(page, false);
    this.trapped.clear();
    for (const known of this.known.values()) known.hopeless = false;
    this.counts.flushes++;
    this.changed();
    this.host.event('flush', () => ({ blocks: count, why }));
  }
  private forgetAll(): void {
    this.flush('too many blocks');
    this.known.clear();
    this.host.write(COUNTERS, new Uint8Array(COUNTER_COUNT * 4));
  }

  /** Guest code on a page was written, or is about to be. True when there was any to be thrown away. */
  written(start: number, end: number): boolean {
    let any = false;
    for (let page = start - (start % PAGE); page < end; page += PAGE) any = this.pageWritten(page) || any;
    if (any) this.pay();
    return any;
  }
  private pageWritten(page: number): boolean {
    if (!this.trapped.delete(page)) return false;
    this.host.trapWrites(page, false);
    const blocks = this.cache.overlapping(page, page + PAGE);
    for (const block of blocks) {
      this.note('link', 1 + this.cache.kill(block));
      const known = this.known.get(block.start);
      if (!known) continue;
      this.host.write32(COUNTERS + 4 * known.counter, 0);
      this.refreshEntry(known);
    }
    for (const known of this.known.values())
      if (known.hopeless && known.start >= page && known.start < page + PAGE) {
        known.hopeless = false;
        this.refreshEntry(known);
      }
    this.counts.invalidations += blocks.length;
    this.changed();
    this.host.event('invalidate', () => ({ page, blocks: blocks.length }));
    return true;
  }

  /** Chaining was turned on or off, or translation, or the cache's size. */
  knobsChanged(): void {
    this.applyThreshold();
    if (!this.knobs.chaining) this.cache.unlinkAll();
    for (const known of this.known.values()) this.refreshEntry(known);
    this.changed();
  }
  /**
   * The guest of a task, whose host stands at `eip`, must come by the dispatcher at the end of the block at the latest: look-ups of
   * the run-time and of this block find nothing until `arrived`, and the block's direct exits go back to their stubs.
   */
  interruptSoon(pid: number, eip: number): void {
    this.awaiting.add(pid);
    if (this.detours.length === 0) for (const label of ['head.test', 'exit.test']) this.detour(this.entry(label));
    const block = this.blockAt(eip);
    for (const exit of block?.exits ?? []) {
      if (exit.target) this.note('link');
      if (exit.target) this.cache.unlink(exit);
    }
    const test = block && lookUpOf(block);
    if (test) this.detour(block.host + test.offset);
    this.changed();
    this.pay();
  }
  /** Whether the host stands behind the look-up of the block's indirect jump: ESI is the guest's program counter. */
  isLookedUp(block: TranslatedBlock, eip: number): boolean {
    const test = lookUpOf(block);
    return test !== undefined && eip === block.host + test.offset + test.length;
  }
  get isDetoured(): boolean {
    return this.detours.length > 0;
  }
  /** What the look-up, which finds nothing while somebody is awaited, would have found: offset of the entry, and where the host goes on. */
  found(pc: number, exit: boolean): readonly [offset: number, host: number] {
    const at = this.entryAddress(pc);
    return [at - LOOKUP, this.host.read32(at + (exit ? 8 : 4)) ?? 0];
  }
  /** The guest has come by. */
  arrived(pid: number): void {
    if (!this.awaiting.delete(pid)) return;
    for (const other of this.awaiting) if (!this.host.exists(other)) this.awaiting.delete(other);
    if (this.awaiting.size === 0) this.endDetours();
    this.changed();
    this.pay();
  }
  /** `jne` becomes `jmp` with the same displacement: 75 to EB, 0F 85 to 90 E9. */
  private detour(at: number): void {
    if (this.detours.includes(at)) return;
    this.detours = [...this.detours, at];
    this.note('link');
    this.host.write(at, this.isShort(at, 0x75) ? Uint8Array.of(0xeb) : Uint8Array.of(0x90, 0xe9));
  }
  private endDetours(): void {
    for (const at of this.detours) {
      this.note('link');
      this.host.write(at, this.isShort(at, 0xeb) ? Uint8Array.of(0x75) : Uint8Array.of(0x0f, 0x85));
    }
    this.detours = [];
  }
  private isShort(at: number, opcode: number): boolean {
    return (((this.host.read32((at & ~3) >>> 0) ?? 0) >>> (8 * (at & 3))) & 0xff) === opcode;
  }
  setCapacity(bytes: number): void {
    if (bytes < this.cache.used) this.flush('smaller cache');
    this.cache.capacity = bytes;
    this.knobs.capacity = bytes;
    this.changed();
    this.pay();
  }

  // --- checkpoints

  save(): SavedTranslator {
    return (this.saved ??= {
      knobs: { ...this.knobs },
      counts: { ...this.counts },
      known: Int32Array.from([...this.known.values()].flatMap((k) => [k.start | 0, k.counter, k.hopeless ? 1 : 0])),
      used: this.cache.used,
      nextBlock: this.cache.nextBlock,
      nextExit: this.cache.nextExit,
      blocks: this.blocks.map(({ id, start, host, firstExit, counted, counter, words, live }) => ({
        id,
        start,
        host,
        firstExit,
        counted,
        counter,
        words,
        live,
      })),
      links: this.blocks.flatMap((block) =>
        block.exits.filter((exit) => exit.target).map((exit) => [exit.number, exit.target!.id] as const),
      ),
      trapped: [...this.trapped],
      awaiting: [...this.awaiting],
      detours: this.detours,
    });
  }

  /**
   * Begins as the translator of the parent is: code, links, counters and entries stand in the memory that fork copied, so
   * nothing is translated and nothing charged. The code map came with it.
   */
  copyFrom(parent: Translator): void {
    this.counts = { ...parent.counts };
    for (const known of parent.known.values()) this.known.set(known.start, { ...known });
    this.cache.capacity = parent.cache.capacity;
    this.cache.copyFrom(parent.cache, ownBlock);
    for (const page of parent.trapped) this.trapped.add(page);
    // Who waits there does not wait here.
    this.detours = [...parent.detours];
    this.endDetours();
    this.bill = 0;
  }

  restore(saved: SavedTranslator): void {
    if (this.saved === saved) return;
    Object.assign(this.knobs, saved.knobs);
    this.counts = { ...saved.counts };
    this.known.clear();
    for (let i = 0; i < saved.known.length; i += 3) {
      const start = saved.known[i]! >>> 0;
      this.known.set(start, { start, counter: saved.known[i + 1]!, hopeless: saved.known[i + 2] === 1 });
    }
    this.codeMap.clear(CODE_CACHE, CODE_CACHE + Math.max(saved.knobs.capacity, this.cache.capacity));
    this.cache.capacity = saved.knobs.capacity;
    const blocks = saved.blocks.map((place) =>
      makeBlock(place, () => place.words.map((word, i) => decode(word, place.start + 4 * i)), this.memo),
    );
    this.cache.restore(saved.used, saved.nextBlock, saved.nextExit, blocks);
    const byId = new Map(blocks.map((block) => [block.id, block]));
    for (const [number, id] of saved.links) this.cache.exit(number)!.target = byId.get(id) ?? null;
    for (const block of blocks) this.mapCode(block);
    this.trapped.clear();
    for (const page of saved.trapped) this.trapped.add(page);
    this.awaiting.clear();
    for (const pid of saved.awaiting) this.awaiting.add(pid);
    this.detours = [...saved.detours];
    this.saved = saved;
  }
}

export interface SavedTranslator {
  readonly knobs: TranslatorKnobs;
  readonly counts: TranslatorCounts;
  readonly known: Int32Array;
  readonly used: number;
  readonly nextBlock: number;
  readonly nextExit: number;
  readonly blocks: readonly BlockPlace[];
  readonly links: readonly (readonly [number, number])[];
  readonly trapped: readonly number[];
  readonly awaiting: readonly number[];
  readonly detours: readonly number[];
}
