/** The ISA lab, as a student uses it: open, run, step both ways, scrub, switch mode, knobs, reload, keys, tables. */
import { encodeLink } from '../../src/client/link.ts';
import { loadPacking } from '../../src/client/packing.ts';
import { address, atGuest, audit, expect, ISA, linked, moment, moves, openLab, stepTo, takes, test, transport, where } from './page.ts';

test('opens paused at the start, and runs to its end with the right output', async ({ page }) => {
  await openLab(page);
  expect(await where(page)).toMatchObject({ guest: 0 });
  await transport(page, 'To the end').click();
  await expect(page.locator('[data-panel=console]')).toContainText('checksum 1280');
  await expect(page.locator('.cap')).toContainText(/ended|exit/);
});

test('steps forwards and backwards by every grain, and comes back to the same moment', async ({ page }) => {
  await openLab(page);
  const start = await moment(page);
  for (const grain of ['instruction', 'host', 'block', 'event', 'micro']) {
    await page.getByLabel('Step by', { exact: true }).selectOption(grain);
    await moves(page, () => transport(page, 'Step').click());
    const there = await moves(page, () => transport(page, 'Step').click());
    const back = await moves(page, () => transport(page, 'Step back').click());
    expect(await moves(page, () => transport(page, 'Step').click()), grain).toBe(there);
    expect(await moves(page, () => transport(page, 'Step back').click()), grain).toBe(back);
    await transport(page, 'To the start').click();
    await expect.poll(() => moment(page), { message: grain }).toBe(start);
  }
});

test('a caption says what was done and what comes', async ({ page }) => {
  await openLab(page);
  await stepTo(page, 2);
  const [done = '', next = ''] = await page.locator('.cap > div').allInnerTexts();
  expect(done.length).toBeGreaterThan(25);
  expect(next.length).toBeGreaterThan(25);
  expect(done).not.toBe(next);
});

test('scrubs by drag and by click, and marks are places to go', async ({ page }) => {
  await openLab(page);
  const box = (await page.locator('.timeline .host').boundingBox())!;
  const y = box.y + box.height * 0.6;
  const start = (await where(page)).time;
  await page.mouse.click(box.x + box.width * 0.5, y);
  await expect.poll(async () => (await where(page)).time).toBeGreaterThan(start);
  const middle = (await where(page)).time;
  await page.mouse.move(box.x + box.width * 0.5, y);
  await page.mouse.down();
  for (const share of [0.45, 0.4, 0.3, 0.2]) await page.mouse.move(box.x + box.width * share, y);
  await page.mouse.up();
  await expect.poll(async () => (await where(page)).time).toBeLessThan(middle - 1000);
  await page.getByRole('button', { name: 'Timeline: as a table (T)' }).click();
  const row = page.getByRole('row').filter({ hasText: 'translate' }).first();
  const time = Number((await row.getByRole('cell').first().innerText()).replaceAll(',', ''));
  // Just after it: the mark lies within the host instruction that was done last.
  await moves(page, () => row.getByRole('button').click());
  expect((await where(page)).time).toBeGreaterThanOrEqual(time);
  await page.getByLabel('Step by', { exact: true }).selectOption('host');
  await moves(page, () => transport(page, 'Step back').click());
  expect((await where(page)).time).toBeLessThanOrEqual(time);
});

test('the code cache and the costs arrive with the first translation', async ({ page }) => {
  await openLab(page);
  await expect(page.locator('[data-panel=cache]')).toHaveCount(0);
  await page.getByLabel('Step by', { exact: true }).selectOption('event');
  for (let i = 0; i < 40 && (await page.locator('[data-panel=cache]').count()) === 0; i++)
    await moves(page, () => transport(page, 'Step').click());
  await expect(page.locator('[data-panel=cache]')).toBeVisible();
  await expect(page.locator('[data-panel=cost]')).toBeVisible();
});

