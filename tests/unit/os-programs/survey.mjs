/** Bundles survey.ts (node 20 does not read TypeScript) and runs it. */
import { build } from 'esbuild';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const outfile = `${here}../../../node_modules/.cache/strata/os-survey.${process.pid}.mjs`;
// import.meta.url of the bundled files must go on leading to vectors and packages.
const keepUrls = {
  name: 'keep-urls',
  setup({ onLoad }) {
    onLoad({ filter: /(survey|records|os-lines|os-packages)\.(ts|mjs)$/ }, async ({ path }) => {
      const { readFile } = await import('node:fs/promises');
      const text = await readFile(path, 'utf8');
      return {
        contents: text.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
        loader: path.endsWith('ts') ? 'ts' : 'js',
      };
    });
  },
};
await build({
  entryPoints: [`${here}survey.ts`],
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  outfile,
  logLevel: 'silent',
  plugins: [keepUrls],
});
await import(outfile);
(await import('node:fs')).rmSync(outfile);
