/**
 * How each kind of value is computed in IA-32 registers: two-operand forms, fixed registers of shifts, products and
 * divisions, byte registers. One function a shape; the register file decides where results go.
 *
 * Divisors that are zero or quotients that do not fit must have been excluded by the row (isa/microop/op.ts, DivideKind).
 */
import { imm, m16, m8, mem, r16, r32, r8 } from '../isa/x86/operand.ts';
import type { Operand } from '../isa/x86/operand.ts';
import { EAX, ECX, EDX } from '../isa/x86/state.ts';
import type { UnaryKind, Value } from '../isa/microop/op.ts';
import { emitCompare, emitCondition } from './lower-conditions.ts';
import { isFloatService, lowerFloat } from './lower-float.ts';
import { hasByte, homeAt, homeOf } from './lower-registers.ts';
import type { Lowering } from './lower.ts';

type Two = Extract<Value, { a: Value; b: Value }>;
type Kind<K extends Value['k']> = Extract<Value, { k: K }>;
type Scan = Extract<Value, { readonly k: UnaryKind }>;
type Divide = Extract<Value, { high: Value }>;

export function computeValue(l: Lowering, v: Value): void {
  switch (v.k) {
    case 'const':
      return;
    case 'get':
      l.inRegister(v);
      return;
    case 'getAt':
      return getAt(l, v);
    case 'add':
      return add(l, v as Two);
    case 'sub':
    case 'and':
    case 'or':
    case 'xor':
      return alu(l, v as Two);
    case 'mul':
      return multiply(l, v as Two);
    case 'mulhu':
    case 'mulhs':
      return multiplyHigh(l, v as Two);
    case 'shl':
    case 'shr':
    case 'sar':
    case 'rotl':
    case 'rotr':
      return shift(l, v as Two);
    case 'eq':
    case 'ltu':
    case 'lts':
      return compare(l, v as Two);
    case 'clz':
    case 'ctz':
      return scan(l, v);
    case 'extend':
      return extend(l, v as Kind<'extend'>);
    case 'select':
      return select(l, v as Kind<'select'>);
    case 'load':
      return load(l, v as Kind<'load'>);
    case 'divu':
    case 'remu':
    case 'divs':
    case 'rems':
      return divide(l, v as Divide);
    case 'service':
      return service(l, v as Kind<'service'>);
    default:
      throw new Error(`${v.k} is not lowered`);
  }
}

function getAt(l: Lowering, v: Kind<'getAt'>): void {
  const at = v.index.k === 'const' ? homeOf(v.index.n) : homeAt(l.inRegister(v.index));
  const dst = l.registers.allocateResult('any', [v.index]);
  l.code.emit('mov', r32(dst), at);
  l.define(v, dst);
}

/** Copies `a` where the result is to stand, unless its own register may be overwritten. */
function into(l: Lowering, a: Value, wanted: 'any' | 'byte' = 'any'): number {
  const own = a.k === 'const' ? null : l.registers.mayOverwrite(a);
  if (own !== null && (wanted === 'any' || hasByte(own))) {
    l.registers.lock(own);
    return own;
  }
  const from = l.operand(a);
  const dst = l.registers.allocate(wanted);
  l.code.emit('mov', r32(dst), from);
  return dst;
}

const NAMES: Readonly<Record<string, string>> = {
  add: 'add',
  sub: 'sub',
  and: 'and',
  or: 'or',
  xor: 'xor',
  shl: 'shl',
  shr: 'shr',
  sar: 'sar',
  rotl: 'rol',
  rotr: 'ror',
};

function alu(l: Lowering, v: Two): void {
  const [a, b] = v.k !== 'sub' && prefersSwap(l, v) ? [v.b, v.a] : [v.a, v.b];
  if (v.k === 'xor' && b.k === 'const' && b.n === -1) {
    const dst = into(l, a);
    l.code.emit('not', r32(dst));
    l.define(v, dst);
    return;
  }
  const right = l.operand(b);
  const dst = into(l, a);
  l.code.emit(NAMES[v.k]!, r32(dst), right);
  l.define(v, dst);
}
/** Whether the second operand's register may be overwritten and the first's may not. */
function prefersSwap(l: Lowering, v: Two): boolean {
  if (v.b.k === 'const') return false;
  return v.a.k === 'const' || (l.registers.mayOverwrite(v.a) === null && l.registers.mayOverwrite(v.b) !== null);
}

