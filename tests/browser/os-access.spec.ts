/** The container lab and its lecture for everybody: three widths, two themes, audited; and the lecture walked to its end. */
import { OS_SCENE } from '../../src/lessons/os-scene.ts';
import { openOs, panel, screen, typed } from './os-page.ts';
import { address, audit, expect, test, where } from './page.ts';

for (const [width, height] of [
  [1440, 900],
  [1024, 768],
  [390, 844],
] as const) {
  for (const theme of ['light', 'dark'] as const) {
    test(`passes the audit at ${width} × ${height}, ${theme}`, async ({ page }) => {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: theme });
      await page.goto(address('#/os'));
      await expect(page.locator('.cap')).toContainText('Everybody waits.');
      await audit(page);
      for (const tab of ['Rooms', 'Limits', 'Costs']) {
        const button = page.getByRole('tab', { name: tab });
        if (!(await button.isVisible())) continue;
        await button.click();
        await audit(page);
      }
      for (const below of ['System call', 'Allocation']) {
        const button = page.getByRole('radio', { name: below });
        if (!(await button.isVisible())) continue;
        await button.click();
        await audit(page);
      }
      // Nothing runs out of the page at its side.
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    });
  }
}

test('the lecture: every cue shows its region at a moment of its own, and one comes back to one’s own work', async ({ page }) => {
  await openOs(page);
  await typed(page, 'echo mine');
  const before = await where(page);
  await page.locator('.cap').focus();
  await page.keyboard.press('p');
  const seen = new Set<string>();
  for (const [i, cue] of OS_SCENE.cues.entries()) {
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(cue.title);
    await expect(page.locator('.focus')).toHaveAttribute('aria-busy', 'false', { timeout: 30_000 });
    await expect(page.locator('.say')).toHaveText(cue.say);
    await expect(panel(page, cue.focus)).toBeVisible();
    await expect(page).toHaveURL(new RegExp(`cue=${i + 1}$`));
    const words = await page.locator('.cap').innerText();
    expect(words).not.toContain('The instruction at');
    seen.add(words + cue.focus);
    if (i % 4 === 0) await audit(page);
    await page.keyboard.press('PageDown');
  }
  expect(seen.size).toBe(OS_SCENE.cues.length);
  await page.keyboard.press('Escape');
  await expect.poll(() => where(page)).toEqual(before);
  await expect(panel(page, 'terminal')).toContainText('mine');
});

test('what is typed into a terminal that is not loaded yet is not lost', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await openOs(page);
  expect(asked.filter((url) => /Screen-/.test(url))).toEqual([]);
  await panel(page, 'terminal').locator('.screen').focus();
  await page.keyboard.type('echo early\n');
  await expect.poll(() => screen(page)).toContain('\nearly\n');
  expect(asked.filter((url) => /Screen-[\w-]+\.js/.test(url))).toHaveLength(1);
});

test('a terminal that loads while one goes on does not call one back', async ({ page }) => {
  let load = (): void => {};
  const asked = new Promise<void>((done) => {
    load = done;
  });
  let answer = (): void => {};
  const held = new Promise<void>((done) => {
    answer = done;
  });
  await page.route(/Screen-[\w-]+\.js/, async (route) => {
    load();
    await held;
    await route.continue();
  });
  await openOs(page);
  await panel(page, 'terminal').locator('.screen').focus();
  await asked;
  await page.locator('.cap').focus();
  answer();
  await expect(panel(page, 'terminal').locator('.xterm-rows')).toBeVisible();
  await expect(page.locator('.cap')).toBeFocused();
});

test('a cue opens from its link', async ({ page }) => {
  await openOs(page);
  await page.locator('.cap').focus();
  await page.keyboard.press('p');
  await page.getByRole('button', { name: OS_SCENE.cues[6]!.title }).click();
  await expect(page).toHaveURL(/cue=7$/);
  await expect(page.locator('.focus')).toHaveAttribute('aria-busy', 'false');
  const hash = new URL(page.url()).hash;
  await page.goto('about:blank');
  await page.goto(address(hash));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(OS_SCENE.cues[6]!.title);
  await expect(panel(page, 'groups')).toContainText('main');
  await expect(page.locator('.cap')).toContainText('main');
  await page.getByRole('button', { name: 'Leave' }).click();
  await expect(panel(page, 'truths')).toBeVisible();
});
