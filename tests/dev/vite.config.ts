/** Serves the page over the double: `npx vite -c tests/dev/vite.config.ts`. */
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const repository = resolve(import.meta.dirname, '../..');
export default defineConfig({
  root: import.meta.dirname,
  publicDir: resolve(repository, 'public'),
  cacheDir: resolve(repository, 'node_modules/.vite-dev'),
  plugins: [react()],
  server: { fs: { allow: [repository] } },
});
