/** `npm run bench`: bundles tests/bench/bench.ts and runs it. */
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const outfile = `${root}/node_modules/.cache/strata-bench.mjs`;
await build({
  entryPoints: [`${root}/tests/bench/bench.ts`],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  logLevel: 'error',
});
process.env.STRATA_ROOT = root;
await import(outfile);
