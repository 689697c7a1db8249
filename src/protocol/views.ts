/**
 * The views that panels subscribe to by name, as plain structures. The worker computes only what is watched.
 * Addresses are unsigned 32-bit numbers; texts are ready to show; ids are stable while a program is open, so that joins by
 * id animate the same thing.
 */
import type { OsViews } from './os-views.ts';

/** One guest instruction of the listing. */
export interface ListingLine {
  readonly address: number;
  readonly bytes: string;
  readonly mnemonic: string;
  readonly operands: string;
  /** Line of the source (1-based), where debug information or our own assembler knows it. */
  readonly sourceLine: number | null;
}
export interface ListingSection {
  readonly label: string;
  readonly address: number;
  readonly lines: readonly ListingLine[];
}
/** Static: sent when it changes (open, self-modifying code). */
export interface ListingView {
  readonly sections: readonly ListingSection[];
  readonly source: { readonly name: string; readonly language: 'asm' | 'c'; readonly text: string } | null;
}
/** What changes at each step beside the listing. */
export interface CountsView {
  readonly pc: number;
  /** Address of the guest instruction that was just done; null at the start. */
  readonly last: number | null;
  /** Executions so far by guest basic-block address. */
  readonly blocks: readonly {
    readonly address: number;
    readonly end: number;
    readonly runs: number;
    readonly state: 'interpreted' | 'translated';
  }[];
}

export interface MicroLine {
  readonly id: number;
  readonly text: string;
  /** Its value, when the micro-step has passed it. */
  readonly value: string | null;
  /** Index of the guest instruction it comes from. */
  readonly guest: number;
}
export interface HostLine {
  /** Byte offset from the block's start in the code cache. */
  readonly offset: number;
  readonly address: number;
  readonly bytes: readonly number[];
  readonly text: string;
  /** Micro-op it comes from; null for what the translator adds (exits, counters). */
  readonly micro: number | null;
  readonly guest: number | null;
  readonly category: string;
  /** Which of the bytes come from where in the guest instruction. */
  readonly fields: readonly { readonly from: number; readonly length: number; readonly kind: 'immediate' | 'register' | 'target' }[];
}
/** One block in three forms. In interpreted mode host lines are the handler that runs for the current instruction. */
export interface FormsView {
  readonly block: number;
  readonly state: 'interpreted' | 'translated';
  readonly hostBase: number;
  readonly guest: readonly (ListingLine & {
    readonly index: number;
    readonly slot: boolean;
    readonly fields: readonly { readonly low: number; readonly high: number; readonly kind: 'immediate' | 'register' | 'target' }[];
  })[];
  readonly micro: readonly MicroLine[];
  readonly host: readonly HostLine[];
  /** What is about to run: guest index, micro-op id, host offset. */
  readonly at: { readonly guest: number | null; readonly micro: number | null; readonly host: number | null };
  /** What has just run, in the same terms, when it lies in this block. */
  readonly done?: { readonly guest: number | null; readonly micro: number | null; readonly host: number | null };
}

export interface CacheBlock {
  readonly id: number;
  readonly address: number;
  readonly label: string;
  readonly guestLength: number;
  readonly state: 'interpreted' | 'translated';
  readonly runs: number;
  /** Where in the code cache, bytes; null while interpreted. */
  readonly host: { readonly address: number; readonly size: number } | null;
  /** `to`: guest address, null where only the run can tell. */
  readonly exits: readonly { readonly to: number | null; readonly kind: 'chained' | 'dispatcher' | 'lookup'; readonly taken: boolean }[];
}
export interface CacheView {
  readonly threshold: number;
  readonly chaining: boolean;
  readonly used: number;
  readonly capacity: number;
  readonly flushes: number;
  readonly invalidations: number;
  readonly dispatches: number;
  readonly blocks: readonly CacheBlock[];
  /** Block that is running now. */
  readonly current: number | null;
}

