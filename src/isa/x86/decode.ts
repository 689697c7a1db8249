/**
 * The IA-32 decoder: bytes to an instruction, by tables made from the rows.
 *
 * Invariant: decoding never throws (but for rows that are not loaded yet: bits/late.ts), and never looks at bytes outside [at, end). What is not an instruction is an
 * instruction that raises #UD; more than 15 bytes raise #GP(0). `operands`, `ops` and `text` are made on first use.
 * Left out: the reach of a fetch beyond a segment limit or into a missing page, which is the machine's to raise.
 */
import type { Op } from '../microop/op.ts';
import { buildOps } from './builder.ts';
import { formatInstruction } from './disassemble.ts';
import { immediateLength, operandWidth } from './form.ts';
import type { ImmediateKind, OperandSpec } from './form.ts';
import type { ByteFields, DecodeMode, X86Instruction } from './instruction.ts';
import type { MemoryOperand, Operand } from './operand.ts';
import type { X86Row } from './row.ts';
import { TOO_LONG, UNDEFINED } from './rows/early.ts';
import { CS, DS, EBP, EBX, EDI, ES, ESI, ESP, FS, GS, SS } from './state.ts';
import { isX87, tableOf, X87 } from './tables.ts';

export const CONDITIONS = ['o', 'no', 'b', 'ae', 'e', 'ne', 'be', 'a', 's', 'ns', 'p', 'np', 'l', 'ge', 'le', 'g'] as const;

const LIMIT = 15;
const NONE: readonly never[] = [];
/** Classes of prefix bytes: 0 none, 1 segment, 2 operand size, 3 address size, 4 lock, 5 repeat. */
const PREFIX = new Uint8Array(256);
const PREFIX_SEGMENT = new Uint8Array(256);
(
  [
    [0x26, ES],
    [0x2e, CS],
    [0x36, SS],
    [0x3e, DS],
    [0x64, FS],
    [0x65, GS],
  ] as const
).forEach(([byte, n]) => {
  PREFIX[byte] = 1;
  PREFIX_SEGMENT[byte] = n;
});
PREFIX[0x66] = 2;
PREFIX[0x67] = 3;
PREFIX[0xf0] = 4;
PREFIX[0xf2] = 5;
PREFIX[0xf3] = 5;

/** Base and index of the sixteen-bit forms (SDM vol. 2A, table 2-1). */
const PAIRS_16 = [[EBX, ESI], [EBX, EDI], [EBP, ESI], [EBP, EDI], [ESI], [EDI], [EBP], [EBX]] as const;

class Decoded implements X86Instruction {
  readonly address: number;
  readonly mode: DecodeMode;
  length = 0;
  row: X86Row = UNDEFINED;
  prefixCount = 0;
  operandSize: 16 | 32;
  addressSize: 16 | 32;
  segment: number | null = null;
  repeat: 0 | 0xf2 | 0xf3 = 0;
  /** A prefix 66 stands before it. */
  sized = false;
  lock = false;
  opcodeAt = 0;
  opcodeLength = 0;
  opcode = 0;
  modrmAt = -1;
  modrm = 0;
  sib = -1;
  displacementAt = 0;
  displacementLength = 0;
  displacement = 0;
  immediateAt = 0;
  immediateTotal = 0;
  immediate = 0;
  second = 0;
  private operandCache: readonly Operand[] | null = null;
  private opsCache: readonly Op[] | null = null;
  private textCache: string | null = null;

  constructor(address: number, mode: DecodeMode) {
    this.address = address;
    this.mode = mode;
    this.operandSize = this.addressSize = mode.code32 ? 32 : 16;
  }

  get cc(): number {
    return this.row.form.span === 16 ? this.opcode & 15 : 0;
  }
  get mnemonic(): string {
    const { row } = this;
    return row.form.span === 16 ? row.name.replace('<cc>', CONDITIONS[this.opcode & 15]!) : row.name;
  }
  get ops(): readonly Op[] {
    return (this.opsCache ??= buildOps(this));
  }
  get text(): string {
    return (this.textCache ??= formatInstruction(this));
  }
  get operands(): readonly Operand[] {
    return (this.operandCache ??= this.row.form.operands.length === 0 ? NONE : this.row.form.operands.map((spec) => this.operand(spec)));
  }
  get fields(): ByteFields {
    const sib = this.sib >= 0 ? this.modrmAt + 1 : null;
    return {
      prefixes: this.prefixCount,
      opcode: { at: this.opcodeAt, length: this.opcodeLength },
      modrm: this.modrmAt >= 0 ? this.modrmAt : null,
      sib,
      displacement: { at: this.displacementAt, length: this.displacementLength },
      immediate: { at: this.immediateAt, length: this.immediateTotal },
    };
  }

