// @vitest-environment jsdom
/** Opening, moving and typing over a stand-in for the worker: what the stores hold and what is sent. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { act } from '../../../src/client/act.ts';
import { open, sendInput, seekEvent, setKnob, setMode, toggleBreakpoint } from '../../../src/client/actions.ts';
import { setLabPort } from '../../../src/client/connect.ts';
import type { LabLink } from '../../../src/client/link.ts';
import { play, setSpeed, step, stopPlaying, toEnd, toStart, usePlayback } from '../../../src/client/playback.ts';
import { endScrub, scrubTo, useScrub } from '../../../src/client/scrub.ts';
import { START, usePosition, useSession, useUi } from '../../../src/client/stores.ts';
import { applyLink, currentLink } from '../../../src/client/url.ts';
import { readView, useViews, watchView } from '../../../src/client/views.ts';
import { LabDouble } from '../../dev/double.ts';

const source = { kind: 'supplied', id: 'checksum', bytes: new Uint8Array() } as const;
let lab: LabDouble;
const settle = (ms = 0): Promise<void> =>
  new Promise((done) => {
    setTimeout(done, ms);
  });
const last = () => lab.requests.at(-1);

beforeEach(() => {
  useSession.setState(useSession.getInitialState(), true);
  useUi.setState(useUi.getInitialState(), true);
  usePosition.setState(START, true);
  useViews.setState({}, true);
  lab = new LabDouble();
  setLabPort(() => lab);
});
afterEach(() => stopPlaying());

describe('a session', () => {
  it('opens a program and learns its modes and knobs', async () => {
    expect(await open(source, { mode: 'translate' })).toBe(true);
    expect(useSession.getState()).toMatchObject({ phase: 'open', mode: 'translate', knobs: { threshold: 8, chain: true } });
  });

  it('keeps the old program when another is refused', async () => {
    await open(source);
    expect(await open({ kind: 'file', name: 'photo.png', bytes: new Uint8Array([1]) })).toBe(false);
    expect(useSession.getState()).toMatchObject({
      phase: 'open',
      source,
      problem: expect.stringContaining('photo.png is not an ELF file'),
    });
  });

  it('asks only for views that are watched', async () => {
    await open(source);
    const release = watchView('registers');
    const again = watchView('memory', { start: 4096 });
    await settle();
    expect(last()).toEqual({ op: 'watch', views: { registers: {}, memory: { start: 4096 } } });
    await step(1);
    expect(readView('registers')?.rows.length).toBeGreaterThan(3);
    release();
    again();
    await settle();
    expect(last()).toEqual({ op: 'watch', views: {} });
  });

  it('goes to the same guest instruction in another mode and under another knob', async () => {
    await open(source, { mode: 'translate' });
    await step(1);
    await step(1);
    expect(usePosition.getState().guestRetired).toBe(2);
    await setMode('interpret');
    expect(last()).toEqual({ op: 'seek', guest: 2 });
    await setKnob('threshold', 2);
    expect(lab.requests.findLast((r) => r.op === 'open')).toMatchObject({ options: { mode: 'interpret', knobs: { threshold: 2 } } });
  });

  it('types again what was typed, each at its moment', async () => {
    await open(source);
    await step(1);
    await sendInput(new Uint8Array([104, 105]));
    await step(1);
    await setMode('interpret');
    const sent = lab.requests.slice(lab.requests.findLastIndex((r) => r.op === 'open') + 1).filter((r) => r.op !== 'watch');
    expect(sent).toEqual([
      { op: 'seek', guest: 1 },
      { op: 'input', bytes: new Uint8Array([104, 105]) },
      { op: 'seek', guest: 2 },
    ]);
  });

  it('of wishes made without waiting the last one wins, and nothing typed is lost or typed twice', async () => {
    await open(source, { mode: 'translate' });
    await step(1);
    await sendInput(new Uint8Array([104, 105]));
    await step(1);
    await Promise.all([setMode('interpret'), setKnob('threshold', 3), setMode('translate'), setKnob('cache', 7)]);
    expect(lab.requests.findLast((r) => r.op === 'open')).toMatchObject({
      options: { mode: 'translate', knobs: { threshold: 3, cache: 7 } },
    });
    expect(useSession.getState()).toMatchObject({ mode: 'translate', inputs: [{ guest: 1, bytes: [104, 105] }] });
    expect(usePosition.getState().guestRetired).toBe(2);
  });

  it('keeps what is typed while the machine runs under the moment at which it arrived', async () => {
    await open(source);
    await step(1);
    usePosition.setState({ retired: 3, guestRetired: 0 });
    await sendInput(new Uint8Array([104]));
    expect(useSession.getState().inputs).toEqual([{ retired: 12, guest: 1, bytes: [104] }]);
  });

  it('links follow each other: who comes while another is on its way begins when that has ended', async () => {
    await open(source, { mode: 'translate' });
    const link = (text: string, retired: number, typed: readonly number[]): LabLink => ({
      ...currentLink({ retired, micro: 0 })!,
      program: { kind: 'assembly', text },
      inputs: [{ retired: 12, guest: 1, bytes: typed }],
    });
    const links = [link('first', 3000, [49]), link('second', 48, [50])];
    expect(await Promise.all(links.map(applyLink))).toEqual([true, true]);
    expect(useSession.getState()).toMatchObject({ source: { text: 'second' }, inputs: [{ retired: 12, bytes: [50] }] });
    expect(usePosition.getState().retired).toBe(48);
  });

  it('a scrub ends where the hand was last, though a seek was under way', async () => {
    await open(source);
    scrubTo(5000);
    scrubTo(900);
    await endScrub();
    expect(usePosition.getState().retired).toBe(900);
    expect(useScrub.getState().wanted).toBeNull();
  });

  it('is described by a link that holds the exact moment', async () => {
    await open(source, { mode: 'translate' });
    await seekEvent('chain');
    await toggleBreakpoint(0x400018);
    expect(currentLink()).toMatchObject({
      program: { kind: 'supplied', id: 'checksum' },
      mode: 'translate',
      moment: { retired: 3950, micro: 0 },
      breakpoints: [0x400018],
    });
    await toggleBreakpoint(0x400018);
    expect(currentLink()?.breakpoints).toEqual([]);
  });

  it('plays by steps when slow and stops where the program ends', async () => {
    await open(source);
    useUi.setState({ speed: 5, grain: 'event' });
    play();
    await settle(1200);
    expect(lab.requests.filter((r) => r.op === 'step').length).toBeGreaterThan(5);
    expect(lab.requests.some((r) => r.op === 'run')).toBe(false);
    stopPlaying();
    const before = lab.requests.length;
    await settle(150);
    expect(lab.requests.length).toBe(before);
  });

  it('runs to the end through what is known', async () => {
    await open(source);
    await toEnd();
    await settle(120);
    expect(usePosition.getState().state).toBe('ended');
    expect(usePlayback.getState().playing).toBe(false);
  });

  it('whoever wishes something while a link is on its way waits for its end, so that what was typed comes at its own moment', async () => {
    await open(source);
    const link: LabLink = {
      ...currentLink({ retired: 600, micro: 0 })!,
      program: { kind: 'assembly', text: 'other' },
      inputs: [
        { retired: 12, guest: 1, bytes: [104] },
        { retired: 240, guest: 20, bytes: [105] },
      ],
    };
    const before = lab.requests.length;
    const arrived = applyLink(link);
    const stepped = step(1);
    await arrived;
    await stepped;
    const sent = lab.requests.slice(before).map(({ op }) => op);
    expect(sent.filter((op) => op !== 'watch')).toEqual(['open', 'seek', 'input', 'seek', 'input', 'seek', 'step']);
    expect(usePosition.getState().retired).toBe(612);
  });

  it('a step that is under way when the mode is switched has been done', async () => {
    await open(source);
    await Promise.all([step(1), setMode('interpret')]);
    expect(usePosition.getState().guestRetired).toBe(1);
  });

  it('what is wished after “to the end” comes after it', async () => {
    await open(source);
    void toEnd();
    await toStart();
    await settle(60);
    expect(usePosition.getState().retired).toBe(0);
    expect(usePlayback.getState().playing).toBe(false);
  });

  it('what is still heard of the run before does not end the run that follows it', async () => {
    await open(source);
    useUi.setState({ speed: 250 });
    play();
    await settle(30);
    setSpeed(10_000);
    usePosition.setState({ state: 'running' });
    usePosition.setState({ state: 'paused' });
    await settle(60);
    expect(usePlayback.getState().playing).toBe(true);
    expect(usePosition.getState().state).toBe('running');
  });

  it('the last step of a play that was stopped does not end the next one', async () => {
    await open(source);
    await toEnd();
    await settle();
    const post = lab.postMessage.bind(lab);
    let first = true;
    lab.postMessage = (message) => {
      post(message);
      if (!first || message.request.op !== 'step') return;
      first = false;
      queueMicrotask(() => {
        void toStart();
        play();
      });
    };
    play();
    await settle(120);
    expect(usePlayback.getState().playing).toBe(true);
  });

  it('who stops the machine while something is done to it has stopped it', async () => {
    await open(source);
    useUi.setState({ speed: 250 });
    play();
    await settle(30);
    const done = act({ act: 'kill', id: 'job', signal: 9 });
    expect(usePlayback.getState().playing).toBe(true);
    stopPlaying();
    await done;
    expect(usePlayback.getState().playing).toBe(false);
  });

  it('breakpoints that are set one after the other, without waiting, are all set; and a link brings its own', async () => {
    await open(source);
    await Promise.all([toggleBreakpoint(0x400010), toggleBreakpoint(0x400018)]);
    expect(currentLink()?.breakpoints).toEqual([0x400010, 0x400018]);
    await applyLink({ ...currentLink()!, breakpoints: [0x400020] });
    expect(lab.requests.findLast((r) => r.op === 'breakpoints')).toEqual({
      op: 'breakpoints',
      list: [{ on: 'address', address: 0x400020 }],
    });
    expect(currentLink()?.breakpoints).toEqual([0x400020]);
  });

  it('of no program nothing can be wished, and nothing is said', async () => {
    expect(await step(1)).toBe(false);
    expect(useSession.getState().problem).toBeNull();
    expect(lab.requests).toEqual([]);
  });

  it('says one sentence when the worker dies, and opens again with another', async () => {
    await open(source);
    lab.onerror?.({} as ErrorEvent);
    expect(useSession.getState()).toMatchObject({ phase: 'failed', problem: expect.stringContaining('stopped working') });
    const fresh = new LabDouble();
    lab = fresh;
    expect(await open(source)).toBe(true);
    expect(useSession.getState().phase).toBe('open');
  });
});
