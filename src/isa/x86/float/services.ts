/**
 * What the x87 rows ask for by name: each service takes the state's words and 32-bit values, and gives one.
 *
 * Invariant: none looks at memory, changes the flow or faults: rows check CR0.EM, CR0.TS and pending exceptions first. So
 * engines may run them inside a block ('fpu.refuse' does nothing unless its first argument is not 0). A store first prepares
 * its value (in variables of this module that live no longer than the instruction), then takes its words, and last tells
 * that it was stored.
 */
import { DENORMAL, INVALID, ZERO_DIVIDE } from '../../../bits/float/core.ts';
import { CF, FPU_CONTROL, FPU_CS, FPU_DP, FPU_DS, FPU_IP, FPU_OPCODE, FPU_REGISTERS, FPU_STATUS, FPU_TAGS, PF, ZF } from '../state.ts';
import type { FloatFunction } from '../floating.ts';
import type { FpuService } from '../services.ts';
import { constantOf } from './constants.ts';
import {
  INDEFINITE_STORED,
  load32,
  load64,
  loadDecimal,
  loadInteger,
  store32,
  store64,
  store80,
  type Stored,
  storeDecimal,
  storeInteger,
} from './convert.ts';
import { type F80, f80, INDEFINITE, kindOf, signOf } from './f80.ts';
import { compareFast, operateFast, squareRoot } from './fast.ts';
import {
  integerExponent,
  integerHigh,
  loadFast32,
  loadFast64,
  prepared,
  pushFast,
  storeFast32,
  storeFast64,
  storeFastInteger,
  wideExponent32,
  wideExponent64,
  wideHigh32,
  wideHigh64,
} from './fast-memory.ts';
import { arctangentOf, type CircularKind, circularFunction, exponential, logarithmOfOnePlusTimes, logarithmTimes } from './functions.ts';
import { extract, remainder, roundToInteger, scale } from './partial.ts';
import {
  C0,
  C1,
  C2,
  C3,
  EXCEPTIONS,
  free,
  fullTags,
  get,
  isEmpty,
  maskedIn,
  placeOf,
  pop,
  push,
  pushOutcome,
  raise,
  set,
  setConditions,
  setPlace,
  setTop,
  STACK_FAULT,
  summarize,
  topOf,
  underflows,
} from './stack.ts';
import { arithmetic, compare, type Operation, type Outcome, sqrt } from './x87arith.ts';

const control = (w: Int32Array): number => w[FPU_CONTROL]!;

// Arithmetic

const OPERATIONS: readonly Operation[] = ['add', 'mul', 'add', 'add', 'sub', 'sub', 'div', 'div'];
/** The opcode's three bits: 0 add, 1 mul, 4 sub, 5 subr, 6 div, 7 divr. The reversed ones have bit 0 set, above 3. */
const operate = (operation: number, a: F80, b: F80, word: number): Outcome =>
  operation > 3 && (operation & 1) === 1 ? arithmetic(OPERATIONS[operation]!, b, a, word) : arithmetic(OPERATIONS[operation]!, a, b, word);

/** Writes an outcome to ST(i); whether the instruction may pop. */
function commit(w: Int32Array, i: number, outcome: Outcome): boolean {
  raise(w, outcome.flags, outcome.up);
  if (outcome.value === null) return false;
  set(w, i, outcome.value);
  return true;
}
/** ST(i) when a needed register is empty. */
function commitUnderflow(w: Int32Array, i: number): boolean {
  if (!underflows(w)) return false;
  set(w, i, INDEFINITE);
  return true;
}

