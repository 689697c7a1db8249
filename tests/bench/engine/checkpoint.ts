/** Time of a checkpoint with 256 dirty pages, of restoring 16 MiB, and of a hash after 256 pages changed. */
import { createMachine } from '../../../src/machine/machine.ts';
import type { MachineCheckpoint } from '../../../src/machine/types.ts';

const machine = createMachine();
const ms = (action: () => void): number => {
  const before = process.hrtime.bigint();
  action();
  return Number(process.hrtime.bigint() - before) / 1e6;
};
const middle = (values: number[]): string => {
  values.sort((a, b) => a - b);
  return `median ${values[values.length >> 1]!.toFixed(3)} ms, best ${values[0]!.toFixed(3)} ms, worst ${values[values.length - 1]!.toFixed(3)} ms`;
};
const dirty = (pages: number, value: number): void => {
  for (let i = 0; i < pages; i++) machine.memory.write32(((i * 31) % 8192) * 4096 + 64, value + i);
};
const points: MachineCheckpoint[] = [];
const takes: number[] = [],
  restores: number[] = [],
  hashes: number[] = [];
for (let n = 1; n <= 60; n++) {
  dirty(256, n);
  hashes.push(ms(() => machine.hash()));
  takes.push(
    ms(() => {
      points.push(machine.checkpoint());
    }),
  );
  machine.prepareCheckpoint();
}
dirty(4096, 99);
const far = machine.checkpoint();
for (let n = 0; n < 20; n++) {
  machine.restore(points[0]!);
  restores.push(ms(() => machine.restore(far)));
}
console.log(`checkpoint, 256 dirty pages: ${middle(takes)}`);
console.log(`restore of 16 MiB: ${middle(restores)}`);
console.log(`hash after 256 changed pages: ${middle(hashes)}`);
