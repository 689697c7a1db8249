/** What the monkey can do: each act takes what it needs from the random numbers of its step, and does nothing where it cannot be done. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Page } from '@playwright/test';
import { tar } from '../../public/programs/image.mjs';
import type { Random } from '../../src/bits/random.ts';
import { drop } from './os-page.ts';

export interface Hand {
  readonly page: Page;
  random: Random;
  /** Links that were on show at rest. */
  readonly links: string[];
  /** Runs that were saved. */
  readonly files: Uint8Array[];
}
interface Act {
  readonly weight: number;
  /** What it does may rightly be refused with a sentence. */
  readonly refusable?: boolean;
  /** By keyboard alone: the focus may not be lost. */
  readonly keys?: boolean;
  readonly run: (hand: Hand) => Promise<unknown>;
}

const pick = <T>({ random }: Hand, list: readonly T[]): T => list[random.below(list.length)]!;
const programs = resolve(import.meta.dirname, '../../public/programs');
const bytesOf = (path: string): Uint8Array => readFileSync(`${programs}/${path}`);
const PATIENCE = { timeout: 1500 };

/** The middle of one of the elements that can be seen, brought into view; null where there is none. */
async function one(hand: Hand, selector: string): Promise<{ x: number; y: number } | null> {
  return hand.page.evaluate(
    ([css, at]) => {
      const all = [...document.querySelectorAll(css)].filter((e) => {
        const { width, height } = e.getBoundingClientRect();
        return width > 0 && height > 0 && !(e as HTMLButtonElement).disabled;
      });
      const element = all[Math.floor(at * all.length)];
      if (element === undefined) return null;
      element.scrollIntoView({ block: 'nearest' });
      const { x, y, width, height } = element.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2 };
    },
    [selector, hand.random.below(1_000_000) / 1_000_000] as const,
  );
}
async function clickOne(hand: Hand, selector: string): Promise<boolean> {
  const place = await one(hand, selector);
  if (place !== null) await hand.page.mouse.click(place.x, place.y);
  return place !== null;
}

/** Gives the focus to one of the elements that take it, as one who comes by Tab. */
const focusOne = (hand: Hand, selector: string): Promise<boolean> =>
  hand.page.evaluate(
    ([css, at]) => {
      const all = [...document.querySelectorAll<HTMLElement>(css)].filter(
        (e) => e.checkVisibility() && e.getClientRects().length > 0 && !e.closest('[hidden]') && !(e as HTMLButtonElement).disabled,
      );
      const element = all[Math.floor(at * all.length)];
      element?.focus();
      return element !== undefined && document.activeElement === element;
    },
    [selector, hand.random.below(1_000_000) / 1_000_000] as const,
  );

async function choose(hand: Hand, label: string): Promise<void> {
  const list = hand.page.getByLabel(label, { exact: true });
  if (!(await list.isVisible())) return;
  const count = await list.locator('option').count();
  await list.selectOption({ index: hand.random.below(count) }, PATIENCE);
}

const KEYS = ['ArrowRight', 'ArrowLeft', 'Shift+ArrowRight', 'Shift+ArrowLeft', ' ', 'Home', 'End', '+', '-', 'g', 'b', 'm', 't'] as const;
const RARE = ['e', 'p', '?', 'Escape', 'PageDown', 'PageUp', 'ArrowUp', 'ArrowDown', 'n', 'Tab', 'Shift+Tab'] as const;
const press = async (hand: Hand, count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await hand.page.keyboard.press(pick(hand, hand.random.below(4) === 0 ? RARE : KEYS));
};

async function scrub(hand: Hand): Promise<void> {
  const { page, random } = hand;
  const box = await page.locator('.timeline .host').boundingBox(PATIENCE);
  if (box === null || box.width < 10) return;
  const x = (): number => box.x + 2 + random.below(Math.floor(box.width) - 4),
    y = box.y + box.height * 0.6;
  await page.mouse.move(x(), y);
  await page.mouse.down();
  for (let n = random.below(6); n > 0; n--) await page.mouse.move(x(), y);
  await page.mouse.up();
}

const GOOD = (status: number): string => `        .text
        .globl main
main:   li $t0, ${20 + status}
loop:   addiu $t0, $t0, -1
        bne $t0, $0, loop
        li $a0, ${status}
        li $v0, 4001
        syscall
`;
const BAD = '        .text\nmain:   lii $t0, 5\n        b nowhere\n';

