/**
 * Bad input: whatever bytes are opened, the lab answers with one clear sentence or runs them; it never fails in itself, and
 * the program that was open before stays open.
 */
import '../../../src/lab/assembly.ts';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/bits/random.ts';
import { decodeUtf8, encodeUtf8 } from '../../../src/bits/utf8.ts';
import { Lab } from '../../../src/lab/lab.ts';
import { refusalOf } from '../../../src/lab/refusal.ts';
import type { OpenOptions, Source } from '../../../src/protocol/messages.ts';
import { programBytes } from './support.ts';

const options = (mode: string): OpenOptions => ({ level: 'isa', mode, knobs: { threshold: 2 }, args: [], stdin: new Uint8Array(0) });
const good = programBytes('gcd.mips');

/** Opens and runs a little; gives the refusal's sentence, or null when it ran. */
function attempt(lab: Lab, source: Source, mode: string): string | null {
  try {
    lab.handle({ op: 'open', source, options: options(mode) });
    lab.handle({ op: 'run', speed: Infinity });
    for (let i = 0; i < 3 && lab.slice(20_000); i++);
    lab.handle({ op: 'step', grain: 'instruction', direction: -1 });
    lab.update();
    return null;
  } catch (error) {
    const sentence = refusalOf(error);
    if (sentence === null) throw error;
    return sentence;
  }
}

