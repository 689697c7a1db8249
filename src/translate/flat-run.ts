/**
 * The loop of the flat engine: runs blocks of three-address code (flat-ops.ts) until the budget is too small for the next
 * block, an instruction has to be left to `step`, or a target is not known as a block.
 *
 * Invariant: on return EIP, registers, flags and memory are those between two instructions, and the budget has fallen by
 * exactly the instructions done. Nothing here charges time, raises exceptions or changes the TLB.
 * The numbers of the cases are FLAT's; a test holds them together.
 */
import { divide, unary, binary } from '../isa/microop/arith.ts';
import { condition, flagBits, setFlagBits } from '../isa/x86/flags.ts';
import { INLINE_FUNCTIONS } from './inline.ts';
import { EIP, SEGMENT_BASE, SEGMENT_LIMIT } from '../isa/x86/state.ts';

const DIVIDES = ['divu', 'remu', 'divs', 'rems'] as const;

/** Tables of the block store that the loop reads. */
export interface FlatTables {
  /** The whole buffer, as 32-bit words, bytes, 16-bit words; page flags of the whole buffer. */
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  readonly halves: Uint16Array;
  readonly pageFlags: Uint8Array;
  readonly code: Int32Array;
  /** By block: where its code starts, instructions, executions, the epoch in which it is known to be right, its EIP. */
  readonly start: Int32Array;
  readonly count: Int32Array;
  readonly executed: Int32Array;
  readonly stamp: Int32Array;
  readonly eip: Int32Array;
  /** By link slot: block that it leads to (0: none yet) and the address. */
  readonly link: Int32Array;
  readonly linkTo: Int32Array;
  /** Blocks by hash of their EIP, for indirect jumps. */
  readonly cache: Int32Array;
}

export interface FlatHost {
  /** The block at an address, made if need be; 0 when `step` must go on there. */
  lookup(eip: number): number;
  /** Reads where the fast path did not apply; false: leave it to `step`. The value is in `slowValue`, zero-extended. */
  loadSlow(entry: number, linear: number, size: number): boolean;
  storeSlow(entry: number, linear: number, size: number, value: number): boolean;
  slowValue: number;
  /**
   * Iterations of REP MOVS or STOS, up to `budget` and short of the last one, that nothing can interrupt: done at once.
   * `kind`: bytes an element, plus 8 for MOVS. How many were done.
   */
  bulk(kind: number, source: number, target: number, budget: number): number;
  /** Instruction number `index` of block `block` is left to `step`. */
  leave(block: number, index: number): void;
}

export const BUDGET = 0, LEFT = 1, UNKNOWN = 2;

export interface FlatState {
  budget: number;
  /** What `lookup` stamps blocks with. */
  epoch: number;
  /** Mask of a TLB view's index, times the entry size. */
  mask: number;
}

export const CACHE_SIZE = 8192;
export const cacheSlot = (eip: number): number => (eip ^ (eip >>> 13)) & (CACHE_SIZE - 1);

