/** Pictures of the panels by themselves: node tests/dev/shots.mjs OUT 'name?width=872&height=372#scene=forms' ... Not shipped. */
import { mkdirSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { createServer } from 'vite';

const [out = 'shots', ...wishes] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const server = await createServer({
  configFile: `${import.meta.dirname}/vite.config.ts`,
  server: { port: 0, host: '127.0.0.1' },
  logLevel: 'error',
});
await server.listen();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
for (const wish of wishes) {
  const url = new URL(wish, server.resolvedUrls.local[0]);
  const page = await browser.newPage({
    viewport: { width: Number(url.searchParams.get('width') ?? 872), height: Number(url.searchParams.get('height') ?? 700) },
  });
  page.on('pageerror', (error) => console.error(wish, String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') console.error(wish, message.text());
  });
  await page.goto(`${server.resolvedUrls.local[0]}${url.searchParams.get('page') ?? 'panels'}.html${url.hash}`);
  await page.waitForTimeout(Number(url.searchParams.get('wait') ?? 700));
  for (const key of (url.searchParams.get('keys') ?? '').split(',').filter(Boolean)) {
    await page.keyboard.press(key);
    await page.waitForTimeout(120);
  }
  await page.screenshot({ path: `${out}/${url.pathname.split('/').pop()}.png` });
  await page.close();
}
await browser.close();
await server.close();
