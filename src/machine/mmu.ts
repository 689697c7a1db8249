/**
 * Paging: two-level IA-32 tables with 4 KiB and 4 MiB pages (SDM vol. 3, 4.3), rights, accessed and dirty bits, #PF.
 *
 * Invariant: data accesses go through the TLB and are charged for refills; fetches walk the tables of this very moment and
 * are neither cached in the state nor charged. Accessed and dirty bits are set only by walks that succeed.
 * Left out: PAE, PSE-36, global pages (CR4.PGE is not offered), page attributes.
 */
import { CPL, CR0, CR2, CR3, CR4, PFV } from '../isa/x86/state.ts';
import { NO_TAG, TLB_HALF, tlbSlot } from '../translate/flat-layout.ts';
import type { CostTable } from './costs.ts';
import { Fault } from './fault.ts';
import type { MachineLedger } from './ledger.ts';
import type { Memory } from './memory.ts';
import { SUPERVISOR, type Tlb, UNPAGED, USER } from './tlb.ts';

export const PG = 0x8000_0000 | 0,
  WP = 0x10000,
  PSE = 0x10;
/** Bits of table entries. */
export const PRESENT = 1,
  WRITABLE = 2,
  USER_PAGE = 4,
  ACCESSED = 0x20,
  DIRTY = 0x40,
  LARGE = 0x80;
/** Bits of a page-fault error code. */
const WAS_PRESENT = 1,
  WAS_WRITE = 2,
  WAS_USER = 4,
  RESERVED = 8;

interface Walk {
  /** Physical address, or -1 when refused: then `error` says why. */
  physical: number;
  error: number;
  writable: boolean;
  dirty: boolean;
  pdeAt: number;
  /** -1 for a 4 MiB page. */
  pteAt: number;
}

export class Mmu {
  private readonly words: Int32Array;
  private readonly memory: Memory;
  private readonly tlb: Tlb;
  private readonly ledger: MachineLedger;
  private readonly costs: CostTable;
  private readonly walk: Walk = { physical: 0, error: 0, writable: false, dirty: false, pdeAt: 0, pteAt: 0 };
  /** Refills since reset, for panels. */
  refills = 0;

  constructor(words: Int32Array, memory: Memory, tlb: Tlb, ledger: MachineLedger, costs: CostTable) {
    this.words = words;
    this.memory = memory;
    this.tlb = tlb;
    this.ledger = ledger;
    this.costs = costs;
  }

  get paging(): boolean {
    return (this.words[CR0]! & PG) !== 0;
  }

  /** Physical address of a data access that lies within one page. Fills the TLB and the views; throws #PF. */
  data(linear: number, write: boolean, user: boolean): number {
    if (!this.paging) {
      this.tlb.fillViews(UNPAGED, linear, linear >>> 0, true, true);
      return linear >>> 0;
    }
    const half = user ? USER : SUPERVISOR;
    const i = half * TLB_HALF + tlbSlot(linear, TLB_HALF);
    const page = linear & ~0xfff;
    if ((write ? this.tlb.write[i] : this.tlb.read[i]) !== page) this.refill(i, linear, write, user);
    const physical = (this.tlb.frame[i]! | (linear & 0xfff)) >>> 0;
    this.tlb.fillViews(half, linear, physical, true, this.tlb.write[i] === page);
    return physical;
  }

  private refill(i: number, linear: number, write: boolean, user: boolean): void {
    const walk = this.look(linear, write, user);
    if (walk.physical < 0) throw this.pageFault(linear, walk.error);
    this.markUsed(walk, write);
    const page = linear & ~0xfff;
    this.tlb.read[i] = page;
    this.tlb.write[i] = walk.writable && (walk.dirty || write) ? page : NO_TAG;
    this.tlb.frame[i] = walk.physical & ~0xfff;
    this.refills++;
    this.ledger.charge('pagetable', 'hardware', this.costs.walkReference.units * (walk.pteAt < 0 ? 1 : 2));
  }

  private pageFault(linear: number, error: number): Fault {
    this.words[CR2] = linear;
    return new Fault(PFV, error, linear >>> 0);
  }

  /** Physical address of an instruction byte by the page tables as they are now; sets accessed bits; throws #PF. */
  fetch(linear: number): number {
    if (!this.paging) return linear >>> 0;
    const walk = this.look(linear, false, this.words[CPL] === 3);
    if (walk.physical < 0) throw this.pageFault(linear, walk.error);
    this.markUsed(walk, false);
    this.memory.watchTable(walk.pdeAt);
    if (walk.pteAt >= 0) this.memory.watchTable(walk.pteAt);
    return walk.physical;
  }

  /** As a walk would answer, without any effect. */
  probe(linear: number, write: boolean, user: boolean): number | null {
    if (!this.paging) return linear >>> 0;
    const walk = this.look(linear, write, user);
    return walk.physical < 0 ? null : walk.physical;
  }

  private look(linear: number, write: boolean, user: boolean): Walk {
    const walk = this.walk;
    const asked = (write ? WAS_WRITE : 0) | (user ? WAS_USER : 0);
    walk.physical = -1;
    walk.pteAt = -1;
    walk.pdeAt = ((this.words[CR3]! & ~0xfff) >>> 0) + (linear >>> 22) * 4;
    const pde = this.memory.read32(walk.pdeAt);
    walk.error = asked;
    if ((pde & PRESENT) === 0) return walk;
    let entry = pde,
      rights = pde;
    if ((pde & LARGE) !== 0 && (this.words[CR4]! & PSE) !== 0) {
      walk.error = asked | WAS_PRESENT | RESERVED;
      if ((pde & 0x3fe000) !== 0) return walk;
      walk.physical = ((pde & 0xffc00000) | (linear & 0x3fffff)) >>> 0;
    } else {
      walk.pteAt = ((pde & ~0xfff) >>> 0) + ((linear >>> 12) & 0x3ff) * 4;
      entry = this.memory.read32(walk.pteAt);
      rights = pde & entry;
      if ((entry & PRESENT) === 0) return walk;
      walk.physical = ((entry & ~0xfff) | (linear & 0xfff)) >>> 0;
    }
    walk.error = asked | WAS_PRESENT;
    walk.dirty = (entry & DIRTY) !== 0;
    walk.writable = (rights & WRITABLE) !== 0 || (!user && (this.words[CR0]! & WP) === 0);
    if ((user && (rights & USER_PAGE) === 0) || (write && !walk.writable)) walk.physical = -1;
    return walk;
  }

  private markUsed(walk: Walk, write: boolean): void {
    const leaf = walk.pteAt < 0 ? walk.pdeAt : walk.pteAt;
    if (walk.pteAt >= 0) this.setBits(walk.pdeAt, ACCESSED);
    this.setBits(leaf, write ? ACCESSED | DIRTY : ACCESSED);
  }
  private setBits(at: number, bits: number): void {
    const entry = this.memory.read32(at);
    if ((entry & bits) !== bits) this.memory.writeTableBits(at, entry | bits);
  }
}
