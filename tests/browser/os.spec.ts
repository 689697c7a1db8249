/** The container lab, as a student uses it: rooms and their terminals, limits, layers, one call, and time that goes back over it all. */
import { encodeLink, type LabLink } from '../../src/client/link.ts';
import type { TypedInput } from '../../src/client/stores.ts';
import type { OsAction } from '../../src/protocol/os-views.ts';
import { choose, openOs, panel, says, screen, table, typed, words } from './os-page.ts';
import { address, expect, linked, moment, moves, test, transport, where } from './page.ts';

const act = (action: OsAction): TypedInput => ({ retired: 0, guest: 0, bytes: null, act: JSON.stringify(action) });
const JOB = act({ act: 'create', id: 'job', image: 'image', args: ['/bin/sh'], start: true });
const line = (id: string, text: string): TypedInput => act({ act: 'type', id, text: `${text}\n` });
const link = (inputs: readonly TypedInput[], moment: LabLink['moment']): string =>
  encodeLink({
    level: 'os',
    program: { kind: 'supplied', id: 'rooms' },
    mode: null,
    knobs: {},
    moment,
    grain: 'event',
    grainLocked: false,
    block: null,
    instruction: null,
    focus: null,
    breakpoints: [],
    inputs,
    cue: null,
  });

test('comes from the tower; two rooms on one kernel answer in their own terminals', async ({ page }) => {
  await page.goto(address());
  await page.getByRole('link', { name: 'Enter lab', exact: true }).first().click();
  await expect(page).toHaveURL(/#\/os/);
  await expect(page.getByRole('heading', { level: 1, name: /Operating system/ })).toBeVisible();
  await expect(panel(page, 'containers').getByRole('listitem')).toHaveCount(2);
  await typed(page, 'hostname');
  expect(await screen(page)).toContain('\nstrata\n');
  await choose(page, 'job');
  await expect(page.getByRole('heading', { name: 'Terminal of job' })).toBeVisible();
  await typed(page, 'hostname; ps');
  const text = await screen(page);
  expect(text).toContain('\njob\n');
  expect(text).toMatch(/1 +0 +0 S sh\n/);
  expect(text).not.toContain('init');
  // The same shell, as the host and as its room number it.
  const shells = (await table(page, 'truths')).filter((row) => row[3] === '/bin/sh').map((row) => row.slice(0, 3));
  expect(shells).toEqual([
    ['2', '1', 'main'],
    ['3', '1', 'job'],
  ]);
});

test('makes a container, pauses it, lets it go on, kills and deletes it', async ({ page }) => {
  await openOs(page);
  await page.getByText('Image, command, what is its own').click();
  await page.getByLabel('Name', { exact: true }).fill('third');
  await page.getByRole('button', { name: 'Create and start' }).click();
  await expect(page.getByRole('heading', { name: 'Terminal of third' })).toBeVisible();
  await typed(page, 'hostname; id');
  expect(await screen(page)).toContain('\nthird\n');
  const boxes = panel(page, 'containers');
  const status = boxes.getByRole('button', { name: /^third / });
  await boxes.getByRole('button', { name: 'Pause third' }).click();
  await expect(status).toContainText('paused');
  await boxes.getByRole('button', { name: 'Go on third' }).click();
  await expect(status).toContainText('running');
  await boxes.getByRole('button', { name: 'Kill third' }).click();
  await transport(page, 'Play').click();
  await expect(status).toContainText(/kill|137/i);
  await boxes.getByRole('button', { name: 'Delete third' }).click();
  await expect(boxes.getByRole('listitem')).toHaveCount(2);
});

test('a slider moves, and the shares follow it: half and half becomes a quarter and three quarters', async ({ page }) => {
  await openOs(page, link([JOB, line('main', 'cpuhog 30 main'), line('job', 'cpuhog 30 job')], { event: 'switch', nth: 24 }));
  const share = async (room: string): Promise<number> => {
    const row = (await table(page, 'allocation')).find(([name]) => name === room)!;
    return Number.parseFloat(row[1]!);
  };
  await page.getByRole('radio', { name: 'Allocation' }).click();
  expect(Math.abs((await share('main')) - 50)).toBeLessThan(5);
  await choose(page, 'job');
  const weight = panel(page, 'limits').getByRole('slider', { name: /Weight/ });
  await weight.focus();
  for (const wanted of ['150', '200', '300']) {
    await page.keyboard.press('ArrowRight');
    await expect(weight).toHaveAttribute('aria-valuetext', wanted);
  }
  await expect(panel(page, 'shares')).toContainText('weight 300');
  const { time } = await where(page);
  await page.getByLabel('Speed').selectOption('Infinity');
  await transport(page, 'Play').click();
  await expect.poll(async () => (await where(page)).time, { timeout: 40_000 }).toBeGreaterThan(time + 130_000_000);
  await page.locator('.trans').getByRole('button', { name: 'Pause' }).click();
  await expect(transport(page, 'Play')).toBeVisible();
  expect(Math.abs((await share('job')) - 75)).toBeLessThan(3);
  expect(Math.abs((await share('main')) - 25)).toBeLessThan(3);
});

test('who asks for too much memory is killed inside its room, and the other room does not notice', async ({ page }) => {
  await openOs(page);
  const memory = panel(page, 'limits').getByRole('slider', { name: /Memory/ });
  await memory.focus();
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowLeft');
  await expect(memory).toHaveAttribute('aria-valuetext', '4.0 MiB');
  await typed(page, 'memhog 8');
  expect(await screen(page)).toContain('Killed');
  await expect(panel(page, 'groups')).toContainText('The kernel killed 1 process inside main, and nobody else.');
  await choose(page, 'job');
  await typed(page, 'hostname');
  expect(await screen(page)).toContain('\njob\n');
});

test('the first write to a file of the image copies it up, and the other room reads the old one', async ({ page }) => {
  await openOs(page);
  await typed(page, 'echo 10.0.0.7 mine >>/etc/hosts; cat /etc/hosts');
  expect(await screen(page)).toContain('10.0.0.7 mine\n#');
  const layers = panel(page, 'overlay');
  await expect(layers.getByRole('group', { name: 'The last copy up' })).toContainText(/\/etc\/hosts.*base.*20 bytes/s);
  const rows = await table(page, 'overlay');
  expect(rows).toContainEqual(['upper', '/etc/hosts', 'file', '34', 'yes', 'copied up']);
  expect(rows).toContainEqual(['base', '/etc/hosts', 'file', '20', 'hidden', '']);
  await choose(page, 'job');
  await typed(page, 'cat /etc/hosts');
  expect(await screen(page)).not.toContain('10.0.0.7');
});

test('a call is followed from the door to the answer', async ({ page }) => {
  await openOs(page, link([JOB, line('job', 'echo mode=fast >>/etc/conf')], { event: 'copy-up', nth: 1 }));
  // The arc of the copy belongs to the moment, from whichever side one comes to it.
  const arc = panel(page, 'overlay').getByText('copy up', { exact: true });
  await choose(page, 'job');
  await expect(arc).toBeVisible();
  const there = await moment(page);
  await page.locator('.cap').focus();
  await moves(page, () => page.keyboard.press('ArrowRight'));
  await expect(arc).toHaveCount(0);
  expect(await moves(page, () => page.keyboard.press('ArrowLeft'))).toBe(there);
  await expect(arc).toBeVisible();
  await page.getByRole('radio', { name: 'System call' }).click();
  await expect(panel(page, 'syscall')).toContainText('open("/etc/conf", O_WRONLY|O_CREAT|O_APPEND, 0666) = 3');
  const rows = await table(page, 'syscall');
  const kinds = rows.map(([kind]) => kind);
  expect(kinds[0]).toBe('into the kernel');
  for (const kind of ['look up', 'may it?', 'charge', 'file', 'answer']) expect(kinds).toContain(kind);
  expect(rows.find(([kind]) => kind === 'look up')![1]).toMatch(/process 2 in pid:\[\d+\] is 4 on the host/);
  expect(rows.find(([kind]) => kind === 'charge')![1]).toContain('/strata/job');
  expect(rows.find(([kind]) => kind === 'may it?')![2]).toBe('yes');
  await expect(page.locator('.cap')).toContainText('/etc/conf was copied up');
});

test('time goes back over what was done, and on again', async ({ page }) => {
  await openOs(page);
  await typed(page, 'hostname');
  await page.getByText('Image, command, what is its own').click();
  await page.getByRole('button', { name: 'Create and start' }).click();
  await expect(page.getByRole('heading', { name: 'Terminal of room1' })).toBeVisible();
  await typed(page, 'ls /srv');
  const before = { text: await screen(page), where: await moment(page) };
  expect(before.text).toContain('page');
  const boxes = panel(page, 'containers').getByRole('listitem');
  await expect(boxes).toHaveCount(3);
  await page.locator('.cap').focus();
  await page.keyboard.press('Home');
  await expect(boxes).toHaveCount(2);
  await expect(panel(page, 'terminal').locator('.screen')).not.toContainText('hostname');
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('.cap')).toContainText(/touched a page|asked the kernel/);
  await page.keyboard.press('End');
  await expect(boxes).toHaveCount(3);
  await choose(page, 'room1');
  await expect.poll(() => screen(page)).toBe(before.text);
  await expect.poll(() => moment(page)).toBe(before.where);
  // Back by events: never a moment without words.
  await page.locator('.cap').focus();
  for (let i = 0; i < 12; i++) {
    await moves(page, () => page.keyboard.press('ArrowLeft'));
    for (const words of await page.locator('.cap > div').allInnerTexts()) expect(words).toMatch(/\n.{12,}/);
  }
});