  private operand(spec: OperandSpec): Operand {
    switch (spec.kind) {
      case 'reg':
        return this.register(spec);
      case 'rm':
        return this.modrm >= 0xc0 ? this.register(spec) : this.memory(operandWidth(spec.size, this.operandSize));
      case 'mem':
        return this.memory(operandWidth(spec.size, this.operandSize));
      case 'imm':
        return { k: 'imm', n: this.immediateOf(spec) };
      case 'rel':
        return { k: 'target', n: this.destination() };
      case 'far':
        return { k: 'far', selector: this.second, offset: this.immediate };
      case 'sreg':
        return { k: 'sreg', n: this.number(spec) };
      case 'creg':
        return { k: 'creg', n: this.number(spec) };
      case 'dreg':
        return { k: 'dreg', n: this.number(spec) };
      case 'moffs':
        return this.place(operandWidth(spec.size, this.operandSize), { disp: this.immediate, segment: this.segment ?? DS });
      case 'source':
        return this.place(operandWidth(spec.size, this.operandSize), { base: ESI, disp: 0, segment: this.segment ?? DS });
      case 'destination':
        return this.place(operandWidth(spec.size, this.operandSize), { base: EDI, disp: 0, segment: ES });
      case 'table':
        return this.place(8, { base: EBX, disp: 0, segment: this.segment ?? DS });
      case 'number':
        return { k: 'imm', n: spec.n };
      case 'st':
        return { k: 'st', n: this.number(spec) };
      case 'xmm':
        return { k: 'xmm', n: this.number(spec) };
      case 'xrm':
        return this.modrm >= 0xc0 ? { k: 'xmm', n: this.modrm & 7 } : this.memory(operandWidth(spec.size, this.operandSize));
      case 'mm':
        return { k: 'mm', n: this.number(spec) };
      case 'mrm':
        return this.modrm >= 0xc0 ? { k: 'mm', n: this.modrm & 7 } : this.memory(operandWidth(spec.size, this.operandSize));
      case 'rm16':
        return this.modrm >= 0xc0 ? { k: 'reg', n: this.modrm & 7, width: 32 } : this.memory(16);
    }
  }
  private number(spec: OperandSpec): number {
    switch (spec.field) {
      case 'fixed':
        return spec.n;
      case 'opcode':
        return this.opcode & 7;
      case 'rm':
        return this.modrm & 7;
      default:
        return (this.modrm >> 3) & 7;
    }
  }
  private register(spec: OperandSpec): Operand {
    const width = operandWidth(spec.size, this.operandSize);
    return { k: 'reg', n: this.number(spec), width: width === 8 || width === 16 ? width : 32 };
  }
  private immediateOf(spec: OperandSpec): number {
    const raw = spec.field === 'second' ? this.second : this.immediate;
    if (!spec.signed) return raw;
    return this.operandSize === 16 ? ((raw << 24) >> 24) & 0xffff : (raw << 24) >> 24;
  }
  /** The destination of a relative jump, cut to the operand size (SDM vol. 2A, Jcc). */
  private destination(): number {
    const short = this.immediateTotal === 1;
    const to =
      (this.address +
        this.length +
        (short ? (this.immediate << 24) >> 24 : this.operandSize === 16 ? (this.immediate << 16) >> 16 : this.immediate)) |
      0;
    return this.operandSize === 16 ? to & 0xffff : to;
  }
  private place(
    width: MemoryOperand['width'],
    rest: { disp: number; base?: number; index?: number; scale?: 1 | 2 | 4 | 8; segment?: number | null },
  ): MemoryOperand {
    const { segment, ...parts } = rest;
    const override = segment === undefined ? this.segment : segment;
    return {
      k: 'mem',
      width,
      ...parts,
      ...(override === null ? {} : { segment: override }),
      ...(this.addressSize === 16 ? { address: 16 as const } : {}),
    };
  }
  private memory(width: MemoryOperand['width']): MemoryOperand {
    const mod = this.modrm >> 6,
      rm = this.modrm & 7,
      disp = this.displacement;
    if (this.addressSize === 16) {
      if (mod === 0 && rm === 6) return this.place(width, { disp: disp & 0xffff });
      const [base, index] = PAIRS_16[rm]!;
      return this.place(width, index === undefined ? { base, disp } : { base, index, scale: 1, disp });
    }
    if (rm !== 4) return this.place(width, mod === 0 && rm === 5 ? { disp } : { base: rm, disp });
    const base = this.sib & 7,
      index = (this.sib >> 3) & 7,
      scale = (1 << (this.sib >> 6)) as 1 | 2 | 4 | 8;
    return this.place(width, {
      ...(mod === 0 && base === 5 ? {} : { base }),
      ...(index === ESP ? {} : { index, scale }),
      disp,
    });
  }
}

/** A cursor over the bytes of one instruction; `short` is set when it would pass the end. */
let bytesAt: Uint8Array,
  cursor = 0,
  stop = 0,
  short = false;

function byte(): number {
  if (cursor >= stop) {
    short = true;
    return 0;
  }
  return bytesAt[cursor++]!;
}
function number(length: number): number {
  if (cursor + length > stop) {
    short = true;
    cursor = stop;
    return 0;
  }
  let n = 0;
  for (let i = 0; i < length; i++) n |= bytesAt[cursor++]! << (i * 8);
  return n;
}

