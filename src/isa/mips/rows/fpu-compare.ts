/** Comparisons of the FPU, and what follows from them: branches and conditional moves. */
import type { Value } from '../../microop/op.ts';
import { mips } from '../row.ts';
import type { MipsRow } from '../row.ts';
import type { MipsTerms } from '../terms.ts';
import { conditionBit, even, get, holds, put, word } from './fpu-terms.ts';

const CONDITIONS = ['f', 'un', 'eq', 'ueq', 'olt', 'ult', 'ole', 'ule', 'sf', 'ngle', 'seq', 'ngl', 'lt', 'nge', 'le', 'ngt'] as const;
const FMT = { s: '10000', d: '10001' } as const;
type Format = keyof typeof FMT;
const FORMATS: readonly Format[] = ['s', 'd'];

const compare = (f: Format, condition: number) => (m: MipsTerms): void => {
  if (f === 'd') even(m, 'g', 'f');
  m.service(`cop1.c.${f}`, [m.const(condition), conditionBit(m, 'a'), word(m, 'g'), word(m, 'f')]);
};
const compares = FORMATS.flatMap((f) => CONDITIONS.map((name, n): MipsRow =>
  mips(`c.${name}.${f}`, 'ccd, fs, ft', `010001 ${FMT[f]} f g a 00 11${n.toString(2).padStart(4, '0')}`, `Compares ${f === 's' ? 'singles' : 'doubles'}; a condition tells the answer.`,
    compare(f, n), { entry: 'C.cond.fmt' })));

const branch = (name: string, wanted: 0 | 1, likely: boolean): MipsRow =>
  mips(name, 'ccb, offset', `010001 01000 k ${likely ? 1 : 0} ${wanted} o`, `Branches if an FPU condition is ${wanted ? 'true' : 'false'}${likely ? '; else skips the slot' : ''}.`,
    (m) => m.branch(wanted ? holds(m, 'k') : m.not(holds(m, 'k'))), { flow: 'branch', slot: true, likely });

const moveGeneral = (name: string, wanted: 0 | 1): MipsRow =>
  mips(name, 'rd, rs, cc', `000000 s k 0 ${wanted} d 00000 000001`, `Copies rs to rd if an FPU condition is ${wanted ? 'true' : 'false'}.`,
    (m) => m.setRd(wanted ? m.select(holds(m, 'k'), m.rs, m.rd) : m.select(holds(m, 'k'), m.rd, m.rs)));

/** Copies fs to fd, or leaves it; odd registers are taken for the even ones below them. */
function move(m: MipsTerms, f: Format, when: Value): void {
  for (const half of f === 's' ? (['own'] as const) : (['low', 'high'] as const)) put(m, 'v', half, m.select(when, get(m, 'g', half), get(m, 'v', half)));
}
const moves = FORMATS.flatMap((f): MipsRow[] => [
  mips(`movf.${f}`, 'fd, fs, cc', `010001 ${FMT[f]} k 0 0 g v 010001`, 'Copies fs to fd if an FPU condition is false.', (m) => move(m, f, m.not(holds(m, 'k'))), { entry: 'MOVF.fmt' }),
  mips(`movt.${f}`, 'fd, fs, cc', `010001 ${FMT[f]} k 0 1 g v 010001`, 'Copies fs to fd if an FPU condition is true.', (m) => move(m, f, holds(m, 'k')), { entry: 'MOVT.fmt' }),
  mips(`movz.${f}`, 'fd, fs, rt', `010001 ${FMT[f]} t g v 010010`, 'Copies fs to fd if rt is 0.', (m) => move(m, f, m.not(m.rt)), { entry: 'MOVZ.fmt' }),
  mips(`movn.${f}`, 'fd, fs, rt', `010001 ${FMT[f]} t g v 010011`, 'Copies fs to fd if rt is not 0.', (m) => move(m, f, m.bool(m.rt)), { entry: 'MOVN.fmt' }),
]);

export const FPU_COMPARE: readonly MipsRow[] = [
  ...compares, branch('bc1f', 0, false), branch('bc1t', 1, false), branch('bc1fl', 0, true), branch('bc1tl', 1, true),
  moveGeneral('movf', 0), moveGeneral('movt', 1), ...moves,
];
