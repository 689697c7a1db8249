/** Draws the processes and the rooms with D3. A room is a button: it chooses the container that the page looks at. */
import type { Drawing } from '../shared/dom.ts';
import { createMarks } from '../shared/drawMarks.ts';
import type { MarksScene } from '../shared/marks.ts';

export function create(host: HTMLElement, callbacks: { choose(container: string): void }): Drawing<MarksScene> {
  return createMarks(host, 'truths', 'The same processes, as the host and as each container number them', (what) => {
    if (what.startsWith('room ')) callbacks.choose(what.slice(5));
  });
}
