/** Builds the page and serves the build on a free port for all browser tests; ends both with them. STRATA_URL names a running one instead. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build, preview } from 'vite';

export default async function serve(): Promise<() => Promise<void>> {
  if (process.env['STRATA_URL'] !== undefined) return async () => {};
  const root = resolve(import.meta.dirname, '../..');
  const outDir = mkdtempSync(join(tmpdir(), 'strata-page-'));
  await build({ root, logLevel: 'warn', build: { outDir, emptyOutDir: true } });
  const server = await preview({ root, logLevel: 'warn', build: { outDir }, preview: { host: '127.0.0.1', port: 0, open: false } });
  const address = server.httpServer.address();
  if (address === null || typeof address === 'string') throw new Error('The preview server has no port.');
  process.env['STRATA_URL'] = `http://127.0.0.1:${address.port}/`;
  process.env['STRATA_DIST'] = outDir;
  return async () => {
    await server.close();
    rmSync(outDir, { recursive: true, force: true });
  };
}
