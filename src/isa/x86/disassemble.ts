/**
 * The disassembler: one instruction as text in Intel syntax, in the spelling of `objdump -d -M intel`.
 * Differences: jump targets are written with 0x and without a symbol.
 */
import type { X86Instruction } from './instruction.ts';
import type { MemoryOperand, Operand } from './operand.ts';
import { REGISTERS_16, REGISTERS_8, segmentOf } from './operand.ts';
import { DS, REGISTERS_32, SEGMENTS } from './state.ts';

export const hex = (n: number): string => `0x${(n >>> 0).toString(16)}`;
const SIZES: Record<number, string> = {
  8: 'BYTE PTR ',
  16: 'WORD PTR ',
  32: 'DWORD PTR ',
  48: 'FWORD PTR ',
  64: 'QWORD PTR ',
  80: 'TBYTE PTR ',
  128: 'XMMWORD PTR ',
};

export const registerName = (n: number, width: number): string =>
  (width === 8 ? REGISTERS_8 : width === 16 ? REGISTERS_16 : REGISTERS_32)[n]!;

export function formatInstruction(instr: X86Instruction): string {
  const { row } = instr;
  const operands = row.form.operands.map((_, i) => formatOperand(instr, i));
  const predicate = comparison(instr);
  if (predicate !== null) return `${prefixes(instr)}${predicate} ${operands.slice(0, 2).join(',')}`;
  return operands.length === 0 ? `${prefixes(instr)}${mnemonic(instr)}` : `${prefixes(instr)}${mnemonic(instr)} ${operands.join(',')}`;
}

/** The comparisons of SSE by their predicate: cmpltsd for cmpsd with immediate 1. */
export const PREDICATES = ['eq', 'lt', 'le', 'unord', 'neq', 'nlt', 'nle', 'ord'] as const;
function comparison({ row, operands }: X86Instruction): string | null {
  const last = operands[2];
  if (last?.k !== 'imm' || last.n > 7 || operands[0]!.k !== 'xmm') return null;
  const match = /^cmp([ps][sd])$/.exec(row.name);
  return match ? `cmp${PREDICATES[last.n]}${match[1]}` : null;
}

function prefixes(instr: X86Instruction): string {
  const usual = instr.mode.code32 ? 32 : 16;
  const size = instr.addressSize === usual || showsAddress(instr) ? '' : `addr${instr.addressSize} `;
  const lock = `${size}${instr.lock && instr.row.lock ? 'lock ' : ''}`;
  if (instr.repeat === 0 || instr.row.repeats === 'no') return lock;
  if (instr.repeat === 0xf2) return `${lock}repnz `;
  return instr.row.repeats === 'repe' ? `${lock}repz ` : `${lock}rep `;
}

const showsAddress = (instr: X86Instruction): boolean =>
  instr.row.form.addressSize !== 0 ||
  instr.row.name.startsWith('(') ||
  instr.operands.some(
    (o, i) =>
      o.k === 'mem' && instr.row.form.operands[i]!.kind !== 'moffs' && (instr.mode.code32 || o.base !== undefined || o.index !== undefined),
  );

/** Where no operand shows that the operand size is not the usual one, the mnemonic does. */
function mnemonic(instr: X86Instruction): string {
  const { row, mnemonic: name } = instr;
  if (name === 'lgdt' || name === 'lidt' || name === 'sgdt' || name === 'sidt') return `${name}${instr.operandSize === 32 ? 'd' : 'w'}`;
  const usual = instr.mode.code32 ? 32 : 16;
  if (!row.form.sized || row.form.operandSize !== 0 || instr.operandSize === usual || showsSize(instr)) return name;
  return `${name}${instr.operandSize === 16 ? 'w' : 'd'}`;
}
const showsSize = (instr: X86Instruction): boolean =>
  instr.operands.some(
    (o, i) =>
      ((o.k === 'reg' || o.k === 'mem') && instr.row.form.operands[i]!.size !== 8 && instr.row.form.operands[i]!.size !== 0) ||
      o.k === 'far' ||
      (o.k === 'target' && instr.row.flow === 'branch'),
  );

function formatOperand(instr: X86Instruction, i: number): string {
  const operand: Operand = instr.operands[i]!,
    spec = instr.row.form.operands[i]!;
  switch (operand.k) {
    case 'reg':
      return registerName(operand.n, operand.width);
    case 'mem':
      return spec.kind === 'moffs' ? formatAddress(operand, false) : formatMemory(instr, operand, spec.field !== 'rm');
    case 'imm':
      return spec.kind === 'number' ? String(operand.n) : hex(operand.n);
    case 'target':
      return hex(operand.n);
    case 'far':
      return `${hex(operand.selector)}:${hex(operand.offset)}`;
    case 'sreg':
      return SEGMENTS[operand.n] ?? '?';
    case 'creg':
      return `cr${operand.n}`;
    case 'dreg':
      return `dr${operand.n}`;
    case 'xmm':
      return `xmm${operand.n}`;
    case 'mm':
      return `mm${operand.n}`;
    case 'st':
      return spec.field === 'fixed' ? 'st' : `st(${operand.n})`;
    case 'label':
      return operand.name;
  }
}

function formatMemory(instr: X86Instruction, operand: MemoryOperand, named: boolean): string {
  const size = SIZES[operand.width] ?? '';
  return `${size}${named && operand.segment === undefined ? `${SEGMENTS[segmentOf(operand)]}:` : ''}${formatAddress(operand, instr.fields.displacement.length > 0)}`;
}

/** `[base+index*scale+disp]`; a displacement alone is `ds:0x1234`. `shown`: the displacement is encoded, even if it is 0. */
export function formatAddress(operand: MemoryOperand, shown: boolean): string {
  const names = operand.address === 16 ? REGISTERS_16 : REGISTERS_32;
  const segment = operand.segment === undefined ? '' : `${SEGMENTS[operand.segment]}:`;
  if (operand.base === undefined && operand.index === undefined) {
    return `${segment || `${SEGMENTS[DS]}:`}${hex(operand.address === 16 ? operand.disp & 0xffff : operand.disp)}`;
  }
  const parts: string[] = [];
  if (operand.base !== undefined) parts.push(names[operand.base]!);
  if (operand.index !== undefined)
    parts.push(operand.address === 16 ? names[operand.index]! : `${names[operand.index]!}*${operand.scale ?? 1}`);
  const { disp } = operand;
  const tail = disp === 0 && !shown ? '' : disp < 0 ? `-${hex(-disp)}` : `+${hex(disp)}`;
  return `${segment}[${parts.join('+')}${tail}]`;
}
