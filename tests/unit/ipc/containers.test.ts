/** What the ipc namespace isolates: containers with the same key, with control runs in which the host's namespace is theirs. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { PAGE } from '../../../src/kernel/frames.ts';
import { SHM_FS } from '../../../src/kernel/shared.ts';
import { makeImage, layerOfFiles } from '../../../src/levels/os/image.ts';
import type { ContainerSpec } from '../../../src/levels/os/spec.ts';
import { missingCompiler } from '../kernel/guests.ts';
import { groupOf, host as plainHost, outputOf, room, run, statusOf, type Host, type Room } from '../os-level/run.ts';
import { compile } from './native.ts';

const missing = missingCompiler();
const note = missing === null ? '' : ` (skipped: ${missing} is missing)`;
/** As with `--ipc=host`. */
const HOST_IPC: Partial<ContainerSpec> = { namespaces: ['pid', 'mnt', 'uts', 'net', 'cgroup'] };

function host(): Host {
  const h = plainHost(),
    keys = new Uint8Array(readFileSync(compile('tools/keys.c'))),
    own = new URL('../../../public/programs/os/bin/', import.meta.url);
  const files: Record<string, Uint8Array> = { '/bin/keys': keys };
  for (const name of ['sh', 'sleep', 'cat', 'wc', 'memhog']) files[`/bin/${name}`] = new Uint8Array(readFileSync(new URL(name, own)));
  const modes = Object.fromEntries(Object.keys(files).map((path) => [path, 0o755]));
  const image = makeImage(h.running.kernel, 'keys', [
    { title: 'keys', files: layerOfFiles({ files, modes, directories: ['/tmp', '/proc', '/dev', '/sys'] }) },
  ]);
  return { ...h, image };
}
const shell = (h: Host, id: string, line: string, more: Partial<ContainerSpec> = {}): Room => room(h, id, ['sh', '-c', line], more);

/** Until something is so, looked at often: time jumps while everybody sleeps. */
function until(h: Host, so: () => boolean): void {
  const { machine, kernel } = h.running;
  if (kernel.current === null) kernel.start();
  for (let steps = 0; !so() && steps < 20_000; steps++) machine.run({ retired: machine.retired + 500 });
  expect(so()).toBe(true);
}

describe.skipIf(missing !== null)(`ipc namespaces of containers${note}`, () => {
  test('two containers with the same key do not see each other; with the namespace of the host they do', () => {
    for (const [more, seen] of [
      [{}, 'shm: No such file or directory, msg: No such file or directory, sem: No such file or directory\n'],
      [HOST_IPC, 'shm: ok, a secret, msg: ok, 64 bytes a letter, sem: ok\n'],
    ] as const) {
      const h = host(),
        a = shell(h, 'a', 'keys make 8; sleep 0.3', more),
        b = shell(h, 'b', 'sleep 0.1; keys look; cat /proc/sysvipc/sem | wc -l', more);
      run(h, 1);
      expect(outputOf(h, a)).toBe('made: ok\n');
      expect(outputOf(h, b).split('\n')[0]).toBe(seen.trim());
      expect(outputOf(h, b).split('\n')[1]!.trim()).toBe(more === HOST_IPC ? '2' : '1');
    }
  });

  test('guessing ids finds nothing of another namespace', () => {
    for (const [more, found] of [
      [{}, 'attached 0 by id\n'],
      [HOST_IPC, 'attached 1 by id\n'],
    ] as const) {
      const h = host();
      shell(h, 'a', 'keys make 8; sleep 20', more);
      const b = shell(h, 'b', 'sleep 0.1; keys look-by-id', more);
      run(h, 5);
      expect(outputOf(h, b)).toBe(found);
    }
  });

  test('a semaphore wakes who waits for it in its own namespace only', () => {
    const h = host(),
      a = shell(h, 'a', 'keys take & sleep 0.4; keys give; wait'),
      b = shell(h, 'b', 'sleep 0.1; keys give; keys take');
    until(h, () => outputOf(h, b) === 'given: ok\ntaken: ok\n');
    expect(outputOf(h, a)).toBe('');
    run(h, 1);
    expect(outputOf(h, a).split('\n').toSorted().join('\n')).toBe('\ngiven: ok\ntaken: ok');
  });

  test("a namespace's objects go with its last process, and nothing is left", () => {
    const h = host(),
      { kernel } = h.running,
      free = kernel.frames.free;
    const a = shell(h, 'a', 'keys make 100; sleep 0.2');
    until(h, () => outputOf(h, a) !== '');
    const ns = kernel.ns.idOf(kernel.processes.get(a.c.pid)!, 'ipc');
    expect(kernel.ipc.world(ns).segments.size).toBe(1);
    run(h, 1);
    expect(statusOf(a)).toBe(0);
    expect(kernel.ipc.known(ns)).toBeNull();
    h.running.runtime.delete(a.c);
    expect(kernel.frames.free).toBe(free);
  });

  test('pages of a segment stay on the account of who touched them, attached or not', () => {
    const h = host(),
      { frames, shared } = h.running.kernel;
    const a = shell(h, 'a', 'keys make 200; sleep 1', HOST_IPC),
      b = shell(h, 'b', 'sleep 0.2; keys look; sleep 1', HOST_IPC);
    until(h, () => outputOf(h, b) !== '');
    expect(outputOf(h, b)).toContain('a secret');
    const payers = shared.list.filter(({ node }) => node.fs === SHM_FS).map(({ frame }) => frames.payerOf(frame));
    expect(payers).toEqual(Array.from({ length: 50 }, () => groupOf(h, a).id));
    expect(groupOf(h, a).memory.current).toBeGreaterThan(50 * PAGE);
  });

  test('memory.max holds for shared memory; what was filled stays until the namespace goes', () => {
    const h = host(),
      a = shell(h, 'a', 'keys make 3000; sleep 0.3', { limits: { 'memory.max': '2M' } }),
      b = shell(h, 'b', 'keys make 3000');
    until(h, () => groupOf(h, a).memory.events.oom_kill === 1);
    expect(groupOf(h, a).memory.current).toBeGreaterThan(1_500_000);
    run(h, 1);
    expect(outputOf(h, a)).not.toContain('made: ok');
    expect(outputOf(h, b)).toBe('made: ok\n');
    expect(groupOf(h, a).memory.current).toBe(0);
  });

  test('a flood of queues ends at the limit of its own namespace', () => {
    const h = host(),
      a = shell(h, 'a', 'keys flood'),
      b = shell(h, 'b', 'sleep 0.1; keys make 4');
    run(h, 30);
    expect(outputOf(h, a)).toBe('32000 queues, then No space left on device\n');
    expect(outputOf(h, b)).toBe('made: ok\n');
  });
});
