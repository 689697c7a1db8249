/**
 * How the interpreter tells instructions apart: a tree of table look-ups on fields of the word, made from the rows. Leaves
 * hold the rows that are left, those with most fixed bits first; what the tables did not decide is compared there.
 */
import { MIPS_ROWS } from '../../isa/mips/rows/index.ts';
import type { MipsRow } from '../../isa/mips/row.ts';
import type { DecodeField } from '../../translate/interpreter.ts';

export type DecodeNode =
  | { readonly k: 'switch'; readonly field: DecodeField; readonly next: readonly DecodeNode[] }
  /** `known`: bits of the word that are certain here. */
  | { readonly k: 'rows'; readonly rows: readonly MipsRow[]; readonly known: number }
  | { readonly k: 'reserved' };

const OPCODE: DecodeField = { low: 26, width: 6 };
const FUNCTION: DecodeField = { low: 0, width: 6 };
/** Fields that second tables may use. */
const SECOND: readonly DecodeField[] = [FUNCTION, { low: 16, width: 5 }, { low: 21, width: 5 }];
/** Fewer rows than this are told apart by comparing. */
const TABLE_FROM = 4;

const bits = (n: number): number => n.toString(2).replaceAll('0', '').length;
const maskOf = (f: DecodeField): number => ((2 ** f.width - 1) * 2 ** f.low) >>> 0;

let tree: Extract<DecodeNode, { k: 'switch' }> | null = null;
export const decodeTree = (): Extract<DecodeNode, { k: 'switch' }> => (tree ??= split(MIPS_ROWS, OPCODE, 0, true));

function split(rows: readonly MipsRow[], field: DecodeField, known: number, first: boolean): Extract<DecodeNode, { k: 'switch' }> {
  const mask = maskOf(field);
  const next = Array.from({ length: 2 ** field.width }, (_, value) => {
    const wanted = (value * 2 ** field.low) >>> 0;
    const here = rows.filter((row) => (row.mask & mask & (row.match ^ wanted)) === 0);
    return nodeOf(here, (known | mask) >>> 0, first);
  });
  return { k: 'switch', field, next };
}

function nodeOf(rows: readonly MipsRow[], known: number, maySplit: boolean): DecodeNode {
  if (rows.length === 0) return { k: 'reserved' };
  const field = maySplit && rows.length >= TABLE_FROM ? bestField(rows) : null;
  if (field) return split(rows, field, known, false);
  return { k: 'rows', rows: [...rows].sort((a, b) => bits(b.mask) - bits(a.mask)), known };
}

/** The field that leaves the fewest rows in its fullest entry. */
function bestField(rows: readonly MipsRow[]): DecodeField {
  const fullest = (field: DecodeField): number => {
    const mask = maskOf(field);
    let most = 0;
    for (let value = 0; value < 2 ** field.width; value++) {
      const wanted = (value * 2 ** field.low) >>> 0;
      most = Math.max(most, rows.filter((row) => (row.mask & mask & (row.match ^ wanted)) === 0).length);
    }
    return most;
  };
  return [...SECOND].sort((a, b) => fullest(a) - fullest(b))[0]!;
}
