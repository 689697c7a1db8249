// @vitest-environment jsdom
/** A way that leads far is broken off by who wishes to be elsewhere, though it has the lab to itself; a step waits for it. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { open } from '../../../src/client/actions.ts';
import { setLabPort } from '../../../src/client/connect.ts';
import type { LabLink } from '../../../src/client/link.ts';
import { step, stopPlaying, togglePlay, toStart } from '../../../src/client/playback.ts';
import { START, usePosition, useSession } from '../../../src/client/stores.ts';
import { applyLink, currentLink } from '../../../src/client/url.ts';
import { BROKEN_OFF, type Answer, type Envelope, type Push } from '../../../src/protocol/messages.ts';
import { LabDouble } from '../../dev/double.ts';

const FAR = 1e12;

/** A lab whose seeks to `FAR` never end by themselves. */
class EndlessLab extends LabDouble {
  under: number | null = null;
  override postMessage(envelope: Envelope): void {
    const { id, request } = envelope;
    if (this.under !== null && request.op !== 'watch') {
      this.#answer({ id: this.under, ok: false, why: BROKEN_OFF });
      this.under = null;
    }
    if (request.op !== 'seek' || request.retired !== FAR) {
      super.postMessage(envelope);
      return;
    }
    this.under = id;
    setTimeout(() => {
      if (this.under === id) this.#answer({ push: 'update', position: { ...usePosition.getState(), state: 'seeking' }, views: {} });
    }, 20);
  }
  #answer(data: Answer | Push): void {
    this.onmessage?.({ data } as MessageEvent<Answer | Push>);
  }
}

const source = { kind: 'assembly', text: 'main: b main' } as const;
const link = (retired: number): LabLink => ({ ...currentLink({ retired: 0, micro: 0 })!, moment: { retired, micro: 0 } });
const seeks = (): Promise<void> => vi.waitFor(() => expect(usePosition.getState().state).toBe('seeking'));

beforeEach(async () => {
  useSession.setState(useSession.getInitialState(), true);
  usePosition.setState(START, true);
  setLabPort(() => new EndlessLab());
  await open(source);
});
afterEach(() => stopPlaying());

it('another link, whether it comes at once or when the way has shown itself', async () => {
  const both = [link(FAR), link(600)].map(applyLink);
  expect(await Promise.all(both)).toEqual([true, true]);
  expect(usePosition.getState().retired).toBe(600);
  const far = applyLink(link(FAR));
  await seeks();
  expect(await Promise.all([far, applyLink(link(48))])).toEqual([true, true]);
  expect(usePosition.getState().retired).toBe(48);
  expect(useSession.getState().problem).toBeNull();
});

it('the start, another program, a stop', async () => {
  await applyLink(link(600));
  for (const wish of [() => toStart(), () => open({ kind: 'assembly', text: 'main: nop' })]) {
    const far = applyLink(link(FAR));
    await seeks();
    await wish();
    await far;
    expect(usePosition.getState()).toMatchObject({ retired: 0, state: 'paused' });
  }
  expect(useSession.getState().source).toMatchObject({ text: 'main: nop' });
  const far = applyLink(link(FAR));
  await seeks();
  togglePlay();
  await far;
  expect(useSession.getState().problem).toBeNull();
});

it('a step waits, and comes when the way has ended', async () => {
  const far = applyLink(link(FAR));
  await seeks();
  let stepped = false;
  const done = step(1).then(() => {
    stepped = true;
  });
  await new Promise((soon) => {
    setTimeout(soon, 60);
  });
  expect(stepped).toBe(false);
  togglePlay();
  await Promise.all([far, done]);
  expect(usePosition.getState().guestRetired).toBe(1);
});