/**
 * Decodes the instruction at bytes[at .. end), which stands at `address`. Null: the bytes ran out before the instruction
 * did (never when 15 bytes are there). The mode says whether code and stack segment are 32 bits wide (their D/B bits).
 */
export function decode(bytes: Uint8Array, at: number, end: number, address: number, mode: DecodeMode): X86Instruction | null {
  bytesAt = bytes;
  cursor = at;
  short = false;
  stop = Math.min(end, bytes.length, at + LIMIT);
  const d = new Decoded(address | 0, mode);
  readInstruction(d, at);
  if (short) {
    if (stop < at + LIMIT) return null;
    d.row = TOO_LONG;
    cursor = at + LIMIT;
  }
  d.length = cursor - at;
  return d;
}

function readInstruction(d: Decoded, at: number): void {
  const code32 = d.mode.code32;
  let opcode = byte();
  for (let kind = PREFIX[opcode]!; kind !== 0; kind = PREFIX[opcode]!) {
    switch (kind) {
      case 1:
        d.segment = PREFIX_SEGMENT[opcode]!;
        break;
      case 2:
        d.operandSize = code32 ? 16 : 32;
        d.sized = true;
        break;
      case 3:
        d.addressSize = code32 ? 16 : 32;
        break;
      case 4:
        d.lock = true;
        break;
      default:
        d.repeat = opcode as 0xf2 | 0xf3;
    }
    if (short) return;
    opcode = byte();
  }
  if (short) return;
  d.prefixCount = cursor - 1 - at;
  d.opcodeAt = d.prefixCount;
  const escape = opcode === 0x0f;
  if (escape) opcode = byte();
  d.opcode = opcode;
  d.opcodeLength = escape ? 2 : 1;
  if (short) return;
  const row = selectRow(d, opcode, escape);
  if (short) return;
  if (row === null && isX87(opcode, escape)) X87.get();
  if (row === null || (d.lock && !(row.lock && d.modrmAt >= 0 && d.modrm < 0xc0))) d.row = UNDEFINED;
  else d.row = row;
  if (row !== null) readFields(d, row, at);
}

/** The row, by mandatory prefix first. Reads ModRM where any row of the opcode has one. */
function selectRow(d: Decoded, opcode: number, escape: boolean): X86Row | null {
  const wide = d.operandSize === 32,
    far = d.addressSize === 32;
  const plain = tableOf(0, wide, far, escape)[opcode]!;
  const prefix = d.repeat === 0xf2 ? 1 : d.repeat === 0xf3 ? 2 : d.sized ? 3 : 0;
  const special = prefix === 0 ? null : tableOf(prefix, wide, far, escape)[opcode]!;
  if (plain?.modrm || special?.modrm) {
    d.modrmAt = d.opcodeAt + d.opcodeLength;
    d.modrm = byte();
  }
  if (special) {
    const row = special.byModrm ? special.byModrm[d.modrm]! : special.row;
    if (row) {
      d.repeat = 0;
      return row;
    }
  }
  const row = plain ? (plain.byModrm ? plain.byModrm[d.modrm]! : plain.row) : null;
  return row?.form.bare && prefix !== 0 ? null : row;
}

function readFields(d: Decoded, row: X86Row, at: number): void {
  const { form } = row;
  if (form.modrm && d.modrm < 0xc0 && form.mod !== 'ignored' && form.fixed < 0) readMemory(d, at);
  const kinds = form.immediates;
  if (kinds.length === 0) return;
  d.immediateAt = cursor - at;
  readImmediate(d, kinds[0]!);
  if (kinds.length === 2) d.second = number(immediateLength(kinds[1]!, d.operandSize, d.addressSize));
  d.immediateTotal = cursor - at - d.immediateAt;
}
function readImmediate(d: Decoded, kind: ImmediateKind): void {
  if (kind === 'cp') {
    d.immediate = number(d.operandSize >> 3);
    d.second = number(2);
  } else d.immediate = number(immediateLength(kind, d.operandSize, d.addressSize));
}

function readMemory(d: Decoded, at: number): void {
  const mod = d.modrm >> 6,
    rm = d.modrm & 7;
  let length = mod === 1 ? 1 : 0;
  if (d.addressSize === 16) {
    if (mod === 2 || (mod === 0 && rm === 6)) length = 2;
  } else {
    if (rm === 4) d.sib = byte();
    if (mod === 2 || (mod === 0 && (rm === 5 || (d.sib >= 0 && (d.sib & 7) === 5)))) length = 4;
  }
  if (length === 0) return;
  d.displacementAt = cursor - at;
  d.displacementLength = length;
  const raw = number(length);
  d.displacement = length === 1 ? (raw << 24) >> 24 : length === 2 ? (raw << 16) >> 16 : raw;
}
