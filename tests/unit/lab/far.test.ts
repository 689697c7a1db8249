/** Seeks that lead beyond what is known of a run: made in slices they come to where they come to at once, and they can be broken off. */
import { describe, expect, it } from 'vitest';
import '../../../src/lab/late.ts';
import { Lab } from '../../../src/lab/lab.ts';
import type { SeekRequest } from '../../../src/lab/reach.ts';

/** Longer than what is run ahead when a program is opened, in every mode. */
const long = (turns: number): string => `        .set noreorder
        .globl main
main:   li $t0, ${turns}
loop:   bne $t0, $0, loop
        addiu $t0, $t0, -1
        li $v0, 4004
        li $a0, 1
        la $a1, text
        li $a2, 3
        syscall
        jr $ra
        li $v0, 0
        .data
text:   .ascii "end"
`;
function opened(mode: string): Lab {
  const lab = new Lab();
  const options = { level: 'isa', mode, knobs: {}, args: [], stdin: new Uint8Array() };
  lab.handle({ op: 'open', source: { kind: 'assembly', text: long(mode === 'interpret' ? 150_000 : 800_000) }, options });
  return lab;
}
const ENDLESS = 'main: b main\nnop\n';
function endless(): Lab {
  const lab = new Lab();
  const options = { level: 'isa', mode: 'translate', knobs: {}, args: [], stdin: null };
  lab.handle({ op: 'open', source: { kind: 'assembly', text: `.globl main\n${ENDLESS}` }, options });
  return lab;
}
/** How far the run is known is another matter: slices end where they end. */
const stands = (lab: Lab) => ({ hash: lab.opened!.hash(), position: { ...lab.position(), knownRetired: 0, knownTime: 0 } });

describe.each(['translate', 'interpret', 'both'])('%s', (mode) => {
  const whole = opened(mode);
  whole.handle({ op: 'seek', retired: 1e9 });
  const end = whole.position();
  const wishes: readonly Omit<SeekRequest, 'op'>[] = [
    { retired: end.retired - 1000 },
    { time: end.time - 500 },
    { guest: end.guestRetired - 20 },
    { event: { kind: 'output', nth: 1 } },
    { retired: 1e12 },
  ];
  it.each(mode === 'both' ? wishes.slice(-1) : wishes)('%o', (wish) => {
    const request: SeekRequest = { op: 'seek', ...wish };
    const atOnce = opened(mode),
      inSlices = opened(mode);
    expect(inSlices.opened!.complete).toBe(false);
    atOnce.handle(request);
    if (inSlices.leadsFar(request)) {
      let slices = 0;
      while (!inSlices.reach(request, 300_000)) {
        expect(inSlices.position().state).toBe('seeking');
        expect(++slices).toBeLessThan(10_000);
      }
    }
    expect(inSlices.leadsFar(request)).toBe(false);
    inSlices.handle(request);
    expect(stands(inSlices)).toEqual(stands(atOnce));
  });
});

it('what is known is not far', () => {
  const lab = opened('translate');
  const known = lab.position().knownRetired;
  expect(lab.leadsFar({ op: 'seek', retired: known })).toBe(false);
  expect(lab.leadsFar({ op: 'seek', retired: known + 1 })).toBe(true);
  lab.handle({ op: 'seek', retired: 1e12 });
  expect(lab.leadsFar({ op: 'seek', retired: 1e12 })).toBe(false);
  expect(lab.leadsFar({ op: 'pause' })).toBe(false);
});

it('a program without end does not hold the lab: the way is broken off where it is, and the run goes on from there', () => {
  const lab = endless(),
    request: SeekRequest = { op: 'seek', retired: 1e15 };
  for (let i = 0; i < 5; i++) expect(lab.reach(request, 1_000_000)).toBe(false);
  const { retired } = lab.position();
  expect(retired).toBeGreaterThan(4_000_000);
  lab.breakOff();
  expect(lab.position()).toMatchObject({ state: 'paused', retired, reason: 'stopped on the way' });
  lab.handle({ op: 'step', grain: 'instruction', direction: 1 });
  expect(lab.position().retired).toBeGreaterThan(retired);
});
