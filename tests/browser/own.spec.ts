/** A student's own work: editing and assembling (with a mistake in it), dropping files, typing input; and nothing is lost. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Page } from '@playwright/test';
import { audit, expect, linked, moves, openLab, stepTo, test, transport } from './page.ts';

const programs = resolve(import.meta.dirname, '../../public/programs/isa');
const editor = (page: Page) => page.getByRole('textbox', { name: 'MIPS assembly' });

async function typeAll(page: Page, text: string): Promise<void> {
  await editor(page).click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(text);
}

const GOOD = `        .set noreorder
        .text
        .globl main
main:   li $a0, 1
        la $a1, words
        li $a2, 6
        li $v0, 4004
        syscall
        li $a0, 3
        li $v0, 4001
        syscall
        .data
words:  .ascii "again\\n"
`;

test('edits a supplied program, is shown the mistake by line and column, mends it and runs it', async ({ page }) => {
  await openLab(page);
  await page.getByRole('button', { name: 'Edit as assembly' }).click();
  await expect(editor(page)).toContainText('checksum');
  await typeAll(page, GOOD.replace('li $a2, 6', 'lii $a2, 6'));
  await expect(page.locator('.mistakes')).toContainText('6:');
  await page.getByRole('button', { name: 'Assemble and run' }).click();
  await expect(page.getByRole('alert')).toContainText('line 6');
  await audit(page);
  await typeAll(page, GOOD);
  await page.getByRole('button', { name: 'Assemble and run' }).click();
  await expect(editor(page)).toHaveCount(0);
  await expect(page.locator('[data-panel=listing]')).toContainText('main');
  await transport(page, 'To the end').click();
  await expect(page.locator('[data-panel=console]')).toContainText('again');
  await expect(page.locator('.cap')).toContainText('status 3');
  await linked(page);
  await expect(page).toHaveURL(/asm=/);
  const link = page.url();
  const other = await (await page.context().browser()!.newContext()).newPage();
  await other.goto(link);
  await expect(other.locator('[data-panel=console]')).toContainText('again');
  await other.close();
});

test('a draft survives leaving the page', async ({ page }) => {
  await openLab(page);
  await page.getByRole('button', { name: 'Edit as assembly' }).click();
  await expect(editor(page)).toContainText('checksum');
  await typeAll(page, GOOD);
  // At once, as one who closes the tab: nobody waits until it is stored.
  await page.reload();
  await openLab(page, '#/isa?v=1&program=checksum&mode=interpret');
  await page.getByRole('button', { name: 'Edit as assembly' }).click();
  await expect(editor(page)).toContainText('again');
});

async function drop(page: Page, name: string, bytes: Uint8Array): Promise<void> {
  const data = await page.evaluateHandle(
    ([file, list]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(list)], file));
      return transfer;
    },
    [name, [...bytes]] as const,
  );
  await page.dispatchEvent('.dropzone', 'dragover', { dataTransfer: data });
  await expect(page.getByText('Drop a MIPS program')).toBeVisible();
  await page.dispatchEvent('.dropzone', 'drop', { dataTransfer: data });
}

test('a dropped program runs, and its link works again in this browser', async ({ page }) => {
  await openLab(page);
  await drop(page, 'hello', readFileSync(`${programs}/hello.mips`));
  await expect(page.locator('[data-panel=programs]')).toContainText('hello');
  await transport(page, 'To the end').click();
  await expect(page.locator('[data-panel=console]')).toContainText(/hello/i);
  await linked(page);
  await expect(page).toHaveURL(/file=[0-9a-f]{16}/);
  await page.reload();
  await expect(page.locator('[data-panel=console]')).toContainText(/hello/i);
});

test('a file that is not a MIPS program is refused in one sentence, and the session lives on', async ({ page }) => {
  await openLab(page);
  const elf = readFileSync(`${programs}/hello.mips`);
  const big = Uint8Array.from(elf);
  big[5] = 2;
  const cases: readonly (readonly [string, Uint8Array])[] = [
    ['photo.png', Uint8Array.from([0x89, 0x50, 0x4e, 0x47])],
    ['empty', new Uint8Array()],
    ['cut.elf', elf.subarray(0, 60)],
    ['bigendian.elf', big],
  ];
  for (const [name, bytes] of cases) {
    await drop(page, name, bytes);
    await expect(page.getByRole('alert').locator('p'), name).toHaveText(/\.$/);
    const text = (await page.getByRole('alert').locator('p').innerText()).trim();
    expect(text, name).not.toMatch(/ at .*:\d+:\d+|Error:|undefined/);
    await page.getByRole('alert').getByRole('button', { name: 'Close' }).click();
  }
  await stepTo(page, 1);
});

/** In the page: whether its link is about a moment after what was typed. */
function momentPastTyped(): boolean {
  const link = new URLSearchParams(location.hash.split('?')[1]);
  return Number(link.get('at')) > Number(link.get('typed')?.split('~')[0] ?? Infinity);
}

