/** What programs seldom need of Linux on MIPS: most calls, those whose arguments explain each other, rare structures. See bits/late.ts. */
import { Late } from '../../../bits/late.ts';
import type { levelsToMips, readSignals } from './special.ts';
import type { RARE_STRUCTURES } from './structures-rest.ts';
import type { CallRow } from './table.ts';

interface LateLinux {
  readonly calls: ReadonlyMap<number, CallRow>;
  readonly others: Readonly<Record<number, string>>;
  readonly levelsToMips: typeof levelsToMips;
  readonly readSignals: typeof readSignals;
  readonly structures: typeof RARE_STRUCTURES;
}
export const LINUX = new Late<LateLinux>('linux of mips');
