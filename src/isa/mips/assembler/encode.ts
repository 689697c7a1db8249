/**
 * From a mnemonic and operands to one instruction word, by the rows and aliases that carry the mnemonic: the first whose
 * operands fit. The decoder's table is thereby the assembler's.
 */
import { ALIASES, WRITTEN_AS_ALIAS } from '../aliases.ts';
import { FIELDS, insertField } from '../fields.ts';
import type { Encoding } from '../fields.ts';
import { operandsOf } from '../operands.ts';
import type { OperandSyntax } from '../operands.ts';
import { MIPS_FAMILIES, MIPS_ROWS } from '../rows/index.ts';
import type { MipsRow } from '../row.ts';
import { findRow } from '../find.ts';
import { fitOperand } from './operands.ts';
import type { Constant, Operand, PendingFixup } from './operands.ts';
import type { Span } from './problem.ts';

interface Form extends Encoding {
  readonly name: string;
  readonly written: string;
  readonly operands: readonly OperandSyntax[];
  /** `addu $4, $5` may stand for `addu $4, $4, $5`. */
  readonly short: boolean;
}

export interface Encoded {
  readonly word: number;
  readonly fixup: PendingFixup | null;
  readonly slot: boolean;
}
/** Why no form fits, and where; `operand` counts the operands that did fit. */
export interface Misfit {
  readonly message: string;
  readonly span: Span | null;
  readonly operand: number;
}

const SHORT: readonly MipsRow[] = [
  ...MIPS_FAMILIES.arithmetic,
  ...MIPS_FAMILIES.logic,
  ...MIPS_FAMILIES.shift,
  ...MIPS_FAMILIES.bits,
  MIPS_FAMILIES.multiply[0]!,
].filter((row) => !['rd, rt, rs', 'rt, uimm'].includes(row.operands) && row.name !== 'clz' && row.name !== 'clo');

const FORMS = new Map<string, Form[]>();
function register(name: string, written: string, encoding: Encoding, shortRow: boolean): void {
  const operands = operandsOf(written);
  const form = {
    name,
    written,
    operands,
    short: shortRow && operands.length >= 2 && operands.every((o) => o.kind !== 'memory'),
    mask: encoding.mask,
    match: encoding.match,
    fields: encoding.fields,
  };
  FORMS.set(name, [...(FORMS.get(name) ?? []), form]);
}
for (const row of MIPS_ROWS) if (!WRITTEN_AS_ALIAS.has(row.name)) register(row.name, row.operands, row, SHORT.includes(row));
// `move` is written with or (GNU as 2.40), so that alias comes before the one with addu.
for (const a of [...ALIASES].sort(
  (x, y) => Number(x.name === 'move' && (x.match & 63) === 0x21) - Number(y.name === 'move' && (y.match & 63) === 0x21),
)) {
  if (a.name !== 'li') register(a.name, a.operands, a, ['neg', 'negu', 'not', 'ror'].includes(a.name));
}

/** A call that overwrites the register it reads: the manual leaves its effect open (MIPS32 vol. II, JALR, BGEZAL). */
export function overwritesOwnOperand(word: number): boolean {
  const row = findRow(word),
    rs = (word >>> 21) & 31;
  return row.flow === 'call' && row.fields.includes(FIELDS.s) && rs === (row.fields.includes(FIELDS.d) ? (word >>> 11) & 31 : 31);
}

export const isMnemonic = (name: string): boolean => FORMS.has(name);
export const mnemonics = (): readonly string[] => [...FORMS.keys()];

export function encode(name: string, operands: readonly Operand[], constant: Constant): Encoded | Misfit {
  let best: Misfit = { message: `There is no instruction ${name}.`, span: null, operand: -1 };
  for (const form of FORMS.get(name) ?? []) {
    const result = fitForm(form, operands, constant);
    if ('word' in result) return result;
    if (result.operand > best.operand) best = result;
  }
  return best;
}

function fitForm(form: Form, given: readonly Operand[], constant: Constant): Encoded | Misfit {
  const operands = form.operands[0]?.leading && given[0]?.kind !== 'cc' ? form.operands.slice(1) : form.operands;
  const short = form.short && given.length === operands.length - 1 && given.length > 0;
  const list = short ? [given[0]!, ...given] : given;
  const needed = operands.filter((o) => !o.optional).length;
  if (list.length < needed || list.length > operands.length) {
    const wanted = operands.length === 0 ? 'takes no operands' : `takes ${form.written}`;
    return { message: `${form.name} ${wanted}.`, span: null, operand: 0 };
  }
  let word = form.match,
    fixup: PendingFixup | null = null;
  for (let i = 0; i < list.length; i++) {
    const fit = fitOperand(operands[i]!, list[i]!, word, constant);
    if (typeof fit === 'string') return { message: fit, span: list[i]!.span, operand: i + 1 };
    word = fit.word;
    fixup = fit.fixup ?? fixup;
  }
  if (form.fields.includes(FIELDS.D)) word = insertField(word, FIELDS.D, (word >>> 11) & 31);
  return { word, fixup, slot: findRow(word).slot };
}
