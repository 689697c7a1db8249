/**
 * A monkey at the page: does at random, from a seed, what a student can do, without waiting for anything; every few actions it lets the
 * page come to rest and holds it against its rules (monkey-rules.ts). A sequence is a list of plain steps, each with a seed of its own,
 * so that it can be shortened and played again. What lies between page and worker can be made slow (`slow`) and the processor too.
 */
import type { BrowserContext, Page } from '@playwright/test';
import { Random } from '../../src/bits/random.ts';
import { ACTS, actOf, type ActName, type Hand } from './monkey-acts.ts';
import { watch, atRest, holds, type Watched } from './monkey-rules.ts';

export interface Step {
  readonly act: ActName;
  readonly seed: number;
  /** The page is left to itself afterwards, and looked at. */
  readonly look: boolean;
}
export interface Case {
  readonly seed: number;
  /** Milliseconds at most that a message takes between page and worker, either way. */
  readonly slow: number;
  /** How many times slower the processor is. */
  readonly throttle: number;
  readonly start: string;
  readonly steps: readonly Step[];
}

const STARTS = ['#/isa', '#/os', '#/isa?v=1&program=checksum&mode=translate&guest=300', '#/isa?v=1&program=console&mode=interpret', '#/'];
/** At most so many actions before one looks. */
const STRETCH = 6;

export function caseOf(seed: number, length: number): Case {
  const random = new Random(seed);
  const pick = <T>(list: readonly T[]): T => list[random.below(list.length)]!;
  const names = Object.keys(ACTS) as ActName[];
  const weighted = names.flatMap((name) => Array.from({ length: ACTS[name].weight }, () => name));
  const start = pick(STARTS),
    slow = pick([0, 0, 60, 200]),
    throttle = pick([1, 1, 1, 5]);
  let left = 1 + random.below(STRETCH);
  const steps = Array.from({ length }, (_, i): Step => {
    left -= 1;
    const look = left === 0 || i === length - 1;
    if (look) left = 1 + random.below(STRETCH);
    return { act: pick(weighted), seed: random.next(), look };
  });
  return { seed, slow, throttle, start, steps };
}

/** Delays messages either way without changing their order, and counts requests that are not answered yet. Runs in the page. */
function delayWorker({ slow, seed }: { slow: number; seed: number }): void {
  const Native = Worker,
    asked = new Set<number>();
  let noise = seed >>> 0;
  const line = (): ((deliver: () => void) => void) => {
    const queue: (() => void)[] = [];
    return (deliver) => {
      if (slow === 0) return deliver();
      noise = (Math.imul(noise, 1664525) + 1013904223) >>> 0;
      queue.push(deliver);
      setTimeout(() => queue.shift()!(), (noise / 2 ** 32) * slow);
    };
  };
  const Slow = function Slow(url: URL, options: WorkerOptions): unknown {
    const inner = new Native(url, options),
      to = line(),
      from = line();
    const outer: Record<string, unknown> = {
      postMessage(message: { id: number }) {
        asked.add(message.id);
        to(() => inner.postMessage(message));
      },
      terminate: () => inner.terminate(),
    };
    const pass = (name: string, event: unknown): void => (outer[name] as ((event: unknown) => void) | null)?.(event);
    inner.addEventListener('message', (event: MessageEvent<{ id?: number }>) =>
      from(() => {
        pass('onmessage', event);
        if (event.data.id !== undefined) asked.delete(event.data.id);
      }),
    );
    inner.addEventListener('error', (event) => pass('onerror', event));
    return outer;
  };
  Object.assign(globalThis, { Worker: Slow, asked });
}

async function newPage(context: BrowserContext, slow: number, seed: number): Promise<Page> {
  const page = await context.newPage();
  await page.addInitScript(delayWorker, { slow, seed });
  return page;
}

/** Plays a case to its end; a sentence about the first rule that was broken and how far it came, or null. */
export async function play(
  context: BrowserContext,
  url: string,
  monkey: Case,
): Promise<{ readonly why: string; readonly at: number } | null> {
  const page = await newPage(context, monkey.slow, monkey.seed),
    witness = await newPage(context, 0, 0);
  const watched: Watched = watch(page);
  const hand: Hand = { page, random: new Random(monkey.seed), links: [], files: [] };
  const session = await context.newCDPSession(page);
  if (monkey.throttle > 1) await session.send('Emulation.setCPUThrottlingRate', { rate: monkey.throttle });
  let at = 0;
  try {
    await page.goto(url + monkey.start);
    await atRest(page, watched);
    for (const [i, step] of monkey.steps.entries()) {
      at = i;
      hand.random = new Random(step.seed);
      const act = actOf(step.act);
      watched.begin(act.refusable === true, act.keys === true && (await focused(page)));
      if (process.env['STRATA_MONKEY_TALK']) console.log(i, step.act, step.seed, step.look ? 'look' : '', page.url().slice(-120));
      // What cannot be done just now (a dialog lies over it, it went away) is left.
      await act.run(hand).catch(() => undefined);
      if (step.look) await holds(page, witness, watched, hand);
    }
    return null;
  } catch (problem) {
    return { why: problem instanceof Error ? problem.message : String(problem), at };
  } finally {
    await page.close();
    await witness.close();
  }
}

const focused = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.activeElement !== null && document.activeElement !== document.body).catch(() => false);

/** The shortest list of steps found that still breaks the same rule, by leaving out ever smaller stretches. */
export async function shrink(monkey: Case, broken: (shorter: Case) => Promise<boolean>, tries: number): Promise<Case> {
  let best = monkey;
  for (let size = Math.ceil(best.steps.length / 2), left = tries; size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from + size < best.steps.length && left > 0; left--) {
      const shorter = { ...best, steps: [...best.steps.slice(0, from), ...best.steps.slice(from + size)] };
      if (await broken(shorter)) best = shorter;
      else from += size;
    }
  }
  return best;
}
