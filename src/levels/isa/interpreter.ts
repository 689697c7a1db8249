/**
 * The interpreter of MIPS, as IA-32 code: fetch, decode and dispatch written here, every handler lowered from its row.
 *
 * While it runs: ESI is the guest program counter, EAX the instruction word, EDI (only in a delay slot) where the guest goes
 * behind the slot, EBP the state block. Every handler exists twice, for instructions in delay slots too, so that "was this a
 * slot?" costs nothing: the plain one goes on at ESI + 4, the one in a slot at EDI, which is the head of a block.
 *
 * Invariant: between instructions all guest registers are in their homes. Left out: branches in delay slots, which the
 * architecture leaves undefined; they raise Reserved Instruction, as in qemu.
 */
import { handlerOps } from '../../isa/mips/handler.ts';
import { MIPS_ROWS, RESERVED } from '../../isa/mips/rows/index.ts';
import type { MipsRow } from '../../isa/mips/row.ts';
import { INSTRUCTION, PC, SYS } from '../../isa/mips/state.ts';
import { imm, m32, mem, r32 } from '../../isa/x86/operand.ts';
import { EAX, EBP, EBX, ECX, EDI, EDX, ESI } from '../../isa/x86/state.ts';
import { HostList, place } from '../../translate/ia32.ts';
import type { Piece, Placed } from '../../translate/ia32.ts';
import { lowerHandler, remainingCheck } from '../../translate/interpreter.ts';
import type { DecodeField } from '../../translate/interpreter.ts';
import { emitCondition } from '../../translate/lower-conditions.ts';
import type { Lowering } from '../../translate/lower.ts';
import type { Plan } from '../../translate/optimise.ts';
import { emitRuntime } from './runtime.ts';
import { decodeTree } from './decode-tree.ts';
import type { DecodeNode } from './decode-tree.ts';
import {
  FLOAT_WORDS,
  GATE_COUNT,
  INTERPRETER,
  SERVICE_RESULT,
  SPILL_WORD,
  SPILL_WORDS,
  TABLES,
  TABLES_SIZE,
  fromEbp,
  trapGate,
  wordDisplacement,
} from './layout.ts';

type Variant = 'plain' | 'slot';

export interface InterpreterImage {
  readonly base: number;
  readonly piece: Piece;
  /** Contents of the jump tables at TABLES. */
  readonly tables: Uint32Array;
  /** Linear addresses: next, nextSlot, head, exit, lookup, chain. */
  readonly entries: ReadonlyMap<string, number>;
  /** From here to there, ESI stands in a delay slot. */
  readonly slotStart: number;
  readonly slotEnd: number;
  /** The plan of each handler, by its label. */
  readonly plans: ReadonlyMap<string, Plan>;
}

const FRAME = {
  registers: [EBX, EDX, ECX, EAX],
  pinned: new Map([[PC, ESI]]),
  homeless: new Set([INSTRUCTION]),
  spillWord: SPILL_WORD,
  spillWords: SPILL_WORDS,
} as const;
const ZERO_HOME = m32({ base: EBP, disp: wordDisplacement(0) });

class Generator {
  readonly code = new HostList();
  private readonly tables: string[] = [];
  private readonly plans = new Map<string, Plan>();

  run(): InterpreterImage {
    this.variant('plain');
    this.variant('slot');
    this.code.label('slotEnd');
    emitRuntime(this.code);
    return this.finish();
  }

  private finish(): InterpreterImage {
    const base = INTERPRETER;
    const piece = place(this.code, base, new Map());
    const entries = new Map([...piece.labels].map(([name, offset]) => [name, base + offset]));
    if (this.tables.length * 4 > TABLES_SIZE) throw new Error('the jump tables do not fit');
    const tables = Uint32Array.from(this.tables.map((label) => entries.get(label)!));
    return { base, piece, tables, entries, slotStart: entries.get('fetch.slot')!, slotEnd: entries.get('slotEnd')!, plans: this.plans };
  }

  // --- fetch, decode, dispatch

