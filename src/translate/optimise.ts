/**
 * Decides, for a joined block, what is to be computed at all, what may be folded into its users, which register writes reach
 * memory, and until where every value is needed.
 *
 * Invariant: at each effect (a load, store or trap may fault) the exact state can be recovered: a write that a later one
 * replaces is not stored, but its value stays needed up to the last effect in between ("lost value" is an error, never a
 * wrong state). Left out: liveness across blocks, removal of loads.
 */
import { inputs } from '../isa/microop/op.ts';
import type { Op, Value } from '../isa/microop/op.ts';
import { isBoolean } from './optimise-fold.ts';
import type { BlockFlow, Item, JoinedBlock } from './join.ts';

export interface Plan {
  readonly block: JoinedBlock;
  /** Positions (item indices; items.length is the flow) at which a value must still be at hand, ascending. */
  readonly needs: ReadonlyMap<Value, readonly number[]>;
  /** Values that are not computed where they stand: folded into users, or wanted only to recover a state. */
  readonly deferred: ReadonlySet<Value>;
  /** By item: a put that is stored. Others are replaced before anybody can see them, except at an effect. */
  readonly stored: readonly boolean[];
  /** Puts done as `op [register's home], operand`. */
  readonly inPlace: ReadonlySet<Item>;
  /** Values whose number was found already known, dead values and puts: what the optimiser saved, for the page. */
  readonly removed: { readonly puts: number; readonly values: number };
}

type User = {
  readonly as: 'address' | 'condition' | 'count' | 'stored8' | 'stored16' | 'put' | 'plain';
  readonly by: Op | Item | BlockFlow;
};

const SHIFTS = new Set(['shl', 'shr', 'sar']);
const COMPARES = new Set(['eq', 'ltu', 'lts']);
const IN_PLACE = new Set(['add', 'sub', 'and', 'or', 'xor']);

const canFault = (item: Item): boolean =>
  item.k === 'store' || item.k === 'trapIf' || (item.k === 'value' && (item.op.k === 'load' || item.op.k === 'service'));
/** Reads of what may change meanwhile: computed where they stand. */
const mustStay = (op: Value): boolean => op.k === 'load' || op.k === 'service' || op.k === 'getAt';

export function optimise(block: JoinedBlock): Plan {
  const stored = finalPuts(block.items);
  const users = findUsers(block, stored);
  const deferred = new Set<Value>();
  const inPlace = new Set<Item>();
  for (let i = block.items.length - 1; i >= 0; i--) {
    const item = block.items[i]!;
    if (item.k === 'value' && !mustStay(item.op) && mayDefer(item.op, users.get(item.op) ?? [], deferred)) deferred.add(item.op);
  }
  /** Registers whose home was written before, ahead of a way out: what it held at the start is there no more. */
  const written = new Set<number>();
  block.items.forEach((item, i) => {
    if (item.k !== 'put' || !stored[i]) return;
    if (!written.has(item.word) && isInPlace(item, users)) {
      inPlace.add(item);
      deferred.add(item.value);
    }
    written.add(item.word);
  });
  const needs = new Needs(deferred, stored, inPlace).of(block);
  undoLateInPlace(block.items, needs, inPlace, deferred);
  const removed = {
    puts: block.items.filter((item, i) => item.k === 'put' && !stored[i]).length,
    values: block.items.filter((item) => item.k === 'value' && item.op.k !== 'const' && !users.has(item.op) && !mustStay(item.op)).length,
  };
  const finalNeeds = new Needs(deferred, stored, inPlace).of(block);
  return { block, needs: finalNeeds, deferred, stored, inPlace, removed };
}

/** A put is stored when no later put of the same register comes before the block's end or a way out. */
function finalPuts(items: readonly Item[]): boolean[] {
  const stored = items.map(() => false);
  const replaced = new Set<number>();
  for (let i = items.length - 1; i >= 0; i--) {
    const item = items[i]!;
    if (item.k === 'leaveIf') replaced.clear();
    if (item.k !== 'put' || replaced.has(item.word)) continue;
    stored[i] = true;
    replaced.add(item.word);
  }
  return stored;
}