async function edit(hand: Hand): Promise<void> {
  const { page, random } = hand;
  if (!(await page.locator('.cm-content').isVisible())) {
    await clickOne(hand, '[data-panel=programs] .ways button:last-child');
    await page.locator('.cm-content').waitFor({ state: 'visible', timeout: 3000 });
  }
  if (random.below(4) > 0) {
    await page.locator('.cm-content').click(PATIENCE);
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.insertText(random.below(3) === 0 ? BAD : GOOD(random.below(60)));
  }
  const what = random.below(4);
  if (what < 3) await clickOne(hand, '[data-panel=editor] button.run');
  else await clickOne(hand, '[data-panel=editor] .tools button:last-child');
}

const LINES = [
  'echo a >/tmp/a; ls /tmp',
  'hostname',
  'ps',
  'cpuhog 1 x',
  'memhog 1',
  'cat /etc/hosts',
  'exit',
  'echo b >>/etc/hosts',
  'cat',
  'nothere',
];

async function terminal(hand: Hand): Promise<void> {
  const { page, random } = hand;
  if (!(await clickOne(hand, '[data-panel=terminal] .screen'))) return;
  for (let n = 1 + random.below(2); n > 0; n--) await page.keyboard.type(`${pick(hand, LINES)}\n`);
}

async function room(hand: Hand): Promise<void> {
  const { page, random } = hand;
  if (random.below(3) > 0) {
    await clickOne(hand, '[data-panel=containers] button');
    return;
  }
  await page.evaluate(() => document.querySelector('[data-panel=images] details')?.setAttribute('open', ''));
  await clickOne(hand, '[data-panel=images] button.on');
}

async function limit(hand: Hand): Promise<void> {
  if (!(await focusOne(hand, '[data-panel=limits] input[type=range]'))) return;
  for (let n = 1 + hand.random.below(3); n > 0; n--) await hand.page.keyboard.press(pick(hand, ['ArrowLeft', 'ArrowRight']));
}

async function program(hand: Hand): Promise<void> {
  if (!(await clickOne(hand, '[data-panel=programs] .choice'))) return;
  await hand.page.locator('.picker-group button').first().waitFor({ state: 'visible', timeout: 3000 });
  await clickOne(hand, '.picker-group button');
}

async function knob(hand: Hand): Promise<void> {
  const { page, random } = hand;
  if (random.below(2) === 0) {
    await clickOne(hand, '[data-panel=knobs] [role=switch]');
    return;
  }
  if (!(await clickOne(hand, '[data-panel=knobs] input[type=number]'))) return;
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(String(random.below(40)));
  await page.keyboard.press(random.below(3) === 0 ? 'Tab' : 'Enter');
}

async function typeLine(hand: Hand): Promise<void> {
  const { page, random } = hand;
  if (random.below(6) === 0) {
    await clickOne(hand, '[data-panel=console] [aria-label="End of file"]');
    return;
  }
  if (!(await focusOne(hand, '[data-panel=console] form input'))) return;
  await page.keyboard.type(pick(hand, ['Ada', '', 'longer words here', 'ü']));
  await page.keyboard.press('Enter');
}

async function saveRun(hand: Hand): Promise<void> {
  const { page, files } = hand;
  if (!(await clickOne(hand, '[aria-label="Share this moment"]'))) return;
  const button = page.getByRole('button', { name: 'This run, to open again' });
  await button.waitFor({ state: 'visible', timeout: 3000 });
  const [download] = await Promise.all([page.waitForEvent('download', { timeout: 8000 }), button.click(PATIENCE)]);
  files.push(readFileSync(await download.path()));
  await page.keyboard.press('Escape');
}

const image = (): Uint8Array => tar([{ path: 'bin/sh', kind: 'file', mode: 0o755, bytes: Buffer.from(bytesOf('os/bin/sh')), target: '' }]);
const FILES: readonly (() => readonly [string, Uint8Array])[] = [
  () => ['gcd', bytesOf('isa/gcd.mips')],
  () => ['hello', bytesOf('isa/hello.mips')],
  () => ['photo.png', Uint8Array.of(0x89, 0x50, 0x4e, 0x47)],
  () => ['cut.elf', bytesOf('isa/gcd.mips').subarray(0, 60)],
  () => ['mine.tar', image()],
  () => ['cut.tar', image().subarray(0, 700)],
  () => ['id', bytesOf('os/bin/id')],
  () => ['bad.strata.json', new TextEncoder().encode('{"format":"strata-run-1","source":{}}')],
];
async function dropFile(hand: Hand): Promise<void> {
  const { page, random, files } = hand;
  const saved = files.length > 0 && random.below(3) === 0 ? pick(hand, files) : null;
  const [name, bytes] = saved === null ? pick(hand, FILES)() : ['a.strata.json', saved];
  await drop(page, name, bytes);
}

