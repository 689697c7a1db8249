/** Runs in a fresh thread: opens a program, visits moments in the order given, and answers with their hashes. */
import { parentPort, workerData } from 'node:worker_threads';
import { openProgram } from './support.ts';

const { file, mode, moments } = workerData as { file: string; mode: string; moments: readonly number[] };
const session = openProgram(file, { mode });
const hashes: Record<number, string> = {};
for (const moment of moments) {
  session.seek(moment);
  hashes[moment] = session.hash();
}
parentPort!.postMessage(hashes);