test('switches mode at the same guest instruction', async ({ page }) => {
  await openLab(page, `${ISA}&guest=300`);
  await atGuest(page, (n) => n === 300);
  const translated = (await where(page)).time;
  await page.getByRole('radio', { name: 'Interpret' }).click();
  await expect.poll(async () => (await where(page)).guest === 300 && (await where(page)).time !== translated).toBe(true);
  // One wish after the other, without waiting: the last one wins, at the moment of the first.
  await page.getByRole('radio', { name: 'Both' }).click();
  await page.getByRole('radio', { name: 'Interpret' }).click();
  await page.getByRole('radio', { name: 'Both' }).click();
  await expect.poll(() => where(page)).toEqual({ guest: 300, time: translated });
  await expect(page.getByRole('radio', { name: 'Both' })).toBeChecked();
});

test('a knob changes the run', async ({ page }) => {
  await openLab(page);
  await transport(page, 'To the end').click();
  await expect(page.locator('.cap')).toContainText(/ended|exit/);
  const before = await where(page);
  const threshold = page.locator('[data-panel=knobs]').getByRole('spinbutton').first();
  await threshold.fill('1');
  await threshold.press('Enter');
  await expect.poll(async () => (await where(page)).guest === before.guest && (await where(page)).time !== before.time).toBe(true);
});

test('a reload from the link is the exact moment', async ({ page }) => {
  await openLab(page, `${ISA}&guest=200&grain=block`);
  await atGuest(page, (n) => n === 200);
  await linked(page);
  const text = await page.locator('.trans .where').innerText();
  const caption = await page.locator('.cap').innerText();
  const link = page.url();
  await page.reload();
  await expect.poll(() => page.locator('.trans .where').innerText()).toBe(text);
  await expect(page.getByLabel('Step by', { exact: true })).toHaveValue('block');
  await expect.poll(() => page.locator('.cap').innerText()).toBe(caption);
  const other = await page.context().newPage();
  await other.goto(link);
  await expect.poll(() => other.locator('.trans .where').innerText()).toBe(text);
  await other.close();
});

test('a broken link gives one sentence and opens the first example', async ({ page }) => {
  await openLab(page, '#/isa?v=1&program=checksum&at=minus');
  await expect(page.getByRole('alert')).toContainText('This link cannot be read (its moment is not valid)');
  await expect(page.locator('[data-panel=programs]')).toContainText('Checksum');
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await expect(page.getByRole('alert')).toBeEmpty();
  await openLab(page, '#/isa?v=1&program=nothere');
  await expect(page.getByRole('alert')).toContainText('no supplied program named “nothere”');
});

test('keyboard only: step, back, event, play, modes, help, table', async ({ page }) => {
  await openLab(page);
  await stepTo(page, 3);
  await page.keyboard.press('ArrowLeft');
  await atGuest(page, (n) => n === 2);
  await moves(page, () => page.keyboard.press('Shift+ArrowRight'));
  await atGuest(page, (n) => n > 2);
  await page.keyboard.press('Home');
  await atGuest(page, (n) => n === 0);
  await page.keyboard.press(' ');
  await atGuest(page, (n) => n >= 3);
  await page.keyboard.press(' ');
  await expect(transport(page, 'Play')).toBeVisible();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys and reading' })).toBeVisible();
  await audit(page);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.keyboard.press('g');
  await expect(page.getByLabel('Step by', { exact: true })).toHaveValue('host');
  await page.locator('[data-panel=forms] button').first().focus();
  await page.keyboard.press('t');
  await expect(page.locator('[data-panel=forms] table')).toBeVisible();
  await page.keyboard.press('t');
  await expect(page.locator('[data-panel=forms] table')).toHaveCount(0);
});

test('keys can be changed and switched off, and that is kept', async ({ page }) => {
  await openLab(page);
  await page.keyboard.press('?');
  await page.getByRole('button', { name: /^Step: key/ }).click();
  await page.keyboard.press('x');
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  expect(await takes(page, 'ArrowRight')).toBe(false);
  const there = await moves(page, async () => expect(await takes(page, 'x')).toBe(true));
  await linked(page);
  await page.reload();
  await expect.poll(() => moment(page)).toBe(there);
  await moves(page, () => page.keyboard.press('x'));
  await page.keyboard.press('?');
  await page.getByRole('switch', { name: 'Single-key commands' }).click();
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  expect(await takes(page, 'x')).toBe(false);
});

