/**
 * Which bytes are instructions, and how long they are: every opcode of one and two bytes against a real processor. What the
 * processor has and Strata has not is listed by name: there the answer is #UD.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { opcodes } from '../../oracle/x86-cpu/opcodes.ts';
import { CODE, start } from '../../oracle/x86-cpu/inputs.ts';
import type { Case } from '../../oracle/x86-cpu/inputs.ts';
import * as S from '../../../src/isa/x86/state.ts';
import { Processor, decodeCase, run } from './processor.ts';

const recorded = JSON.parse(readFileSync(new URL('../../vectors/x86-cpu-opcodes.json', import.meta.url), 'utf8')) as {
  opcodes: Record<string, string>;
};
const processor = new Processor();

/** `u`, `!` or the length, as the recording has it. Services that are not at hand here do not raise #UD. */
function answer(test: Case): string {
  const instruction = decodeCase(test);
  if (!instruction) return 'short';
  const begin = start(test.seed);
  for (const [n, value] of test.overrides) begin.registers[n] = value;
  try {
    const { exception, eip } = run(processor, instruction, begin);
    if (exception?.vector === S.UD) return 'u';
    const moved = eip - CODE;
    return exception || moved < 1 || moved > 15 ? '!' : moved.toString(16);
  } catch (error) {
    if (!/no service/.test(String(error))) throw error;
    return '?';
  }
}

/**
 * Encodings in which processor and Strata differ, by their bytes and the ModRM digit. All but the last two kinds are
 * instructions that Strata does not have: they must raise #UD here.
 */
const NOT_THERE: readonly (readonly [what: string, pattern: RegExp, digits?: string])[] = [
  ['SSE3', /^(f[23] 0f 1[26]|(66|f2) 0f (7[cd]|d0)|f2 0f f0)$/],
  ['SSE4A', /^(f[23] 0f 2b|(66|f2) 0f 7[89])$/],
  ['three-byte opcodes: SSSE3 and later', /^(66 |f2 |f3 )?0f 3[8a]$/],
  ['POPCNT', /^f3 0f b8$/],
  ['RDRAND, RDSEED, RDPID and the compact forms of XSAVE', /^(66 |f2 |f3 )?0f c7$/, '34567'],
  ['prefetch hints that have no name', /^(66 |f2 |f3 )?0f 0d$/, '0234567'],
  ['SYSRET, RDPMC, SYSEXIT', /^(66 |f2 |f3 )?0f (07|33|35)$/],
  ['SALC', /^(66 |f2 |f3 )?d6$/],
];
const ELSEWHERE: readonly (readonly [what: string, pattern: RegExp, digits?: string])[] = [
  ['SLDT and STR, which Linux refuses or does itself (UMIP)', /^(66 |f2 |f3 )?0f 00$/, '01'],
  ['LOCK before MOV CR0 and VERW, to which AMD gives meanings of its own', /^f0 0f (00|20|22)$/],
];
const among = (list: typeof NOT_THERE, name: string, i: number): boolean =>
  list.some(([, pattern, digits]) => pattern.test(name) && (digits === undefined || digits.includes(String(i & 7))));

interface Encoding {
  readonly what: string;
  readonly ours: string;
  readonly theirs: string;
  readonly notThere: boolean;
}

const encodings: Encoding[] = opcodes().flatMap(({ name, tests }) =>
  tests.flatMap((test, i) => {
    if (among(ELSEWHERE, name, i)) return [];
    const what = `${name} /${i & 7} ${i < 8 ? 'register' : 'memory'}`;
    return [{ what, ours: answer(test), theirs: recorded.opcodes[name]![i]!, notThere: among(NOT_THERE, name, i) }];
  }),
);

describe('opcodes', () => {
  it('are as many as were recorded', () => expect(encodings.length).toBeGreaterThan(38_000));

  it('are known, and as long, as on a real processor', () => {
    const wrong = encodings.filter((e) => !e.notThere && e.ours !== e.theirs && !(e.ours === '?' && e.theirs !== 'u'));
    expect(wrong.map((e) => `${e.what}: ${e.ours}, the processor ${e.theirs}`)).toEqual([]);
  });

  it('that Strata does not have raise #UD', () => {
    expect(encodings.filter((e) => e.notThere && e.ours !== 'u').map((e) => e.what)).toEqual([]);
  });
});
