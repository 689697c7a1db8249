/** What the journeys share: opening a page, the transport by name, reading where the machine is, and the accessibility audit. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test as base, type Page } from '@playwright/test';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A page on which any uncaught error or any request to another origin fails the test. */
export const test = base.extend<{ page: Page }>({
  page: async ({ page }, use) => {
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('request', (request) => {
      if (!/^(http:\/\/127\.0\.0\.1|data:|blob:)/.test(request.url())) faults.push(`request to ${request.url()}`);
    });
    page.on('console', (message) => {
      if (message.type() === 'error' && /Content Security Policy|Refused to/.test(message.text())) faults.push(message.text());
    });
    await use(page);
    expect(faults).toEqual([]);
  },
});
export { expect };

export const address = (hash = ''): string => (process.env['STRATA_URL'] ?? '') + hash;
export const ISA = '#/isa?v=1&program=checksum&mode=translate';

export async function openLab(page: Page, hash = ISA): Promise<void> {
  await page.goto(address(hash));
  await expect(page.getByRole('button', { name: 'Step', exact: true })).toBeEnabled();
  await expect(page.locator('.cap')).toBeVisible();
}

export const transport = (page: Page, name: 'To the start' | 'Step back' | 'Play' | 'Pause' | 'Step' | 'To the end') =>
  page.getByRole('button', { name, exact: true });

/** Host time and guest instructions, as the page shows them. */
export async function where(page: Page): Promise<{ readonly time: number; readonly guest: number }> {
  const text = await page.locator('.trans .where').innerText();
  const [time = '', guest = ''] = [...text.matchAll(/[\d,]+/g)].map((m) => m[0].replaceAll(',', ''));
  return { time: Number(time), guest: Number(guest) };
}

/** The moment on show, in the page's own words. */
export const moment = (page: Page): Promise<string> => page.locator('.trans .where').innerText();

/** Does what moves the machine and waits until it has moved. */
export async function moves(page: Page, act: () => Promise<unknown>): Promise<string> {
  const before = await moment(page);
  await act();
  await expect.poll(() => moment(page)).not.toBe(before);
  return moment(page);
}

/** Waits until the address is the link to the moment on show. */
export async function linked(page: Page): Promise<void> {
  const counted = async (): Promise<string> => {
    const title = await page.locator('.trans .where span').first().getAttribute('title');
    return /: ([\d,]+) host instructions/.exec(title ?? '')?.[1]?.replaceAll(',', '') ?? 'no title';
  };
  await expect.poll(async () => new URLSearchParams(new URL(page.url()).hash.split('?')[1]).get('at') === (await counted())).toBe(true);
}

/** Presses a key; whether a command of the page took it. */
export async function takes(page: Page, key: string): Promise<boolean> {
  await page.evaluate(() =>
    addEventListener('keydown', (event) => document.documentElement.setAttribute('data-taken', String(event.defaultPrevented)), {
      once: true,
    }),
  );
  await page.keyboard.press(key);
  return (await page.locator('html').getAttribute('data-taken')) === 'true';
}

/** Waits until the page shows a guest count that fits. */
export async function atGuest(page: Page, fits: (guest: number) => boolean): Promise<void> {
  await expect.poll(async () => fits((await where(page)).guest)).toBe(true);
}

/** Steps until `guest` instructions have begun: the first ones are interrupted by page faults, and are taken up again. */
export async function stepTo(page: Page, guest: number): Promise<void> {
  for (let i = 0; i < guest + 8 && (await where(page)).guest < guest; i++) {
    await moves(page, () => page.keyboard.press('ArrowRight'));
  }
  expect((await where(page)).guest).toBe(guest);
}

export async function audit(page: Page): Promise<void> {
  // Every picture on show is drawn: what is on its way has its place and its words.
  await expect(page.locator('svg.picture:not([height])')).toHaveCount(0);
  await page.evaluate(axeSource);
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(
          context: unknown,
          options: unknown,
        ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }>;
      };
    };
    const result = await axe.run(document, {
      resultTypes: ['violations'],
      runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
    });
    return result.violations.map(
      (v) =>
        `${v.id}: ${v.nodes
          .map((n) => `${n.html.slice(0, 160)} ${n.failureSummary ?? ''}`)
          .slice(0, 3)
          .join(' | ')}`,
    );
  });
  expect(found).toEqual([]);
}
