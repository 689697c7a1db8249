/**
 * Algebra on values while a block is being joined: constants move to the right and gather, shift pairs become extensions,
 * tests of tests become the tests. What single instructions already fold (microop/builder.ts) is not repeated here.
 *
 * Invariant: the result always equals what `binary` in microop/arith.ts computes; a property test says so.
 */
import type { Builder } from '../isa/microop/builder.ts';
import type { BinaryKind, Value } from '../isa/microop/op.ts';

const COMMUTES = new Set<BinaryKind>(['add', 'mul', 'mulhu', 'mulhs', 'and', 'or', 'xor', 'eq']);

/** Whether the value is 0 or 1 whatever its inputs. */
export const isBoolean = (v: Value): boolean =>
  v.k === 'eq' || v.k === 'ltu' || v.k === 'lts' || (v.k === 'const' && (v.n === 0 || v.n === 1));

/** A simpler value, or null when there is none. */
export function simplify(m: Builder, k: BinaryKind, a: Value, b: Value): Value | null {
  if (a.k === 'const' && b.k === 'const') return null;
  if (a.k === 'const' && COMMUTES.has(k)) return m.binary(k, b, a);
  if (b.k === 'const') return withConstant(m, k, a, b.n);
  if (a.k === 'const') return k === 'ltu' && a.n === 0 && isBoolean(b) ? b : null;
  return k === 'eq' && a === b ? m.const(1) : (k === 'ltu' || k === 'lts') && a === b ? m.const(0) : null;
}

function withConstant(m: Builder, k: BinaryKind, a: Value, n: number): Value | null {
  switch (k) {
    case 'add':
      return a.k === 'add' && a.b.k === 'const' ? m.add(a.a, m.const(a.b.n + n)) : null;
    case 'sub':
      return n === 0 ? null : m.add(a, m.const(-n));
    case 'and':
      if (n === -1) return a;
      if (n === 0xff && a.k !== 'and') return m.extend(a, 8, false);
      if (n === 0xffff && a.k !== 'and') return m.extend(a, 16, false);
      return a.k === 'and' && a.b.k === 'const' ? m.and(a.a, m.const(a.b.n & n)) : null;
    case 'or':
      return a.k === 'or' && a.b.k === 'const' ? m.or(a.a, m.const(a.b.n | n)) : null;
    case 'xor':
      if (n === 1 && isBoolean(a)) return m.not(a);
      return a.k === 'xor' && a.b.k === 'const' ? m.xor(a.a, m.const(a.b.n ^ n)) : null;
    case 'eq':
      return n === 0 && a.k === 'eq' && a.b.k === 'const' && a.b.n === 0 && isBoolean(a.a) ? a.a : null;
    case 'mul':
      return n === 1 ? a : n === 0 ? m.const(0) : null;
    case 'shl':
    case 'shr':
    case 'sar':
      return shift(m, k, a, n & 31);
    case 'rotl':
    case 'rotr':
      return (n & 31) === 0 ? a : null;
    default:
      return null;
  }
}

/** (x << 24) >> 24 and its like are extensions. */
function shift(m: Builder, k: 'shl' | 'shr' | 'sar', a: Value, n: number): Value | null {
  if (n === 0) return a;
  if (k !== 'shl' && a.k === 'shl' && a.b.k === 'const' && (a.b.n & 31) === n && (n === 16 || n === 24)) {
    return m.extend(a.a, n === 16 ? 16 : 8, k === 'sar');
  }
  if (a.k === k && a.b.k === 'const' && (a.b.n & 31) + n < 32) return m.binary(k, a.a, m.const((a.b.n & 31) + n));
  return null;
}
