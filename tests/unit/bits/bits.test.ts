/** The small helpers, against the platform's own and against published values. */
import { expect, test } from 'vitest';
import { get32, get64, put64, StructWriter } from '../../../src/bits/bytes.ts';
import { GrowingBytes } from '../../../src/bits/growing.ts';
import { clonePlain, equalPlain } from '../../../src/bits/plain.ts';
import { Random } from '../../../src/bits/random.ts';
import { decodeUtf8, encodeUtf8, fromLatin1, latin1 } from '../../../src/bits/utf8.ts';

test('UTF-8 agrees with the platform on text', () => {
  for (const text of ['', 'plain', 'naïve – 漢字 😀', '\0\x7f\u0080\u07ff\u0800\uffff']) {
    expect(encodeUtf8(text)).toEqual(new TextEncoder().encode(text));
    expect(decodeUtf8(encodeUtf8(text))).toBe(text);
  }
});

test('malformed UTF-8 never throws and well-formed parts survive', () => {
  const random = new Random(7);
  for (let i = 0; i < 2000; i++) {
    const bytes = random.bytes(random.below(40));
    expect(decodeUtf8(bytes).replaceAll('\ufffd', '')).toBe(
      new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).replaceAll('\ufffd', ''),
    );
  }
});

test('latin1 round trip of every byte', () => {
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  expect(fromLatin1(latin1(all))).toEqual(all);
});

test('64-bit numbers, negative ones included', () => {
  const b = new Uint8Array(8);
  for (const n of [0, 1, -1, 0xffffffff, 0x1_0000_0000, -5_000_000_000, 2 ** 52 + 3]) {
    put64(b, 0, n);
    expect(get64(b, 0)).toBe(n);
    expect(new DataView(b.buffer).getBigInt64(0, true)).toBe(BigInt(n));
  }
  expect(get32(new StructWriter().u32(-2).done(), 0)).toBe(-2);
});

test('the same seed gives the same numbers, and the state can be kept', () => {
  const a = new Random(1),
    b = new Random(1);
  expect(a.bytes(16)).toEqual(b.bytes(16));
  const state = a.save(),
    next = a.next();
  b.restore(state);
  expect(b.next()).toBe(next);
  expect(new Random(2).next()).not.toBe(new Random(3).next());
});

test('a view of growing bytes is not touched by what comes after', () => {
  const g = new GrowingBytes();
  g.append(encodeUtf8('one'));
  const early = g.view();
  g.append(encodeUtf8(' two'));
  expect(decodeUtf8(g.view())).toBe('one two');
  g.restore(early);
  g.append(encodeUtf8(' three'));
  expect(decodeUtf8(early)).toBe('one');
  expect(decodeUtf8(g.view())).toBe('one three');
});

test('clones of plain data are equal and apart', () => {
  const value = { a: [1, { b: new Uint8Array([1, 2]) }], c: null };
  const copy = clonePlain(value);
  expect(equalPlain(copy, value)).toBe(true);
  (copy.a[1] as { b: Uint8Array }).b[0] = 9;
  expect(equalPlain(copy, value)).toBe(false);
});