/** ST(destination) = ST(destination) op ST(source). */
function arithmeticRegisters(w: Int32Array, operation: number, destination: number, source: number, pops: number): number {
  const top = topOf(w),
    d = (top + destination) & 7,
    s = (top + source) & 7,
    a = FPU_REGISTERS + 3 * d,
    b = FPU_REGISTERS + 3 * s;
  const both = (1 << d) | (1 << s),
    fast = (w[FPU_TAGS]! & both) === both && operateFast(w, operation, a, w[a]!, w[a + 1]!, w[a + 2]!, w[b]!, w[b + 1]!, w[b + 2]!);
  const done = fast
    ? true
    : isEmpty(w, destination) || isEmpty(w, source)
      ? commitUnderflow(w, destination)
      : commit(w, destination, operate(operation, get(w, destination), get(w, source), control(w)));
  if (done && pops !== 0) pop(w);
  return 0;
}
/** ST = ST op a number from memory, which a signaling NaN or a denormal in its own format may have made special. */
function arithmeticLoaded(w: Int32Array, operation: number, loaded: Outcome): number {
  if (isEmpty(w, 0)) commitUnderflow(w, 0);
  else
    commit(
      w,
      0,
      withLoaded(w, loaded, (value) => operate(operation, get(w, 0), value, control(w))),
    );
  return 0;
}
/** The same for a normal number or zero that stands in three words already; false when it is not for the fast path. */
function operateOnTop(w: Int32Array, operation: number, lo: number, hi: number, se: number): boolean {
  const at = placeOf(w, 0);
  return !isEmpty(w, 0) && operateFast(w, operation, at, w[at]!, w[at + 1]!, w[at + 2]!, lo, hi, se);
}
function arithmetic64(w: Int32Array, operation: number, lo: number, hi: number): number {
  const se = wideExponent64(lo, hi);
  if (se >= 0 && operateOnTop(w, operation, lo << 11, wideHigh64(lo, hi), se)) return 0;
  return arithmeticLoaded(w, operation, load64(lo, hi, ALL_MASKED));
}
function arithmetic32(w: Int32Array, operation: number, bits: number): number {
  const se = wideExponent32(bits);
  if (se >= 0 && operateOnTop(w, operation, 0, wideHigh32(bits), se)) return 0;
  return arithmeticLoaded(w, operation, load32(bits, ALL_MASKED));
}
function arithmeticInteger(w: Int32Array, operation: number, n: number): number {
  if (operateOnTop(w, operation, 0, integerHigh(n), integerExponent(n))) return 0;
  return arithmeticLoaded(w, operation, { value: loadInteger(n, n >> 31), flags: 0, up: false });
}
function squareRootOf(w: Int32Array): number {
  const at = placeOf(w, 0);
  if (!isEmpty(w, 0) && squareRoot(w, at, w[at]!, w[at + 1]!, w[at + 2]!)) return 0;
  return unary(w, sqrt);
}

/** The short formats keep what made them special through their conversion: a signaling NaN is still one here. */
const raw = (loaded: Outcome): F80 => (loaded.flags & INVALID ? signaling(loaded.value!) : loaded.value!);
const signaling = (value: F80): F80 => f80(value.se, value.hi & ~0x40000000, value.lo);
function withLoaded(w: Int32Array, loaded: Outcome, use: (value: F80) => Outcome): Outcome {
  const outcome = use(raw(loaded));
  const denormal =
    loaded.flags & DENORMAL && (outcome.flags & (INVALID | ZERO_DIVIDE)) === 0 && kindOf(get(w, 0)) !== 'quiet' ? DENORMAL : 0;
  if (denormal !== 0 && (control(w) & DENORMAL) === 0) return { value: null, flags: DENORMAL, up: false };
  return { ...outcome, flags: outcome.flags | denormal };
}
/** Every exception masked, so that nothing is lost on the way. */
const ALL_MASKED = 0x3f;

function unary(w: Int32Array, operation: (a: F80, word: number) => Outcome): number {
  if (isEmpty(w, 0)) commitUnderflow(w, 0);
  else commit(w, 0, operation(get(w, 0), control(w)));
  return 0;
}
/** Of ST and ST(1). */
function binary(w: Int32Array, operation: (a: F80, b: F80, word: number) => Outcome, to: 0 | 1): number {
  const done = isEmpty(w, 0) || isEmpty(w, 1) ? commitUnderflow(w, to) : commit(w, to, operation(get(w, 0), get(w, 1), control(w)));
  if (done && to === 1) pop(w);
  return 0;
}

function remainderOf(w: Int32Array, nearest: number): number {
  w[FPU_STATUS]! &= ~C2;
  if (isEmpty(w, 0) || isEmpty(w, 1)) {
    commitUnderflow(w, 0);
    return 0;
  }
  const outcome = remainder(get(w, 0), get(w, 1), nearest !== 0, control(w));
  commit(w, 0, outcome);
  if (outcome.conditions !== null) setConditions(w, outcome.conditions);
  return 0;
}

