/**
 * What the page knows: the session (what is open), the position (where the machine is), the selection and the layout.
 * Zustand stores without React, so that panels, tests and the URL read the same thing. Only actions.ts and connect.ts write them,
 * except `ui` and `selection`, which any panel may set.
 */
import { create } from 'zustand';
import type { Breakpoint, Diagnostic, Grain, Knobs, Opened, Position, Source } from '../protocol/messages.ts';

export type Phase = 'empty' | 'opening' | 'open' | 'failed';

/** What was typed, and when: so that a link or another mode can type it again. `bytes` null is the end of input. */
export interface TypedInput {
  readonly retired: number;
  readonly guest: number;
  readonly bytes: readonly number[] | null;
  /** Instead of bytes: what was done beside typing, as text of JSON (act.ts). */
  readonly act?: string;
}

export interface SessionState {
  readonly phase: Phase;
  readonly level: string;
  readonly source: Source | null;
  readonly opened: Opened | null;
  readonly mode: string;
  readonly knobs: Knobs;
  readonly breakpoints: readonly Breakpoint[];
  readonly inputs: readonly TypedInput[];
  readonly args: readonly string[];
  /** One sentence about what went wrong last; null when nothing did. */
  readonly problem: string | null;
  /** Of the last assembly text that was refused. */
  readonly diagnostics: readonly Diagnostic[];
}

export const useSession = create<SessionState>(() => ({
  phase: 'empty',
  level: 'isa',
  source: null,
  opened: null,
  mode: '',
  knobs: {},
  breakpoints: [],
  inputs: [],
  args: [],
  problem: null,
  diagnostics: [],
}));

/** Conditions that were wished for and are not there yet: controls show these, so that a second wish is told from the first. */
export interface Wish {
  readonly mode?: string;
  readonly knobs?: Knobs;
}
export const useWish = create<Wish>(() => ({}));

export const START: Position = {
  state: 'paused',
  retired: 0,
  time: 0,
  guestRetired: 0,
  micro: 0,
  knownTime: 0,
  knownRetired: 0,
  exit: null,
  reason: '',
};

export const usePosition = create<Position>(() => START);

/** What the learner points at; panels light up together. Addresses are guest addresses. */
export interface SelectionState {
  readonly block: number | null;
  readonly instruction: number | null;
}
export const useSelection = create<SelectionState>(() => ({ block: null, instruction: null }));

export type Theme = 'system' | 'light' | 'dark';
/** Regions of the labs that a link or a lecture may point at. */
export const REGIONS = [
  'forms',
  'cache',
  'cost',
  'listing',
  'registers',
  'memory',
  'ledger',
  'console',
  'timeline',
  'truths',
  'shares',
  'groups',
  'limits',
  'overlay',
  'syscall',
  'allocation',
  'terminal',
  'containers',
] as const;
export type StageRegion = (typeof REGIONS)[number];

export interface UiState {
  readonly theme: Theme;
  readonly grain: Grain;
  /** A factor of PACE, or Infinity for as fast as it goes. */
  readonly speed: number;
  /** The region that present mode and a link point at; null for none. */
  readonly focus: StageRegion | null;
  /** A link may hold the grain fixed. */
  readonly grainLocked: boolean;
  /** Index of the lecture cue that is presented; null outside present mode. */
  readonly cue: number | null;
  /** The assembly editor is open over the stage. */
  readonly editing: boolean;
  /** The tab on a narrow page. */
  readonly tab: 'program' | 'stage' | 'changes' | 'costs';
}

export const useUi = create<UiState>(() => ({
  theme: 'system',
  grain: 'instruction',
  speed: 1,
  focus: null,
  grainLocked: false,
  cue: null,
  editing: false,
  tab: 'stage',
}));

/** Steps a second at speed 1. */
export const PACE = 4;
export const SPEEDS: readonly number[] = [0.25, 0.5, 1, 2, 5, 25, 250, 10_000, Number.POSITIVE_INFINITY];
export const GRAINS: readonly { readonly id: Grain; readonly label: string }[] = [
  { id: 'micro', label: 'micro-step' },
  { id: 'instruction', label: 'instruction' },
  { id: 'host', label: 'host instruction' },
  { id: 'block', label: 'block' },
  { id: 'event', label: 'event' },
];