test('a link opens the exact moment again, with everything that was typed and done', async ({ page }) => {
  await openOs(page);
  await typed(page, 'echo once >/tmp/a; ls /tmp');
  await panel(page, 'limits')
    .getByRole('slider', { name: /Processes/ })
    .focus();
  await page.keyboard.press('ArrowLeft');
  await typed(page, 'wc /tmp/a');
  const text = await screen(page),
    at = await where(page);
  await linked(page);
  await expect(page).toHaveURL(/typed=/);
  await page.reload();
  await expect.poll(() => where(page), { timeout: 30_000 }).toEqual(at);
  await expect.poll(() => screen(page)).toBe(text);
  await expect(panel(page, 'limits').getByRole('slider', { name: /Processes/ })).toHaveAttribute('aria-valuetext', '128');
});

test('a link that cannot be followed to its end says so in one sentence, and the rooms are there', async ({ page }) => {
  const alert = page.getByRole('alert').filter({ hasText: /./ }).first();
  const end = { retired: 1e14, micro: 0 };
  for (const [hash, words, rooms] of [
    [
      link([JOB, act({ act: 'type', id: 'job' } as never)], end),
      /^Part of what this link does .* its "text" cannot be left out\.\s*Close$/,
      2,
    ],
    [link([JOB], { event: 'copy-up', nth: 99 }), /^This run has no event “copy-up” number 99\.\s*Close$/, 2],
    [link([], end), /^This run does not reach the moment of this link/, 1],
    ['#/os?v=1&program=checksum', /^The program “Checksum” belongs to another lab\.\s*Close$/, 2],
  ] as const) {
    await page.goto('about:blank');
    await page.goto(address(hash));
    await expect(alert).toHaveText(words);
    await expect(panel(page, 'containers').locator('.boxes > li')).toHaveCount(rooms);
    await expect(transport(page, 'Step')).toBeEnabled();
  }
});

