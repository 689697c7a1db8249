/** The same program gives the same state at a moment in two workers that know nothing of each other. */
import { build } from 'esbuild';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';

const cache = resolve(import.meta.dirname, '../../../node_modules/.cache');

function hashesIn(file: string, mode: string, moments: readonly number[]): Promise<Record<number, string>> {
  return new Promise((done, failed) => {
    const worker = new Worker(`${cache}/strata-hasher.mjs`, { workerData: { file, mode, moments } });
    worker.once('message', done);
    worker.once('error', failed);
  });
}

it.each([
  ['sort.mips', 'translate'],
  ['sort.mips', 'interpret'],
  ['selfmod.mips', 'translate'],
])('%s, %s', async (file, mode) => {
  mkdirSync(cache, { recursive: true });
  const root = JSON.stringify(resolve(import.meta.dirname));
  await build({
    entryPoints: [resolve(import.meta.dirname, 'hasher.ts')],
    outfile: `${cache}/strata-hasher.mjs`,
    bundle: true,
    platform: 'node',
    format: 'esm',
    define: { 'import.meta.dirname': root },
    logLevel: 'error',
  });
  const moments = [100, 2000, 5000, 9000, 12_345];
  const forwards = await hashesIn(file, mode, moments);
  const backwards = await hashesIn(file, mode, moments.toReversed());
  expect(Object.keys(forwards)).toHaveLength(moments.length);
  expect(new Set(Object.values(forwards)).size).toBe(moments.length);
  expect(backwards).toEqual(forwards);
});
