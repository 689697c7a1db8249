/**
 * Opcode tables, built from the rows: which row do an opcode, a ModRM byte, a mandatory prefix and the two sizes select?
 *
 * Invariant: two rows never claim the same bytes, unless one is the narrower (a fixed byte within a +r range, a whole
 * ModRM byte within a digit): then the narrower stands. A test reads the tables against the rows.
 */
import { Late } from '../../bits/late.ts';
import { EARLY_ROWS } from './rows/early.ts';
import type { X86Row } from './row.ts';

/** One opcode: a row for all ModRM bytes (or none needed), or a row for each ModRM byte. */
export interface OpcodeEntry {
  readonly modrm: boolean;
  row: X86Row | null;
  byModrm: (X86Row | null)[] | null;
}
type Table = (OpcodeEntry | null)[];

/** Tables by mandatory prefix (0 none, 1 F2, 2 F3, 3 66), operand size, address size and escape byte. */
const TABLES: Table[] = Array.from({ length: 4 * 8 }, () => new Array<OpcodeEntry | null>(256).fill(null));

export const tableOf = (prefix: 0 | 1 | 2 | 3, operand32: boolean, address32: boolean, escape: boolean): Table =>
  TABLES[prefix * 8 + (operand32 ? 4 : 0) + (address32 ? 2 : 0) + (escape ? 1 : 0)]!;

function accepts(row: X86Row, modrm: number): boolean {
  const { fixed, digit, mod } = row.form;
  if (fixed >= 0) return modrm === fixed;
  if (digit >= 0 && ((modrm >> 3) & 7) !== digit) return false;
  return mod === 'any' || mod === 'ignored' || (mod === 'register') === modrm >= 0xc0;
}

function claim(table: Table, opcode: number, row: X86Row): void {
  const { form } = row;
  const whole = !form.modrm || (form.digit < 0 && form.fixed < 0 && form.mod === 'any');
  const known = table[opcode];
  if (whole) {
    table[opcode] = { modrm: form.modrm, row, byModrm: null };
    return;
  }
  if (known && !known.modrm) throw new Error(`${row.name} ${row.encoding}: ModRM where another row has none`);
  const entry = known ?? { modrm: true, row: null, byModrm: null };
  entry.byModrm ??= new Array<X86Row | null>(256).fill(entry.row);
  for (let modrm = 0; modrm < 256; modrm++) if (accepts(row, modrm)) entry.byModrm[modrm] = row;
  table[opcode] = entry;
}

function install(row: X86Row): void {
  const { form } = row;
  const prefix = form.mandatory === 0 ? 0 : form.mandatory === 0xf2 ? 1 : form.mandatory === 0xf3 ? 2 : 3;
  for (const operand32 of [false, true])
    for (const address32 of [false, true]) {
      if (form.operandSize !== 0 && (form.operandSize === 32) !== operand32) continue;
      if (form.addressSize !== 0 && (form.addressSize === 32) !== address32) continue;
      const table = tableOf(prefix, operand32, address32, form.escape);
      for (let i = 0; i < form.span; i++) claim(table, form.opcode + i, row);
    }
}

/** Wider claims first, so that the narrower ones overwrite them. */
const breadth = (row: X86Row): number => row.form.span * 4 + (row.form.digit < 0 ? 2 : 0) + (row.form.fixed < 0 ? 1 : 0);
function installRows(rows: readonly X86Row[]): void {
  for (const row of [...rows].sort((a, b) => breadth(b) - breadth(a))) install(row);
}
installRows(EARLY_ROWS);

/** The rows of the x87 and of MMX come late. Before, the decoder asks `x87` where it meets bytes that may be theirs. */
export const X87 = new Late<true>('floating point');
export function installX87(rows: readonly X86Row[]): void {
  installRows(rows);
  X87.provide(true);
}
/** Of two-byte opcodes those of MMX: whole columns of the map, of which SSE2 has some (SDM vol. 2D, table A-3). */
const isMmx = (opcode: number): boolean =>
  (opcode & 0xe0) === 0x60 || opcode >= 0xc4 || opcode === 0x2a || opcode === 0x2c || opcode === 0x2d;
/** Escape bytes, WAIT, and the group of FXSAVE (SDM vol. 2D, A.5 and table A-6). */
export const isX87 = (opcode: number, escape: boolean): boolean =>
  escape ? opcode === 0xae || isMmx(opcode) : opcode === 0x9b || (opcode & 0xf8) === 0xd8;
