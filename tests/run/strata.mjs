/**
 * Runs the command line from its TypeScript sources: bundled into node_modules/.cache when a source is newer than the bundle,
 * which takes esbuild a moment, and at once otherwise.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bundle = `${root}node_modules/.cache/strata/strata.mjs`;

function newest(directory) {
  let time = 0;
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = `${directory}/${entry.name}`;
    time = Math.max(time, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs);
  }
  return time;
}

const rooms = ['bits', 'isa', 'formats', 'translate', 'machine', 'kernel', 'levels', 'lab', 'protocol', 'cli'];
const stale = () => !existsSync(bundle) || rooms.some((room) => newest(`${root}src/${room}`) > statSync(bundle).mtimeMs);

export async function ensureBundle() {
  if (!stale()) return bundle;
  const { build } = await import('esbuild');
  const { renameSync } = await import('node:fs');
  const made = `${bundle}.${process.pid}.mjs`;
  try {
    await build({
      entryPoints: [`${root}src/cli/main.ts`],
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      outfile: made,
      logLevel: 'silent',
    });
  } catch (error) {
    process.stderr.write(`strata: the sources do not build: ${error.errors?.[0]?.text ?? error.message}\n`);
    process.exit(125);
  }
  // In one step, so that two runs at once never see half a bundle.
  renameSync(made, bundle);
  return bundle;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = await ensureBundle();
  await import(file);
}