  private variant(v: Variant): void {
    const code = this.code;
    const root = decodeTree();
    code.label(`fetch.${v}`);
    code.guest = 0;
    code.purpose = 'decode';
    code.mark();
    code.emit('mov', r32(EAX), m32({ base: ESI }));
    this.switchOn(root, v, 'root');
    for (const row of [...MIPS_ROWS, RESERVED]) this.handler(row, v);
    code.label(`reserved.${v}`);
    code.jump('jmp', handlerLabel(RESERVED, v));
  }

  /** Takes the field out of EAX and jumps through a table. */
  private switchOn(node: Extract<DecodeNode, { k: 'switch' }>, v: Variant, path: string): void {
    const code = this.code;
    const { low, width } = node.field;
    code.purpose = 'decode';
    code.emit('mov', r32(ECX), r32(EAX));
    if (low > 0) code.emit('shr', r32(ECX), imm(low));
    if (low + width < 32) code.emit('and', r32(ECX), imm(2 ** width - 1));
    code.purpose = 'dispatch';
    const at = TABLES + 4 * this.tables.length;
    code.emit('jmp', m32({ base: EBP, index: ECX, scale: 4, disp: fromEbp(at) }));
    const start = this.tables.length;
    node.next.forEach(() => this.tables.push(''));
    node.next.forEach((next, i) => {
      this.tables[start + i] = this.node(next, v, `${path}.${i}`);
    });
  }

  /** Label of the code that goes on at a node of the decoding tree; emits what is not a plain handler. */
  private node(node: DecodeNode, v: Variant, path: string): string {
    if (node.k === 'reserved') return `reserved.${v}`;
    const label = `${path}.${v}`;
    if (node.k === 'switch') {
      this.code.label(label);
      this.switchOn(node, v, path);
      return label;
    }
    const [first] = node.rows;
    if (node.rows.length === 1 && remainingCheck(first!, node.known) === null) return handlerLabel(first!, v);
    this.code.label(label);
    this.code.purpose = 'decode';
    for (const row of node.rows) this.check(row, node.known, v);
    this.code.jump('jmp', `reserved.${v}`);
    return label;
  }
  private check(row: MipsRow, known: number, v: Variant): void {
    const rest = remainingCheck(row, known);
    const code = this.code;
    if (rest === null) {
      code.jump('jmp', handlerLabel(row, v));
      return;
    }
    if (rest.match === 0) code.emit('test', r32(EAX), imm(rest.mask));
    else {
      code.emit('mov', r32(ECX), r32(EAX));
      code.emit('and', r32(ECX), imm(rest.mask));
      code.emit('cmp', r32(ECX), imm(rest.match));
    }
    code.jump('je', handlerLabel(row, v));
  }

  // --- handlers

  private handler(row: MipsRow, v: Variant): void {
    const { code } = this;
    code.label(handlerLabel(row, v));
    if (v === 'slot' && row.slot) {
      code.purpose = 'dispatch';
      code.jump('jmp', `reserved.${v}`);
      return;
    }
    const handler = handlerOps(row);
    const l = lowerHandler(
      { ops: handler.ops, instructionWord: INSTRUCTION, instructionRegister: EAX, branch: handler.branch !== null },
      {
        frame: FRAME,
        trapGate,
        service: { gate: () => GATE_COUNT, resultWord: SERVICE_RESULT, float: FLOAT_WORDS },
        labelPrefix: `${handlerLabel(row, v)}.`,
      },
    );
    this.plans.set(handlerLabel(row, v), l.plan);
    l.run();
    this.end(
      l,
      row,
      v,
      handler.ops.some((op) => op.k === 'putAt'),
    );
    code.append(l.code);
    code.append(l.cold);
  }

  private end(l: Lowering, row: MipsRow, v: Variant, wroteRegister: boolean): void {
    const code = l.code;
    const { flow } = l.plan.block;
    code.purpose = 'dispatch';
    code.micro = null;
    if (wroteRegister) code.emit('mov', ZERO_HOME, imm(0));
    switch (flow.k) {
      case 'trap':
        code.gate(trapGate(flow.vector));
        if (flow.vector === SYS) this.goOn(code, v, 'head');
        break;
      case 'choose':
        this.branch(l, flow, row.likely);
        break;
      case 'indirect':
        code.emit('mov', r32(EDI), l.operand(flow.to));
        code.emit('add', r32(ESI), imm(4));
        code.jump('jmp', 'fetch.slot');
        break;
      default:
        this.goOn(code, v, 'fetch.plain');
    }
  }

