/**
 * What is loaded late makes no difference: a run that met an absent part, was brought back and went on, is the run that had
 * every part from the start. Each test loads the engine afresh, without the parts.
 */
import { beforeEach, expect, it, vi } from 'vitest';
import type { Absent } from '../../../src/bits/late.ts';
import type { Lab } from '../../../src/lab/lab.ts';
import type { Request } from '../../../src/protocol/messages.ts';

const OPTIONS = { level: 'isa', mode: 'translate', knobs: {}, args: [], stdin: null };

/** Counts down from `count`, then does `then`, then ends with status 7. */
const source = (count: number, then: string): string => `        .set noreorder
        .text
        .globl main
main:   li $t0, ${count}
loop:   bne $t0, $0, loop
        addiu $t0, $t0, -1
        ${then.trim().split('\n').join('\n        ')}
        li $v0, 4001
        li $a0, 7
        syscall
`;
const FLOAT = `mtc1 $t0, $f0
cvt.d.w $f2, $f0
add.d $f4, $f2, $f2
sqrt.d $f6, $f4`;
/** fork: the child ends with 0, the parent goes on. */
const FORK = `li $v0, 4002
syscall
nop`;

interface Fresh {
  readonly lab: Lab;
  readonly provideAll: () => Promise<unknown>;
  readonly load: (part: string) => Promise<unknown>;
  readonly isAbsent: (error: unknown) => error is Absent;
}
async function fresh(): Promise<Fresh> {
  vi.resetModules();
  const [{ Lab }, { Absent }, { loadPart }] = await Promise.all([
    import('../../../src/lab/lab.ts'),
    import('../../../src/bits/late.ts'),
    import('../../../src/lab/parts.ts'),
  ]);
  return {
    lab: new Lab(),
    provideAll: () => import('../../../src/lab/late.ts'),
    load: loadPart,
    isAbsent: (error) => error instanceof Absent,
  };
}
const open = (text: string, options: Partial<typeof OPTIONS> = {}): Request => ({
  op: 'open',
  source: { kind: 'assembly', text },
  options: { ...OPTIONS, ...options },
});

/** What the worker does: a request that meets an absent part is made again from the moment before. The parts that came. */
async function ask({ lab, load, isAbsent }: Fresh, request: Request): Promise<readonly string[]> {
  const came: string[] = [];
  for (;;) {
    const kept = lab.keep();
    try {
      lab.handle(request);
      lab.update();
      return came;
    } catch (error) {
      if (!isAbsent(error)) throw error;
      await load(error.part);
      came.push(error.part);
      lab.recover(kept);
    }
  }
}
function result(lab: Lab): unknown {
  const session = lab.opened!;
  session.seek(100_000_000);
  return { exit: session.running.exit?.status, hash: session.hash(), events: session.events.length, retired: session.retired };
}

/** The same program with everything there from the start. */
async function whole(request: Request): Promise<unknown> {
  const all = await fresh();
  await all.provideAll();
  all.lab.handle(request);
  return result(all.lab);
}

let apart: Fresh;
beforeEach(async () => {
  apart = await fresh();
});

it.each([
  [['floating point'], 'translate', FLOAT],
  [['floating point'], 'interpret', FLOAT],
  [['linux of mips', 'kernel'], 'translate', FORK],
] as const)('%s, met while the program is opened (%s)', async (parts, mode, then) => {
  const request = open(source(10, then), { mode });
  expect(await ask(apart, request)).toEqual(['assembler', 'isa', ...parts]);
  expect(result(apart.lab)).toEqual(await whole(request));
});

it.each([
  [['floating point'], FLOAT],
  [['linux of mips', 'kernel'], FORK],
] as const)('%s, met far on in a run with inputs behind it', async (parts, then) => {
  const request = open(source(5_000_000, then));
  expect(await ask(apart, request)).toEqual(['assembler', 'isa']);
  const seek: Request = { op: 'seek', retired: 4_000_000 },
    knob: Request = { op: 'knob', knob: 'threshold', value: 3 },
    on: Request = { op: 'seek', retired: 100_000_000 };
  for (const each of [seek, knob]) expect(await ask(apart, each)).toEqual([]);
  const known = apart.lab.opened!.known.retired;
  expect(await ask(apart, on)).toEqual(parts);
  expect(apart.lab.opened!.known.retired).toBeGreaterThan(known);

  const all = await fresh();
  await all.provideAll();
  for (const each of [request, seek, knob, on]) all.lab.handle(each);
  expect(result(apart.lab)).toEqual(result(all.lab));
});

it('a run in slices stops where it was when the part cannot be had, and can be scrubbed', async () => {
  await ask(apart, open(source(5_000_000, FLOAT)));
  const { lab } = apart;
  lab.handle({ op: 'run', speed: Infinity });
  let kept = lab.keep();
  expect(() => {
    for (;;) {
      kept = lab.keep();
      lab.slice(1_000_000);
    }
  }).toThrow();
  lab.recover(kept);
  lab.pause('not here');
  expect(lab.position()).toMatchObject({ state: 'paused', retired: kept.at!.retired, reason: 'not here' });
  const { retired } = lab.opened!,
    hash = lab.opened!.hash();
  lab.handle({ op: 'seek', retired: 1000 });
  lab.handle({ op: 'seek', retired });
  expect(lab.opened!.hash()).toBe(hash);
});

it('every level can be loaded by itself', async () => {
  const { LEVEL_LOADERS } = await import('../../../src/levels/loading.ts');
  const { LEVELS } = await import('../../../src/levels/registry.ts');
  const loaded = await Promise.all(Object.values(LEVEL_LOADERS).map((load) => load()));
  expect(loaded.map(({ name }) => name)).toEqual(LEVELS.map(({ name }) => name));
  expect(Object.keys(LEVEL_LOADERS)).toEqual(LEVELS.map(({ name }) => name));
});