/** Users of each value, from the end backwards: a pure value without users uses nothing. */
function findUsers(block: JoinedBlock, stored: readonly boolean[]): Map<Value, User[]> {
  const users = new Map<Value, User[]>();
  const use = (value: Value, as: User['as'], by: User['by']): void => {
    const list = users.get(value);
    if (list) list.push({ as, by });
    else users.set(value, [{ as, by }]);
  };
  if (block.flow.k === 'branch') use(block.flow.when, 'condition', block.flow);
  if (block.flow.k === 'indirect') use(block.flow.to, 'plain', block.flow);
  if (block.flow.k === 'choose') {
    use(block.flow.when, 'condition', block.flow);
    use(block.flow.to, 'plain', block.flow);
    use(block.flow.otherwise, 'plain', block.flow);
  }
  for (let i = block.items.length - 1; i >= 0; i--) {
    const item = block.items[i]!;
    if (item.k === 'put' && stored[i]) use(item.value, 'put', item);
    else if (item.k === 'putAt') {
      use(item.index, 'plain', item);
      use(item.value, 'plain', item);
    } else if (item.k === 'leaveIf') use(item.when, 'condition', item);
    else if (item.k === 'trapIf') use(item.op.when, 'condition', item.op);
    else if (item.k === 'store') {
      use(item.op.at.offset, 'address', item.op);
      use(item.op.value, item.op.width === 8 ? 'stored8' : item.op.width === 16 ? 'stored16' : 'plain', item.op);
    } else if (item.k === 'value' && (users.has(item.op) || mustStay(item.op))) useInputs(item.op, use);
  }
  return users;
}

function useInputs(op: Value, use: (value: Value, as: User['as'], by: Op) => void): void {
  if (op.k === 'load') use(op.at.offset, 'address', op);
  else if (op.k === 'select') {
    use(op.when, 'condition', op);
    use(op.a, 'plain', op);
    use(op.b, 'plain', op);
  } else if (SHIFTS.has(op.k) && 'b' in op) {
    use(op.a, 'plain', op);
    use(op.b, 'count', op);
  } else for (const value of inputs(op)) use(value, 'plain', op);
}

/** Whether every user can take the value folded. No user at all: wanted only to recover a state. */
function mayDefer(op: Value, users: readonly User[], deferred: ReadonlySet<Value>): boolean {
  if (op.k === 'const' || op.k === 'get') return true;
  if (users.length === 0) return true;
  const isDeferred = (user: User): boolean => deferred.has(user.by as Value);
  switch (op.k) {
    case 'add':
      return users.every((user) => user.as === 'address' || (isAddressAdd(user.by, deferred) && op.b.k !== 'const'));
    case 'shl':
      return op.b.k === 'const' && op.b.n >= 1 && op.b.n <= 3 && users.every((user) => isScaledAdd(user.by, op));
    case 'eq':
    case 'ltu':
    case 'lts':
      return users.every((user) => user.as === 'condition' || (isTestOf(user.by, op) && isDeferred(user)));
    case 'and':
      return op.b.k === 'const' && (op.b.n & 31) === 31 && users.every((user) => user.as === 'count');
    case 'extend':
      return users.every((user) => user.as === 'stored8' || (user.as === 'stored16' && op.width === 16));
    default:
      return false;
  }
}

/** A deferred `x + constant`, into whose address the sum x = p + q still fits. */
const isAddressAdd = (by: User['by'], deferred: ReadonlySet<Value>): boolean =>
  by.k === 'add' && by.b.k === 'const' && deferred.has(by as Value);
/** `other + (x << n)`: one lea. */
const isScaledAdd = (by: User['by'], shifted: Value): boolean =>
  by.k === 'add' && by.b.k !== 'const' && (by.a === shifted) !== (by.b === shifted) && !(by.a.k === 'shl' && by.b.k === 'shl');
/** A test of a test: `eq(op, 0)`. */
const isTestOf = (by: User['by'], op: Value): boolean =>
  by.k === 'eq' && by.a === op && by.b.k === 'const' && by.b.n === 0 && isBoolean(op);