test('by keyboard alone: into the terminal, out of it, and through time', async ({ page }) => {
  await openOs(page);
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
  for (let i = 0; i < 60 && (await focused()) !== 'Terminal of main'; i++) await page.keyboard.press('Tab');
  expect(await focused()).toBe('Terminal of main');
  await page.keyboard.type('echo keys\n');
  await expect.poll(() => screen(page)).toContain('\nkeys\n');
  await page.keyboard.press('Tab');
  expect(await focused()).not.toBe('Terminal of main');
  await expect(transport(page, 'Play')).toBeVisible();
  const { time } = await where(page);
  for (let i = 0; i < 40 && (await page.evaluate(() => document.activeElement?.tagName)) !== 'SUMMARY'; i++)
    await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByText('No kernel boots.')).toBeVisible();
  await page.keyboard.press('ArrowLeft');
  await expect.poll(async () => (await where(page)).time).toBeLessThan(time);
});

test('each point of the book is tried, and the machine answers', async ({ page }) => {
  await openOs(page);
  const tries = panel(page, 'tries');
  const tryOut = async (title: string, button: string): Promise<void> => {
    await tries.getByText(title).click();
    await tries.getByRole('button', { name: button }).click();
    // What to look at is said when it is done; then the machine runs until everybody waits.
    await expect(tries.locator('details').filter({ hasText: title }).getByRole('status')).toHaveText(/.{20}/);
    await expect(page.locator('.trans .reason')).toHaveText('waiting for input', { timeout: 30_000 });
  };
  await tryOut('one family of systems', 'Try a Windows program');
  await says(page, '/opt/windows.exe: Exec format error');
  await tryOut('read what is shared', 'Write to a file of the image');
  await expect(panel(page, 'overlay').getByRole('group', { name: 'The last copy up' })).toContainText('/etc/hosts');
  await tryOut('one kernel for all', 'Ask in each for name and kernel');
  await choose(page, 'job');
  await says(page, 'job Linux version');
  const kernel = /Linuxversion.*/.exec(await words(page))![0];
  await choose(page, 'main');
  await says(page, kernel.slice(0, 30));
  await tryOut('a start costs almost nothing', 'Start one more');
  await expect(panel(page, 'containers').getByRole('listitem')).toHaveCount(3);
  await tryOut('keep in step', 'A shell without a room lists all');
  await expect.poll(() => screen(page)).toMatch(/1 +0 +0 S init/);
});

test('attempts to escape from a room come to nothing', async ({ page }) => {
  await openOs(page);
  for (const [line, answer] of [
    ['escape see init', 'there is none in /proc'],
    ['escape setns 1', 'refused'],
    ['escape device 8 0', 'refused'],
    ['escape mount', 'refused'],
    ['escape cgroup /sys/fs/cgroup/memory.max max', 'refused'],
    ['escape dotdot /run/strata/job/upper', 'refused'],
  ] as const) {
    await typed(page, line);
    await says(page, answer);
  }
});
