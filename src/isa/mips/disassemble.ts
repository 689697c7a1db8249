/**
 * Text of an instruction, as `objdump -d` of binutils prints it (a blank in place of its tab), friendly aliases included;
 * with `aliases: false` always the manual's own mnemonic and operands.
 *
 * Where it differs from objdump: words that this release-2 table does not define are `.word`, even where objdump knows
 * another ASE's instruction; FPU and coprocessor operations are `cop1 0x…` until the FPU has rows.
 */
import { ALIASES, WRITTEN_AS_ALIAS } from './aliases.ts';
import type { Alias } from './aliases.ts';
import { findRow } from './find.ts';
import { formatOperands } from './operands.ts';
import type { TextStyle } from './operands.ts';
import { RESERVED } from './rows/index.ts';
import type { MipsRow } from './row.ts';

const SHOWN: readonly (readonly Alias[])[] = Array.from({ length: 64 }, (_, opcode) =>
  ALIASES.filter((a) => a.shown && a.match >>> 26 === opcode),
);

export function formatInstruction(row: MipsRow, word: number, address: number, style: TextStyle = {}): string {
  if (row === RESERVED || !sensible(row, word)) return `.word 0x${(word >>> 0).toString(16).padStart(8, '0')}`;
  const friendly = style.aliases !== false || (style.source === true && WRITTEN_AS_ALIAS.has(row.name));
  const alias = !friendly ? undefined : SHOWN[word >>> 26]!.find((a) => (word & a.mask) >>> 0 === a.match);
  const { name, operands } = alias ?? row;
  const text = formatOperands(operands, word, address, style);
  return text === '' ? name : `${name} ${text}`;
}

/** Bit fields that do not fit in the register have no operands that could be written. */
function sensible(row: MipsRow, word: number): boolean {
  const msb = (word >>> 11) & 31,
    lsb = (word >>> 6) & 31;
  return row.name === 'ext' ? lsb + msb <= 31 : row.name === 'ins' ? lsb <= msb : true;
}

export const disassemble = (word: number, address: number, style: TextStyle = {}): string =>
  formatInstruction(findRow(word), word, address, style);