function add(l: Lowering, v: Two): void {
  const { base, index, scale } = l.scaled(v);
  if (scale !== 1) {
    lea(l, v, base, index, scale);
    return;
  }
  const keepA = v.a.k !== 'const' && l.registers.neededAfter(v.a);
  const keepB = v.b.k !== 'const' && l.registers.neededAfter(v.b);
  if (v.b.k === 'const' && keepA) {
    const a = l.inRegister(v.a);
    const dst = l.registers.allocate();
    l.code.emit('lea', r32(dst), mem(0, { base: a, disp: v.b.n }));
    l.define(v, dst);
  } else if (v.b.k !== 'const' && keepA && keepB) lea(l, v, v.a, v.b, 1);
  else alu(l, v);
}
function lea(l: Lowering, v: Value, base: Value, index: Value, scale: 1 | 2 | 4 | 8): void {
  const b = l.inRegister(base),
    i = l.inRegister(index);
  const dst = l.registers.allocateResult('any', [base, index]);
  l.code.emit('lea', r32(dst), mem(0, { base: b, index: i, scale, disp: 0 }));
  l.define(v, dst);
}

function multiply(l: Lowering, v: Two): void {
  const [a, b] = v.a.k === 'const' || prefersSwap(l, v) ? [v.b, v.a] : [v.a, v.b];
  if (b.k === 'const') {
    const from = l.operand(a);
    const dst = l.registers.allocateResult('any', [a]);
    l.code.emit('imul', r32(dst), from, imm(b.n));
    l.define(v, dst);
    return;
  }
  const right = l.operand(b);
  const dst = into(l, a);
  l.code.emit('imul', r32(dst), right);
  l.define(v, dst);
}

/** Brings a value into a fixed register whose content the instruction will destroy. */
function bring(l: Lowering, v: Value, register: number): void {
  const rf = l.registers;
  if (v.k !== 'const' && rf.registerOf(v) === null && rf.memoryOf(v) === null) l.inRegister(v);
  if (v.k !== 'const' && rf.registerOf(v) === register) {
    if (rf.neededAfter(v) && rf.memoryOf(v) === null) rf.claim(register);
    rf.lock(register);
    return;
  }
  rf.claim(register);
  l.code.emit('mov', r32(register), l.operand(v));
}

/** One multiplication makes both halves: EDX:EAX. */
function multiplyHigh(l: Lowering, v: Two): void {
  const inEax = (x: Value): boolean => x.k !== 'const' && l.registers.registerOf(x) === EAX;
  const [a, b] = (inEax(v.b) && v.b !== v.a) || v.a.k === 'const' ? [v.b, v.a] : [v.a, v.b];
  const twin = l.wantedTwin(v);
  bring(l, a, EAX);
  l.registers.claim(EDX);
  const by: Operand = a === b ? r32(EAX) : l.registerOrMemory(b);
  l.code.emit(v.k === 'mulhs' ? 'imul' : 'mul', by);
  l.registers.forget(EAX);
  l.define(v, EDX);
  if (twin) l.define(twin, EAX);
}

const isSignOf = (high: Value, low: Value): boolean => high.k === 'sar' && high.a === low && high.b.k === 'const' && (high.b.n & 31) === 31;

function divide(l: Lowering, v: Divide): void {
  const signed = v.k === 'divs' || v.k === 'rems';
  const twin = l.wantedTwin(v);
  if (v.by.k !== 'const') l.inRegister(v.by);
  bring(l, v.low, EAX);
  if (v.high.k === 'const' && v.high.n === 0) {
    l.registers.claim(EDX);
    l.code.emit('xor', r32(EDX), r32(EDX));
  } else if (signed && isSignOf(v.high, v.low)) {
    l.registers.claim(EDX);
    l.code.emit('cdq');
  } else bring(l, v.high, EDX);
  const by = l.registerOrMemory(v.by);
  l.code.emit(signed ? 'idiv' : 'div', by);
  l.registers.forget(EAX);
  l.registers.forget(EDX);
  const quotient = v.k === 'divs' || v.k === 'divu';
  l.define(v, quotient ? EAX : EDX);
  if (twin) l.define(twin, quotient ? EDX : EAX);
}

