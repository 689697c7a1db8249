/**
 * The operands of the rows' operand strings ("rt, simm(rs)"): what each looks like in assembly and which field it fills.
 * Disassembler (here) and assembler (assembler/operands.ts) read this one table.
 *
 * Numbers are written as objdump writes them: signed constants decimal, everything else hexadecimal.
 */
import { FIELDS, extractField } from './fields.ts';
import type { FieldLetter } from './fields.ts';
import { branchTarget, jumpTarget } from './builder.ts';
import { MIPS_REGISTERS } from './state.ts';

export type OperandKind =
  | 'gpr'
  | 'fpr'
  | 'cc'
  | 'cop0'
  | 'cop2'
  | 'literal'
  | 'signed'
  | 'unsigned'
  | 'memory'
  | 'branch'
  | 'target'
  | 'size'
  | 'msize'
  | 'word'
  | 'indexed';

export interface OperandSyntax {
  /** As in the row's operand string. */
  readonly name: string;
  readonly kind: OperandKind;
  readonly letter: FieldLetter;
  /** May be missing at the end of the operands, and is then 0. */
  readonly optional: boolean;
  /** May be missing at the beginning, and is then 0. */
  readonly leading?: boolean;
}

const entry = (name: string, kind: OperandKind, letter: FieldLetter, optional = false): [string, OperandSyntax] => [
  name,
  { name, kind, letter, optional },
];

const leading = (name: string, letter: FieldLetter): [string, OperandSyntax] => [
  name,
  { name, kind: 'cc', letter, optional: true, leading: true },
];

const OPERANDS = new Map<string, OperandSyntax>([
  entry('rs', 'gpr', 's'),
  entry('rt', 'gpr', 't'),
  entry('rd', 'gpr', 'd'),
  entry('simm', 'signed', 'i'),
  entry('uimm', 'unsigned', 'i'),
  entry('simm(rs)', 'memory', 'i'),
  entry('offset', 'branch', 'o'),
  entry('target', 'target', 'j'),
  entry('sa', 'unsigned', 'h'),
  entry('pos', 'unsigned', 'l'),
  entry('size', 'size', 'm'),
  entry('msize', 'msize', 'm'),
  entry('code20', 'unsigned', 'c', true),
  entry('code10', 'unsigned', 'e', true),
  entry('code19', 'unsigned', 'x', true),
  entry('codeb', 'unsigned', 'b', true),
  entry('codeq', 'unsigned', 'q', true),
  entry('stype', 'unsigned', 'y', true),
  entry('hint', 'unsigned', 'p'),
  entry('cofun', 'unsigned', 'n'),
  entry('sel', 'unsigned', 'z', true),
  entry('cop0', 'cop0', 'g'),
  entry('cop2', 'cop2', 'r'),
  entry('ft', 'fpr', 'f'),
  entry('fs', 'fpr', 'g'),
  entry('fd', 'fpr', 'v'),
  entry('cc', 'cc', 'k'),
  leading('ccb', 'k'),
  leading('ccd', 'a'),
  entry('fr', 'fpr', 'u'),
  entry('rt(rs)', 'indexed', 't'),
  entry('phint', 'unsigned', 'g'),
  entry('word', 'word', 'n'),
]);

const parsed = new Map<string, readonly OperandSyntax[]>();

/** The operands of an operand string; a part that starts with $ or 0 or names no operand stands for itself. */
export function operandsOf(text: string): readonly OperandSyntax[] {
  let result = parsed.get(text);
  if (!result) {
    result =
      text === '' ? [] : text.split(', ').map((name) => OPERANDS.get(name) ?? { name, kind: 'literal', letter: 'z', optional: false });
    parsed.set(text, result);
  }
  return result;
}

export interface TextStyle {
  /** Write what the assembler reads: registers as $sp, branch targets as `.+8`. The default is objdump's way. */
  readonly source?: boolean;
  /** Use the friendly names (move, li, b, nop) where they fit. Default true. */
  readonly aliases?: boolean;
  /** What stands at an address, e.g. "main" or "main+0x8": shown behind it in angle brackets. */
  readonly symbol?: (address: number) => string | undefined;
}

