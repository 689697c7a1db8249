/** What `--report` and `--json` say of a run: stable keys in a stable order. */
import type { Running } from '../levels/level.ts';

export interface Report {
  readonly program: string;
  readonly level: string;
  readonly mode: string;
  readonly status: number;
  readonly signal: string | null;
  readonly sentence: string | null;
  readonly hostInstructions: number;
  readonly guestInstructions: number;
  readonly time: number;
  readonly seconds: number;
  readonly peakMemory: number;
  readonly ledger: readonly { readonly owner: number; readonly category: string; readonly kind: string; readonly units: number }[];
  readonly counters: Readonly<Record<string, number>>;
}

export function reportOf(program: string, level: string, mode: string, running: Running, status: number, sentence: string | null): Report {
  const { machine } = running,
    counters = running.counters();
  return {
    program,
    level,
    mode,
    status,
    signal: running.exit?.signal ?? null,
    sentence,
    hostInstructions: machine.retired,
    guestInstructions: level === 'native' ? machine.retired : machine.guestRetired,
    time: machine.time,
    seconds: machine.time / machine.hz,
    peakMemory: counters['memory.peak'] ?? 0,
    ledger: machine.ledger.entries().map(({ owner, category, kind, units }) => ({ owner, category, kind, units })),
    counters,
  };
}