/** Runs from block `first`. Why it stopped: BUDGET, LEFT (instruction at EIP is for `step`) or UNKNOWN (no block at EIP). */
export function runFlat(tables: FlatTables, state: FlatState, host: FlatHost, first: number): number {
  const { words: M, bytes: B, halves: H, pageFlags: F, code: C, start: START, count: COUNT, executed: EXECUTED, stamp: STAMP, eip: ENTRY, link: LINK, linkTo: LINK_TO, cache: CACHE } = tables;
  const { epoch, mask } = state;
  let budget = state.budget;
  let block = first;
  for (;;) {
    if (budget < COUNT[block]!) {
      M[EIP] = ENTRY[block]!;
      state.budget = budget;
      return BUDGET;
    }
    budget -= COUNT[block]!;
    EXECUTED[block]!++;
    let pc = START[block]!;
    let slot = -1;
    let to = 0;
    code: for (;;) {
      switch (C[pc]) {
        case 1: /* add */ M[C[pc + 1]!] = M[C[pc + 2]!]! + M[C[pc + 3]!]! | 0; pc += 4; continue;
        case 2: /* sub */ M[C[pc + 1]!] = M[C[pc + 2]!]! - M[C[pc + 3]!]! | 0; pc += 4; continue;
        case 3: /* mul */ M[C[pc + 1]!] = Math.imul(M[C[pc + 2]!]!, M[C[pc + 3]!]!); pc += 4; continue;
        case 4: /* mulhu */ M[C[pc + 1]!] = binary('mulhu', M[C[pc + 2]!]!, M[C[pc + 3]!]!); pc += 4; continue;
        case 5: /* mulhs */ M[C[pc + 1]!] = binary('mulhs', M[C[pc + 2]!]!, M[C[pc + 3]!]!); pc += 4; continue;
        case 6: /* and */ M[C[pc + 1]!] = M[C[pc + 2]!]! & M[C[pc + 3]!]!; pc += 4; continue;
        case 7: /* or */ M[C[pc + 1]!] = M[C[pc + 2]!]! | M[C[pc + 3]!]!; pc += 4; continue;
        case 8: /* xor */ M[C[pc + 1]!] = M[C[pc + 2]!]! ^ M[C[pc + 3]!]!; pc += 4; continue;
        case 9: /* shl */ M[C[pc + 1]!] = M[C[pc + 2]!]! << M[C[pc + 3]!]!; pc += 4; continue;
        case 10: /* shr */ M[C[pc + 1]!] = M[C[pc + 2]!]! >>> M[C[pc + 3]!]!; pc += 4; continue;
        case 11: /* sar */ M[C[pc + 1]!] = M[C[pc + 2]!]! >> M[C[pc + 3]!]!; pc += 4; continue;
        case 12: /* rotl */ { const a = M[C[pc + 2]!]!, n = M[C[pc + 3]!]!; M[C[pc + 1]!] = (a << n) | (a >>> (-n & 31)); pc += 4; continue; }
        case 13: /* rotr */ { const a = M[C[pc + 2]!]!, n = M[C[pc + 3]!]!; M[C[pc + 1]!] = (a >>> n) | (a << (-n & 31)); pc += 4; continue; }
        case 14: /* eq */ M[C[pc + 1]!] = M[C[pc + 2]!]! === M[C[pc + 3]!]! ? 1 : 0; pc += 4; continue;
        case 15: /* ltu */ M[C[pc + 1]!] = M[C[pc + 2]!]! >>> 0 < M[C[pc + 3]!]! >>> 0 ? 1 : 0; pc += 4; continue;
        case 16: /* lts */ M[C[pc + 1]!] = M[C[pc + 2]!]! < M[C[pc + 3]!]! ? 1 : 0; pc += 4; continue;
        case 17: /* clz */ M[C[pc + 1]!] = Math.clz32(M[C[pc + 2]!]!); pc += 3; continue;
        case 18: /* ctz */ M[C[pc + 1]!] = unary('ctz', M[C[pc + 2]!]!); pc += 3; continue;
        case 19: /* popcnt */ M[C[pc + 1]!] = unary('popcnt', M[C[pc + 2]!]!); pc += 3; continue;
        case 20: /* mov */ M[C[pc + 1]!] = M[C[pc + 2]!]!; pc += 3; continue;
        case 21: /* divide */ M[C[pc + 1]!] = divide(DIVIDES[C[pc + 2]!]!, M[C[pc + 3]!]!, M[C[pc + 4]!]!, M[C[pc + 5]!]!); pc += 6; continue;
        case 22: /* ext8u */ M[C[pc + 1]!] = M[C[pc + 2]!]! & 0xff; pc += 3; continue;
        case 23: /* ext8s */ M[C[pc + 1]!] = (M[C[pc + 2]!]! << 24) >> 24; pc += 3; continue;
        case 24: /* ext16u */ M[C[pc + 1]!] = M[C[pc + 2]!]! & 0xffff; pc += 3; continue;
        case 25: /* ext16s */ M[C[pc + 1]!] = (M[C[pc + 2]!]! << 16) >> 16; pc += 3; continue;
        case 26: /* select */ M[C[pc + 1]!] = M[C[pc + 2]!]! !== 0 ? M[C[pc + 3]!]! : M[C[pc + 4]!]!; pc += 5; continue;
        case 27: /* high8u */ M[C[pc + 1]!] = (M[C[pc + 2]!]! >>> 8) & 0xff; pc += 3; continue;
        case 28: /* high8s */ M[C[pc + 1]!] = (M[C[pc + 2]!]! << 16) >> 24; pc += 3; continue;
        case 29: /* put8 */ M[C[pc + 1]!] = (M[C[pc + 1]!]! & ~0xff) | (M[C[pc + 2]!]! & 0xff); pc += 3; continue;
        case 30: /* putHigh8 */ M[C[pc + 1]!] = (M[C[pc + 1]!]! & ~0xff00) | ((M[C[pc + 2]!]! & 0xff) << 8); pc += 3; continue;
        case 31: /* put16 */ M[C[pc + 1]!] = (M[C[pc + 1]!]! & ~0xffff) | (M[C[pc + 2]!]! & 0xffff); pc += 3; continue;
        case 32: /* cond */ M[C[pc + 1]!] = condition(M, C[pc + 2]!) ? 1 : 0; pc += 3; continue;
        case 33: /* getFlags */ M[C[pc + 1]!] = flagBits(M, C[pc + 2]!); pc += 3; continue;
        case 34: /* lea */ M[C[pc + 1]!] = M[C[pc + 2]!]! + (M[C[pc + 3]!]! << C[pc + 4]!) + C[pc + 5]! | 0; pc += 6; continue;
        case 35: /* load32 */ {
          const linear = M[C[pc + 2]!]! + C[pc + 3]! | 0;
          const entry = ((linear >>> 10 ^ linear >>> 18) & mask) + C[pc + 4]!;
          if ((linear & -4093) === M[entry]!) M[C[pc + 1]!] = M[(linear + M[entry + 2]!) >> 2]!;
          else if (host.loadSlow(entry, linear, 4)) M[C[pc + 1]!] = host.slowValue;
          else { to = C[pc + 5]!; break code; }
          pc += 6; continue;
        }
        case 36: /* load8u */ {
          const linear = M[C[pc + 2]!]! + C[pc + 3]! | 0;
          const entry = ((linear >>> 10 ^ linear >>> 18) & mask) + C[pc + 4]!;
          if ((linear & -4096) !== M[entry]!) { to = C[pc + 5]!; break code; }
          M[C[pc + 1]!] = B[linear + M[entry + 2]! | 0]!;
          pc += 6; continue;
        }
        case 37: /* load8s */ {
          const linear = M[C[pc + 2]!]! + C[pc + 3]! | 0;
          const entry = ((linear >>> 10 ^ linear >>> 18) & mask) + C[pc + 4]!;
          if ((linear & -4096) !== M[entry]!) { to = C[pc + 5]!; break code; }
          M[C[pc + 1]!] = (B[linear + M[entry + 2]! | 0]! << 24) >> 24;
          pc += 6; continue;
        }
        case 38: /* load16u */ {
          const linear = M[C[pc + 2]!]! + C[pc + 3]! | 0;
          const entry = ((linear >>> 10 ^ linear >>> 18) & mask) + C[pc + 4]!;
          if ((linear & -4095) === M[entry]!) M[C[pc + 1]!] = H[(linear + M[entry + 2]!) >> 1]!;
          else if (host.loadSlow(entry, linear, 2)) M[C[pc + 1]!] = host.slowValue;
          else { to = C[pc + 5]!; break code; }
          pc += 6; continue;
        }
        case 39: /* load16s */ {
          const linear = M[C[pc + 2]!]! + C[pc + 3]! | 0;
          const entry = ((linear >>> 10 ^ linear >>> 18) & mask) + C[pc + 4]!;
          if ((linear & -4095) === M[entry]!) M[C[pc + 1]!] = (H[(linear + M[entry + 2]!) >> 1]! << 16) >> 16;
          else if (host.loadSlow(entry, linear, 2)) M[C[pc + 1]!] = (host.slowValue << 16) >> 16;
          else { to = C[pc + 5]!; break code; }
          pc += 6; continue;
        }
        case 40: /* store32 */ {
          const linear = M[C[pc + 2]!]! + C[pc + 3]! | 0;
          const entry = ((linear >>> 10 ^ linear >>> 18) & mask) + C[pc + 4]!;
          const at = linear + M[entry + 2]! | 0;
          if ((linear & -4093) === M[entry + 1]! && F[at >>> 12] === 0) M[at >> 2] = M[C[pc + 1]!]!;
          else if (!host.storeSlow(entry, linear, 4, M[C[pc + 1]!]!)) { to = C[pc + 5]!; break code; }
          pc += 6; continue;
        }
        case 41: /* store8 */ {
          const linear = M[C[pc + 2]!]! + C[pc + 3]! | 0;
          const entry = ((linear >>> 10 ^ linear >>> 18) & mask) + C[pc + 4]!;
          const at = linear + M[entry + 2]! | 0;
          if ((linear & -4096) === M[entry + 1]! && F[at >>> 12] === 0) B[at] = M[C[pc + 1]!]!;
          else if (!host.storeSlow(entry, linear, 1, M[C[pc + 1]!]!)) { to = C[pc + 5]!; break code; }
          pc += 6; continue;
        }
        case 42: /* store16 */ {
          const linear = M[C[pc + 2]!]! + C[pc + 3]! | 0;
          const entry = ((linear >>> 10 ^ linear >>> 18) & mask) + C[pc + 4]!;
          const at = linear + M[entry + 2]! | 0;
          if ((linear & -4095) === M[entry + 1]! && F[at >>> 12] === 0) H[at >> 1] = M[C[pc + 1]!]!;
          else if (!host.storeSlow(entry, linear, 2, M[C[pc + 1]!]!)) { to = C[pc + 5]!; break code; }
          pc += 6; continue;
        }
        case 43: /* load32x */ {
          const linear = M[C[pc + 2]!]! + (M[C[pc + 3]!]! << C[pc + 4]!) + C[pc + 5]! | 0;
          const entry = ((linear >>> 10 ^ linear >>> 18) & mask) + C[pc + 6]!;
          if ((linear & -4093) === M[entry]!) M[C[pc + 1]!] = M[(linear + M[entry + 2]!) >> 2]!;
          else if (host.loadSlow(entry, linear, 4)) M[C[pc + 1]!] = host.slowValue;
          else { to = C[pc + 7]!; break code; }
          pc += 8; continue;
        }
        case 44: /* load8ux */ {
          const linear = M[C[pc + 2]!]! + (M[C[pc + 3]!]! << C[pc + 4]!) + C[pc + 5]! | 0;
          const entry = ((linear >>> 10 ^ linear >>> 18) & mask) + C[pc + 6]!;
          if ((linear & -4096) !== M[entry]!) { to = C[pc + 7]!; break code; }
          M[C[pc + 1]!] = B[linear + M[entry + 2]! | 0]!;
          pc += 8; continue;
        }
        case 45: /* store32x */ {
          const linear = M[C[pc + 2]!]! + (M[C[pc + 3]!]! << C[pc + 4]!) + C[pc + 5]! | 0;
          const entry = ((linear >>> 10 ^ linear >>> 18) & mask) + C[pc + 6]!;
          const at = linear + M[entry + 2]! | 0;
          if ((linear & -4093) === M[entry + 1]! && F[at >>> 12] === 0) M[at >> 2] = M[C[pc + 1]!]!;
          else if (!host.storeSlow(entry, linear, 4, M[C[pc + 1]!]!)) { to = C[pc + 7]!; break code; }
          pc += 8; continue;
        }
        case 46: /* store8x */ {
          const linear = M[C[pc + 2]!]! + (M[C[pc + 3]!]! << C[pc + 4]!) + C[pc + 5]! | 0;
          const entry = ((linear >>> 10 ^ linear >>> 18) & mask) + C[pc + 6]!;
          const at = linear + M[entry + 2]! | 0;
          if ((linear & -4096) === M[entry + 1]! && F[at >>> 12] === 0) B[at] = M[C[pc + 1]!]!;
          else if (!host.storeSlow(entry, linear, 1, M[C[pc + 1]!]!)) { to = C[pc + 7]!; break code; }
          pc += 8; continue;
        }
        case 47: /* push */ {
          const linear = M[4]! - 4 | 0;
          const entry = ((linear >>> 10 ^ linear >>> 18) & mask) + C[pc + 2]!;
          const at = linear + M[entry + 2]! | 0;
          if ((linear & -4093) === M[entry + 1]! && F[at >>> 12] === 0) M[at >> 2] = M[C[pc + 1]!]!;
          else if (!host.storeSlow(entry, linear, 4, M[C[pc + 1]!]!)) { to = C[pc + 3]!; break code; }
          M[4] = linear;
          pc += 4; continue;
        }
        case 48: /* pop */ {
          const linear = M[4]!;
          const entry = ((linear >>> 10 ^ linear >>> 18) & mask) + C[pc + 2]!;
          let value = 0;
          if ((linear & -4093) === M[entry]!) value = M[(linear + M[entry + 2]!) >> 2]!;
          else if (host.loadSlow(entry, linear, 4)) value = host.slowValue;
          else { to = C[pc + 3]!; break code; }
          M[4] = linear + 4 | 0;
          M[C[pc + 1]!] = value;
          pc += 4; continue;
        }
        case 49: /* segment */ {
          const offset = M[C[pc + 2]!]!, segment = C[pc + 3]!;
          if ((offset >>> 0) + C[pc + 4]! > M[SEGMENT_LIMIT + segment]! >>> 0) { to = C[pc + 5]!; break code; }
          M[C[pc + 1]!] = offset + M[SEGMENT_BASE + segment]! | 0;
          pc += 6; continue;
        }
        case 50: /* addFlags */ { const a = M[C[pc + 2]!]!, b = M[C[pc + 3]!]!, r = a + b | 0; M[10] = 3; M[11] = a; M[12] = b; M[13] = r; M[C[pc + 1]!] = r; pc += 4; continue; }
        case 51: /* subFlags */ { const a = M[C[pc + 2]!]!, b = M[C[pc + 3]!]!, r = a - b | 0; M[10] = 7; M[11] = a; M[12] = b; M[13] = r; M[C[pc + 1]!] = r; pc += 4; continue; }
        case 52: /* andFlags */ { const r = M[C[pc + 2]!]! & M[C[pc + 3]!]!; M[10] = 11; M[13] = r; M[C[pc + 1]!] = r; pc += 4; continue; }
        case 53: /* orFlags */ { const r = M[C[pc + 2]!]! | M[C[pc + 3]!]!; M[10] = 11; M[13] = r; M[C[pc + 1]!] = r; pc += 4; continue; }
        case 54: /* xorFlags */ { const r = M[C[pc + 2]!]! ^ M[C[pc + 3]!]!; M[10] = 11; M[13] = r; M[C[pc + 1]!] = r; pc += 4; continue; }
        case 55: /* compare */ { const a = M[C[pc + 1]!]!, b = M[C[pc + 2]!]!; M[10] = 7; M[11] = a; M[12] = b; M[13] = a - b | 0; pc += 3; continue; }
        case 56: /* test */ M[10] = 11; M[13] = M[C[pc + 1]!]! & M[C[pc + 2]!]!; pc += 3; continue;
        case 57: /* lazy */ M[11] = M[C[pc + 2]!]!; M[12] = M[C[pc + 3]!]!; M[13] = M[C[pc + 4]!]!; M[10] = C[pc + 1]!; pc += 5; continue;
        case 58: /* lazyCarry */ M[11] = M[C[pc + 2]!]!; M[12] = M[C[pc + 3]!]!; M[13] = M[C[pc + 4]!]!; M[14] = M[C[pc + 5]!]!; M[10] = C[pc + 1]!; pc += 6; continue;
        case 59: /* lazyKeep */ M[14] = condition(M, 2) ? 1 : 0; M[11] = M[C[pc + 2]!]!; M[13] = M[C[pc + 3]!]!; M[10] = C[pc + 1]!; pc += 4; continue;
        case 60: /* lazyWhen */ if (M[C[pc + 5]!]! !== 0) { M[11] = M[C[pc + 2]!]!; M[12] = M[C[pc + 3]!]!; M[13] = M[C[pc + 4]!]!; M[10] = C[pc + 1]!; } pc += 6; continue;
        case 61: /* setBits */ setFlagBits(M, C[pc + 1]!, M[C[pc + 2]!]!); pc += 3; continue;
        case 62: /* setBitsWhen */ if (M[C[pc + 3]!]! !== 0) setFlagBits(M, C[pc + 1]!, M[C[pc + 2]!]!); pc += 4; continue;
        case 63: /* trapIf */ if (M[C[pc + 1]!]! !== 0) { to = C[pc + 2]!; break code; } pc += 3; continue;
        case 64: /* step */ to = C[pc + 1]!; break code;
        case 65: /* jump */ slot = C[pc + 1]!; break code;
        case 66: /* ifEq */ slot = M[C[pc + 1]!]! === M[C[pc + 2]!]! ? C[pc + 3]! : C[pc + 4]!; break code;
        case 67: /* ifNe */ slot = M[C[pc + 1]!]! !== M[C[pc + 2]!]! ? C[pc + 3]! : C[pc + 4]!; break code;
        case 68: /* ifLtu */ slot = M[C[pc + 1]!]! >>> 0 < M[C[pc + 2]!]! >>> 0 ? C[pc + 3]! : C[pc + 4]!; break code;
        case 69: /* ifGeu */ slot = M[C[pc + 1]!]! >>> 0 >= M[C[pc + 2]!]! >>> 0 ? C[pc + 3]! : C[pc + 4]!; break code;
        case 70: /* ifLts */ slot = M[C[pc + 1]!]! < M[C[pc + 2]!]! ? C[pc + 3]! : C[pc + 4]!; break code;
        case 71: /* ifGes */ slot = M[C[pc + 1]!]! >= M[C[pc + 2]!]! ? C[pc + 3]! : C[pc + 4]!; break code;
        case 72: /* leaveIf */ if (M[C[pc + 1]!]! !== 0) { slot = C[pc + 2]!; break code; } pc += 3; continue;
        case 73: /* jumpTo */ slot = -2; to = M[C[pc + 1]!]!; break code;
        case 74: /* ret */ {
          const linear = M[4]!;
          const entry = ((linear >>> 10 ^ linear >>> 18) & mask) + C[pc + 2]!;
          if ((linear & -4093) !== M[entry]!) { to = C[pc + 3]!; break code; }
          to = M[(linear + M[entry + 2]!) >> 2]!;
          M[4] = linear + C[pc + 1]! | 0;
          slot = -2; break code;
        }
        case 75: /* call */ {
          const linear = M[4]! - 4 | 0;
          const entry = ((linear >>> 10 ^ linear >>> 18) & mask) + C[pc + 3]!;
          const at = linear + M[entry + 2]! | 0;
          if ((linear & -4093) === M[entry + 1]! && F[at >>> 12] === 0) M[at >> 2] = M[C[pc + 1]!]!;
          else if (!host.storeSlow(entry, linear, 4, M[C[pc + 1]!]!)) { to = C[pc + 4]!; break code; }
          M[4] = linear;
          slot = C[pc + 2]!; break code;
        }
        case 76: /* compareEq */ { const a = M[C[pc + 1]!]!, b = M[C[pc + 2]!]!; M[10] = 7; M[11] = a; M[12] = b; M[13] = a - b | 0; slot = a === b ? C[pc + 3]! : C[pc + 4]!; break code; }
        case 77: /* compareNe */ { const a = M[C[pc + 1]!]!, b = M[C[pc + 2]!]!; M[10] = 7; M[11] = a; M[12] = b; M[13] = a - b | 0; slot = a !== b ? C[pc + 3]! : C[pc + 4]!; break code; }
        case 78: /* compareLtu */ { const a = M[C[pc + 1]!]!, b = M[C[pc + 2]!]!; M[10] = 7; M[11] = a; M[12] = b; M[13] = a - b | 0; slot = a >>> 0 < b >>> 0 ? C[pc + 3]! : C[pc + 4]!; break code; }
        case 79: /* compareGeu */ { const a = M[C[pc + 1]!]!, b = M[C[pc + 2]!]!; M[10] = 7; M[11] = a; M[12] = b; M[13] = a - b | 0; slot = a >>> 0 >= b >>> 0 ? C[pc + 3]! : C[pc + 4]!; break code; }
        case 80: /* compareLeu */ { const a = M[C[pc + 1]!]!, b = M[C[pc + 2]!]!; M[10] = 7; M[11] = a; M[12] = b; M[13] = a - b | 0; slot = a >>> 0 <= b >>> 0 ? C[pc + 3]! : C[pc + 4]!; break code; }
        case 81: /* compareGtu */ { const a = M[C[pc + 1]!]!, b = M[C[pc + 2]!]!; M[10] = 7; M[11] = a; M[12] = b; M[13] = a - b | 0; slot = a >>> 0 > b >>> 0 ? C[pc + 3]! : C[pc + 4]!; break code; }
        case 82: /* compareLts */ { const a = M[C[pc + 1]!]!, b = M[C[pc + 2]!]!; M[10] = 7; M[11] = a; M[12] = b; M[13] = a - b | 0; slot = a < b ? C[pc + 3]! : C[pc + 4]!; break code; }
        case 83: /* compareGes */ { const a = M[C[pc + 1]!]!, b = M[C[pc + 2]!]!; M[10] = 7; M[11] = a; M[12] = b; M[13] = a - b | 0; slot = a >= b ? C[pc + 3]! : C[pc + 4]!; break code; }
        case 84: /* compareLes */ { const a = M[C[pc + 1]!]!, b = M[C[pc + 2]!]!; M[10] = 7; M[11] = a; M[12] = b; M[13] = a - b | 0; slot = a <= b ? C[pc + 3]! : C[pc + 4]!; break code; }
        case 85: /* compareGts */ { const a = M[C[pc + 1]!]!, b = M[C[pc + 2]!]!; M[10] = 7; M[11] = a; M[12] = b; M[13] = a - b | 0; slot = a > b ? C[pc + 3]! : C[pc + 4]!; break code; }
        case 86: /* testEq */ { const r = M[C[pc + 1]!]! & M[C[pc + 2]!]!; M[10] = 11; M[13] = r; slot = r === 0 ? C[pc + 3]! : C[pc + 4]!; break code; }
        case 87: /* testNe */ { const r = M[C[pc + 1]!]! & M[C[pc + 2]!]!; M[10] = 11; M[13] = r; slot = r !== 0 ? C[pc + 3]! : C[pc + 4]!; break code; }
        case 88: /* testLts */ { const r = M[C[pc + 1]!]! & M[C[pc + 2]!]!; M[10] = 11; M[13] = r; slot = r < 0 ? C[pc + 3]! : C[pc + 4]!; break code; }
        case 89: /* testGes */ { const r = M[C[pc + 1]!]! & M[C[pc + 2]!]!; M[10] = 11; M[13] = r; slot = r >= 0 ? C[pc + 3]! : C[pc + 4]!; break code; }
        case 90: /* bulk */ {
          const more = host.bulk(C[pc + 1]!, C[pc + 2]!, C[pc + 3]!, budget);
          budget -= more;
          EXECUTED[block]! += more;
          pc += 4; continue;
        }
        case 93: /* probe */ {
          const linear = M[C[pc + 2]!]! + C[pc + 3]! | 0;
          const entry = ((linear >>> 10 ^ linear >>> 18) & mask) + C[pc + 4]!;
          if ((linear & -4093) !== M[entry + 1]! || F[(linear + M[entry + 2]!) >>> 12] !== 0) { to = C[pc + 5]!; break code; }
          pc += 6; continue;
        }
        case 91: /* call3 */ M[C[pc + 1]!] = INLINE_FUNCTIONS[C[pc + 2]!]!(M, M[C[pc + 3]!]!, M[C[pc + 4]!]!, M[C[pc + 5]!]!, 0, 0, 0); pc += 6; continue;
        case 92: /* call6 */ M[C[pc + 1]!] = INLINE_FUNCTIONS[C[pc + 2]!]!(M, M[C[pc + 3]!]!, M[C[pc + 4]!]!, M[C[pc + 5]!]!, M[C[pc + 6]!]!, M[C[pc + 7]!]!, M[C[pc + 8]!]!); pc += 9; continue;
        default: throw new Error(`flat operation ${C[pc]}`);
      }
    }
    if (slot >= 0) {
      const next = LINK[slot]!;
      if (STAMP[next] === epoch) {
        block = next;
        continue;
      }
      to = LINK_TO[slot]!;
    } else if (slot === -1) {
      EXECUTED[block]!--;
      state.budget = budget + COUNT[block]!;
      host.leave(block, to);
      return LEFT;
    }
    let next = CACHE[(to ^ (to >>> 13)) & 8191]!;
    if (ENTRY[next] !== to || STAMP[next] !== epoch) {
      M[EIP] = to;
      // A lookup fetches: with no instruction left to do it would set accessed bits too early.
      if (budget <= 0) {
        state.budget = budget;
        return BUDGET;
      }
      next = host.lookup(to);
      if (next === 0) {
        state.budget = budget;
        return UNKNOWN;
      }
    }
    if (slot >= 0) LINK[slot] = next;
    block = next;
  }
}
