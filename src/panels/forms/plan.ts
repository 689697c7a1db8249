/** What every part of the picture is placed by, and its fixed measures. */
import type { FormsView } from '../../protocol/views.ts';
import type { Size } from '../shared/text.ts';
import type { Columns } from './columns.ts';
import type { Links } from './links.ts';

export const ROW = 22;
export const HOST_PITCH = 25;
export const GUEST_PITCH = 28;
/** Height of the column heads. */
export const HEAD = 30;

/** Middles of the rows of each column. */
export interface Centres {
  readonly guest: readonly number[];
  readonly micro: readonly number[];
  readonly host: readonly number[];
}

export interface Plan {
  readonly view: FormsView;
  readonly links: Links;
  readonly c: Columns;
  readonly centres: Centres;
  /** Guest index that is followed. */
  readonly selected: number | null;
  readonly size: Size;
}

const PURPOSE: Readonly<Record<string, string>> = {
  guest: 'the work itself',
  decode: 'fetch and decode',
  dispatch: 'dispatch',
  translate: 'translate',
  kernel: 'kernel',
};
export const purposeOf = (category: string): string => PURPOSE[category] ?? category;