/** Cost over time: samples at guest counts, cumulative. */
export interface CostView {
  readonly guest: readonly number[];
  readonly time: readonly number[];
  /** Host instructions per guest instruction when interpreted / translated, measured so far; null while unknown. */
  readonly interpreted: number | null;
  readonly translated: number | null;
  /** Charged for translation per translated guest instruction. */
  readonly translationCost: number | null;
  readonly breakEven: number | null;
  /** Which stretches of guest count ran translated. */
  readonly translatedSpans: readonly (readonly [number, number])[];
}

export interface RegisterRow {
  readonly name: string;
  readonly is: number;
  /** Value before the last step; equal when unchanged. */
  readonly was: number;
  readonly group: 'main' | 'special' | 'host';
}
export interface RegistersView {
  readonly rows: readonly RegisterRow[];
  /** "31 + word at 10010020": why the first changed register has its value. */
  readonly why: string | null;
}

export interface MemoryView {
  readonly start: number;
  readonly bytes: Uint8Array;
  /** Bytes that are not mapped are listed as [from, to). */
  readonly unmapped: readonly (readonly [number, number])[];
  readonly lastRead: { readonly address: number; readonly length: number } | null;
  readonly lastWrite: { readonly address: number; readonly length: number; readonly was: Uint8Array } | null;
  readonly next: { readonly address: number; readonly length: number; readonly write: boolean } | null;
  /** Regions that can be jumped to. */
  readonly regions: readonly { readonly name: string; readonly start: number; readonly end: number }[];
}

export interface LedgerView {
  readonly total: number;
  readonly rows: readonly { readonly category: string; readonly label: string; readonly counted: number; readonly charged: number }[];
  /** Sentence about the other mode, when it is known ("Interpreter alone: 17,797 by now"). */
  readonly note: string | null;
}

export interface CaptionView {
  readonly done: string;
  readonly next: string;
}

export interface Marker {
  readonly id: number;
  readonly kind: string;
  readonly label: string;
  readonly time: number;
  readonly retired: number;
}
export interface TimelineView {
  /** Known extent of the run. */
  readonly end: number;
  /** Whether the run is known to its end. */
  readonly complete: boolean;
  readonly markers: readonly Marker[];
  /** How many markers were thinned away at this width. */
  readonly hidden: number;
  /** Ledger strip: consecutive segments of time and their shares by category. */
  readonly strip: readonly { readonly from: number; readonly to: number; readonly shares: Readonly<Record<string, number>> }[];
  /** Phases in words ("interpreting", "all in the cache"). */
  readonly phases: readonly { readonly from: number; readonly to: number; readonly label: string }[];
}

export interface ConsoleView {
  /** What the program has printed up to now, decoded leniently as UTF-8; of a long output the end. */
  readonly text: string;
  /** Bytes printed before `text`. */
  readonly before: number;
  /** What has been typed up to now, and how many characters of `text` stood there then: a terminal echoes, the output does not hold it. */
  readonly typed: readonly { readonly at: number; readonly text: string }[];
  readonly errors: string;
  /** Bytes before `errors`. */
  readonly errorsBefore: number;
  readonly waiting: boolean;
}

/** The other machine, when both modes run side by side on one guest clock. */
export interface RivalView {
  readonly mode: string;
  readonly time: number;
  readonly guestRetired: number;
  readonly rows: LedgerView['rows'];
  readonly sameOutput: boolean;
}

/** The micro-steps of the host instruction that is about to run: fetch, decode, each micro-op with its value once passed. */
export interface MicroStepsView {
  readonly address: number;
  readonly text: string;
  readonly steps: readonly { readonly phase: 'fetch' | 'decode' | 'micro-op'; readonly text: string; readonly value: string | null }[];
  /** How many of them have passed. */
  readonly passed: number;
}

export interface Views extends OsViews {
  microsteps: MicroStepsView;
  listing: ListingView;
  counts: CountsView;
  forms: FormsView;
  cache: CacheView;
  cost: CostView;
  registers: RegistersView;
  memory: MemoryView;
  ledger: LedgerView;
  caption: CaptionView;
  timeline: TimelineView;
  console: ConsoleView;
  rival: RivalView;
}
export type ViewName = keyof Views;
