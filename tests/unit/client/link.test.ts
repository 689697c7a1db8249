/** Links: encode and decode are inverses; any other text is answered with a page or one sentence. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeLink, encodeLink, fromBase64Url, toBase64Url, LONGEST_TEXT, type LabLink } from '../../../src/client/link.ts';
import { loadPacking } from '../../../src/client/packing.ts';
import { GRAINS } from '../../../src/client/stores.ts';

beforeAll(loadPacking);

const address = fc.nat(0xffffffff);
const moment = fc.oneof(
  fc.record({ retired: fc.nat(10 ** 12), micro: fc.nat(99) }),
  fc.record({ guest: fc.nat(10 ** 9) }),
  fc.record({ event: fc.constantFrom('translate', 'chain', 'syscall'), nth: fc.integer({ min: 1, max: 999 }) }),
);
const program = fc.oneof(
  fc.record({ kind: fc.constant('supplied' as const), id: fc.stringMatching(/^[a-z0-9-]{1,20}$/) }),
  fc.record({ kind: fc.constant('assembly' as const), text: fc.string({ unit: 'grapheme', maxLength: 300 }) }),
  fc.record({
    kind: fc.constant('file' as const),
    key: fc.stringMatching(/^[0-9a-f]{16}$/),
    name: fc.string({ unit: 'grapheme', maxLength: 60 }),
  }),
);
const lab: fc.Arbitrary<LabLink> = fc.record({
  level: fc.constant('isa'),
  program,
  mode: fc.option(fc.constantFrom('interpret', 'translate', 'both')),
  knobs: fc.dictionary(fc.stringMatching(/^[a-z][a-z]{0,8}$/), fc.oneof(fc.integer({ min: -1000, max: 1_000_000 }), fc.boolean()), {
    noNullPrototype: true,
  }),
  moment,
  grain: fc.option(fc.constantFrom(...GRAINS.map((g) => g.id))),
  grainLocked: fc.boolean(),
  block: fc.option(address),
  instruction: fc.option(address),
  focus: fc.option(fc.constantFrom('forms' as const, 'cache' as const, 'ledger' as const)),
  breakpoints: fc.array(address, { maxLength: 5 }),
  inputs: fc.array(
    fc.oneof(
      fc.record({ retired: fc.nat(10 ** 9), guest: fc.nat(10 ** 8), bytes: fc.option(fc.array(fc.nat(255), { maxLength: 20 })) }),
      fc.record({ retired: fc.nat(10 ** 9), guest: fc.nat(10 ** 8), bytes: fc.constant(null), act: fc.json() }),
    ),
    { maxLength: 3 },
  ),
  cue: fc.option(fc.nat(30)),
});

const sentence = (text: string): void => {
  const decoded = decodeLink(text);
  if (!decoded.ok) expect(decoded.why).toMatch(/^This link cannot be read \(.+\), so Strata opened its first example instead\.$/);
};

const why = (hash: string): string => {
  const d = decodeLink(hash);
  return d.ok ? '' : d.why;
};

describe('links', () => {
  it('come back as they went', () => {
    fc.assert(
      fc.property(lab, (state) => {
        const decoded = decodeLink(encodeLink(state));
        expect(decoded).toEqual({ ok: true, link: { page: 'lab', level: 'isa', lab: state } });
      }),
      { seed: 31, numRuns: 600 },
    );
  });

  it('are readable for supplied programs', () => {
    const state: LabLink = {
      level: 'isa',
      program: { kind: 'supplied', id: 'checksum' },
      mode: 'translate',
      knobs: { threshold: 8 },
      moment: { retired: 6015, micro: 0 },
      grain: 'block',
      grainLocked: false,
      block: 0x400018,
      instruction: null,
      focus: null,
      breakpoints: [],
      inputs: [],
      cue: null,
    };
    expect(encodeLink(state)).toBe('#/isa?v=1&program=checksum&mode=translate&k.threshold=8&at=6015&grain=block&block=400018');
  });

  it('answer anything with a page or one sentence', () => {
    fc.assert(fc.property(fc.string({ maxLength: 200 }), sentence), { seed: 5, numRuns: 1000 });
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (rest) => sentence(`#/isa?v=1&asm=${rest}`)),
      { seed: 6, numRuns: 500 },
    );
    fc.assert(
      fc.property(
        fc.constantFrom('at', 'micro', 'event', 'grain', 'block', 'break', 'typed', 'cue', 'k.threshold', 'v', 'focus', 'program'),
        fc.string({ maxLength: 40 }),
        (key, value) => sentence(`#/isa?v=1&program=x&${key}=${encodeURIComponent(value)}`),
      ),
      { seed: 7, numRuns: 1000 },
    );
  });

  it('name what is wrong', () => {
    expect(why('#/isa?v=9&program=x')).toContain('its version is not valid');
    expect(why('#/isa?v=1&program=x&at=-3')).toContain('its moment is not valid');
    expect(why('#/isa?v=1')).toContain('it names no program');
    expect(why('#/hardware')).toContain('there is no page named "hardware"');
    expect(why('#/isa?v=1&asm=@@')).toContain('its assembly text is not valid');
    expect(why('#/isa?v=1&asm=AAAA')).toContain('its assembly text is damaged');
  });

  it('refuse text that grows without end', () => {
    const state = { kind: 'assembly' as const, text: 'a'.repeat(LONGEST_TEXT + 1) };
    const link = encodeLink({
      level: 'isa',
      program: state,
      mode: null,
      knobs: {},
      moment: { retired: 0, micro: 0 },
      grain: null,
      grainLocked: false,
      block: null,
      instruction: null,
      focus: null,
      breakpoints: [],
      inputs: [],
      cue: null,
    });
    expect(decodeLink(link)).toMatchObject({ ok: false, why: expect.stringContaining('too long') });
  });

  it('base64url is that of RFC 4648', () => {
    for (const [plain, coded] of [
      ['f', 'Zg'],
      ['fo', 'Zm8'],
      ['foo', 'Zm9v'],
      ['foob', 'Zm9vYg'],
      ['\xfb\xff', '-_8'],
    ] as const) {
      const bytes = Uint8Array.from(plain, (c) => c.charCodeAt(0));
      expect(toBase64Url(bytes)).toBe(coded);
      expect(fromBase64Url(coded)).toEqual(bytes);
    }
  });
});
