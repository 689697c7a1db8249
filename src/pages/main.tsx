/** Starts the page: theme, keys, routing, and a lab in a worker, which is made when the first program is opened. */
import { createRoot } from 'react-dom/client';
import type { LabPort } from '../client/labClient.ts';
import { start } from './start.tsx';

const root = document.getElementById('root');
if (root !== null) {
  start(createRoot(root), () => new Worker(new URL('../worker/worker.ts', import.meta.url), { type: 'module', name: 'lab' }) as LabPort);
}
