/** What a student brings to the container lab: images, programs, busybox; and what cannot be opened is refused in one sentence. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { tar } from '../../public/programs/image.mjs';
import { busyboxIfAny } from '../oracle/os-packages.mjs';
import { drop, openOs, panel, says, screen, typed } from './os-page.ts';
import { expect, ISA, linked, openLab, test, where } from './page.ts';

const bin = resolve(import.meta.dirname, '../../public/programs/os/bin');
const file = (path: string, content: string | Uint8Array, mode = 0o644) => ({
  path,
  kind: 'file',
  mode,
  bytes: Buffer.from(content),
  target: '',
});

test('a dropped image opens in the container lab, from the other lab too, and its link works again in this browser', async ({ page }) => {
  await openLab(page, ISA);
  const image = tar([
    file('bin/sh', readFileSync(`${bin}/sh`), 0o755),
    file('bin/cat', readFileSync(`${bin}/cat`), 0o755),
    file('mine', 'my own layer\n'),
  ]);
  await drop(page, 'mine.tar', image);
  await expect(page).toHaveURL(/#\/os\?.*file=[0-9a-f]{16}/);
  await expect(panel(page, 'containers').getByRole('listitem')).toHaveCount(1);
  await page.getByRole('button', { name: 'To the end' }).click();
  // What is refused takes nothing from what is open, nor from its link.
  await drop(page, 'cut.tar', image.subarray(0, 700));
  const alert = page.getByRole('alert').filter({ hasText: 'ends within' });
  await alert.getByRole('button', { name: 'Close' }).click();
  await typed(page, 'cat /mine');
  expect(await screen(page)).toContain('\nmy own layer\n');
  const at = await where(page);
  await linked(page);
  await page.reload();
  await expect.poll(() => where(page), { timeout: 30_000 }).toEqual(at);
  await says(page, 'my own layer');
});

test('a dropped program for i386 runs in a room of its own', async ({ page }) => {
  await openOs(page);
  await drop(page, 'id', readFileSync(`${bin}/id`));
  await expect(panel(page, 'containers').getByRole('listitem')).toHaveCount(1);
  await page.getByRole('button', { name: 'To the end' }).click();
  await says(page, 'uid=0 gid=0');
  await expect(page.locator('.cap')).toContainText('the first container has ended');
});

test('busybox is dropped in, and one has its shell', async ({ page }) => {
  const busybox = busyboxIfAny('i386');
  test.skip(busybox === null, 'no busybox can be fetched');
  await openOs(page);
  await drop(page, 'busybox', readFileSync(busybox!));
  await page.getByRole('button', { name: 'To the end' }).click();
  await expect.poll(() => screen(page), { timeout: 40_000 }).toMatch(/#$/);
  await typed(page, 'for i in 1 2 3; do echo $i; done | sort -r | head -1; ls /bin | wc -l');
  expect(await screen(page)).toMatch(/\n3\n\d{2,3}\n/);
});

test('what cannot be opened is refused in one sentence, and the rooms stay', async ({ page }) => {
  await openOs(page);
  await typed(page, 'echo still here');
  const good = tar([file('bin/sh', readFileSync(`${bin}/sh`), 0o755)]);
  const broken = Uint8Array.from(good);
  broken[10] = 120;
  for (const [name, bytes, words] of [
    ['broken.tar', broken, /checksum/],
    ['cut.tar', good.subarray(0, 5000), /ends within the entry "bin\/sh"/],
    ['out.tar', tar([file('bin/sh', 'x', 0o755), file('../../etc/passwd', 'root')]), /leads out of the archive/],
    ['cut', readFileSync(`${bin}/sh`).subarray(0, 100), /reach past the end of the file/],
    ['packed.tar.gz', Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0), /compressed with gzip/],
    ['empty.tar', tar([file('only', 'text')]), /no such file/],
    ['nothing.txt', Buffer.from('hello'), /ELF/],
  ] as const) {
    await drop(page, name, bytes);
    const alert = page.getByRole('alert').filter({ hasText: /./ }).first();
    await expect(alert).toContainText(words);
    expect((await alert.innerText()).match(/[.!?](\s|$)/g)!.length).toBeLessThanOrEqual(2);
    await expect(panel(page, 'containers').getByRole('listitem')).toHaveCount(2);
    expect(await screen(page)).toContain('\nstill here\n');
    await alert.getByRole('button', { name: 'Close' }).click();
  }
});
