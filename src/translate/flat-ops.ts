/**
 * The three-address code of the flat engine: numbers and shapes of its operations. flat-run.ts executes them in one switch,
 * where the numbers stand as literals so that it becomes a jump table; a test compares the two.
 *
 * Operands are word numbers in the machine's buffer (d: written; a, b, c: read) unless in capitals: N a plain number, V the
 * base of a TLB view, X the index of the instruction for a bail-out, S a link slot.
 */
export const FLAT = {
  // d a b
  add: 1,
  sub: 2,
  mul: 3,
  mulhu: 4,
  mulhs: 5,
  and: 6,
  or: 7,
  xor: 8,
  shl: 9,
  shr: 10,
  sar: 11,
  rotl: 12,
  rotr: 13,
  eq: 14,
  ltu: 15,
  lts: 16,
  // d a
  clz: 17,
  ctz: 18,
  popcnt: 19,
  mov: 20,
  ext8u: 22,
  ext8s: 23,
  ext16u: 24,
  ext16s: 25,
  /** d N high low by; N: 0 divu 1 remu 2 divs 3 rems. */
  divide: 21,
  /** d when a b. */
  select: 26,
  // d a: bits 8..15; and writes of parts of d
  high8u: 27,
  high8s: 28,
  put8: 29,
  putHigh8: 30,
  put16: 31,
  /** d N: condition code; d N: mask. */
  cond: 32,
  getFlags: 33,
  /** d base index N(shift) N(displacement). */
  lea: 34,
  // d base N(displacement) V X
  load32: 35,
  load8u: 36,
  load8s: 37,
  load16u: 38,
  load16s: 39,
  // value base N V X
  store32: 40,
  store8: 41,
  store16: 42,
  // d|value base index N(shift) N(displacement) V X
  load32x: 43,
  load8ux: 44,
  store32x: 45,
  store8x: 46,
  /** value V X; d V X. */
  push: 47,
  pop: 48,
  /** d offset N(segment) N(size - 1) X: linear address with limit check. */
  segment: 49,
  // With 32-bit flags: d a b; a b
  addFlags: 50,
  subFlags: 51,
  andFlags: 52,
  orFlags: 53,
  xorFlags: 54,
  compare: 55,
  test: 56,
  /** N(lazy code) a b result; with carry; for inc and dec: N a result; N a b result when. */
  lazy: 57,
  lazyCarry: 58,
  lazyKeep: 59,
  lazyWhen: 60,
  /** N(mask) value. */
  setBits: 61,
  setBitsWhen: 62,
  /** when X; X. */
  trapIf: 63,
  step: 64,
  // Ends of a block: S; a b S(taken) S(else)
  jump: 65,
  ifEq: 66,
  ifNe: 67,
  ifLtu: 68,
  ifGeu: 69,
  ifLts: 70,
  ifGes: 71,
  /** when S: leaves, else goes on. */
  leaveIf: 72,
  /** a. */
  jumpTo: 73,
  /** N(bytes) V X; return address, S, V, X. */
  ret: 74,
  call: 75,
  // compare and branch: a b S S
  compareEq: 76,
  compareNe: 77,
  compareLtu: 78,
  compareGeu: 79,
  compareLeu: 80,
  compareGtu: 81,
  compareLts: 82,
  compareGes: 83,
  compareLes: 84,
  compareGts: 85,
  // test and branch: a b S S
  testEq: 86,
  testNe: 87,
  testLts: 88,
  testGes: 89,
  /** Leaves unless a store there is sure to succeed: unused base N V X. */
  probe: 93,
  /** Services that run within a block: d N(number) and three or six arguments. */
  call3: 91,
  call6: 92,
  /** N(kind) V(source) V(target): see FlatHost.bulk. */
  bulk: 90,
} as const;

export type FlatName = keyof typeof FLAT;
