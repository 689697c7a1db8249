/**
 * The one contract of the five levels: what lab/, protocol/ and the pages may know of a level. They reach a particular level
 * only through levels/registry.ts.
 */
import type { Machine } from '../machine/types.ts';

export type LevelName = 'native' | 'isa' | 'hardware' | 'os' | 'library' | 'application';

/** A value that can be structured-cloned, compared and hashed: checkpoints, views and events are made of these. */
export type Plain =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | Int32Array
  | Float64Array
  | readonly Plain[]
  | { readonly [key: string]: Plain | undefined };

/** A number the user may turn. Changing one at a moment is a logged input: replay repeats it. */
export type Knob =
  | {
      readonly id: string;
      readonly label: string;
      readonly kind: 'number';
      readonly min: number;
      readonly max: number;
      readonly initial: number;
      readonly unit: string;
      readonly folded?: boolean;
    }
  | { readonly id: string; readonly label: string; readonly kind: 'switch'; readonly initial: boolean; readonly folded?: boolean };

export interface Program {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface BootOptions {
  readonly mode: string;
  readonly knobs: Readonly<Record<string, number | boolean>>;
  readonly args: readonly string[];
  readonly env: readonly string[];
  /** Files placed in the guest's file system before it starts, by absolute path. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** Bytes ready on standard input; null: a terminal whose reads wait until `input` gives bytes. */
  readonly stdin: Uint8Array | null;
  /** Whether the program sees a terminal; when `stdin` is null, unless said. */
  readonly terminal?: boolean;
  /** Permissions of `files` by path, 0644 unless said; symbolic links by path; empty directories. */
  readonly modes?: Readonly<Record<string, number>>;
  readonly links?: Readonly<Record<string, string>>;
  readonly directories?: readonly string[];
  /** Bytes of machine memory. */
  readonly memory: number;
}

/** Refusal in one clear sentence, with what and where. */
export type Verdict = { readonly takes: true } | { readonly takes: false; readonly why: string };

/** How a run ended. `signal` when killed by one; status as the shell would see it. */
export interface Exit {
  readonly status: number;
  readonly signal: string | null;
  /** One sentence for stderr when it was not an ordinary exit. */
  readonly sentence: string | null;
}

/** What happened, when. Kinds are listed by each level with their marker and words. */
export interface Event {
  readonly kind: string;
  /** Host time and retired count at which it happened. */
  readonly time: number;
  readonly retired: number;
  readonly data: { readonly [key: string]: Plain | undefined };
}

/** Timeline marker shapes of DESIGN-LANGUAGE section 4. */
export type MarkerShape = 'trap' | 'translate' | 'chain' | 'syscall' | 'fault' | 'hook' | 'gc' | 'schedule' | 'copy' | 'load' | 'output';

export interface EventKind {
  readonly kind: string;
  readonly label: string;
  readonly marker: MarkerShape;
}

export interface Caption {
  /** Plain words, one or two sentences each. */
  readonly done: string;
  readonly next: string;
}

/** A level that is running a program on a machine. */
export interface Running {
  readonly machine: Machine;
  readonly exit: Exit | null;
  /** True while nothing can go on before `input` is given. */
  readonly waitsForInput: boolean;
  /** Bytes written so far. Replaying does not write twice: lab remembers how much it has passed on. */
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  /** More standard input, or null for end of file. */
  input(bytes: Uint8Array | null): void;
  setKnob(id: string, value: number | boolean): void;
  /** What a learner does at this level beside typing, as text of JSON. Throws Refusal, and then nothing has changed. */
  act?(action: string): void;
  /** Events since boot go here; set by lab. Called in time order. */
  onEvent: (event: Event) => void;
  /** What the level's own TypeScript holds (kernel tables, block table ...), as plain data that later changes do not touch. */
  save(): Plain;
  restore(state: Plain): void;
  /** `before` is where the user was before the last step, when that is known. */
  caption(before?: { readonly pc: number; readonly retired: number }): Caption;
  /** A view by name, or null when this level has no such view. `parameters` come from the panel. */
  view(name: string, parameters: { readonly [key: string]: Plain | undefined }): Plain | null;
  /** At a mark: the address of the guest instruction that is about to run. */
  guestPc(): number;
  /** At a mark: whether a basic block of the guest begins here. For stepping by block. */
  atBlockStart(): boolean;
  /**
   * Host addresses where one of these guest instructions may be about to begin: all of them, as the host's code is now. Asked
   * again after events. A level without it is asked `guestPc` at every mark.
   */
  stopsFor?(guest: ReadonlySet<number>): readonly number[];
  /** Which of these guest instructions begins here, or null. */
  beginsHere?(guest: ReadonlySet<number>): number | null;
  /** Counters for --report, stable names. */
  counters(): Readonly<Record<string, number>>;
}

export interface Level {
  readonly name: LevelName;
  readonly title: string;
  readonly modes: readonly { readonly id: string; readonly label: string }[];
  readonly defaultMode: string;
  readonly knobs: readonly Knob[];
  readonly events: readonly EventKind[];
  readonly views: readonly string[];
  /** In words, what a stretch of the run was like, from its ledger shares (0..1 by category); '' when there is nothing to say. */
  phaseOf?(shares: Readonly<Record<string, number>>): string;
  takes(program: Program): Verdict;
  /** Builds a machine with the program ready to run its first instruction. Throws Refusal with one clear sentence. */
  boot(program: Program, options: BootOptions): Running;
}

/** Thrown for input that is refused: the message is one clear sentence for the user. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
