/** Vite: a static site with a relative base; the worker is a module; tests run in node unless they ask for jsdom. */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** What the built page may load: only its own files. Styles are set by the editor and by overlays; pictures are saved through blobs. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Only in builds: the development server needs inline scripts. */
const policy: Plugin = {
  name: 'content-security-policy',
  apply: 'build',
  transformIndexHtml: () => [
    { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY }, injectTo: 'head-prepend' },
  ],
};

/** The list of programs as the built page loads it: without the hashes that only tests compare, which do not compress. */
function listOfPrograms(): Plugin {
  let list = '';
  return {
    name: 'list-of-programs',
    apply: 'build',
    configResolved: ({ root, build }) => {
      list = resolve(root, build.outDir, 'programs/manifest.json');
    },
    closeBundle: () => {
      const forPage = (key: string, value: unknown): unknown => {
        if (key === 'compilers') return undefined;
        if (key !== 'mips' && key !== 'i386' && key !== 'os') return value;
        const { file, lines } = value as { file: string; lines?: string };
        return { file, lines };
      };
      writeFileSync(list, JSON.stringify(JSON.parse(readFileSync(list, 'utf8')), forPage));
    },
  };
}

export default defineConfig({
  base: './',
  plugins: [react(), policy, listOfPrograms()],
  // What three parts of the engine share is one file, so that it compresses well.
  worker: { format: 'es', rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'core', minShareCount: 3 }] } } } },
  build: { target: 'es2022', outDir: 'dist', assetsInlineLimit: 0 },
  test: { setupFiles: ['src/lab/late.ts'], include: ['tests/unit/**/*.test.{ts,tsx}'], testTimeout: 60_000, maxWorkers: 2 },
});
