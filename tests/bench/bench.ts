/**
 * `npm run bench`: speeds and costs, as ratios between things measured in this run.
 *
 * Cost figures (host instructions per MIPS instruction) are exact and repeatable: steady state is the difference between a
 * long and a short run of the same loop. Speed figures are wall clock, best of three, beside the peers that are installed.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import '../../src/lab/late.ts';
import { Session } from '../../src/lab/session.ts';
import { stepBack } from '../../src/lab/step.ts';
import { LEVELS } from '../../src/levels/registry.ts';
import type { LevelName } from '../../src/levels/level.ts';
import { CATEGORIES } from '../../src/machine/types.ts';

const root = process.env['STRATA_ROOT'] ?? process.cwd();
const kernels = `${root}/tests/bench/kernels`;
const NAMES = ['sieve', 'sha', 'qsort', 'mix'];
/** Rounds of the short and of the long run, chosen so that the long one is a few million MIPS instructions. */
const ROUNDS: Record<string, readonly [number, number]> = { sieve: [4, 12], sha: [4, 24], qsort: [4, 16], mix: [20, 400] };

const now = (): number => Number(process.hrtime.bigint()) / 1e9;
const mean = (list: readonly number[]): number => Math.exp(list.reduce((sum, x) => sum + Math.log(x), 0) / list.length);
const level = (name: LevelName): (typeof LEVELS)[number] => LEVELS.find((l) => l.name === name)!;

function open(levelName: LevelName, file: string, mode: string, rounds: number, engine: 'step' | 'flat' = 'flat'): Session {
  const bytes = new Uint8Array(readFileSync(`${kernels}/${file}`));
  const session = new Session(
    level(levelName),
    { name: file, bytes },
    {
      mode,
      knobs: {},
      args: [file, String(rounds)],
      env: [],
      files: {},
      stdin: new Uint8Array(0),
      memory: 32 << 20,
    },
  );
  session.running.machine.engine = engine;
  return session;
}

interface Cost {
  readonly retired: number;
  readonly time: number;
  readonly guest: number;
  readonly translate: number;
  readonly seconds: number;
}

function cost(levelName: LevelName, file: string, mode: string, rounds: number): Cost {
  const session = open(levelName, file, mode, rounds);
  const { machine } = session.running;
  const started = now();
  while (session.running.exit === null) machine.run({ retired: machine.retired + 50_000_000 });
  const seconds = now() - started;
  if (session.running.exit.status !== 0)
    throw new Error(`${file} ended with ${session.running.exit.status}: ${session.running.exit.sentence}`);
  const translate = machine.ledger
    .entries()
    .filter((e) => e.category === 'translate')
    .reduce((sum, e) => sum + e.units, 0);
  return { retired: machine.retired, time: machine.time, guest: machine.guestRetired, translate, seconds };
}

function steady(
  file: string,
  mode: string,
  [short, long]: readonly [number, number],
): { ratio: number; first: Cost; second: Cost; mips: number } {
  const first = cost('isa', file, mode, short),
    second = cost('isa', file, mode, long);
  return {
    ratio: (second.retired - first.retired) / (second.guest - first.guest),
    first,
    second,
    mips: second.guest / second.seconds / 1e6,
  };
}

const pad = (text: string | number, width: number): string => String(text).padStart(width);
const row = (cells: readonly (string | number)[]): void => {
  process.stdout.write(`${cells.map((c, i) => (i === 0 ? String(c).padEnd(28) : pad(c, 13))).join('')}\n`);
};

function costs(): void {
  process.stdout.write('\nHost instructions per MIPS instruction, steady state (counted)\n');
  row(['loop', 'interpreted', 'translated', 'break-even', 'M/s interp.', 'M/s transl.']);
  const interpreted: number[] = [],
    translated: number[] = [];
  for (const name of NAMES) {
    const rounds = ROUNDS[name]!;
    const i = steady(`${name}.mips`, 'interpret', rounds),
      t = steady(`${name}.mips`, 'translate', rounds);
    interpreted.push(i.ratio);
    translated.push(t.ratio);
    const session = open('isa', `${name}.mips`, 'translate', rounds[0]);
    while (session.running.exit === null) session.running.machine.run({ retired: session.running.machine.retired + 50_000_000 });
    const counters = session.running.counters();
    const perInstruction = t.first.translate / Math.max(1, counters['isa.translated.instructions'] ?? NaN);
    row([
      name,
      i.ratio.toFixed(1),
      t.ratio.toFixed(2),
      (perInstruction / (i.ratio - t.ratio)).toFixed(1),
      i.mips.toFixed(1),
      t.mips.toFixed(1),
    ]);
  }
  row(['geometric mean', mean(interpreted).toFixed(1), mean(translated).toFixed(2)]);
}

/** Floating point: the n-body problem on the FPU of MIPS, on x87 and on SSE2; one round is a thousand steps. */
function floating(): void {
  process.stdout.write('\nThe n-body problem in double precision (milliseconds for a thousand steps)\n');
  row(['program', 'Strata', 'qemu-user', 'native', 'host/guest']);
  const rounds = [2, 12] as const,
    peerRounds = [10, 410] as const;
  const kinds = [
    ['nbody.mips', 'isa', 'interpret', 'qemu-mipsel-static'],
    ['nbody.mips', 'isa', 'translate', 'qemu-mipsel-static'],
    ['nbody.i386', 'native', 'direct', 'qemu-i386'],
    ['nbody.sse', 'native', 'direct', 'qemu-i386'],
  ] as const;
  for (const [file, levelName, mode, peer] of kinds) {
    const [short, long] = rounds.map((n) => cost(levelName, file, mode, n)) as [Cost, Cost];
    const path = `${kernels}/${file}`,
      emulated = perRound(peer, [path], peerRounds),
      native = levelName === 'native' ? perRound(path, [], peerRounds) : null;
    const ms = (seconds: number | null): string => (seconds === null ? 'absent' : (seconds * 1000).toFixed(2));
    const ratio = levelName === 'isa' ? ((long.retired - short.retired) / (long.guest - short.guest)).toFixed(2) : '1';
    row([`${file} ${mode}`, ms((long.seconds - short.seconds) / (rounds[1] - rounds[0])), ms(emulated), ms(native), ratio]);
  }
}