  /** The next instruction in order, or behind the slot. `inOrder`: where to go in order. */
  private goOn(code: HostList, v: Variant, inOrder: string): void {
    if (v === 'plain') code.emit('add', r32(ESI), imm(4));
    else code.emit('mov', r32(ESI), r32(EDI));
    code.jump('jmp', v === 'plain' ? inOrder : 'head');
  }

  /** EDI: where to go behind the slot. A likely branch that is not taken skips the slot: ESI + 8 heads a block. */
  private branch(l: Lowering, flow: Extract<Lowering['plan']['block']['flow'], { k: 'choose' }>, likely: boolean): void {
    const code = l.code,
      taken = l.freshLabel('taken');
    code.emit('mov', r32(EDI), l.operand(flow.to));
    l.registers.unlockAll();
    code.purpose = 'guest';
    const condition = emitCondition(l, flow.when);
    code.purpose = 'dispatch';
    code.jump(`j${condition}`, taken);
    if (likely) {
      code.emit('add', r32(ESI), imm(8));
      code.jump('jmp', 'head');
    } else code.emit('lea', r32(EDI), mem(0, { base: ESI, disp: 8 }));
    code.label(taken);
    code.emit('add', r32(ESI), imm(4));
    code.jump('jmp', 'fetch.slot');
  }
}

export const handlerLabel = (row: MipsRow, v: Variant): string => `${row.name}/${row.match.toString(16)}/${row.mask.toString(16)}.${v}`;

let image: InterpreterImage | null = null;
/** The same for every process: made once. */
export const interpreterImage = (): InterpreterImage => (image ??= new Generator().run());

let marks: readonly number[] | null = null;
/** Linear addresses at which the interpreter begins a guest instruction. */
export function interpreterMarks(): readonly number[] {
  const { piece, base } = interpreterImage();
  return (marks ??= piece.placed.filter((line) => line.code.marks > 0).map((line) => base + line.offset));
}

export interface HandlerPath {
  readonly plan: Plan;
  /** Fetch, decode and handler, in the order in which they run; cold parts last. */
  readonly lines: readonly Placed[];
}

/** What the interpreter runs for one instruction word, for pictures. */
export function handlerPath(word: number, row: MipsRow, v: Variant): HandlerPath {
  const { piece, plans } = interpreterImage();
  const real = v === 'slot' && row.slot ? RESERVED : row;
  const label = handlerLabel(real, v);
  const lines: Placed[] = [];
  let node: DecodeNode = decodeTree(),
    path = 'root',
    name = `fetch.${v}`;
  for (;;) {
    const start = piece.labels.get(name);
    if (start !== undefined) lines.push(...straight(piece, start));
    if (node.k !== 'switch') break;
    const index: number = extractBits(word, node.field);
    node = node.next[index]!;
    path = `${path}.${index}`;
    name = `${path}.${v}`;
  }
  return { plan: plans.get(label)!, lines: [...lines, ...body(piece, label)] };
}

const extractBits = (word: number, { low, width }: DecodeField): number => (word >>> low) & (2 ** width - 1);

/** From an offset to the first jump that is always taken. */
function straight(piece: Piece, start: number): Placed[] {
  const from = piece.placed.findIndex((line) => line.offset === start);
  const to = piece.placed.findIndex((line, i) => i >= from && line.code.name === 'jmp');
  return piece.placed.slice(from, to + 1);
}
/** All of a handler: up to the next label that is not its own. */
function body(piece: Piece, label: string): Placed[] {
  const start = piece.labels.get(label)!;
  let end = piece.bytes.length;
  for (const [name, at] of piece.labels) if (at > start && at < end && !name.startsWith(`${label}.`)) end = at;
  return piece.placed.filter((line) => line.offset >= start && line.offset < end);
}
