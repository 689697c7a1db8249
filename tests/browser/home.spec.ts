/** Home: the tower, the request on its way, and the way into the lab. */
import { address, audit, expect, test } from './page.ts';

test('shows five levels and says plainly which are not there yet', async ({ page }) => {
  await page.goto(address());
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Five places/);
  for (const name of ['User application', 'Library support', 'Operating system', 'Hardware abstraction', 'Instruction set'])
    await expect(page.getByRole('heading', { name })).toBeVisible();
  await expect(page.getByText('lab not built yet')).toHaveCount(3);
  await expect(page.getByRole('link', { name: 'Enter lab', exact: true })).toHaveCount(2);
  await page.getByRole('link', { name: 'Enter lab', exact: true }).last().click();
  await expect(page).toHaveURL(/#\/isa/);
  await expect(page.getByRole('heading', { level: 1, name: /Instruction set/ })).toBeVisible();
});

test('follows one print through five possible cuts, by keys and by pointer', async ({ page }) => {
  await page.goto(address('#/?step=0'));
  const caption = page.locator('.home-cap');
  await expect(caption).toContainText('about to print 42');
  for (const words of [
    'asked to print',
    'called printf',
    'one system call',
    'bytes for a port',
    'serial port',
    'ran every instruction itself',
  ]) {
    await page.keyboard.press('ArrowRight');
    await expect(caption).toContainText(words);
  }
  await page.keyboard.press('Home');
  await expect(caption).toContainText('about to print 42');
  await page.getByRole('button', { name: /3 ?, system calls$/ }).click();
  await expect(caption).toContainText('one system call');
  await page.getByRole('button', { name: 'Follow one print', exact: true }).click();
  await expect(caption).toContainText('bytes for a port');
});

test('a layer in one cut answers there, and the request goes no further', async ({ page }) => {
  await page.goto(address('#/?step=0'));
  await page.getByRole('article', { name: '3 Operating system' }).getByRole('button', { name: 'Slide a layer in' }).click();
  await page.keyboard.press('End');
  await expect(page.locator('.home-cap')).toContainText('met the layer at cut 3');
  await expect(page.getByRole('button', { name: 'Step', exact: true })).toBeDisabled();
});

for (const theme of ['light', 'dark'] as const) {
  for (const size of [
    { width: 1440, height: 900 },
    { width: 1024, height: 768 },
    { width: 390, height: 844 },
  ]) {
    test(`passes the audit, ${theme}, ${size.width} wide`, async ({ page }) => {
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize(size);
      await page.goto(address());
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(size.width);
      await audit(page);
    });
  }
}
