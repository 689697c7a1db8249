/** The columns of the rows say what their `means` does: flags read and written, flow, privilege; and every row has its texts. */
import { describe, expect, it } from 'vitest';
import type { Op } from '../../../src/isa/microop/op.ts';
import { decode } from '../../../src/isa/x86/decode.ts';
import { ROWS } from '../../../src/isa/x86/rows/index.ts';
import { sample } from '../../../src/isa/x86/sample.ts';
import { X86_SERVICES } from '../../../src/isa/x86/services.ts';
import { SSE_ARGUMENTS } from '../../../src/isa/x86/sse/services.ts';
import { AF, CF, CPL, DF, IF, OF, PF, SF, ZF } from '../../../src/isa/x86/state.ts';

const SERVICES: Readonly<Record<string, readonly string[]>> = { ...X86_SERVICES, ...SSE_ARGUMENTS };

const BITS: Record<string, number> = { O: OF, S: SF, Z: ZF, A: AF, P: PF, C: CF, D: DF, I: IF };
const LETTERS = Object.keys(BITS);
const letters = (mask: number): string => LETTERS.filter((l) => mask & BITS[l]!).join('');
/** Condition pairs O B E BE S P L LE. */
const CONDITION = ['O', 'C', 'Z', 'ZC', 'S', 'P', 'OS', 'OSZ'];
const sorted = (text: string): string => LETTERS.filter((l) => text.includes(l)).join('');

function readBy(ops: readonly Op[]): string {
  let found = '';
  for (const op of ops) {
    if (op.k === 'cond') found += CONDITION[op.code >> 1];
    if (op.k === 'getFlags') found += letters(op.mask);
  }
  return sorted(found);
}
function writtenBy(ops: readonly Op[]): string {
  let found = '';
  for (const op of ops) {
    if (op.k === 'flags') found += op.rule === 'set' ? letters(op.mask!) : op.rule === 'inc' || op.rule === 'dec' ? 'OSZAP' : 'OSZAPC';
    if (op.k === 'service' && (op.name === 'flags.write' || op.name === 'interrupt.return')) found += 'OSZAPCDI';
    if (op.k === 'service' && (op.name === 'interrupt.disable' || op.name === 'interrupt.enable')) found += 'I';
  }
  return sorted(found);
}
const SERVICE_FLOW: Record<string, string> = {
  'far.jump': 'jump',
  'far.call': 'call',
  'far.return': 'return',
  interrupt: 'trap',
  'interrupt.return': 'return',
  halt: 'halt',
  gate: 'trap',
};
function flowOf(ops: readonly Op[]): string {
  const last = ops.at(-1);
  if (last?.k === 'jump') return last.as;
  if (last?.k === 'branch') return 'branch';
  for (const op of ops) {
    if (op.k === 'service' && SERVICE_FLOW[op.name]) return SERVICE_FLOW[op.name]!;
    if (op.k === 'trapIf' && op.when.k === 'const') return 'trap';
  }
  return 'next';
}

/** What all samples of a row do together. */
function observed(i: number): { reads: string; writes: string; flow: string; ops: readonly Op[] } {
  const row = ROWS[i]!;
  let reads = '',
    writes = '',
    flow = '';
  let ops: readonly Op[] = [];
  for (let n = 0; n < 32; n++) {
    const bytes = sample(row, i * 64 + n, {
      repeat: 0,
      ...(row.form.span === 16 ? { condition: n & 15 } : {}),
      operandSize: n & 1 ? 32 : 16,
    });
    ops = decode(bytes, 0, bytes.length, 0x1000, { code32: true, stack32: true })!.ops;
    reads += readBy(ops);
    writes += writtenBy(ops);
    flow = flowOf(ops);
  }
  return { reads: sorted(reads), writes: sorted(writes), flow, ops };
}

describe.each(ROWS.map((row, i) => [`${row.name} ${row.operands} (${row.encoding})`, row, i] as const))('%s', (_, row, i) => {
  it('does what its columns say', () => {
    const seen = observed(i);
    expect(seen.reads).toBe(sorted(row.reads));
    expect(seen.flow).toBe(row.flow);
    /** Every defined flag is written; what is written beyond them is undefined by the manual. */
    for (const letter of row.writes) expect(seen.writes).toContain(letter);
    for (const letter of seen.writes) expect(row.writes + row.undefines).toContain(letter);
    for (const letter of row.writes) expect(row.undefines).not.toContain(letter);
    const guarded =
      seen.ops.some((op) => op.k === 'get' && op.from.word === CPL) &&
      seen.ops.some((op) => op.k === 'trapIf' && op.vector === 13 && op.error === 0);
    expect(guarded).toBe(row.privilege === 'kernel');
    expect(row.says).toMatch(/^[A-Z].*\.$/);
    expect(row.manual).toMatch(/^SDM 2[ABC] /);
  });
  it('asks for known services, with all arguments, and obeys the commit rule', () => {
    for (const size of [16, 32] as const) {
      const bytes = sample(row, i, { operandSize: size });
      const { ops } = decode(bytes, 0, bytes.length, 0x1000, { code32: true, stack32: true })!;
      let committed = false;
      for (const op of ops) {
        if (op.k === 'put' || op.k === 'flags') committed = true;
        else if (committed) expect(['jump', 'branch']).toContain(op.k);
        if (op.k !== 'service') continue;
        expect(Object.keys(SERVICES)).toContain(op.name);
        expect(op.args.length).toBe(SERVICES[op.name]!.length);
      }
    }
  });
});
