/** What must hold whenever the page has come to rest, whatever was done before; see `holds`. */
import type { Page } from '@playwright/test';
import { audit } from './page.ts';
import type { Hand } from './monkey-acts.ts';

export interface Watched {
  readonly faults: string[];
  /** Requests of the page that are on their way. */
  readonly loading: Set<unknown>;
  /** Since the last look: something was done that may rightly be refused; and the last act was by keyboard, from a place with focus. */
  refusable: boolean;
  byKeys: boolean;
  begin(refusable: boolean, byKeys: boolean): void;
}

export function watch(page: Page): Watched {
  const watched: Watched = {
    faults: [],
    loading: new Set(),
    refusable: true,
    byKeys: false,
    begin(refusable, byKeys) {
      this.refusable ||= refusable;
      this.byKeys = byKeys;
    },
  };
  page.on('pageerror', (error) => watched.faults.push(`uncaught: ${error.stack ?? error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) watched.faults.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    watched.loading.add(request);
    if (!/^(http:\/\/127\.0\.0\.1|data:|blob:)/.test(request.url())) watched.faults.push(`request to ${request.url()}`);
  });
  for (const event of ['requestfinished', 'requestfailed'] as const)
    page.on(event as 'requestfinished', (request) => watched.loading.delete(request));
  page.on('framenavigated', () => watched.loading.clear());
  return watched;
}

/** What the page shows of the session, in its own words. Null: not at rest. Runs in the page. */
function read(): Shown | null {
  const text = (css: string): string | null => {
    const element = document.querySelector<HTMLElement>(css);
    return element === null ? null : (element.textContent ?? '').replaceAll(/\s+/g, ' ').trim();
  };
  const texts = (css: string): string[] =>
    [...document.querySelectorAll<HTMLElement>(css)].map((e) => (e.textContent ?? '').replaceAll(/\s+/g, ' ').trim());
  const asked = (globalThis as unknown as { asked?: Set<number> }).asked;
  const presents = document.querySelector('.present') !== null;
  const playing = document.querySelector('[aria-label=Pause]') !== null;
  const unready = document.querySelector('[aria-label=Transport] [aria-label=Step]:disabled') !== null;
  const busy = document.querySelector('.focus[aria-busy=true]') !== null;
  const failed = text('.loading')?.startsWith('Nothing is open') === true;
  return {
    rest: asked !== undefined && asked.size === 0 && !playing && (!unready || failed) && !busy && document.querySelector('h1') !== null,
    failed,
    playing,
    hash: location.hash,
    problem: presents ? null : (texts('[role=alert]').find((t) => t !== '') ?? null),
    blank: (document.getElementById('root')?.innerText ?? '').trim() === '',
    lost: document.activeElement === null || document.activeElement === document.body,
    at: document.querySelector('.trans .where span')?.getAttribute('title') ?? null,
    shows: {
      heading: text('h1'),
      where: text('.trans .where span'),
      playhead:
        document
          .querySelector('.playhead')
          ?.getAttribute('aria-valuetext')
          ?.replace(/ of .*/, '') ?? null,
      waits: text('.trans .reason') === null ? null : text('.trans .reason') === 'waiting for input',
      caption: text('.cap'),
      console: text('[data-panel=console] .terminal'),
      typing: document.querySelector('[data-panel=console]') === null ? null : document.querySelector('[data-panel=console] form') !== null,
      mode: texts('[aria-label="How the host runs the program"] [aria-checked=true]').join() || null,
      grain: document.querySelector<HTMLSelectElement>('[aria-label="Step by"]')?.value ?? null,
      // A number that is being typed does not count yet.
      knobs:
        document.activeElement?.matches('[data-panel=knobs] input') === true
          ? null
          : [...document.querySelectorAll<HTMLElement>('[data-panel=knobs] input, [data-panel=knobs] [role=switch]')]
              .map(
                (e) =>
                  `${e.closest('.knob')?.textContent ?? e.textContent}=${e instanceof HTMLInputElement ? e.value : e.getAttribute('aria-checked')}`,
              )
              .join() || null,
      program: text('[data-panel=programs] .choice'),
      registers: text('[data-panel=registers] .body:not([hidden])'),
      memory: text('[data-panel=memory] .visually-hidden') || null,
      ledger: text('[data-panel=ledger] .visually-hidden') || null,
      rooms: texts('[data-panel=containers] .boxes > li > .name').join('; ') || null,
      limits: [...document.querySelectorAll('[data-panel=limits] input')].map((e) => e.getAttribute('aria-valuetext')).join() || null,
      truths: text('[data-panel=truths] > .visually-hidden') || null,
    },
  };
}
export interface Shown {
  readonly rest: boolean;
  readonly failed: boolean;
  readonly playing: boolean;
  readonly hash: string;
  readonly problem: string | null;
  readonly blank: boolean;
  readonly lost: boolean;
  readonly at: string | null;
  readonly shows: Readonly<Record<string, unknown>>;
}

const NO_REST = 30_000;
const nap = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
const reading = (page: Page): Promise<Shown | null> => page.evaluate(read).catch(() => null);

/** Whether the address names the moment on show; a page that does not show its moment in numbers cannot say. */
function linked({ hash, at }: Shown): boolean {
  const counted = /: ([\d,]+) host instructions/.exec(at ?? '')?.[1]?.replaceAll(',', '');
  return counted === undefined || new URLSearchParams(hash.split('?')[1]).get('at') === counted;
}

/** Pauses what plays and waits until nothing is on its way and nothing changes: then the link has been written too. */
export async function atRest(page: Page, watched?: Watched): Promise<Shown> {
  const since = Date.now();
  let last = '',
    still = 0,
    now: Shown | null = null,
    paused = 0;
  while (Date.now() - since < NO_REST) {
    now = await reading(page);
    if (now?.playing && Date.now() - paused > 600) {
      paused = Date.now();
      await page.evaluate(() => document.querySelector<HTMLElement>('[aria-label=Pause]')?.click()).catch(() => undefined);
    }
    const text = JSON.stringify(now);
    still = text === last ? still : Date.now();
    last = text;
    if (
      now !== null &&
      now.rest &&
      (watched === undefined || watched.loading.size === 0) &&
      Date.now() - still >= 600 &&
      (now.failed || linked(now))
    )
      return now;
    await nap(100);
  }
  throw new Error(
    `The page does not come to rest, or its address is not its moment: ${JSON.stringify(now)} loading ${watched?.loading.size}`,
  );
}

/** Every rule. `witness` is a page of its own that opens the link which the page has at rest. */
export async function holds(page: Page, witness: Page, watched: Watched, hand: Hand): Promise<void> {
  const now = await atRest(page, watched);
  const fail = (why: string): never => {
    throw new Error(why);
  };
  if (watched.faults.length > 0) fail(watched.faults.join('\n'));
  if (now.blank) fail('The page is blank.');
  if (now.problem !== null) {
    if (!watched.refusable || /Strata itself|could not be drawn|went wrong/.test(now.problem))
      fail(`A sentence that nobody expects: ${now.problem}`);
    await page.evaluate(() => {
      const button = [...document.querySelectorAll<HTMLElement>('[role=alert] button')].find((b) => b.textContent === 'Close');
      button?.click();
    });
  }
  watched.refusable = false;
  if (watched.byKeys && now.lost) fail('The focus was lost by a key.');
  if (now.failed || !/^#\/(isa|os)\?/.test(now.hash)) {
    if (!now.failed && now.shows['playhead'] !== null) fail(`A lab is on show, and the address is ${now.hash}`);
    return;
  }
  await sameElsewhere(page, witness, now);
  hand.links.push(now.hash);
  if (hand.random.below(3) === 0) await thereAndBack(page, watched);
  if (hand.random.below(8) === 0) await audit(page);
  if (watched.faults.length > 0) fail(watched.faults.join('\n'));
}

/**
 * A debt: a step by events can end behind a page fault of the instruction that is about to run, and this moment has the same count of
 * instructions as the one before the fault; a link names the count, and leads there.
 */
const BEHIND_A_FAULT = /touched a page that was not there|must first be brought in/;
const behindFault = (...all: readonly Shown[]): boolean => all.some(({ shows }) => BEHIND_A_FAULT.test(String(shows['caption'])));

/** The link opened elsewhere shows the same, and is the same link there. */
async function sameElsewhere(page: Page, witness: Page, now: Shown): Promise<void> {
  await witness.bringToFront();
  await witness.goto('about:blank');
  await witness.setViewportSize(page.viewportSize()!);
  await witness.goto(page.url());
  const there = await atRest(witness);
  await page.bringToFront();
  const here = await atRest(page);
  if (here.hash !== now.hash) throw new Error(`The page does not stay where it was: ${now.hash} then ${here.hash}`);
  if (there.hash !== here.hash) throw new Error(`The link leads to another one:\n${here.hash}\n${there.hash}`);
  if (behindFault(here, there)) return;
  const differs = Object.keys(here.shows).filter((key) => {
    const [a, b] = [here.shows[key], there.shows[key]];
    // What one of them does not show (a tab, the editor) cannot be compared.
    return a !== null && b !== null && JSON.stringify(a) !== JSON.stringify(b);
  });
  if (differs.length > 0)
    throw new Error(
      `The link shows something else (${differs.join()}):\n${here.hash}\n${differs.map((key) => `${key} here:  ${JSON.stringify(here.shows[key])}\n${key} there: ${JSON.stringify(there.shows[key])}`).join('\n')}`,
    );
}

/** A step, another one, and back: the same moment and the same state. */
async function thereAndBack(page: Page, watched: Watched): Promise<void> {
  const step = (name: string): Promise<void> =>
    page.evaluate((label) => document.querySelector<HTMLElement>(`[aria-label="${label}"]`)?.click(), name);
  await step('Step');
  const first = await atRest(page, watched);
  await step('Step');
  const second = await atRest(page, watched);
  if (second.hash === first.hash) return;
  await step('Step back');
  const back = await atRest(page, watched);
  if (behindFault(first, back)) return;
  if (JSON.stringify(back.shows) !== JSON.stringify(first.shows))
    throw new Error(
      `A step and a step back lead elsewhere: ${first.hash} to ${back.hash}\n${Object.keys(first.shows)
        .filter((k) => JSON.stringify(first.shows[k]) !== JSON.stringify(back.shows[k]))
        .map((k) => `${k}: ${JSON.stringify(first.shows[k])} then ${JSON.stringify(back.shows[k])}`)
        .join('\n')}`,
    );
}
