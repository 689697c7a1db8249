/**
 * Space for generated code in simulated memory: blocks one behind the other, everything thrown away when it is full (as QEMU
 * does), and the exits of blocks, which are numbered, linked to their target's code and unlinked again.
 *
 * Invariant: an exit is linked exactly when the jump in simulated memory goes to the target's code; else it goes to its stub.
 * Knows no guest: addresses in, addresses out. Writing the jump is the caller's (`patch`).
 */
export interface CachedExit {
  readonly number: number;
  /** Guest address; null for a computed jump. */
  readonly to: number | null;
  /** Linear address of the 32-bit displacement; and of the stub. */
  readonly patchAt: number;
  readonly stub: number;
  readonly owner: CachedBlock;
  /** The block that the jump goes to directly. */
  target: CachedBlock | null;
}

export interface CachedBlock {
  readonly id: number;
  /** Guest address and bytes. */
  readonly start: number;
  readonly end: number;
  /** Linear address and size of the host code. */
  readonly host: number;
  readonly size: number;
  readonly exits: CachedExit[];
  /** False once its guest code was written: its code stays until the next flush, but nobody is led to it. */
  live: boolean;
}

export class CodeCache {
  readonly base: number;
  capacity: number;
  used = 0;
  nextExit = 1;
  nextBlock = 1;
  /** All blocks since the last flush, in the order of their code. */
  blocks: CachedBlock[] = [];
  private readonly exits = new Map<number, CachedExit>();
  private readonly byStart = new Map<number, CachedBlock>();
  private readonly patch: (at: number, displacement: number) => void;

  constructor(base: number, capacity: number, patch: (at: number, displacement: number) => void) {
    this.base = base;
    this.capacity = capacity;
    this.patch = patch;
  }

  /** Where the next block's code goes. */
  get top(): number {
    return this.base + this.used;
  }
  fits(size: number): boolean {
    return this.used + size <= this.capacity;
  }

  /** Blocks begin at multiples of this. */
  static readonly ALIGN = 16;

  add(block: CachedBlock): void {
    this.used = block.host + block.size - this.base;
    this.used += -this.used & (CodeCache.ALIGN - 1);
    this.enter(block);
  }
  private enter(block: CachedBlock): void {
    this.blocks.push(block);
    if (block.live) this.byStart.set(block.start, block);
    for (const exit of block.exits) {
      this.exits.set(exit.number, exit);
      this.nextExit = Math.max(this.nextExit, exit.number + 1);
    }
    this.nextBlock = Math.max(this.nextBlock, block.id + 1);
  }

  find(start: number): CachedBlock | null {
    return this.byStart.get(start) ?? null;
  }
  exit(number: number): CachedExit | null {
    return this.exits.get(number) ?? null;
  }
  /** The block whose code holds a host address. */
  at(host: number): CachedBlock | null {
    let low = 0,
      high = this.blocks.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1,
        block = this.blocks[middle]!;
      if (host < block.host) high = middle - 1;
      else if (host >= block.host + block.size) low = middle + 1;
      else return block;
    }
    return null;
  }
  /** Blocks whose guest code lies in part in [start, end). */
  overlapping(start: number, end: number): CachedBlock[] {
    return this.blocks.filter((block) => block.live && block.start < end && block.end > start);
  }

  link(exit: CachedExit, target: CachedBlock): void {
    exit.target = target;
    this.patch(exit.patchAt, target.host - (exit.patchAt + 4));
  }
  unlink(exit: CachedExit): void {
    exit.target = null;
    this.patch(exit.patchAt, exit.stub - (exit.patchAt + 4));
  }
  /** Unlinks every jump; returns how many there were. */
  unlinkAll(): number {
    let count = 0;
    for (const exit of this.exits.values())
      if (exit.target) {
        this.unlink(exit);
        count++;
      }
    return count;
  }

  /** Nobody is led to the block any more: jumps to it go back to their stubs, its own too. Returns how many were unlinked. */
  kill(block: CachedBlock): number {
    let count = 0;
    for (const exit of this.exits.values()) {
      if (exit.target === block || (exit.owner === block && exit.target)) {
        this.unlink(exit);
        count++;
      }
    }
    block.live = false;
    if (this.byStart.get(block.start) === block) this.byStart.delete(block.start);
    return count;
  }

  /** Throws all code away. Only while no generated code is running. */
  flush(): void {
    this.used = 0;
    this.blocks = [];
    this.exits.clear();
    this.byStart.clear();
  }

  /** Takes up the blocks of another cache, with their links: the simulated memory is a copy. `own` makes a block of this cache of one. */
  copyFrom<Block extends CachedBlock>(other: CodeCache, own: (block: Block) => CachedBlock): void {
    const copies = new Map<CachedBlock, CachedBlock>();
    for (const block of other.blocks) copies.set(block, own(block as Block));
    this.restore(other.used, other.nextBlock, other.nextExit, [...copies.values()]);
    for (const [block, copy] of copies)
      block.exits.forEach((exit, i) => {
        copy.exits[i]!.target = exit.target && (copies.get(exit.target) ?? null);
      });
  }

  /** Takes up saved blocks; their links stand in simulated memory already. */
  restore(used: number, nextBlock: number, nextExit: number, blocks: readonly CachedBlock[]): void {
    this.flush();
    for (const block of blocks) this.enter(block);
    this.used = used;
    this.nextBlock = nextBlock;
    this.nextExit = nextExit;
  }
}