function extractOf(w: Int32Array): number {
  if (isEmpty(w, 0)) {
    if (underflows(w)) {
      set(w, 0, INDEFINITE);
      push(w, INDEFINITE);
    }
    return 0;
  }
  if (!isEmpty(w, 7)) return overflowed(w);
  const { exponent, significand } = extract(get(w, 0), control(w));
  raise(w, exponent.flags, false);
  if (exponent.value === null) return 0;
  set(w, 0, exponent.value);
  push(w, significand.value!);
  return 0;
}
/** No room for a second result: both become indefinite. */
function overflowed(w: Int32Array): number {
  raise(w, INVALID | STACK_FAULT, true);
  if (maskedIn(w, INVALID)) {
    set(w, 0, INDEFINITE);
    push(w, INDEFINITE);
  }
  return 0;
}

const CIRCULAR: readonly CircularKind[] = ['sine', 'cosine', 'both', 'tangent'];
function circularOf(w: Int32Array, which: number): number {
  const kind = CIRCULAR[which]!,
    two = which >= 2;
  w[FPU_STATUS]! &= ~C2;
  if (isEmpty(w, 0)) {
    if (underflows(w)) {
      set(w, 0, INDEFINITE);
      if (two) push(w, INDEFINITE);
    }
    return 0;
  }
  if (two && !isEmpty(w, 7)) return overflowed(w);
  const { first, second, outOfRange } = circularFunction(get(w, 0), kind, control(w));
  if (outOfRange) {
    w[FPU_STATUS] = (w[FPU_STATUS]! & ~C1) | C2;
    return 0;
  }
  raise(w, first.flags | (two ? second.flags : 0), two ? second.up : first.up);
  if (first.value === null || second.value === null) return 0;
  set(w, 0, first.value);
  if (two) push(w, second.value);
  return 0;
}

// Comparison

const ORDER = { greater: 0, less: C0, equal: C3, unordered: C0 | C2 | C3 } as const;
const FLAGS = { greater: 0, less: CF, equal: ZF, unordered: CF | PF | ZF } as const;

/** Condition codes of ST beside a value; `value` null when a register is empty. */
function compareWith(w: Int32Array, value: F80 | null, pops: number, quiet: boolean, denormal = 0): number {
  const empty = value === null || isEmpty(w, 0);
  const result = empty ? { order: 'unordered' as const, flags: INVALID | STACK_FAULT } : compare(get(w, 0), value, quiet, control(w));
  const flags = result.flags | ((result.flags & INVALID) === 0 && result.order !== 'unordered' ? denormal : 0);
  raise(w, flags, false);
  setConditions(w, ORDER[result.order]);
  if (!maskedIn(w, flags & (INVALID | DENORMAL))) return 0;
  for (let i = 0; i < pops; i++) pop(w);
  return 0;
}
const QUICK_ORDER = [C0, C3, 0],
  QUICK_FLAGS = [CF, ZF, 0];
/** Condition codes for ST beside three words, when both are plain numbers. */
function compareQuick(w: Int32Array, lo: number, hi: number, se: number, pops: number): boolean {
  if (isEmpty(w, 0)) return false;
  const at = placeOf(w, 0),
    order = compareFast(w[at]!, w[at + 1]!, w[at + 2]!, lo, hi, se);
  if (order === 2) return false;
  setConditions(w, QUICK_ORDER[order + 1]!);
  for (let i = 0; i < pops; i++) pop(w);
  return true;
}
function compareRegister(w: Int32Array, i: number, pops: number, quiet: number): number {
  const at = placeOf(w, i);
  if (!isEmpty(w, i) && compareQuick(w, w[at]!, w[at + 1]!, w[at + 2]!, pops)) return 0;
  return compareWith(w, registerOrNull(w, i), pops, quiet !== 0);
}
function compare64(w: Int32Array, lo: number, hi: number, pops: number): number {
  const se = wideExponent64(lo, hi);
  if (se >= 0 && compareQuick(w, lo << 11, wideHigh64(lo, hi), se, pops)) return 0;
  const o = load64(lo, hi, ALL_MASKED);
  return compareWith(w, raw(o), pops, false, o.flags & DENORMAL);
}
function compare32(w: Int32Array, bits: number, pops: number): number {
  const se = wideExponent32(bits);
  if (se >= 0 && compareQuick(w, 0, wideHigh32(bits), se, pops)) return 0;
  const o = load32(bits, ALL_MASKED);
  return compareWith(w, raw(o), pops, false, o.flags & DENORMAL);
}
const registerOrNull = (w: Int32Array, i: number): F80 | null => (isEmpty(w, i) ? null : get(w, i));