test('a program that reads waits for what is typed, and the link types it again', async ({ page }) => {
  await openLab(page, '#/isa?v=1&program=console&mode=translate');
  await transport(page, 'To the end').click();
  const box = page.locator('[data-panel=console]').getByRole('textbox');
  await expect(box).toBeVisible();
  await box.fill('Ada');
  await box.press('Enter');
  // It was waiting, so it goes on by itself, and waits again; the link is written when it stands still.
  await expect(page.locator('[data-panel=console]')).toContainText('an empty line ends.');
  await expect(box).toBeVisible();
  await expect.poll(() => page.evaluate(momentPastTyped)).toBe(true);
  await linked(page);
  const text = await page.locator('[data-panel=console]').innerText();
  expect(text).toMatch(/^.*What is your name\? Ada\nHello, Ada\.\n/s);
  await page.reload();
  await expect.poll(() => page.locator('[data-panel=console]').innerText()).toBe(text);
  await transport(page, 'To the start').click();
  await expect(page.locator('[data-panel=console]')).not.toContainText('Ada');
});

test('a run is saved, and opens again at the same moment, by its button and by dropping it', async ({ page }) => {
  await openLab(page, '#/isa?v=1&program=console&mode=interpret');
  await transport(page, 'To the end').click();
  const box = page.locator('[data-panel=console]').getByRole('textbox');
  await box.fill('Ada');
  await box.press('Enter');
  // It was waiting, so it goes on by itself, and waits again.
  await expect(page.locator('[data-panel=console]')).toContainText('an empty line ends.');
  await expect(page.locator('.trans .reason')).toHaveText('waiting for input');
  await moves(page, () => transport(page, 'Step back').click());
  const moment = async (): Promise<readonly string[]> =>
    Promise.all(
      ['.trans .where', '.cap', '[data-panel=registers]', '[data-panel=console]'].map((of) => page.locator(of).first().innerText()),
    );
  const saved = await moment();
  await page.getByRole('button', { name: 'Share this moment' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'This run, to open again' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe('console.strata.json');
  const bytes = readFileSync(await file.path());
  for (const way of ['button', 'drop'] as const) {
    await page.goto('about:blank');
    await openLab(page);
    if (way === 'drop') await drop(page, 'renamed.txt', bytes);
    else {
      await page.locator('[data-panel=programs] .choice').click();
      const chooser = page.waitForEvent('filechooser');
      await page.getByRole('dialog').getByRole('button', { name: 'Open a saved run…' }).click();
      await (await chooser).setFiles({ name: 'console.strata.json', mimeType: 'application/json', buffer: bytes });
    }
    await expect(page.locator('[data-panel=programs] .choice')).toContainText('console', { ignoreCase: true });
    await expect.poll(moment, { message: way }).toEqual(saved);
    await expect(page.getByRole('radio', { name: 'Interpret' })).toBeChecked();
    await linked(page);
    await expect(page).toHaveURL(/program=console.*typed=/);
  }
  await page.reload();
  await expect.poll(moment).toEqual(saved);
});

test('a file that is no saved run is refused in one sentence, and the session lives on', async ({ page }) => {
  await openLab(page);
  for (const [name, text] of [
    ['notes.strata.json', 'Dear diary'],
    ['other.strata.json', '{"format":"something else"}'],
    ['cut.json', '{"format":"strata-run-1","source":{"kind":"assembly","text":"main:'],
    ['empty.strata.json', '{"format":"strata-run-1","source":{"kind":"assembly"},"options":{},"inputs":[],"retired":0}'],
  ] as const) {
    await drop(page, name, new TextEncoder().encode(text));
    await expect(page.getByRole('alert').locator('p'), name).toHaveText(/^This is not a saved run: .*\.$/);
    await page.getByRole('alert').getByRole('button', { name: 'Close' }).click();
  }
  await expect(page.locator('[data-panel=programs]')).toContainText('Checksum');
  await stepTo(page, 1);
});
