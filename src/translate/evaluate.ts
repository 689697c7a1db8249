/**
 * The reference evaluator: computes the micro-ops of one instruction, one at a time, over a context that supplies state,
 * memory, flags, traps and services. Every ISA's rows mean what this function does with them.
 *
 * Invariant: nothing commits before every value, effect and trap of the instruction has passed (the commit rule), so a
 * context whose `trap` throws leaves the instruction undone. Left out: speed (see flat.ts) and instruction addresses.
 */
import { binary, divide, extend, unary } from '../isa/microop/arith.ts';
import { inputs, type FlagRule, type Op, type Slice, type Width } from '../isa/microop/op.ts';

export interface Context {
  readonly words: Int32Array;
  load(segment: number | null, offset: number, width: Width, signed: boolean, aligned: boolean): number;
  store(segment: number | null, offset: number, width: Width, value: number, aligned: boolean): void;
  /** Raises the exception by throwing. */
  trap(vector: number, error: number | undefined): never;
  service(name: string, args: readonly number[]): number;
  condition(code: number): boolean;
  flagBits(mask: number): number;
  setFlags(rule: FlagRule, width: Width, a: number, b: number, carry: number, result: number, mask: number): void;
}

/** What became of the instruction: went on, jumped (after a delay slot where the ISA has one), or left early uncommitted. */
export type Outcome =
  | { readonly kind: 'next' }
  | { readonly kind: 'flow'; readonly to: number; readonly taken: boolean }
  | { readonly kind: 'leave'; readonly to: number };

/** Called after each micro-op with its position in the list and its value (0 for ops that make none). */
export type Observer = (index: number, op: Op, value: number) => void;

const NEXT: Outcome = { kind: 'next' };

interface Prepared {
  readonly ops: readonly Op[];
  /** For each op, the positions of the values it consumes, in the order of `inputs`. */
  readonly from: readonly (readonly number[])[];
  readonly values: Int32Array;
}

const prepared = new WeakMap<readonly Op[], Prepared>();

function prepare(ops: readonly Op[]): Prepared {
  const known = prepared.get(ops);
  if (known) return known;
  const position = new Map<Op, number>();
  ops.forEach((op, i) => position.set(op, i));
  const from = ops.map((op) =>
    inputs(op).map((value) => {
      const at = position.get(value);
      if (at === undefined) throw new Error(`micro-op ${op.k} consumes a value that is not in its list`);
      return at;
    }),
  );
  const result = { ops, from, values: new Int32Array(ops.length) };
  prepared.set(ops, result);
  return result;
}

export function readSlice(words: Int32Array, { word, low, width }: Slice, signed: boolean): number {
  const raw = words[word]! >> low;
  return width === 32 ? raw : extend(raw, width, signed);
}

export function writeSlice(words: Int32Array, { word, low, width }: Slice, value: number): void {
  if (width === 32) {
    words[word] = value;
    return;
  }
  const mask = (width === 8 ? 0xff : 0xffff) << low;
  words[word] = (words[word]! & ~mask) | ((value << low) & mask);
}

export function evaluate(ops: readonly Op[], context: Context, observe?: Observer): Outcome {
  const { from, values } = prepare(ops);
  let firstCommit = ops.length;
  let leave: Outcome | null = null;
  for (let i = 0; i < ops.length && leave === null; i++) {
    const op = ops[i]!;
    if (op.k === 'put' || op.k === 'putAt' || op.k === 'flags' || op.k === 'jump' || op.k === 'branch') {
      firstCommit = i;
      break;
    }
    if (op.k === 'leaveIf') {
      if (values[from[i]![0]!] !== 0) leave = { kind: 'leave', to: op.to >>> 0 };
    } else values[i] = compute(op, from[i]!, values, context);
    observe?.(i, op, values[i]!);
  }
  return leave ?? commit(ops, firstCommit, from, values, context, observe);
}

function compute(op: Op, from: readonly number[], v: Int32Array, context: Context): number {
  switch (op.k) {
    case 'const':
      return op.n;
    case 'get':
      return readSlice(context.words, op.from, op.signed);
    case 'getAt':
      return context.words[v[from[0]!]!]!;
    case 'extend':
      return extend(v[from[0]!]!, op.width, op.signed);
    case 'clz':
    case 'ctz':
    case 'popcnt':
      return unary(op.k, v[from[0]!]!);
    case 'divu':
    case 'remu':
    case 'divs':
    case 'rems':
      return divide(op.k, v[from[0]!]!, v[from[1]!]!, v[from[2]!]!);
    case 'select':
      return v[from[0]!] !== 0 ? v[from[1]!]! : v[from[2]!]!;
    case 'cond':
      return context.condition(op.code) ? 1 : 0;
    case 'getFlags':
      return context.flagBits(op.mask);
    case 'load':
      return context.load(op.at.segment, v[from[0]!]!, op.width, op.signed, op.aligned);
    case 'store':
      context.store(op.at.segment, v[from[0]!]!, op.width, v[from[1]!]!, op.aligned);
      return 0;
    case 'trapIf':
      if (v[from[0]!] !== 0) context.trap(op.vector, op.error);
      return 0;
    case 'service':
      return (
        context.service(
          op.name,
          from.map((i) => v[i]!),
        ) | 0
      );
    case 'leaveIf':
    case 'put':
    case 'putAt':
    case 'flags':
    case 'jump':
    case 'branch':
      return 0;
    default:
      return binary(op.k, v[from[0]!]!, v[from[1]!]!);
  }
}

function commit(
  ops: readonly Op[],
  first: number,
  from: readonly (readonly number[])[],
  v: Int32Array,
  context: Context,
  observe?: Observer,
): Outcome {
  let outcome = NEXT;
  for (let i = first; i < ops.length; i++) {
    const op = ops[i]!;
    const values = from[i]!;
    if (op.k === 'put') writeSlice(context.words, op.to, v[values[0]!]!);
    else if (op.k === 'putAt') context.words[v[values[0]!]!] = v[values[1]!]!;
    else if (op.k === 'flags') commitFlags(op, values, v, context);
    else if (op.k === 'jump') outcome = { kind: 'flow', to: v[values[0]!]! >>> 0, taken: true };
    else if (op.k === 'branch') {
      const taken = v[values[0]!] !== 0;
      outcome = { kind: 'flow', to: (taken ? op.to : op.otherwise) >>> 0, taken };
    } else throw new Error(`micro-op ${op.k} stands after a commit`);
    observe?.(i, op, 0);
  }
  return outcome;
}

function commitFlags(op: Extract<Op, { k: 'flags' }>, from: readonly number[], v: Int32Array, context: Context): void {
  let next = 0;
  const take = (value: unknown): number => (value === undefined ? 0 : v[from[next++]!]!);
  const a = take(op.a),
    b = take(op.b),
    carry = take(op.carry),
    result = v[from[next++]!]!;
  if (op.when !== undefined && v[from[next]!] === 0) return;
  context.setFlags(op.rule, op.width, a, b, carry, result, op.mask ?? 0);
}