const STOCK = [
  '#/isa',
  '#/os',
  '#/',
  '#/isa?v=1&program=sieve&mode=interpret&guest=900',
  '#/isa?v=1&program=console&mode=translate&at=3000',
  '#/isa?v=1&program=checksum&mode=translate&guest=40&grain=block&cue=3',
  '#/isa?v=1&program=gcd&mode=both&k.threshold=2&event=translate',
  '#/isa?v=1&program=nothere',
  '#/isa?v=1&program=checksum&at=minus',
  '#/isa?v=1&program=checksum&event=nothing',
  '#/isa?v=1&program=hello&at=99999999',
  '#/os?v=1&program=checksum',
  '#/nowhere?x=1',
];
async function hash(hand: Hand): Promise<void> {
  const { page, links, random } = hand;
  const to = links.length > 0 && random.below(2) === 0 ? pick(hand, links) : pick(hand, STOCK);
  await page.evaluate((next) => {
    location.hash = next;
  }, to);
}

/** Only among the page's own entries: before them lies what was there before the page. */
const throughHistory = ({ page, random }: Hand): Promise<void> =>
  page.evaluate(
    (back) => {
      const { navigation } = globalThis as unknown as { navigation: { canGoBack: boolean; canGoForward: boolean } };
      if (back && navigation.canGoBack) history.back();
      if (!back && navigation.canGoForward) history.forward();
    },
    random.below(3) > 0,
  );

const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
];
const CLICKABLE = 'button, summary, a[href^="#"], [role=radio], [role=switch], [role=tab], [role=option], [role=slider]';

export const ACTS = {
  transport: { weight: 8, run: (hand) => clickOne(hand, '[aria-label=Transport] button') },
  key: { weight: 10, keys: true, refusable: true, run: (hand) => press(hand, 1) },
  keys: { weight: 7, keys: true, refusable: true, run: (hand) => press(hand, 2 + hand.random.below(5)) },
  enter: {
    weight: 5,
    keys: true,
    refusable: true,
    run: async (hand) => {
      if (await focusOne(hand, 'button, summary, [role=switch], [role=radio][tabindex="0"], [role=tab][tabindex="0"]'))
        await hand.page.keyboard.press(pick(hand, ['Enter', ' ', 'ArrowRight']));
    },
  },
  scrub: { weight: 6, run: scrub },
  mark: { weight: 3, run: (hand) => clickOne(hand, '.tl-marker .hit') },
  speed: { weight: 3, run: (hand) => choose(hand, 'Speed') },
  grain: { weight: 3, run: (hand) => choose(hand, 'Step by') },
  mode: { weight: 4, run: (hand) => clickOne(hand, '[aria-label="How the host runs the program"] [role=radio]') },
  knob: { weight: 4, run: knob },
  program: { weight: 3, run: program },
  console: { weight: 6, refusable: true, run: typeLine },
  terminal: { weight: 6, refusable: true, run: terminal },
  room: { weight: 5, refusable: true, run: room },
  tries: { weight: 2, refusable: true, run: (hand) => clickOne(hand, '[data-panel=tries] summary, [data-panel=tries] button') },
  limit: { weight: 3, refusable: true, run: limit },
  break: { weight: 3, run: (hand) => clickOne(hand, '[data-panel=listing] .gutter') },
  select: {
    weight: 3,
    run: (hand) => clickOne(hand, '[data-panel=listing] .line, [data-panel=forms] [role=option], [data-panel=cache] svg [tabindex]'),
  },
  edit: { weight: 4, refusable: true, run: edit },
  drop: { weight: 4, refusable: true, run: dropFile },
  save: { weight: 2, run: saveRun },
  present: { weight: 2, run: (hand) => clickOne(hand, '.present aside button, .cue-keys button, .top .acts > button.quiet') },
  theme: { weight: 1, run: (hand) => choose(hand, 'Theme') },
  history: { weight: 4, refusable: true, run: throughHistory },
  hash: { weight: 5, refusable: true, run: hash },
  reload: { weight: 2, refusable: true, run: ({ page }) => page.reload({ waitUntil: 'commit' }) },
  resize: { weight: 2, run: (hand) => hand.page.setViewportSize(pick(hand, SIZES)) },
  tab: { weight: 3, run: (hand) => clickOne(hand, '[role=tab]') },
  home: { weight: 2, refusable: true, run: (hand) => clickOne(hand, 'a.brand, .rail a, .strip a, a[href^="#/"]') },
  any: { weight: 5, refusable: true, run: (hand) => clickOne(hand, CLICKABLE) },
  pause: { weight: 3, run: (hand) => hand.page.waitForTimeout(hand.random.below(400)) },
} satisfies Record<string, Act>;
export type ActName = keyof typeof ACTS;
export const actOf = (name: ActName): Act => ACTS[name];
