/** What the journeys through the container lab share. */
import type { Page } from '@playwright/test';
import { address, expect, linked } from './page.ts';

/** Opens the lab and waits until both rooms wait to be typed into, or until a link's own moment is there. */
export async function openOs(page: Page, hash = '#/os'): Promise<void> {
  await page.goto(address(hash));
  await expect(page.getByRole('button', { name: 'Step', exact: true })).toBeEnabled();
  await expect(panel(page, 'truths')).toBeVisible();
  if (hash === '#/os') await expect(page.locator('.cap')).toContainText('Everybody waits. Type into the terminal of main or job.');
  else await linked(page);
}

export const panel = (page: Page, id: string) => page.locator(`[data-panel=${id}]`);
export const choose = (page: Page, container: string) =>
  panel(page, 'containers')
    .getByRole('button', { name: new RegExp(`^${container} `) })
    .click();

/** What stands on the terminal, a line a row, without empty rows at its end. */
export const screen = async (page: Page): Promise<string> =>
  (await panel(page, 'terminal').locator('.xterm-rows > div, .closed pre').allInnerTexts())
    .map((row) => row.replaceAll('\u00a0', ' ').replace(/\n$/, '').trimEnd())
    .join('\n')
    .trimEnd();
/** The same with its rows run together: long lines are broken where the terminal ends. */
export const words = async (page: Page): Promise<string> => (await screen(page)).replaceAll(/\s+/g, '');
const bare = (text: string): string => text.replaceAll(/\s+/g, '');
export const says = (page: Page, text: string): Promise<void> => expect.poll(() => words(page), { timeout: 30_000 }).toContain(bare(text));

/** Types a line into the terminal on show and waits until everybody waits again. */
export async function type(page: Page, line: string): Promise<void> {
  await panel(page, 'terminal').locator('.screen').click();
  await expect(panel(page, 'terminal').locator('.xterm-rows')).toBeVisible();
  await expect.poll(() => screen(page)).toMatch(/#$/);
  await page.keyboard.type(line);
  await says(page, line.slice(-20));
  await page.keyboard.press('Enter');
}
/** Types a line and waits for the next prompt. */
export async function typed(page: Page, line: string): Promise<void> {
  await type(page, line);
  await expect.poll(() => screen(page), { timeout: 30_000 }).toMatch(/\n(\/ )?#$/);
  await expect(page.locator('.trans .reason')).toHaveText('waiting for input', { timeout: 30_000 });
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible();
}

/** A row of a panel's table twin, by what its cells hold. */
export async function table(page: Page, id: string): Promise<string[][]> {
  const shown = panel(page, id).locator('table.twin');
  if ((await shown.count()) === 0) {
    await panel(page, id)
      .getByRole('button', { name: /table and files$/ })
      .click();
    await page.getByRole('button', { name: /Show as table/ }).click();
  }
  await expect.poll(() => shown.locator('tbody tr').count()).toBeGreaterThan(0);
  return shown.evaluate((element) =>
    [...element.querySelectorAll('tbody tr')].map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent ?? '')),
  );
}

export async function drop(page: Page, name: string, bytes: Uint8Array): Promise<void> {
  const data = await page.evaluateHandle(
    ([file, text]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], file));
      return transfer;
    },
    [name, Buffer.from(bytes).toString('base64')] as const,
  );
  await page.dispatchEvent('.dropzone', 'dragover', { dataTransfer: data });
  await page.dispatchEvent('.dropzone', 'drop', { dataTransfer: data });
}
