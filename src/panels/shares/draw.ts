/** Draws the shares of the processor, and the memory of the groups, with D3. */
import type { Drawing } from '../shared/dom.ts';
import { createMarks } from '../shared/drawMarks.ts';
import type { MarksScene } from '../shared/marks.ts';

export const create = (host: HTMLElement): Drawing<MarksScene> => createMarks(host, 'shares', 'Who had the processor, and when');
export const createMemory = (host: HTMLElement): Drawing<MarksScene> =>
  createMarks(host, 'groups', 'Memory of each group against its limits');
