/**
 * Micro-ops as a reader sees them: one short line an op, values named t0, t1 ... in the order they are made, registers by
 * the name that the ISA gives. This is the notation of a virtual ISA (V-ISA); it is never parsed back.
 */
import { isValue, type Address, type Op, type Slice, type Value } from './op.ts';

export interface Names {
  slice(slice: Slice): string;
  segment(segment: number): string;
}

const PLAIN: Names = {
  slice: ({ word, low, width }) => `w${word}${width === 32 ? '' : `.${low}:${width}`}`,
  segment: (n) => ['es', 'cs', 'ss', 'ds', 'fs', 'gs'][n] ?? `s${n}`,
};

const INFIX: Readonly<Record<string, string>> = {
  add: '+', sub: '-', mul: '*', and: '&', or: '|', xor: '^', shl: '<<', shr: '>>>', sar: '>>', eq: '==', ltu: '<u', lts: '<',
};

/** One line for each op of a list. Constants are written where they are used; their own line names the number. */
export function formatOps(ops: readonly Op[], names: Names = PLAIN): readonly string[] {
  const name = new Map<Op, string>();
  let next = 0;
  for (const op of ops) if (isValue(op)) name.set(op, op.k === 'const' ? number(op.n) : `t${next++}`);
  const v = (value: Value | undefined): string => (value === undefined ? '0' : (name.get(value) ?? '?'));
  return ops.map((op) => line(op, v, name.get(op) ?? '', names));
}

const number = (n: number): string => (n > -4096 && n < 4096 ? String(n) : `0x${(n >>> 0).toString(16)}`);

function line(op: Op, v: (value: Value | undefined) => string, self: string, names: Names): string {
  const at = ({ segment, offset }: Address): string => `${segment === null ? '' : `${names.segment(segment)}:`}[${v(offset)}]`;
  switch (op.k) {
    case 'const': return `const ${self}`;
    case 'get': return `${self} = ${names.slice(op.from)}`;
    case 'getAt': return `${self} = r[${v(op.index)}]`;
    case 'clz': case 'ctz': case 'popcnt': return `${self} = ${op.k} ${v(op.a)}`;
    case 'extend': return `${self} = ${op.signed ? 'sign' : 'zero'}-extend${op.width} ${v(op.a)}`;
    case 'divu': case 'remu': case 'divs': case 'rems': return `${self} = ${op.k} ${v(op.high)}:${v(op.low)}, ${v(op.by)}`;
    case 'select': return `${self} = ${v(op.when)} ? ${v(op.a)} : ${v(op.b)}`;
    case 'cond': return `${self} = condition ${op.code}`;
    case 'getFlags': return `${self} = flags & 0x${op.mask.toString(16)}`;
    case 'load': return `${self} = load${op.width}${op.width < 32 ? (op.signed ? 's' : 'u') : ''} ${at(op.at)}`;
    case 'service': return `${self} = ${op.name}(${op.args.map(v).join(', ')})`;
    case 'store': return `store${op.width} ${at(op.at)} = ${v(op.value)}`;
    case 'trapIf': return `trap ${op.vector} if ${v(op.when)}`;
    case 'leaveIf': return `leave to ${number(op.to)} if ${v(op.when)}`;
    case 'put': return `${names.slice(op.to)} = ${v(op.value)}`;
    case 'putAt': return `r[${v(op.index)}] = ${v(op.value)}`;
    case 'flags': return `flags ${op.rule}${op.width} ${v(op.result)}`;
    case 'jump': return `${op.as} ${v(op.to)}`;
    case 'branch': return `if ${v(op.when)} goto ${hex(op.to)} else ${hex(op.otherwise)}`;
    default: {
      const sign = INFIX[op.k];
      return sign ? `${self} = ${v(op.a)} ${sign} ${v(op.b)}` : `${self} = ${op.k} ${v(op.a)}, ${v(op.b)}`;
    }
  }
}

const hex = (n: number): string => (n >>> 0).toString(16).padStart(8, '0');