test('every picture has its table and can be saved', async ({ page }) => {
  await openLab(page, `${ISA}&guest=600`);
  await expect(page.locator('[data-panel=cache]')).toBeVisible();
  for (const id of ['forms', 'cache', 'cost', 'ledger', 'memory', 'registers']) {
    const panel = page.locator(`[data-panel=${id}]`);
    const more = panel.getByRole('button', { name: /table and files$/ });
    await more.click();
    await page.getByRole('button', { name: 'Show as table' }).click();
    await expect(panel.getByRole('table').first(), id).toBeVisible();
    expect(await panel.getByRole('row').count(), id).toBeGreaterThan(1);
    await more.click();
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save table as CSV' }).click();
    expect((await saved).suggestedFilename()).toBe(`strata-${id}.csv`);
    await more.click();
    await page.getByRole('button', { name: 'Show as picture' }).click();
  }
  await page
    .locator('[data-panel=cost]')
    .getByRole('button', { name: /table and files$/ })
    .click();
  const picture = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save picture as SVG' }).click();
  const stream = await (await picture).createReadStream();
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  expect(text).toMatch(/^<svg[^>]+xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  expect(text).not.toContain('var(--');
});

test('the link is shared and the trace is saved', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await openLab(page, `${ISA}&guest=100`);
  await atGuest(page, (n) => n === 100);
  await page.getByRole('button', { name: 'Share this moment' }).click();
  await expect(page.getByText('Copied.')).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/#\/isa\?v=1&program=checksum&mode=translate.*&at=\d+/);
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Events as CSV' }).click();
  const file = await saved;
  expect(file.suggestedFilename()).toMatch(/\.csv$/);
});

for (const [name, size] of [
  ['wide', { width: 1440, height: 900 }],
  ['medium', { width: 1024, height: 768 }],
  ['narrow', { width: 390, height: 844 }],
] as const) {
  for (const theme of ['light', 'dark'] as const) {
    test(`passes the audit in the middle of a run, ${name}, ${theme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize(size);
      await page.goto(address(`${ISA}&guest=600`));
      // The link is written when the moment is there.
      await expect(page).toHaveURL(/at=\d/);
      await expect(page.locator('.cap')).toContainText('About to do');
      await expect(page.locator('[data-panel=forms]')).toBeVisible();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(size.width);
      await audit(page);
      if (name === 'wide') return;
      for (const tab of await page.getByRole('tab').all()) {
        await tab.click();
        await expect(tab).toHaveAttribute('aria-selected', 'true');
        await audit(page);
      }
    });
  }
}

test('a link that leads far shows that it is on the way, and is left at once for a stop, the start or another link', async ({ page }) => {
  await loadPacking();
  const endless = (retired: number): string =>
    encodeLink({
      level: 'isa',
      program: { kind: 'assembly', text: '        .globl main\nmain:   b main\n        nop\n' },
      mode: 'translate',
      knobs: {},
      inputs: [],
      moment: { retired, micro: 0 },
      grain: null,
      grainLocked: false,
      block: null,
      instruction: null,
      focus: null,
      breakpoints: [],
      cue: null,
    });
  const reason = (text: string) => page.locator('.trans .reason', { hasText: text });
  const go = (hash: string): Promise<void> =>
    page.evaluate((to) => {
      location.hash = to;
    }, hash);
  await openLab(page, endless(100));

  await go(endless(999_999_999_999));
  await expect(reason('on the way')).toBeVisible();
  await page.keyboard.press('Space');
  await expect(reason('stopped on the way')).toBeVisible();
  await moves(page, () => transport(page, 'Step').click());

  await go(endless(999_999_999_998));
  await expect(reason('on the way')).toBeVisible();
  await transport(page, 'To the start').click();
  await atGuest(page, (guest) => guest === 0);

  await go(endless(999_999_999_997));
  await expect(reason('on the way')).toBeVisible();
  await go(`${ISA}&guest=20`);
  await atGuest(page, (guest) => guest === 20);
  await expect(page.locator('[data-panel=programs] .choice')).toContainText('checksum', { ignoreCase: true });
});
