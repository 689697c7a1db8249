/** Shares of the processor against hand computation, within 2 % of the machine; memory, processes and ports in nested groups. */
import { describe, expect, test } from 'vitest';
import { type Cgroup } from '../../../src/kernel/cgroup/group.ts';
import { account } from '../../../src/kernel/fair.ts';
import { groupOf, host, type Host, outputOf, room, run, statusOf } from './run.ts';

const hogs = (n: number): readonly string[] => ['sh', '-c', `${'cpuhog 20 & '.repeat(n)}wait`];
const SECONDS = 1;

/** Shares of the time that has passed since `from`, by group. */
function sharesAfter(h: Host, groups: readonly Cgroup[], seconds: number): number[] {
  run(h, 0.2);
  const { machine, kernel } = h.running;
  account(kernel);
  const start = machine.time,
    before = groups.map((g) => g.cpu.usage);
  run(h, seconds);
  account(kernel);
  return groups.map((g, i) => (g.cpu.usage - before[i]!) / (machine.time - start));
}
function near(got: readonly number[], wanted: readonly number[]): void {
  wanted.forEach((share, i) => expect(Math.abs(got[i]! - share), `share ${i}: ${got[i]} for ${share}`).toBeLessThan(0.02));
}

describe('weights', () => {
  const cases: readonly (readonly [string, readonly (readonly [weight: number, tasks: number])[]])[] = [
    ['100 and 300', [[100, 1], [300, 1]]], // prettier-ignore
    ['equal weights, one task against five', [[100, 1], [100, 5]]], // prettier-ignore
    ['100, 200, 700 with 3, 1 and 2 tasks', [[100, 3], [200, 1], [700, 2]]], // prettier-ignore
    ['1 against 10000', [[1, 2], [10_000, 1]]], // prettier-ignore
    ['four times 250 and one 1000', [[250, 1], [250, 2], [250, 1], [250, 3], [1000, 1]]], // prettier-ignore
  ];
  test.each(cases)('%s', (_name, groups) => {
    const h = host(),
      rooms = groups.map(([weight, tasks], i) => room(h, `c${i}`, hogs(tasks), { limits: { 'cpu.weight': String(weight) } })),
      total = groups.reduce((sum, [weight]) => sum + weight, 0);
    near(
      sharesAfter(h, rooms.map((r) => groupOf(h, r)), SECONDS), // prettier-ignore
      groups.map(([weight]) => weight / total),
    );
  });

  test('nested: a share is divided again below', () => {
    const h = host(),
      { control, processes } = h.running.kernel,
      a = room(h, 'a', hogs(3), { limits: { 'cpu.weight': '100' } }),
      b = room(h, 'b', hogs(1), { limits: { 'cpu.weight': '300' } });
    run(h, 0.05);
    const above = groupOf(h, a),
      [x, y] = [control.make(above, 'x'), control.make(above, 'y')];
    const all = [...processes.values()].filter((p) => p.cgroup === above.path);
    const [shell, ...tasks] = all;
    control.move(shell!, y);
    control.move(tasks[0]!, x);
    control.move(tasks[1]!, x);
    control.move(tasks[2]!, y);
    above.subtreeControl = ['cpu'];
    x.cpu.weight = 100;
    y.cpu.weight = 400;
    // a: 1 of 4; of that x 1 of 5, y 4 of 5.
    near(sharesAfter(h, [above, x, y, groupOf(h, b)], SECONDS), [0.25, 0.05, 0.2, 0.75]);
  });

  test('who sleeps leaves his share to the others, and has it again when he is back', () => {
    const h = host(),
      a = room(h, 'a', ['sh', '-c', 'sleep 1; cpuhog 20'], { limits: { 'cpu.weight': '300' } }),
      b = room(h, 'b', hogs(1), { limits: { 'cpu.weight': '100' } });
    near(sharesAfter(h, [groupOf(h, a), groupOf(h, b)], 0.7), [0, 1]);
    run(h, 0.2);
    near(sharesAfter(h, [groupOf(h, a), groupOf(h, b)], SECONDS), [0.75, 0.25]);
  });
});

describe('quotas', () => {
  const cases: readonly (readonly [string, string, number, number])[] = [
    ['20 of 100 ms, one task', '20000 100000', 1, 0.2],
    ['20 of 100 ms, four tasks', '20000 100000', 4, 0.2],
    ['3 of 10 ms, two tasks', '3000 10000', 2, 0.3],
    ['450 of 1000 ms, two tasks', '450000 1000000', 2, 0.45],
    ['1 of 25 ms', '1000 25000', 1, 0.04],
    ['more than there is', '150000 100000', 3, 1],
  ];
  test.each(cases)('%s', (_name, limit, tasks, share) => {
    const h = host(),
      a = room(h, 'a', hogs(tasks), { limits: { 'cpu.max': limit } });
    // Whole periods: from one period's end to another's.
    const period = Number(limit.split(' ')[1]) / 1e6,
      seconds = Math.max(1, Math.ceil(2 / period) * period);
    near(sharesAfter(h, [groupOf(h, a)], seconds), [share]);
    const { cpu } = groupOf(h, a);
    if (share < 1) expect(Math.abs(cpu.periods - h.running.machine.time / h.running.machine.hz / period)).toBeLessThanOrEqual(2);
    expect(cpu.throttledPeriods).toBeLessThanOrEqual(cpu.periods);
  });

  test('a quota and weights: what the throttled one leaves goes by weight to the others', () => {
    const h = host(),
      rooms = [
        room(h, 'a', hogs(2), { limits: { 'cpu.max': '10000 100000', 'cpu.weight': '1000' } }),
        room(h, 'b', hogs(1), { limits: { 'cpu.weight': '100' } }),
        room(h, 'c', hogs(3), { limits: { 'cpu.weight': '200' } }),
      ];
    near(sharesAfter(h, rooms.map((r) => groupOf(h, r)), SECONDS), [0.1, 0.3, 0.6]); // prettier-ignore
  });

  test('of nested quotas the smaller holds', () => {
    const h = host(),
      { control, processes } = h.running.kernel,
      a = room(h, 'a', hogs(1), { limits: { 'cpu.max': '50000 100000' } });
    run(h, 0.05);
    const above = groupOf(h, a),
      inner = control.make(above, 'inner');
    for (const p of [...processes.values()].filter((one) => one.cgroup === above.path)) control.move(p, inner);
    above.subtreeControl = ['cpu'];
    const fs = h.running.runtime;
    fs.setLimit(inner.path, 'cpu.max', '30000 200000');
    near(sharesAfter(h, [above, inner], SECONDS), [0.15, 0.15]);
    fs.setLimit(inner.path, 'cpu.max', '180000 200000');
    near(sharesAfter(h, [above, inner], SECONDS), [0.5, 0.5]);
  });
});

