/** What the editor shows beside the text: diagnostics as places and sentences, and the reference of an instruction. Pure. */
import { ALIASES } from '../../isa/mips/aliases.ts';
import { MIPS_ROWS } from '../../isa/mips/rows/index.ts';
import type { Diagnostic } from '../../protocol/messages.ts';

/** A diagnostic as a range of the text, in characters from its start; never empty and never outside. */
export interface Place {
  readonly from: number;
  readonly to: number;
  readonly severity: Diagnostic['severity'];
  readonly message: string;
}

/** `lineStarts[i]` is where line i + 1 begins. */
export function places(text: string, diagnostics: readonly Diagnostic[]): Place[] {
  const starts = [0];
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts.push(i + 1);
  return diagnostics
    .map((d) => {
      const line = Math.max(1, Math.min(d.line, starts.length)),
        start = starts[line - 1] as number;
      const end = line < starts.length ? (starts[line] as number) - 1 : text.length;
      const from = Math.min(start + Math.max(0, d.column - 1), end),
        to = Math.min(Math.max(from + 1, start + d.endColumn - 1), Math.max(end, from));
      return { from: to === from ? Math.max(start, from - 1) : from, to, severity: d.severity, message: d.message };
    })
    .toSorted((a, b) => a.from - b.from || a.to - b.to);
}

export function summary(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter((d) => d.severity === 'error').length,
    warnings = diagnostics.length - errors;
  if (diagnostics.length === 0) return 'No mistakes found.';
  const count = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`;
  return [errors > 0 ? count(errors, 'mistake') : '', warnings > 0 ? count(warnings, 'warning') : ''].filter((w) => w !== '').join(', ');
}

export interface Reference {
  readonly form: string;
  readonly says: string;
}

const byName = new Map<string, Reference[]>();
const add = (name: string, reference: Reference): void => {
  byName.set(name, [...(byName.get(name) ?? []), reference]);
};
for (const row of MIPS_ROWS)
  add(row.name, {
    form: `${row.name} ${row.operands}`.trim(),
    says: `${row.says}${row.slot ? ' The instruction after it runs first (delay slot).' : ''}`,
  });
for (const alias of ALIASES)
  add(alias.name, { form: `${alias.name} ${alias.operands}`.trim(), says: 'A shorter spelling of another instruction.' });

/** What the manual's row says of a mnemonic; empty when there is none. */
export const reference = (mnemonic: string): readonly Reference[] => byName.get(mnemonic.toLowerCase()) ?? [];
export const isInstruction = (word: string): boolean => byName.has(word.toLowerCase());
