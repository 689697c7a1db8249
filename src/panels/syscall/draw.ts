/** Draws the gates of a system call with D3. */
import type { Drawing } from '../shared/dom.ts';
import { createMarks } from '../shared/drawMarks.ts';
import type { MarksScene } from '../shared/marks.ts';

export const create = (host: HTMLElement): Drawing<MarksScene> => createMarks(host, 'syscall', 'What the kernel asked and did, in order');
