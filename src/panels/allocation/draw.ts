/** Draws the allocation of the machine with D3. */
import type { Drawing } from '../shared/dom.ts';
import { createMarks } from '../shared/drawMarks.ts';
import type { MarksScene } from '../shared/marks.ts';

export const create = (host: HTMLElement): Drawing<MarksScene> => createMarks(host, 'allocation', 'Who holds what of the machine');
