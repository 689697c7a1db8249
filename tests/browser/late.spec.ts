/** Parts of the engine that load when a program first needs them: then and not before; a part that cannot be had costs one sentence. */
import type { Page } from '@playwright/test';
import { encodeLink, type LabLink } from '../../src/client/link.ts';
import { loadPacking } from '../../src/client/packing.ts';
import { expect, openLab, test, transport } from './page.ts';

/** Counts down for longer than a program is run ahead when it is opened, then adds two numbers and ends with their sum. */
const FLOAT = `        .set noreorder
        .text
        .globl main
main:   li $t0, 5000000
loop:   bne $t0, $0, loop
        addiu $t0, $t0, -1
        li $t1, 20
        mtc1 $t1, $f0
        cvt.d.w $f2, $f0
        add.d $f4, $f2, $f2
        cvt.w.d $f6, $f4
        mfc1 $a0, $f6
        li $v0, 4001
        syscall
`;
const link: LabLink = {
  level: 'isa',
  program: { kind: 'assembly', text: FLOAT },
  mode: 'translate',
  knobs: {},
  moment: { retired: 0, micro: 0 },
  grain: null,
  grainLocked: false,
  block: null,
  instruction: null,
  focus: null,
  breakpoints: [],
  inputs: [],
  cue: null,
};
/** The file that only floating point needs. */
const PART = /\/late-[^/]*\.js$/;

function asked(page: Page): () => number {
  let count = 0;
  page.context().on('request', (request) => {
    if (PART.test(request.url())) count++;
  });
  return () => count;
}

test.beforeAll(loadPacking);

test('floating point comes in the middle of a run, and the run goes on to the right end', async ({ page }) => {
  const count = asked(page);
  await openLab(page, encodeLink(link));
  expect(count()).toBe(0);
  await transport(page, 'To the end').click();
  await expect(page.locator('.cap')).toContainText('status 40', { timeout: 30_000 });
  expect(count()).toBe(1);
});

test('a part that cannot be had is one sentence, the run stands where it was, and trying again goes on', async ({ page }) => {
  await page.context().route(PART, (route) => route.abort());
  await openLab(page, encodeLink(link));
  await page.getByLabel('Speed').selectOption('Infinity');
  await transport(page, 'Play').click();
  await expect(page.getByText('could not be loaded')).toBeVisible({ timeout: 30_000 });
  await expect(transport(page, 'Play')).toBeVisible();
  await page.keyboard.press('ArrowLeft');
  await expect(page.getByText('could not be loaded')).toBeHidden();
  await page.context().unroute(PART);
  await page.getByLabel('Speed').selectOption('Infinity');
  await transport(page, 'Play').click();
  await expect(page.locator('.cap')).toContainText('status 40', { timeout: 30_000 });
});