/** FCOMI and its kin: ZF, PF and CF as they are to be. Without an exception C1 stays as it was. */
function compareFlags(w: Int32Array, i: number, pops: number, quiet: number): number {
  if (!isEmpty(w, i) && !isEmpty(w, 0)) {
    const a = placeOf(w, 0),
      b = placeOf(w, i),
      order = compareFast(w[a]!, w[a + 1]!, w[a + 2]!, w[b]!, w[b + 1]!, w[b + 2]!);
    if (order !== 2) {
      if (pops !== 0) pop(w);
      return QUICK_FLAGS[order + 1]!;
    }
  }
  const value = registerOrNull(w, i);
  const result =
    value === null || isEmpty(w, 0)
      ? { order: 'unordered' as const, flags: INVALID | STACK_FAULT }
      : compare(get(w, 0), value, quiet !== 0, control(w));
  if (result.flags !== 0) raise(w, result.flags, (result.flags & STACK_FAULT) === 0 && (w[FPU_STATUS]! & C1) !== 0);
  if (pops !== 0 && maskedIn(w, result.flags & (INVALID | DENORMAL))) pop(w);
  return FLAGS[result.order];
}

const CLASS = { unsupported: 0, signaling: C0, quiet: C0, finite: C2, infinity: C2 | C0, zero: C3 } as const;
function examine(w: Int32Array): number {
  const value = get(w, 0),
    kind = kindOf(value);
  const bits = isEmpty(w, 0) ? C3 | C0 : kind === 'finite' && (value.se & 0x7fff) === 0 ? C3 | C2 : CLASS[kind];
  setConditions(w, bits | (signOf(value) ? C1 : 0));
  return 0;
}

// Moves

function loadRegister(w: Int32Array, i: number): number {
  const at = placeOf(w, i);
  if (!isEmpty(w, i) && pushFast(w, w[at]!, w[at + 1]!, w[at + 2]!)) return 0;
  if (isEmpty(w, i)) {
    // The register is missing and the stack may be full as well; an underflow is told first.
    if (underflows(w)) push(w, INDEFINITE);
    return 0;
  }
  pushOutcome(w, get(w, i), 0, false);
  return 0;
}
function copyTop(w: Int32Array, i: number): void {
  const from = placeOf(w, 0),
    to = placeOf(w, i);
  w[to] = w[from]!;
  w[to + 1] = w[from + 1]!;
  w[to + 2] = w[from + 2]!;
  w[FPU_TAGS]! |= 1 << ((topOf(w) + i) & 7);
}
function storeRegister(w: Int32Array, i: number, pops: number): number {
  let done = true;
  if (isEmpty(w, 0)) done = commitUnderflow(w, i);
  else {
    w[FPU_STATUS]! &= ~C1;
    copyTop(w, i);
  }
  if (done && pops !== 0) pop(w);
  return 0;
}
function exchange(w: Int32Array, i: number): number {
  const top = topOf(w),
    n = (top + i) & 7,
    both = (1 << top) | (1 << n);
  if ((w[FPU_TAGS]! & both) === both) {
    const a = FPU_REGISTERS + 3 * top,
      b = FPU_REGISTERS + 3 * n;
    for (let k = 0; k < 3; k++) {
      const word = w[a + k]!;
      w[a + k] = w[b + k]!;
      w[b + k] = word;
    }
    w[FPU_STATUS]! &= ~C1;
    return 0;
  }
  if (isEmpty(w, 0) || isEmpty(w, i)) {
    if (!underflows(w)) return 0;
    if (isEmpty(w, 0)) set(w, 0, INDEFINITE);
    if (isEmpty(w, i)) set(w, i, INDEFINITE);
  }
  const a = get(w, 0),
    b = get(w, i);
  set(w, 0, b);
  set(w, i, a);
  return 0;
}
function moveIf(w: Int32Array, i: number, when: number): number {
  if (isEmpty(w, 0) || isEmpty(w, i)) {
    commitUnderflow(w, 0);
    return 0;
  }
  if (when !== 0) set(w, 0, get(w, i));
  return 0;
}
function changeSign(w: Int32Array, absolute: number): number {
  if (isEmpty(w, 0)) {
    commitUnderflow(w, 0);
    return 0;
  }
  w[FPU_STATUS]! &= ~C1;
  const at = placeOf(w, 0) + 2,
    se = w[at]!;
  w[at] = absolute !== 0 ? se & 0x7fff : se ^ 0x8000;
  return 0;
}

