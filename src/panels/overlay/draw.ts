/** Draws the layers of a file system with D3. */
import type { Drawing } from '../shared/dom.ts';
import { createMarks } from '../shared/drawMarks.ts';
import type { MarksScene } from '../shared/marks.ts';

export const create = (host: HTMLElement): Drawing<MarksScene> => createMarks(host, 'overlay', 'Layers of the file system');