/** Release 2 and MT names of the system registers, one text a register, selects 0, 1, 2 ... between blanks; - is unnamed. */
const COP0_NAMES = [
  'index mvpcontrol mvpconf0 mvpconf1',
  'random vpecontrol vpeconf0 vpeconf1 yqmask vpeschedule vpeschefback',
  'entrylo0 tcstatus tcbind tcrestart tchalt tccontext tcschedule tcschefback',
  'entrylo1',
  'context contextconfig',
  'pagemask pagegrain',
  'wired srsconf0 srsconf1 srsconf2 srsconf3 srsconf4',
  'hwrena',
  'badvaddr',
  'count',
  'entryhi',
  'compare',
  'status intctl srsctl srsmap',
  'cause',
  'epc',
  'prid ebase',
  'config config1 config2 config3',
  'lladdr',
  'watchlo watchlo,1 watchlo,2 watchlo,3 watchlo,4 watchlo,5 watchlo,6 watchlo,7',
  'watchhi watchhi,1 watchhi,2 watchhi,3 watchhi,4 watchhi,5 watchhi,6 watchhi,7',
  'xcontext',
  '',
  '',
  'debug tracecontrol tracecontrol2 usertracedata tracebpc',
  'depc',
  'perfcnt perfcnt,1 perfcnt,2 perfcnt,3 perfcnt,4 perfcnt,5 perfcnt,6 perfcnt,7',
  'errctl',
  'cacheerr cacheerr,1 cacheerr,2 cacheerr,3',
  'taglo datalo taglo1 datalo1 taglo2 datalo2 taglo3 datalo3',
  'taghi datahi taghi1 datahi1 taghi2 datahi2 taghi3 datahi3',
  'errorepc',
  'desave',
].map((line) => line.split(' '));
const HARDWARE_NAMES: Readonly<Record<string, string>> = {
  $0: 'hwr_cpunum',
  $1: 'hwr_synci_step',
  $2: 'hwr_cc',
  $3: 'hwr_ccres',
  $31: 'c1_fcsr',
};

/** Control registers of the FPU, by what objdump calls them. */
export const CONTROL_REGISTERS: Readonly<Record<string, string>> = { c1_fir: '$0', c1_fccr: '$25', c1_fexr: '$26', c1_fenr: '$28' };

export const gprName = (n: number, style: TextStyle = {}): string => {
  const name = n === 30 && !style.source ? 's8' : MIPS_REGISTERS[n]!;
  return style.source ? `$${name}` : name;
};
const hex = (n: number): string => `0x${(n >>> 0).toString(16)}`;

export function addressText(address: number, style: TextStyle): string {
  const symbol = style.symbol?.(address);
  const digits = (address >>> 0).toString(16);
  return style.source || symbol === undefined ? `0x${digits}` : `${digits} <${symbol}>`;
}

const relativeText = (distance: number): string => (distance < 0 ? `.-${-distance}` : `.+${distance}`);

/** System registers with their select, which is then not written again. */
function cop0Text(word: number, style: TextStyle): string {
  const n = (word >>> 11) & 31,
    select = word & 7;
  const name = COP0_NAMES[n]![select];
  if (name && name !== '-' && !style.source) return `c0_${name}`;
  return select === 0 ? `$${n}` : `$${n},${select}`;
}

function formatOperand(o: OperandSyntax, word: number, address: number, style: TextStyle): string {
  const value = extractField(word, FIELDS[o.letter]);
  switch (o.kind) {
    case 'gpr':
      return gprName(value, style);
    case 'fpr':
      return `$f${value}`;
    case 'cc':
      return `$fcc${value}`;
    case 'cop2':
      return `$${value}`;
    case 'cop0':
      return cop0Text(word, style);
    case 'literal':
      return style.source ? (CONTROL_REGISTERS[o.name] ?? o.name) : o.name === '$zero' ? 'zero' : (HARDWARE_NAMES[o.name] ?? o.name);
    case 'signed':
      return String((value << 16) >> 16);
    case 'unsigned':
      return hex(value);
    case 'memory':
      return `${(value << 16) >> 16}(${gprName((word >>> 21) & 31, style)})`;
    case 'indexed':
      return `${gprName(value, style)}(${gprName((word >>> 21) & 31, style)})`;
    case 'branch':
      return style.source ? relativeText(((word << 16) >> 14) + 4) : addressText(branchTarget(word, address), style);
    case 'target':
      return addressText(jumpTarget(word, address), style);
    case 'size':
      return hex(value + 1);
    case 'msize':
      return hex(value - ((word >>> 6) & 31) + 1);
    case 'word':
      return hex(word);
  }
}

/** All operands with commas between; codes and selects that are 0 at the end are left out. */
export function formatOperands(operands: string, word: number, address: number, style: TextStyle): string {
  const list = operandsOf(operands);
  let length = list.length;
  while (length > 0 && list[length - 1]!.optional && extractField(word, FIELDS[list[length - 1]!.letter]) === 0) length--;
  return list
    .slice(0, length)
    .filter((o) => o.name !== 'sel' && !(o.leading && extractField(word, FIELDS[o.letter]) === 0))
    .map((o) => formatOperand(o, word, address, style))
    .join(',');
}