// Stores

/** Leaves the value for `fpu.word` and `fpu.stored`; 1 when an unmasked exception forbids the store. */
function prepare(w: Int32Array, kind: 'float' | 'integer' | 'decimal', width: number, convert: (x: F80, word: number) => Stored): number {
  if (!isEmpty(w, 0)) return keep(convert(get(w, 0), control(w)));
  return keep({
    ...INDEFINITE_STORED(width, kind, control(w) | INVALID),
    flags: INVALID | STACK_FAULT,
    up: false,
    blocked: !maskedIn(w, INVALID),
  });
}
function keep({ lo, hi, top, flags, up, blocked }: Stored): number {
  prepared[0] = lo;
  prepared[1] = hi;
  prepared[2] = top;
  prepared[3] = flags;
  prepared[4] = up ? 1 : 0;
  return blocked ? 1 : 0;
}
const prepare32 = (w: Int32Array): number => (!isEmpty(w, 0) && storeFast32(w, placeOf(w, 0)) ? 0 : prepare(w, 'float', 32, store32));
const prepare64 = (w: Int32Array): number => (!isEmpty(w, 0) && storeFast64(w, placeOf(w, 0)) ? 0 : prepare(w, 'float', 64, store64));
const prepareInteger = (w: Int32Array, width: number): number =>
  !isEmpty(w, 0) && storeFastInteger(w, placeOf(w, 0), width)
    ? 0
    : prepare(w, 'integer', width, (x, word) => storeInteger(x, width, word, false));
const word = (_: Int32Array, n: number): number => prepared[n]!;
function stored(w: Int32Array, pops: number): number {
  raise(w, prepared[3]!, prepared[4] !== 0);
  if (pops !== 0) pop(w);
  return 0;
}
/** The exception that forbade the store is noted, and which instruction met it; nothing else happens. */
function refuse(w: Int32Array, blocked: number, ip: number, opcode: number, code: number, offset: number, data: number): number {
  if (blocked === 0) return 0;
  raise(w, prepared[3]!, prepared[4] !== 0);
  w[FPU_IP] = ip;
  w[FPU_OPCODE] = opcode;
  w[FPU_CS] = code;
  w[FPU_DP] = offset;
  w[FPU_DS] = data;
  return 0;
}

// Control

function initialise(w: Int32Array): number {
  w[FPU_CONTROL] = 0x37f;
  w[FPU_STATUS] = 0;
  w[FPU_TAGS] = 0;
  return 0;
}
/** Bit 6 reads as one; bits 7, 13 to 15 as zero. */
function setControl(w: Int32Array, value: number): number {
  w[FPU_CONTROL] = (value & 0x1f3f) | 0x40;
  summarize(w);
  return 0;
}
function setEnvironment(w: Int32Array, value: number, status: number, tags: number): number {
  w[FPU_STATUS] = status & 0x7f7f;
  setControl(w, value);
  w[FPU_TAGS] = 0;
  for (let n = 0; n < 8; n++) if (((tags >> (2 * n)) & 3) !== 3) w[FPU_TAGS]! |= 1 << n;
  return 0;
}
/** FXRSTOR: tags are one bit a register there. */
function setExtended(w: Int32Array, value: number, status: number, tags: number): number {
  w[FPU_STATUS] = status & 0x7f7f;
  setControl(w, value);
  w[FPU_TAGS] = tags & 0xff;
  return 0;
}
function setRegister(w: Int32Array, i: number, lo: number, hi: number, se: number): number {
  setPlace(w, FPU_REGISTERS + 3 * ((topOf(w) + i) & 7), f80(se, hi, lo));
  return 0;
}
/** Word 0 to 2 of ST(i). */
const registerWord = (w: Int32Array, i: number, n: number): number => w[FPU_REGISTERS + 3 * ((topOf(w) + i) & 7) + n]!;
function clearExceptions(w: Int32Array): number {
  w[FPU_STATUS]! &= ~0x80ff;
  return 0;
}
/** FSTENV and FSAVE mask what is still pending. */
function environmentStored(w: Int32Array): number {
  w[FPU_CONTROL]! |= EXCEPTIONS;
  summarize(w);
  return 0;
}
function rotate(w: Int32Array, by: number): number {
  w[FPU_STATUS]! &= ~C1;
  setTop(w, topOf(w) + by);
  return 0;
}
function freeRegister(w: Int32Array, i: number, pops: number): number {
  w[FPU_STATUS]! &= ~C1;
  free(w, i);
  if (pops !== 0) pop(w);
  return 0;
}