function wall(command: string, args: readonly string[]): number | null {
  let best = Infinity;
  for (let i = 0; i < 3; i++) {
    const started = now();
    if (spawnSync(command, args, { stdio: 'ignore' }).status !== 0) return null;
    best = Math.min(best, now() - started);
  }
  return best;
}

/** Seconds per round, by the difference of two runs, so that start-up does not count. */
function perRound(command: string, args: readonly string[], rounds: readonly [number, number]): number | null {
  const short = wall(command, [...args, String(rounds[0])]),
    long = wall(command, [...args, String(rounds[1])]);
  return short === null || long === null ? null : Math.max((long - short) / (rounds[1] - rounds[0]), 1e-9);
}

const PEER_ROUNDS: Record<string, readonly [number, number]> = {
  sieve: [100, 1100],
  sha: [100, 3100],
  qsort: [100, 2100],
  mix: [1000, 60000],
};

function speeds(): void {
  process.stdout.write('\nThe interpreting engine (flat, no generated code) on i386 programs, paging on\n');
  const qemu = ['qemu-i386', 'qemu-i386-static'].find((name) => spawnSync('which', [name]).status === 0);
  row(['program', 'M instr/s', 'native/flat', 'qemu-i386/flat', 'step M/s']);
  const rates: number[] = [];
  for (const name of NAMES) {
    const rounds = ROUNDS[name]!;
    const runs = [0, 1, 2].map(() => cost('native', `${name}.i386`, 'direct', rounds[1] * 4));
    const best = runs.reduce((a, b) => (a.seconds < b.seconds ? a : b));
    const rate = best.retired / best.seconds / 1e6;
    rates.push(rate);
    const own = best.seconds / (rounds[1] * 4);
    const native = perRound(`${kernels}/${name}.i386`, [], PEER_ROUNDS[name]!);
    const emulated = qemu ? perRound(qemu, [`${kernels}/${name}.i386`], PEER_ROUNDS[name]!) : null;
    const stepper = open('native', `${name}.i386`, 'direct', rounds[0], 'step');
    const started = now();
    stepper.running.machine.run({ retired: 1_000_000 });
    const steps = stepper.running.machine.retired / (now() - started) / 1e6;
    row([
      name,
      rate.toFixed(1),
      native ? `${(own / native).toFixed(0)}x` : 'absent',
      emulated ? `${(own / emulated).toFixed(1)}x` : 'absent',
      steps.toFixed(1),
    ]);
  }
  row(['geometric mean', mean(rates).toFixed(1)]);
}

function timeMachine(): void {
  process.stdout.write('\nThe time machine, on a translated run of 10 million host instructions\n');
  const session = open('isa', 'qsort.mips', 'translate', 100);
  session.advance(10_000_000);
  const end = session.retired;
  const times: number[] = [];
  for (let i = 0, x = 12345; i < 40; i++) {
    x = (Math.imul(x, 1103515245) + 12345) >>> 0;
    session.seek(Math.floor((x / 2 ** 32) * end));
    const started = now();
    stepBack(session, 'instruction', 0);
    times.push((now() - started) * 1000);
  }
  times.sort((a, b) => a - b);
  row(['step back, ms', `median ${times[20]!.toFixed(1)}`, `95th ${times[37]!.toFixed(1)}`, `${session.checkpointCount} kept`]);
  const { machine } = session.running;
  const taken = checkpointTimes(session);
  row([
    'checkpoint, 256 dirty, ms',
    `median ${taken[taken.length >> 1]!.toFixed(2)}`,
    `95th ${taken[Math.floor(taken.length * 0.95)]!.toFixed(2)}`,
    'machine and level',
  ]);
  const sum = machine.ledger.entries().reduce((total, e) => total + e.units, 0);
  row(['ledger sum = time', String(sum === machine.time), `${CATEGORIES.length} categories`]);
}

/** Checkpoints of 256 pages, taken, kept and released as a session does: at most a dozen live, pages made ready between two of them. */
function checkpointTimes(session: Session): number[] {
  const { running } = session,
    { machine } = running;
  const taken: number[] = [];
  const kept: ReturnType<typeof machine.checkpoint>[] = [];
  for (let i = 0; i < 200; i++) {
    for (let page = 0; page < 256; page++) machine.memory.write32((page + 1024) * 4096, i * 7 + page);
    for (let slice = 0; slice < 4; slice++) machine.prepareCheckpoint();
    const started = now();
    kept.push(machine.checkpoint());
    running.save();
    taken.push((now() - started) * 1000);
    if (kept.length > 12) machine.release(kept.splice(i % 12, 1)[0]!);
  }
  return taken.sort((a, b) => a - b);
}

process.stdout.write(`Strata benchmark. Node ${process.version}, ${execFileSync('uname', ['-sm'], { encoding: 'utf8' }).trim()}\n`);
costs();
speeds();
floating();
timeMachine();
