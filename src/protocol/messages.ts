/**
 * What crosses the worker boundary: requests to the lab and what comes back. Types only; codecs stand beside.
 *
 * Invariant: every request gets exactly one answer with its `id`, a result or a refusal of one clear sentence; everything
 * else comes unasked as a `Push`. All of it is structured-cloneable. A moment is a retired count: time follows from it.
 */
import type { Views, ViewName } from './views.ts';

export type Grain = 'micro' | 'instruction' | 'host' | 'block' | 'event';
/** What runs: a supplied program by id, assembly text, or bytes that the user dropped. */
export type Source =
  | { readonly kind: 'supplied'; readonly id: string; readonly bytes: Uint8Array }
  | { readonly kind: 'assembly'; readonly text: string }
  | { readonly kind: 'file'; readonly name: string; readonly bytes: Uint8Array };

export type Knobs = Readonly<Record<string, number | boolean>>;

export interface OpenOptions {
  readonly level: string;
  readonly mode: string;
  readonly knobs: Knobs;
  readonly args: readonly string[];
  /** Standard input known from the start; null: what the user types. */
  readonly stdin: Uint8Array | null;
}

export type Breakpoint =
  | { readonly on: 'address'; readonly address: number }
  | { readonly on: 'event'; readonly kind: string }
  | { readonly on: 'register'; readonly register: string }
  | { readonly on: 'memory'; readonly start: number; readonly length: number };

export type Request =
  | { readonly op: 'open'; readonly source: Source; readonly options: OpenOptions }
  /** Runs forward; `speed` is guest instructions a second of wall time, or Infinity. The worker slices by itself. */
  | { readonly op: 'run'; readonly speed: number; readonly until?: number }
  | { readonly op: 'pause' }
  | { readonly op: 'step'; readonly grain: Grain; readonly direction: 1 | -1; readonly kinds?: readonly string[] }
  /**
   * To the first instruction boundary at or after `time`, or exactly `retired`, or the start of guest instruction number `guest`
   * (0 is the first; where the host
   * does several at once, of the first of them), or just after event number `nth` (1 is the first) of `event.kind`. Runs into the unknown
   * when it must: that may take long, the state is `seeking` meanwhile, and whatever is asked next that moves the machine breaks it off.
   */
  | {
      readonly op: 'seek';
      readonly time?: number;
      readonly retired?: number;
      readonly micro?: number;
      readonly guest?: number;
      readonly event?: { readonly kind: string; readonly nth: number };
    }
  | { readonly op: 'knob'; readonly knob: string; readonly value: number | boolean }
  | { readonly op: 'input'; readonly bytes: Uint8Array | null }
  /** Something that a learner does at a level beside typing, as text of JSON (OsAction in os-views.ts): a logged input, repeated on replay. */
  | { readonly op: 'act'; readonly action: string }
  | { readonly op: 'breakpoints'; readonly list: readonly Breakpoint[] }
  /** Which views the page shows now, with their parameters (a window of memory, the selected block ...). */
  | { readonly op: 'watch'; readonly views: { readonly [N in ViewName]?: { readonly [key: string]: number | string | boolean | null } } }
  /** Assembles without running: diagnostics only. */
  | { readonly op: 'assemble'; readonly text: string }
  | { readonly op: 'export'; readonly what: 'trace-csv' | 'trace-json' | 'run' | 'elf' }
  | { readonly op: 'import'; readonly bytes: Uint8Array };

export interface Diagnostic {
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  /** Column after the last character meant. */
  readonly endColumn: number;
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

export interface KnobInfo {
  readonly id: string;
  readonly label: string;
  readonly kind: 'number' | 'switch';
  readonly value: number | boolean;
  readonly min?: number;
  readonly max?: number;
  readonly unit?: string;
  readonly folded?: boolean;
}

/** What the page needs to know once, when a program has been opened. */
export interface Opened {
  readonly name: string;
  readonly level: string;
  readonly mode: string;
  readonly modes: readonly { readonly id: string; readonly label: string }[];
  readonly knobs: readonly KnobInfo[];
  readonly eventKinds: readonly { readonly kind: string; readonly label: string; readonly marker: string }[];
  readonly hz: number;
}

/** What a saved run held, for the page to go on with. */
export interface SavedRun {
  readonly source: Source;
  readonly args: readonly string[];
  readonly knobs: Knobs;
  /** What was typed (null: the end of input) or done, and when. */
  readonly inputs: readonly {
    readonly retired: number;
    readonly guest: number;
    readonly bytes: readonly number[] | null;
    readonly act?: string;
  }[];
}

export type Result =
  /** `run` after an import. */
  | { readonly op: 'opened'; readonly opened: Opened; readonly run?: SavedRun }
  | { readonly op: 'done' }
  | { readonly op: 'assembled'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly op: 'exported'; readonly name: string; readonly bytes: Uint8Array };

export type Answer =
  | { readonly id: number; readonly ok: true; readonly result: Result }
  /** `diagnostics` when assembly text was refused. */
  | { readonly id: number; readonly ok: false; readonly why: string; readonly diagnostics?: readonly Diagnostic[] };

/** The refusal of a seek that another wish broke off. */
export const BROKEN_OFF = 'The way to that moment was broken off.';

export type RunState = 'paused' | 'running' | 'ended' | 'waiting' | 'seeking';

/** Where the machine is. */
export interface Position {
  readonly state: RunState;
  readonly retired: number;
  readonly time: number;
  readonly guestRetired: number;
  /** Micro-step within the instruction about to run: 0 = before fetch. */
  readonly micro: number;
  /** How far this run has ever been: what lies right of `time` up to here is known future. */
  readonly knownTime: number;
  readonly knownRetired: number;
  readonly exit: { readonly status: number; readonly sentence: string | null } | null;
  /** Why it stands still, in a few words: 'breakpoint at 00400018', 'waiting for input'. */
  readonly reason: string;
}

export type Push =
  /** After every slice, step and seek: the position and the views that are watched and have changed. */
  | { readonly push: 'update'; readonly position: Position; readonly views: Partial<Views> }
  /** The session failed in itself (a bug of ours): one sentence; the session is closed, the page lives on. */
  | { readonly push: 'failed'; readonly why: string };

export interface Envelope {
  readonly id: number;
  readonly request: Request;
}
