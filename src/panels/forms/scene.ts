/** What the picture "one block, three forms" consists of: plain numbers and texts, made by layout.ts and drawn by draw.ts. */
import type { Cubic } from '../shared/curve.ts';
import type { Label, Tone } from '../shared/text.ts';

export interface Part {
  readonly x: number;
  readonly text: string;
  readonly tone: Tone;
  readonly strong: boolean;
}

export type Column = 'guest' | 'micro' | 'host';
export interface Row {
  readonly id: string;
  readonly column: Column;
  /** Index of the guest instruction it belongs to; null for what belongs to none. */
  readonly guest: number | null;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly parts: readonly Part[];
  readonly selected: boolean;
  /** Filled: just done. Outlined: next. */
  readonly state: 'done' | 'next' | null;
  /** Ledger category of a host row that is not guest work. */
  readonly category: string | null;
  /** In words, for the pointer and for assistive technology. */
  readonly title: string;
}

export interface Ribbon {
  readonly id: string;
  readonly path: string;
  readonly guest: number;
  readonly selected: boolean;
  readonly crossing: boolean;
  /** What the host rows at its end are spent on, when that is not guest work. */
  readonly category: string | null;
}
export interface Underline {
  readonly id: string;
  readonly x1: number;
  readonly x2: number;
  readonly y: number;
  readonly dashed: boolean;
}

export interface WideScene {
  readonly kind: 'wide';
  readonly says: string;
  readonly width: number;
  readonly height: number;
  /** Where the scrolled rows begin, and how high all of them together are. */
  readonly top: number;
  readonly content: number;
  readonly heads: readonly Label[];
  readonly rows: readonly Row[];
  readonly ribbons: readonly Ribbon[];
  readonly underlines: readonly Underline[];
  readonly notes: readonly Label[];
  /** On the ribbons of an interpreter's own work. */
  readonly shares: readonly Label[];
  readonly keys: readonly { readonly x: number; readonly y: number; readonly dashed: boolean }[];
  /** Way of the request dot: from the guest row over its micro-op to the host row. */
  readonly way: readonly Cubic[];
  /** What the view should keep on show: scroll range of the current row, by a key that changes with it. */
  readonly reveal: { readonly key: string; readonly from: number; readonly to: number } | null;
}

/** One guest instruction of the narrow picture: closed with pips for its host instructions, open with all that came of it. */
export interface Fold {
  readonly id: string;
  readonly guest: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly open: boolean;
  readonly state: 'done' | 'next' | null;
  readonly parts: readonly Part[];
  readonly pips: readonly { readonly x: number; readonly y: number }[];
  readonly steps: readonly { readonly y: number; readonly text: string }[];
  readonly lines: readonly Row[];
  readonly title: string;
}
export interface NestedScene {
  readonly kind: 'nested';
  readonly says: string;
  readonly width: number;
  readonly height: number;
  readonly folds: readonly Fold[];
  readonly underlines: readonly Underline[];
}

export type FormsScene = WideScene | NestedScene;

export interface FormsOptions {
  /** Guest index that the learner follows; null: the instruction that runs now. */
  readonly selected: number | null;
  /** How far the rows are scrolled, px. */
  readonly scroll: number;
  /** The machine runs by itself: what runs now is not chased. */
  readonly running?: boolean;
}
