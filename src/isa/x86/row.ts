/**
 * One IA-32 row: the common Row, its strings read into a form, and what only IA-32 has (LOCK, REP). `ia32` makes one.
 */
import type { Row } from '../microop/row.ts';
import type { X86 } from './builder.ts';
import { parseForm } from './form.ts';
import type { Form } from './form.ts';

export interface X86Row extends Row<X86> {
  readonly form: Form;
  /** LOCK is legal when the destination is memory (SDM vol. 2A, LOCK). */
  readonly lock: boolean;
  /** How F2 and F3 repeat it: not at all, while ECX != 0, or also while ZF agrees. */
  readonly repeats: 'no' | 'rep' | 'repe';
  /** The same instruction has a preferred encoding: decoded, never assembled. */
  readonly alias: boolean;
}

export interface RowOptions {
  readonly flow?: X86Row['flow'];
  readonly reads?: string;
  readonly writes?: string;
  readonly undefines?: string;
  readonly privilege?: X86Row['privilege'];
  readonly lock?: boolean;
  readonly repeats?: X86Row['repeats'];
  readonly alias?: boolean;
  /** Set where the operand size matters though no operand shows it (pusha, iret). */
  readonly sized?: boolean;
  /** ModRM must name a register though no operand is one. */
  readonly register?: boolean;
  /** The manual's entry, where it is not the mnemonic itself. */
  readonly entry?: string;
  readonly says?: string;
}

/** Volume 2A has the entries A-L, 2B M-U, 2C V-Z. */
const volume = (entry: string): string => (entry[0]! < 'M' ? '2A' : entry[0]! < 'V' ? '2B' : '2C');

export function ia32(name: string, operands: string, encoding: string, means: (m: X86) => void, options: RowOptions = {}): X86Row {
  const entry = options.entry ?? name.toUpperCase();
  return {
    name,
    operands,
    encoding,
    means,
    flow: options.flow ?? 'next',
    reads: options.reads ?? '',
    writes: options.writes ?? '',
    undefines: options.undefines ?? '',
    privilege: options.privilege ?? 'user',
    slot: false,
    manual: `SDM ${volume(entry)} ${entry}`,
    says: options.says ?? '',
    form: parseForm(operands, encoding, options.sized ?? false, options.register ?? false),
    lock: options.lock ?? false,
    repeats: options.repeats ?? 'no',
    alias: options.alias ?? false,
  };
}