export const FPU_FUNCTIONS: Readonly<Record<FpuService, FloatFunction>> = {
  'fpu.load32': (w, bits) => {
    if (loadFast32(w, bits)) return 0;
    const o = load32(bits, control(w));
    pushOutcome(w, o.value, o.flags, false);
    return 0;
  },
  'fpu.load64': (w, lo, hi) => {
    if (loadFast64(w, lo, hi)) return 0;
    const o = load64(lo, hi, control(w));
    pushOutcome(w, o.value, o.flags, false);
    return 0;
  },
  'fpu.load80': (w, lo, hi, se) => {
    pushOutcome(w, f80(se, hi, lo), 0, false);
    return 0;
  },
  'fpu.loadInteger': (w, lo, hi) => {
    if (hi === lo >> 31 && pushFast(w, 0, integerHigh(lo), integerExponent(lo))) return 0;
    pushOutcome(w, loadInteger(lo, hi), 0, false);
    return 0;
  },
  'fpu.loadDecimal': (w, lo, hi, top) => {
    pushOutcome(w, loadDecimal(lo, hi, top), 0, false);
    return 0;
  },
  'fpu.loadRegister': loadRegister,
  'fpu.loadConstant': (w, n) => {
    pushOutcome(w, constantOf(n, control(w)), 0, false);
    return 0;
  },
  'fpu.storeRegister': storeRegister,
  'fpu.exchange': exchange,
  'fpu.moveIf': moveIf,
  'fpu.arithmetic': arithmeticRegisters,
  'fpu.arithmetic32': arithmetic32,
  'fpu.arithmetic64': arithmetic64,
  'fpu.arithmeticInteger': arithmeticInteger,
  'fpu.changeSign': changeSign,
  'fpu.squareRoot': squareRootOf,
  'fpu.round': (w) => unary(w, roundToInteger),
  'fpu.scale': (w) => binary(w, scale, 0),
  'fpu.extract': extractOf,
  'fpu.remainder': remainderOf,
  'fpu.circular': circularOf,
  'fpu.arctangent': (w) => binary(w, (x, y, word) => arctangentOf(y, x, word), 1),
  'fpu.exponential': (w) => unary(w, exponential),
  'fpu.logarithm': (w) => binary(w, logarithmTimes, 1),
  'fpu.logarithmOfOnePlus': (w) => binary(w, logarithmOfOnePlusTimes, 1),
  'fpu.compare': compareRegister,
  'fpu.compare32': compare32,
  'fpu.compare64': compare64,
  'fpu.compareInteger': (w, n, pops) => compareWith(w, loadInteger(n, n >> 31), pops, false),
  'fpu.compareFlags': compareFlags,
  'fpu.test': (w) => compareWith(w, f80(0, 0, 0), 0, false),
  'fpu.examine': examine,
  'fpu.prepare32': prepare32,
  'fpu.prepare64': prepare64,
  'fpu.prepare80': (w) => prepare(w, 'float', 80, store80),
  'fpu.prepareInteger': prepareInteger,
  'fpu.prepareDecimal': (w) => prepare(w, 'decimal', 80, storeDecimal),
  'fpu.word': word,
  'fpu.refuse': refuse,
  'fpu.stored': stored,
  'fpu.tags': fullTags,
  'fpu.registerWord': registerWord,
  'fpu.initialise': initialise,
  'fpu.clearExceptions': clearExceptions,
  'fpu.setControl': setControl,
  'fpu.setEnvironment': setEnvironment,
  'fpu.setExtended': setExtended,
  'fpu.setRegister': setRegister,
  'fpu.environmentStored': environmentStored,
  'fpu.rotate': rotate,
  'fpu.free': freeRegister,
};
