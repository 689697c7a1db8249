/**
 * Other spellings of encodings that rows have already: one instruction each, so that they need no meaning of their own.
 * Shown aliases are those that objdump prints; the others are only understood by the assembler.
 * Where several fit a word, the first in the list is shown.
 */
import { parseEncoding } from './fields.ts';
import type { Encoding } from './fields.ts';

export interface Alias extends Encoding {
  readonly name: string;
  readonly operands: string;
  readonly shown: boolean;
}

/** GNU as reads `div $4, $5` as a pseudo-instruction: source text must name $zero, as the alias does. */
export const WRITTEN_AS_ALIAS: ReadonlySet<string> = new Set(['div', 'divu']);

const alias = (name: string, operands: string, encoding: string, shown = true): Alias => ({
  name,
  operands,
  shown,
  ...parseEncoding(encoding),
});

export const ALIASES: readonly Alias[] = [
  alias('nop', '', '00000000000000000000000000000000'),
  alias('ssnop', '', '00000000000000000000000001000000'),
  alias('ehb', '', '00000000000000000000000011000000'),
  alias('pause', '', '00000000000000000000000101000000'),
  alias('li', 'rt, simm', '001001 00000 t i'),
  alias('li', 'rt, uimm', '001101 00000 t i'),
  alias('move', 'rd, rs', '000000 s 00000 d 00000 100001'),
  alias('move', 'rd, rs', '000000 s 00000 d 00000 100101'),
  alias('negu', 'rd, rt', '000000 00000 t d 00000 100011'),
  alias('neg', 'rd, rt', '000000 00000 t d 00000 100010'),
  alias('not', 'rd, rs', '000000 s 00000 d 00000 100111', false),
  alias('b', 'offset', '000100 00000 00000 o'),
  alias('b', 'offset', '000001 00000 00001 o'),
  alias('bal', 'offset', '000001 00000 10001 o'),
  alias('beqz', 'rs, offset', '000100 s 00000 o'),
  alias('bnez', 'rs, offset', '000101 s 00000 o'),
  alias('beqzl', 'rs, offset', '010100 s 00000 o'),
  alias('bnezl', 'rs, offset', '010101 s 00000 o'),
  alias('jalr', 'rs', '000000 s 00000 11111 00000 001001'),
  alias('jalr.hb', 'rs', '000000 s 00000 11111 10000 001001'),
  alias('div', '$zero, rs, rt', '000000 s t 0000000000 011010'),
  alias('divu', '$zero, rs, rt', '000000 s t 0000000000 011011'),
  alias('ror', 'rd, rt, sa', '000000 00001 t d h 000010'),
  alias('rorv', 'rd, rt, rs', '000000 s t d 00001 000110'),
  alias('di', '', '010000 01011 00000 0110000000000000'),
  alias('ei', '', '010000 01011 00000 0110000000100000'),
  alias('sync_wmb', '', '000000 000000000000000 00100 001111'),
  alias('sync_mb', '', '000000 000000000000000 10000 001111'),
  alias('sync_acquire', '', '000000 000000000000000 10001 001111'),
  alias('sync_release', '', '000000 000000000000000 10010 001111'),
  alias('sync_rmb', '', '000000 000000000000000 10011 001111'),
  // Operands that the assembler lets one leave out or order as a call instruction.
  alias('j', 'rs', '000000 s 0000000000 00000 001000', false),
  alias('jal', 'rs', '000000 s 00000 11111 00000 001001', false),
  alias('jal', 'rd, rs', '000000 s 00000 d 00000 001001', false),
  alias('rem', '$zero, rs, rt', '000000 s t 0000000000 011010', false),
  alias('remu', '$zero, rs, rt', '000000 s t 0000000000 011011', false),
  alias('div', '$zero, rt', '000000 00000 t 0000000000 011010', false),
  alias('divu', '$zero, rt', '000000 00000 t 0000000000 011011', false),
];