/** r := r op x, where nobody else wants the result: one instruction on memory. */
function isInPlace(put: Extract<Item, { k: 'put' }>, users: ReadonlyMap<Value, readonly User[]>): boolean {
  const v = put.value;
  if (users.get(v)?.length !== 1) return false;
  if (!('b' in v) || !('a' in v) || v.k === 'select') return false;
  if (!IN_PLACE.has(v.k) && !(SHIFTS.has(v.k) && v.b.k === 'const')) return false;
  const isOld = (x: Value): boolean => x.k === 'get' && x.from.word === put.word;
  if (isOld(v.a)) return !isOld(v.b);
  return v.k !== 'sub' && !SHIFTS.has(v.k) && isOld(v.b);
}

/** Which operand of an in-place operation is not the register itself. */
export function inPlaceOperand(put: Extract<Item, { k: 'put' }>): Value {
  const v = put.value as Extract<Value, { a: Value; b: Value }>;
  return v.a.k === 'get' && v.a.from.word === put.word ? v.b : v.a;
}

/** Not in place when the old value is needed afterwards: it would have to be copied first. */
function undoLateInPlace(
  items: readonly Item[],
  needs: ReadonlyMap<Value, readonly number[]>,
  inPlace: Set<Item>,
  deferred: Set<Value>,
): void {
  items.forEach((item, position) => {
    if (item.k !== 'put' || !inPlace.has(item)) return;
    const v = item.value as Extract<Value, { a: Value; b: Value }>;
    const other = inPlaceOperand(item);
    const old = v.a === other ? v.b : v.a;
    const last = needs.get(old)?.at(-1) ?? -1;
    const lastOfResult = needs.get(v)?.at(-1) ?? -1;
    if (last > position || lastOfResult > position) {
      inPlace.delete(item);
      deferred.delete(v);
    }
  });
}

/** Collects the positions up to which values are needed, through deferred values to what they are made of. */
class Needs {
  private readonly at = new Map<Value, number[]>();
  private readonly deferred: ReadonlySet<Value>;
  private readonly stored: readonly boolean[];
  private readonly inPlace: ReadonlySet<Item>;
  constructor(deferred: ReadonlySet<Value>, stored: readonly boolean[], inPlace: ReadonlySet<Item>) {
    this.deferred = deferred;
    this.stored = stored;
    this.inPlace = inPlace;
  }

  private need(value: Value, position: number): void {
    if (value.k === 'const') return;
    const list = this.at.get(value);
    if (!list) this.at.set(value, [position]);
    else if (list.at(-1) !== position) list.push(position);
    if (this.deferred.has(value) && value.k !== 'get') for (const input of inputs(value)) this.need(input, position);
  }

  of(block: JoinedBlock): ReadonlyMap<Value, readonly number[]> {
    /** Registers written by a put that is not stored: their values must be recoverable at effects. */
    const pending = new Map<number, Value>();
    block.items.forEach((item, position) => {
      if (canFault(item)) for (const value of pending.values()) this.need(value, position);
      if (item.k === 'put') {
        if (this.stored[position]) {
          pending.delete(item.word);
          this.needPut(item, position);
        } else pending.set(item.word, item.value);
      } else if (item.k === 'value') {
        if (!this.deferred.has(item.op)) for (const v of inputs(item.op)) this.need(v, position);
      } else if (item.k === 'store' || item.k === 'trapIf') for (const v of inputs(item.op)) this.need(v, position);
      else if (item.k === 'leaveIf') this.need(item.when, position);
      else if (item.k === 'putAt') {
        this.need(item.index, position);
        this.need(item.value, position);
      }
    });
    const end = block.items.length;
    const { flow } = block;
    if (flow.k === 'branch' || flow.k === 'choose') this.need(flow.when, end);
    if (flow.k === 'indirect' || flow.k === 'choose') this.need(flow.to, end);
    if (flow.k === 'choose') this.need(flow.otherwise, end);
    return this.at;
  }

  private needPut(item: Extract<Item, { k: 'put' }>, position: number): void {
    if (this.inPlace.has(item)) for (const input of inputs(item.value)) this.need(input, position);
    else this.need(item.value, position);
  }
}

export const isCompare = (v: Value): boolean => COMPARES.has(v.k);
