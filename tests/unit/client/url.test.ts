// @vitest-environment jsdom
/** The address bar: what it names is followed, and what the page writes into it never takes the place of a link that has just come. */
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { alone, setLabPort } from '../../../src/client/connect.ts';
import { encodeLink, type Moment } from '../../../src/client/link.ts';
import { loadPacking } from '../../../src/client/packing.ts';
import { step, stopPlaying } from '../../../src/client/playback.ts';
import { START, usePosition, useSession } from '../../../src/client/stores.ts';
import { startRouting } from '../../../src/client/url.ts';
import { LabDouble } from '../../dev/double.ts';

const linkTo = (moment: Moment, text = 'main: jr $ra'): string =>
  encodeLink({
    level: 'isa',
    program: { kind: 'assembly', text },
    mode: 'translate',
    knobs: {},
    moment,
    grain: null,
    grainLocked: false,
    block: null,
    instruction: null,
    focus: null,
    breakpoints: [],
    inputs: [],
    cue: null,
  });
const retired = (): number => usePosition.getState().retired;
const stands = async (moment: number): Promise<void> => vi.waitFor(() => expect(retired()).toBe(moment), { timeout: 5000 });
const shown = (): number => Number(new URLSearchParams(location.hash.split('?')[1]).get('at'));
const written = (): Promise<void> => vi.waitFor(() => expect(shown()).toBe(retired()), { timeout: 5000 });

let stop: () => void;
beforeAll(loadPacking);
beforeEach(() => {
  useSession.setState(useSession.getInitialState(), true);
  usePosition.setState(START, true);
  setLabPort(() => new LabDouble());
  location.hash = '';
  stop = startRouting();
});
afterEach(() => {
  stopPlaying();
  stop();
});

it('follows a link, and writes where the machine stands after a step', async () => {
  location.hash = linkTo({ retired: 3000, micro: 0 });
  await stands(3000);
  await step(1);
  expect(retired()).toBeGreaterThan(3000);
  await written();
});

it('what could not be written because something was on its way is written afterwards', async () => {
  location.hash = linkTo({ retired: 3000, micro: 0 });
  await stands(3000);
  await written();
  await step(1);
  await alone(
    () =>
      new Promise<void>((done) => {
        setTimeout(done, 500);
      }),
  );
  await written();
});

it('a link that came just before the page writes its own is followed all the same', async () => {
  location.hash = linkTo({ retired: 3000, micro: 0 });
  await stands(3000);
  await written();
  await step(1);
  // The browser tells of the new address by a task of its own: here the time to write has come before it.
  for (const until = performance.now() + 500; performance.now() < until;);
  location.hash = linkTo({ retired: 600, micro: 0 });
  await stands(600);
  await written();
});

it('going back to the link written last, while another is on its way, is a wish too', async () => {
  location.hash = linkTo({ retired: 3000, micro: 0 });
  await stands(3000);
  await step(1);
  await written();
  const before = location.hash;
  const at = retired();
  const opened: string[] = ['main: jr $ra'];
  const release = useSession.subscribe(({ source, phase }) => {
    if (phase === 'open' && source?.kind === 'assembly' && source.text !== opened.at(-1)) opened.push(source.text);
  });
  const heard = new Promise<void>((done) => {
    addEventListener('hashchange', () => done(), { once: true });
  });
  location.hash = linkTo({ retired: 600, micro: 0 }, 'main: jr $ra\nnop');
  await heard;
  location.hash = before;
  await vi.waitFor(() => expect(opened).toEqual(['main: jr $ra', 'main: jr $ra\nnop', 'main: jr $ra']), { timeout: 5000 });
  release();
  await stands(at);
  await written();
});