describe('memory', () => {
  test('the largest in the group is killed, wherever the last page was wanted', () => {
    const h = host(),
      a = room(h, 'a', ['sh', '-c', 'memhog 5 1024 & sleep 0.02; memhog 2 256; wait $!; echo first $?'], {
        limits: { 'memory.max': '6M' },
      }),
      b = room(h, 'b', ['memhog', '8', '1024']);
    run(h, 10);
    expect(outputOf(h, a)).toContain('memhog: holds 2048 KiB');
    expect(outputOf(h, a)).toContain('first 137');
    expect(groupOf(h, a).memory.events).toMatchObject({ oom_kill: 1 });
    expect(statusOf(b)).toBe(0);
  });

  test('with memory.oom.group everybody in the group goes', () => {
    const h = host(),
      limits = { 'memory.max': '4M', 'memory.oom.group': '1' },
      a = room(h, 'a', ['sh', '-c', 'sleep 50 & memhog 8; echo never'], { limits });
    run(h, 10);
    expect(statusOf(a)).toBe(137);
    expect(outputOf(h, a)).not.toContain('never');
    expect(groupOf(h, a).memory.events).toMatchObject({ oom_group_kill: 1 });
    expect(groupOf(h, a).memory.current).toBe(0);
  });

  test('above memory.high who takes more waits: by 64 pages, no longer than two seconds; nobody is killed', () => {
    const h = host(),
      a = room(h, 'a', ['memhog', '4', '256'], { limits: { 'memory.high': '1M' } }),
      b = room(h, 'b', ['memhog', '4', '256']);
    const { machine } = h.running,
      end = (r: typeof a): number => {
        while (r.c.status === 'running' && machine.time < 90 * machine.hz) machine.run({ retired: machine.retired + 2000 });
        return machine.time / machine.hz;
      };
    h.running.kernel.start();
    const other = end(b),
      slowed = end(a),
      { memory } = groupOf(h, a);
    expect([statusOf(a), statusOf(b)]).toEqual([0, 0]);
    expect(other).toBeLessThan(2.6);
    // By hand: what is taken above 1 MiB, in batches; the n-th finds (n - 1) * 64 + 1 pages too many.
    const pages = Math.ceil((memory.peak - (1 << 20)) / 4096),
      batches = Math.ceil(pages / 64);
    let seconds = 0;
    for (let n = 0; n < batches; n++) {
      const over = (n * 64 + 1) / 256,
        wait = Math.min(2, over * over * 64);
      if (wait > 0.01) seconds += wait;
    }
    expect(memory.events).toMatchObject({ high: batches, max: 0, oom: 0, oom_kill: 0 });
    expect(Math.abs(slowed - seconds - 0.5)).toBeLessThan(0.3);
  });
});

describe('processes and ports', () => {
  test('pids.max of a group above holds for all below', () => {
    const h = host(),
      { control } = h.running.kernel;
    const a = room(h, 'a', ['sh', '-c', 'sleep 0.05; forkbomb 30']),
      b = room(h, 'b', ['sh', '-c', 'sleep 0.1; forkbomb 5']);
    control.tree.get('/strata')!.pids.max = 12;
    run(h, 3);
    expect(outputOf(h, a)).toMatch(/^forkbomb: (8|9) processes made, then refused/);
    expect(control.tree.get('/strata')!.pids.peak).toBe(12);
    expect(statusOf(b)).not.toBe(null);
  });

  test('two containers and the host at one port', () => {
    const h = host(),
      { kernel, runtime } = h.running;
    // Programs of the host are those of a layer here.
    const line = 'server 8000 1 & sleep 0.2; client 8000 from-$0; wait';
    const rooms = ['a', 'b'].map((id) => room(h, id, ['sh', '-c', line], { hostname: `host-${id}` }));
    const shared = room(h, 'c', ['sh', '-c', line], { hostname: 'host-c', namespaces: ['pid', 'mnt', 'uts', 'ipc', 'cgroup'] });
    const clash = room(h, 'd', ['sh', '-c', 'sleep 0.1; server 8000 1; echo $?'], { namespaces: ['pid', 'mnt', 'uts', 'ipc', 'cgroup'] });
    for (const { c } of rooms) kernel.interfaces.setUp(kernel.ns.idOf(kernel.processes.get(c.pid)!, 'net'), true);
    run(h, 3);
    for (const [i, one] of [...rooms, shared].entries()) expect(outputOf(h, one)).toContain(`host-${'abc'[i]}, port 8000, visitor 1`);
    expect(outputOf(h, clash)).toMatch(/1\n$/);
    expect(runtime.containers.every((c) => c.status === 'stopped')).toBe(true);
  });
});
