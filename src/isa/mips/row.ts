/**
 * A row of the MIPS32 table: the common row (microop/row.ts) with its compiled encoding and what only MIPS has.
 *
 * Columns: name, the manual's operands, the encoding as bit fields (fields.ts names the letters), one sentence for captions,
 * and the meaning, which speaks only through MipsTerms and never asks whether an operand field is known.
 */
import type { Flow, Row } from '../microop/row.ts';
import type { MipsTerms } from './terms.ts';
import { parseEncoding } from './fields.ts';
import type { Encoding } from './fields.ts';

export interface MipsRow extends Row<MipsTerms>, Encoding {
  /**
   * Branch-likely: when the branch is not taken, the delay slot is annulled and execution goes on at address + 8.
   * The flow op is the same as for an ordinary branch (`to` = target, `otherwise` = address + 8).
   */
  readonly likely: boolean;
}

export interface MipsRowOptions {
  readonly flow?: Flow;
  readonly slot?: boolean;
  readonly likely?: boolean;
  readonly privilege?: 'user' | 'kernel';
  /** The manual's entry, where it is not simply the name in capitals. */
  readonly entry?: string;
}

export function mips(
  name: string,
  operands: string,
  encoding: string,
  says: string,
  means: (m: MipsTerms) => void,
  options: MipsRowOptions = {},
): MipsRow {
  return {
    name,
    operands,
    encoding,
    says,
    means,
    ...parseEncoding(encoding),
    flow: options.flow ?? 'next',
    slot: options.slot ?? false,
    likely: options.likely ?? false,
    privilege: options.privilege ?? 'user',
    reads: '',
    writes: '',
    undefines: '',
    manual: `MIPS32 II ${options.entry ?? name.toUpperCase()}`,
  };
}
