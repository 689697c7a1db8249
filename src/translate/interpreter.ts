/**
 * Generator of interpreters: lowers what a row's handler does (micro-ops whose operand fields are run-time values) to IA-32,
 * and lays handlers, fetch, decode and jump tables out in one piece. What is particular to a guest (its fetch, its decoding
 * tree, where its program counter is) comes from the level.
 *
 * Invariant: no meaning of an instruction is written here; every handler's body comes from the row's micro-ops.
 */
import { inputs } from '../isa/microop/op.ts';
import type { Op, Value } from '../isa/microop/op.ts';
import type { Purpose } from './ia32.ts';
import { join } from './join.ts';
import type { BlockFlow, JoinedBlock } from './join.ts';
import { Lowering } from './lower.ts';
import type { LoweringOptions } from './lower.ts';
import { optimise } from './optimise.ts';

/** Word of the state in which a handler finds its instruction, and the host register that holds it at the start. */
export interface HandlerSource {
  readonly ops: readonly Op[];
  readonly instructionWord: number;
  readonly instructionRegister: number;
  /** The flow's two ways, when the instruction is a branch: the flow op is then a select of them. */
  readonly branch: boolean;
}

/** The body of a handler, lowered; the flow is left to the caller. */
export function lowerHandler(source: HandlerSource, options: Omit<LoweringOptions, 'purposeOf' | 'initial'>): Lowering {
  const joined = join([{ address: 0, ops: source.ops, likely: false }], 0);
  const block = source.branch ? withBothWays(joined) : joined;
  const word = instructionOf(block, source.instructionWord);
  const fields = new FieldFinder(source.instructionWord);
  return new Lowering(optimise(block), {
    ...options,
    unmarked: true,
    purposeOf: (op) => fields.purposeOf(op),
    initial: word ? [[word, source.instructionRegister]] : [],
  });
}

function withBothWays(block: JoinedBlock): JoinedBlock {
  const { flow } = block;
  if (flow.k !== 'indirect' || flow.to.k !== 'select') throw new Error('a branch without two ways');
  const both: BlockFlow = { k: 'choose', when: flow.to.when, to: flow.to.a, otherwise: flow.to.b, guest: flow.guest };
  return { ...block, flow: both };
}

function instructionOf(block: JoinedBlock, word: number): Value | null {
  for (const item of block.items) if (item.k === 'value' && item.op.k === 'get' && item.op.from.word === word) return item.op;
  return null;
}

/** Ops that depend on nothing but the instruction word take fields apart: that is decoding, not guest work. */
class FieldFinder {
  private readonly known = new Map<Op, boolean>();
  private readonly word: number;
  constructor(word: number) {
    this.word = word;
  }

  purposeOf(op: Op): Purpose {
    return this.isField(op) ? 'decode' : 'guest';
  }
  private isField(op: Op): boolean {
    let field = this.known.get(op);
    if (field === undefined) this.known.set(op, (field = this.find(op)));
    return field;
  }
  private find(op: Op): boolean {
    switch (op.k) {
      case 'const':
        return true;
      case 'get':
        return op.from.word === this.word;
      case 'getAt':
      case 'load':
      case 'store':
      case 'service':
      case 'put':
      case 'putAt':
      case 'trapIf':
      case 'leaveIf':
        return false;
      default:
        return inputs(op).every((value) => this.isField(value));
    }
  }
}

/** Which bits of an instruction word a decoder looks at next. */
export interface DecodeField {
  readonly low: number;
  readonly width: number;
}

/** A row as the decoder sees it. */
export interface Pattern {
  readonly mask: number;
  readonly match: number;
}

/** What is left to be checked once some bits are known. Null: the row is certain. */
export function remainingCheck(row: Pattern, known: number): { readonly mask: number; readonly match: number } | null {
  const mask = (row.mask & ~known) >>> 0;
  return mask === 0 ? null : { mask, match: (row.match & mask) >>> 0 };
}