const isClear = (sentence: string): void => {
  expect(sentence).toMatch(/^[A-Z"'].{8,400}[.!?]$/s);
  expect(sentence).not.toMatch(/undefined|NaN|\[object|at .*\.ts/);
};

describe('files that are not what they seem', () => {
  const file = (bytes: Uint8Array): Source => ({ kind: 'file', name: 'dropped', bytes });
  const cases: readonly (readonly [string, Uint8Array])[] = [
    ['nothing', new Uint8Array(0)],
    ['three bytes', new Uint8Array([0x7f, 0x45, 0x4c])],
    ['text', new Uint8Array([...'hello, world, this is no program'].map((c) => c.charCodeAt(0)))],
    ['a truncated header', good.slice(0, 40)],
    ['a truncated file', good.slice(0, good.length >> 1)],
    ['another class', Uint8Array.from(good, (b, i) => (i === 4 ? 2 : b))],
    ['another byte order', Uint8Array.from(good, (b, i) => (i === 5 ? 2 : b))],
    ['another machine', Uint8Array.from(good, (b, i) => (i === 18 ? 62 : b))],
    ['an i386 program', programBytes('gcd.i386')],
    ['a file too large', new Uint8Array(65 * 1024 * 1024)],
  ];
  it.each(cases)('%s', (_, bytes) => {
    const lab = new Lab();
    expect(attempt(lab, { kind: 'supplied', id: 'gcd', bytes: good }, 'translate')).toBeNull();
    const before = lab.position().retired;
    isClear(attempt(lab, file(bytes), 'translate') ?? 'It was taken.');
    expect(attempt(new Lab(), file(bytes), 'translate')).not.toBeNull();
    expect(lab.position().retired).toBe(before);
  });

  it('headers with random damage', () => {
    const random = new Random(11);
    const lab = new Lab();
    for (let i = 0; i < 120; i++) {
      const bytes = good.slice();
      for (let n = random.below(4); n >= 0; n--) bytes[random.below(0x94)] = random.below(256);
      const sentence = attempt(lab, file(bytes), i % 2 ? 'interpret' : 'translate');
      if (sentence !== null) isClear(sentence);
    }
  });

  it('code with random damage runs like any code: to an exit, a signal or a limit', () => {
    const random = new Random(12);
    const lab = new Lab();
    for (let i = 0; i < 60; i++) {
      const bytes = good.slice();
      for (let n = 0; n < 40; n++) bytes[0x94 + random.below(good.length - 0x94)] = random.below(256);
      attempt(lab, file(bytes), ['interpret', 'translate', 'both'][i % 3]!);
    }
  });

  it('random bytes', () => {
    const random = new Random(13);
    for (let i = 0; i < 100; i++) isClear(attempt(new Lab(), file(random.bytes(random.below(400))), 'translate')!);
  });
});

describe('assembly text', () => {
  it('with a mistake is refused with its line and column, and diagnosed', () => {
    const lab = new Lab();
    const text = 'main:\n  li $t0, 1\n  addd $t0, $t1, $t2\n';
    const sentence = attempt(lab, { kind: 'assembly', text }, 'translate');
    expect(sentence).toContain('line 3, column 3');
    const { diagnostics } = lab.handle({ op: 'assemble', text }) as { diagnostics: readonly { line: number; column: number }[] };
    expect(diagnostics[0]).toMatchObject({ line: 3, column: 3 });
  });

  it('of random characters never breaks the lab', () => {
    const random = new Random(14);
    const words = [
      'main:',
      'addiu',
      '$t0',
      ',',
      '1',
      '(',
      ')',
      '.word',
      '.space',
      '0x',
      '"',
      '\n',
      'li',
      '%hi',
      '-',
      '.data',
      'j',
      'syscall',
      ':',
      '@',
    ];
    for (let i = 0; i < 150; i++) {
      const text = Array.from({ length: random.below(40) }, () => words[random.below(words.length)]!).join(' ');
      const sentence = attempt(new Lab(), { kind: 'assembly', text }, 'interpret');
      if (sentence !== null) isClear(sentence);
    }
  });
});

describe('saved runs', () => {
  it('open again at the same moment', () => {
    const lab = new Lab();
    attempt(lab, { kind: 'supplied', id: 'gcd', bytes: good }, 'translate');
    const saved = lab.handle({ op: 'export', what: 'run' }) as { bytes: Uint8Array };
    const hash = lab.opened!.hash();
    const other = new Lab();
    other.handle({ op: 'import', bytes: saved.bytes });
    expect(other.position().retired).toBe(lab.position().retired);
    expect(other.opened!.hash()).toBe(hash);
  });

  it('hold what was typed, in one mode and in both', () => {
    for (const mode of ['translate', 'both']) {
      const lab = new Lab();
      const source: Source = { kind: 'file', name: 'console', bytes: programBytes('console.mips') };
      lab.handle({ op: 'open', source, options: { ...options(mode), stdin: null } });
      for (const line of ['Ada\n', '12\n', '30\n']) {
        lab.handle({ op: 'run', speed: Infinity });
        while (lab.slice(1_000_000));
        lab.handle({ op: 'input', bytes: encodeUtf8(line) });
      }
      lab.handle({ op: 'step', grain: 'micro', direction: 1 });
      const saved = lab.handle({ op: 'export', what: 'run' }) as { bytes: Uint8Array };
      const other = new Lab();
      const result = other.handle({ op: 'import', bytes: saved.bytes });
      expect(result).toMatchObject({ op: 'opened', run: { inputs: [{}, {}, {}], source: { kind: 'file', name: 'console' } } });
      expect(other.position()).toEqual({ ...lab.position(), knownTime: expect.any(Number), knownRetired: expect.any(Number) });
      expect(other.opened!.hash()).toBe(lab.opened!.hash());
      other.handle({ op: 'watch', views: { rival: {}, console: {} } });
      const push = other.update();
      const views = push.push === 'update' ? push.views : {};
      expect(views.console?.text).toContain('Ada');
      if (mode === 'both') expect(views.rival).toMatchObject({ sameOutput: true, guestRetired: lab.position().guestRetired });
    }
  });

  it('that cannot be run leave what is open as it is', () => {
    const lab = new Lab();
    attempt(lab, { kind: 'supplied', id: 'gcd', bytes: good }, 'translate');
    const hash = lab.opened!.hash();
    const saved = JSON.parse(decodeUtf8((lab.handle({ op: 'export', what: 'run' }) as { bytes: Uint8Array }).bytes)) as Record<
      string,
      object
    >;
    const bad: readonly Record<string, unknown>[] = [
      { ...saved, inputs: [{ retired: 10, input: { kind: 'knob', id: 'nothing', value: 1 } }] },
      { ...saved, inputs: [{ retired: 10, input: { kind: 'act', action: '{}' } }] },
      { ...saved, inputs: [{ retired: 'x', input: { kind: 'stdin', bytes: null } }] },
      { ...saved, options: { ...saved['options'], mode: 'nothing' } },
      { ...saved, options: { ...saved['options'], knobs: { threshold: 'x' } } },
      { ...saved, source: { kind: 'assembly', text: 'main: lii $a0, 1' } },
      { ...saved, source: { kind: 'file' } },
      { ...saved, retired: -1 },
      { ...saved, format: 'strata-run-9' },
    ];
    for (const run of bad) {
      let sentence: string | null = null;
      try {
        lab.handle({ op: 'import', bytes: encodeUtf8(JSON.stringify(run)) });
      } catch (error) {
        sentence = refusalOf(error);
      }
      expect(sentence, JSON.stringify(run).slice(0, 80)).not.toBeNull();
      isClear(sentence!);
      expect(lab.opened!.hash()).toBe(hash);
    }
  });

  it('that are damaged are refused in a sentence', () => {
    const random = new Random(15);
    const lab = new Lab();
    attempt(lab, { kind: 'supplied', id: 'gcd', bytes: good.slice(0, 0x2000) }, 'translate');
    const { bytes } = new Lab().opened === null ? (lab.handle({ op: 'export', what: 'run' }) as { bytes: Uint8Array }) : { bytes: good };
    for (let i = 0; i < 60; i++) {
      const damaged =
        i % 2
          ? bytes.slice(0, random.below(bytes.length))
          : Uint8Array.from(bytes, (b, at) => (at % (97 + i) === 0 ? random.below(128) : b));
      try {
        new Lab().handle({ op: 'import', bytes: damaged });
      } catch (error) {
        const sentence = refusalOf(error);
        if (sentence === null) throw error;
        isClear(sentence);
      }
    }
  });
});
