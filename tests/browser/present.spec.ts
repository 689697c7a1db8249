/** Present mode: cues by keys, the moment of each, and back to one's own work. */
import { ISA_SCENE } from '../../src/lessons/isa-scene.ts';
import { audit, expect, ISA, openLab, test, where } from './page.ts';

test('walks the lecture scene, every cue at a moment of its own, and comes back', async ({ page }) => {
  await openLab(page, `${ISA}&guest=50`);
  // A translated branch and its slot begin together, at 49: that is where instruction 50 is still to come.
  await expect.poll(async () => (await where(page)).guest).toBe(49);
  const before = await page.locator('.trans .where').innerText();
  await page.keyboard.press('p');
  const seen: string[] = [];
  for (const [i, cue] of ISA_SCENE.cues.entries()) {
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(cue.title);
    await expect(page.locator('.focus')).toHaveAttribute('aria-busy', 'false');
    await expect(page.locator('.say')).toHaveText(cue.say);
    await expect(page.locator(`[data-panel=${cue.focus}]`)).toBeVisible();
    await expect(page.getByText(`${i + 1} of ${ISA_SCENE.cues.length}`)).toBeVisible();
    await expect(page).toHaveURL(new RegExp(`cue=${i + 1}$`));
    seen.push(new URL(page.url()).hash.replace(/&cue=.*/, '').replace(/&focus=[a-z]+/, ''));
    if (i === 0 || i === 5) await audit(page);
    await page.keyboard.press('PageDown');
  }
  expect(new Set(seen).size).toBeGreaterThanOrEqual(8);
  await page.keyboard.press('PageUp');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(ISA_SCENE.cues.at(-2)!.title);
  await page.keyboard.press('Escape');
  await expect.poll(() => page.locator('.trans .where').innerText()).toBe(before);
});

test('a cue opens from its link, and leaving keeps the moment', async ({ page }) => {
  await openLab(page, `${ISA}&event=translate&focus=forms&cue=5`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(ISA_SCENE.cues[4]!.title);
  await page.getByRole('button', { name: 'Leave' }).click();
  await expect(page.locator('[data-panel=cache]')).toBeVisible();
});
