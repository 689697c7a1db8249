/**
 * Makes one file of TypeScript and all that it imports into one of JavaScript: node 20 does not read TypeScript, and what runs
 * hundreds of programs runs twice as fast without a loader between its modules.
 */
import { build } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** import.meta.url of the bundled files must go on leading to vectors and packages. */
const keepUrls = {
  name: 'keep-urls',
  setup({ onLoad }) {
    onLoad({ filter: /(survey|records|os-lines|os-packages)\.(ts|mjs)$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
      loader: path.endsWith('ts') ? 'ts' : 'js',
    }));
  },
};

/** Bundles a file beside this one; the name of what was made, in a folder that is not the project's. */
export async function bundle(entry) {
  const outfile = `${root}node_modules/.cache/strata/${entry.replace('.ts', '')}.${process.pid}.mjs`;
  await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    outfile,
    logLevel: 'silent',
    plugins: [keepUrls],
  });
  return outfile;
}
