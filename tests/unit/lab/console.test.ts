/** The console's view of a long output: its end, whole characters, and what was typed in between at its place. */
import { expect, it } from 'vitest';
import { encodeUtf8 } from '../../../src/bits/utf8.ts';
import { consoleView, SHOWN } from '../../../src/lab/consoleView.ts';
import type { Session } from '../../../src/lab/session.ts';

const view = (stdout: Uint8Array, stderr: Uint8Array = new Uint8Array(), typed: readonly { at: number; text: string }[] = []) =>
  consoleView({
    running: { stdout, stderr },
    waits: false,
    typed: () => typed.map(({ at, text }) => ({ at, bytes: encodeUtf8(text) })),
  } as unknown as Session);

it('shows a short output whole', () => {
  const bytes = encodeUtf8('Name? Straße?');
  expect(view(bytes, encodeUtf8('oh'), [{ at: 6, text: 'Ada\n' }])).toEqual({
    text: 'Name? Straße?',
    before: 0,
    typed: [{ at: 6, text: 'Ada\n' }],
    errors: 'oh',
    errorsBefore: 0,
    waiting: false,
  });
});

it.each([0, 1, 2, 3])('shows the end of a long one, from the beginning of a character on (%i)', (shift) => {
  const text = '€'.repeat(100_000) + 'x'.repeat(shift);
  const bytes = encodeUtf8(text);
  const shown = view(bytes, bytes);
  expect(shown.text).not.toContain('\ufffd');
  expect(shown.before + encodeUtf8(shown.text).length).toBe(bytes.length);
  expect(bytes.length - shown.before).toBeLessThanOrEqual(SHOWN);
  expect(bytes.length - shown.before).toBeGreaterThan(SHOWN - 4);
  expect(text.endsWith(shown.text)).toBe(true);
  expect([shown.errors, shown.errorsBefore]).toEqual([shown.text, shown.before]);
});

it('keeps what was typed at its place in what is shown, and lets go of what was typed before', () => {
  const bytes = encodeUtf8(`${'ä'.repeat(50_000)}one? two?`);
  const ends = [100, bytes.length - 5, bytes.length];
  const { text, typed } = view(
    bytes,
    undefined,
    ends.map((at) => ({ at, text: `${at}\n` })),
  );
  expect(typed.map(({ at, text: line }) => [text.slice(0, at).slice(-4), line])).toEqual([
    ['one?', `${ends[1]}\n`],
    ['two?', `${ends[2]}\n`],
  ]);
});