function shift(l: Lowering, v: Two): void {
  if (v.b.k === 'const') {
    const dst = into(l, v.a);
    l.code.emit(NAMES[v.k]!, r32(dst), imm(v.b.n & 31));
    l.define(v, dst);
    return;
  }
  // IA-32 takes the count modulo 32 as MIPS does, so a deferred `and 31` needs no instruction.
  const count = v.b.k === 'and' && l.plan.deferred.has(v.b) && v.b.b.k === 'const' ? v.b.a : v.b;
  const rf = l.registers;
  if (count.k !== 'const' && rf.registerOf(count) === null && rf.memoryOf(count) === null) l.inRegister(count);
  if (rf.registerOf(count) !== ECX) {
    rf.claim(ECX);
    l.code.emit('mov', r32(ECX), l.operand(count));
  }
  rf.lock(ECX);
  const dst = into(l, v.a);
  l.code.emit(NAMES[v.k]!, r32(dst), r8(ECX));
  l.define(v, dst);
}

function compare(l: Lowering, v: Two): void {
  if (v.k === 'lts' && v.b.k === 'const' && v.b.n === 0) {
    const dst = into(l, v.a);
    l.code.emit('shr', r32(dst), imm(31));
    l.define(v, dst);
    return;
  }
  const code = emitCompare(l, v as Two & { k: 'eq' | 'ltu' | 'lts' });
  const dst = l.registers.allocateResult('byte', v.a === v.b ? [v.a] : [v.a, v.b]);
  l.code.emit(`set${code}`, r8(dst));
  l.code.emit('movzx', r32(dst), r8(dst));
  l.define(v, dst);
}

/** bsr and bsf leave the destination alone (and set ZF) when the source is zero. */
function scan(l: Lowering, v: Scan): void {
  const from = l.registerOrMemory(v.a);
  const leading = v.k === 'clz';
  const none = l.registers.allocate(),
    dst = l.registers.allocate();
  l.code.emit('mov', r32(none), imm(leading ? 63 : 32));
  l.code.emit(leading ? 'bsr' : 'bsf', r32(dst), from);
  l.code.emit('cmove', r32(dst), r32(none));
  if (leading) l.code.emit('xor', r32(dst), imm(31));
  l.define(v, dst);
}

function extend(l: Lowering, v: Kind<'extend'>): void {
  const name = v.signed ? 'movsx' : 'movzx';
  let from: Operand;
  if (l.registers.registerOf(v.a) === null && l.registers.memoryOf(v.a) !== null && !l.registers.neededAfter(v.a)) {
    const place = l.registers.memoryOf(v.a)!;
    from = v.width === 8 ? { ...m8({ disp: 0 }), ...place, width: 8 } : { ...m16({ disp: 0 }), ...place, width: 16 };
  } else {
    const register = l.inRegister(v.a, v.width === 8 ? 'byte' : 'any');
    from = v.width === 8 ? r8(register) : r16(register);
  }
  const dst = l.registers.allocateResult('any', [v.a]);
  l.code.emit(name, r32(dst), from);
  l.define(v, dst);
}

function select(l: Lowering, v: Kind<'select'>): void {
  const a = l.registerOrMemory(v.a);
  const own = v.b.k === 'const' || v.b === v.when || v.b === v.a ? null : l.registers.mayOverwrite(v.b);
  let dst: number;
  if (own !== null) {
    dst = own;
    l.registers.lock(own);
  } else {
    const from = l.operand(v.b);
    dst = l.registers.allocate();
    l.code.emit('mov', r32(dst), from);
  }
  const code = emitCondition(l, v.when);
  l.code.emit(`cmov${code}`, r32(dst), a);
  l.define(v, dst);
}

function load(l: Lowering, v: Kind<'load'>): void {
  const uses: Value[] = [];
  const at = l.address(v.at.offset, v.width, v.at.segment, uses);
  const dst = l.registers.allocateResult('any', uses);
  l.faulting(l.code.emit(v.width === 32 ? 'mov' : v.signed ? 'movsx' : 'movzx', r32(dst), at), l.code.guest ?? 0);
  l.define(v, dst);
}

function service(l: Lowering, v: Kind<'service'>): void {
  const how = l.options.service;
  if (how?.float && isFloatService(v.name)) {
    lowerFloat(l, v, how.float);
    l.computed.add(v);
    return;
  }
  if (!how || v.args.length > 0) throw new Error(`service ${v.name} is not lowered`);
  l.code.gate(how.gate(v.name));
  const dst = l.registers.allocate();
  l.code.emit('mov', r32(dst), homeOf(how.resultWord));
  l.define(v, dst);
}
