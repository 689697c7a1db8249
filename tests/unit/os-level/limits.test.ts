/** What control groups promise (cgroup-v2.rst), measured on containers of our own programs on one machine. */
import { describe, expect, test } from 'vitest';
import { errorsOf, groupOf, host, outputOf, room, run, statusOf, usageOf } from './run.ts';

describe('control groups of containers', () => {
  test('weights 100 and 300 share the processor 25 to 75', () => {
    const h = host(),
      a = room(h, 'a', ['cpuhog', '10'], { limits: { 'cpu.weight': '100' } }),
      b = room(h, 'b', ['cpuhog', '10'], { limits: { 'cpu.weight': '300' } });
    run(h, 2);
    const [ua, ub] = [groupOf(h, a).cpu.usage, groupOf(h, b).cpu.usage];
    expect(ua / (ua + ub)).toBeGreaterThan(0.23);
    expect(ua / (ua + ub)).toBeLessThan(0.27);
    expect((ua + ub) / h.running.machine.time).toBeGreaterThan(0.95);
  });

  test('three to one also when the one group has three times as many tasks', () => {
    const h = host(),
      a = room(h, 'a', ['sh', '-c', 'cpuhog 10 & cpuhog 10 & cpuhog 10 & wait'], { limits: { 'cpu.weight': '100' } }),
      b = room(h, 'b', ['cpuhog', '10'], { limits: { 'cpu.weight': '300' } });
    run(h, 2);
    const [ua, ub] = [groupOf(h, a).cpu.usage, groupOf(h, b).cpu.usage];
    expect(ua / (ua + ub)).toBeGreaterThan(0.23);
    expect(ua / (ua + ub)).toBeLessThan(0.27);
  });

  test('cpu.max 20000 100000 gives a fifth, throttled in every period', () => {
    const h = host(),
      a = room(h, 'a', ['cpuhog', '10'], { limits: { 'cpu.max': '20000 100000' } });
    run(h, 2.05);
    const { cpu } = groupOf(h, a);
    expect(cpu.usage / h.running.machine.time).toBeGreaterThan(0.19);
    expect(cpu.usage / h.running.machine.time).toBeLessThan(0.215);
    const periods = Math.floor(h.running.machine.time / h.running.machine.hz / 0.1 - 0.02);
    expect(cpu.periods).toBe(periods);
    expect(cpu.throttledPeriods).toBe(periods);
    expect(Math.abs(cpu.throttledTime / h.running.machine.hz - periods * 0.08)).toBeLessThan(0.01);
  });

  test('what a quiet group has saved is burst once, and who waits for the processor is under pressure', () => {
    const h = host(),
      a = room(h, 'a', ['sh', '-c', 'sleep 0.5; cpuhog 10'], { limits: { 'cpu.max': '20000 100000', 'cpu.max.burst': '20000' } });
    run(h, 2.55);
    const { cpu } = groupOf(h, a),
      { hz } = h.running.machine,
      { pressure } = h.running.kernel;
    // Nothing but the one burst goes beyond a fifth of the two seconds.
    expect(cpu.bursts).toBe(1);
    expect(cpu.burstTime / hz).toBeGreaterThan(0.015);
    expect(cpu.burstTime / hz).toBeLessThanOrEqual(0.02);
    expect(cpu.usage / hz).toBeLessThan(2.05 * 0.2 + 0.045);
    const [, total] = /^full .* total=(\d+)$/m.exec(pressure.text(a.c.cgroup, 'cpu'))!;
    expect(Math.abs(Number(total) / 1e6 - cpu.throttledTime / hz)).toBeLessThan(0.1);
    expect(pressure.text(a.c.cgroup, 'memory')).toMatch(/^some avg10=0\.00 .* total=0$/m);
  });

  test('memory.max kills inside the group only', () => {
    const h = host(),
      a = room(h, 'a', ['memhog', '8'], { limits: { 'memory.max': '4M' } }),
      b = room(h, 'b', ['memhog', '6'], {});
    run(h, 5);
    expect(statusOf(a)).toBe(137);
    expect(statusOf(b)).toBe(0);
    expect(outputOf(h, a)).toBe('memhog: holds 1024 KiB\nmemhog: holds 2048 KiB\nmemhog: holds 3072 KiB\n');
    expect(groupOf(h, a).memory.events).toMatchObject({ oom: 1, oom_kill: 1 });
    expect(groupOf(h, b).memory.events).toMatchObject({ oom: 0, oom_kill: 0 });
    expect(groupOf(h, a).memory.peak).toBeLessThanOrEqual(4 << 20);
    expect(groupOf(h, a).memory.current).toBe(0);
  });

  test('pids.max refuses with EAGAIN', () => {
    const h = host(),
      a = room(h, 'a', ['forkbomb', '50'], { limits: { 'pids.max': '10' } }),
      b = room(h, 'b', ['forkbomb', '30'], {});
    run(h, 5);
    expect(outputOf(h, a)).toMatch(/^forkbomb: 9 processes made, then refused: .*Resource temporarily unavailable/);
    expect(outputOf(h, b)).toBe('forkbomb: 30 processes made, none refused\n');
    expect(groupOf(h, a).pids.refused).toBeGreaterThan(0);
    expect(groupOf(h, a).pids.peak).toBe(10);
  });

  test('two containers listen at one port, each on its own loopback', () => {
    const h = host(),
      line = 'server 80 1 & sleep 0.2; client 80 hello; wait',
      caps = { capabilities: ['NET_ADMIN', 'NET_BIND_SERVICE'] };
    const rooms = ['a', 'b'].map((id) => room(h, id, ['sh', '-c', line], { hostname: `host-${id}`, ...caps }));
    for (const { c } of rooms)
      h.running.kernel.interfaces.setUp(h.running.kernel.ns.idOf(h.running.kernel.processes.get(c.pid)!, 'net'), true);
    run(h, 3);
    rooms.forEach((one, i) => {
      expect(errorsOf(h, one)).toBe('');
      expect(outputOf(h, one)).toContain(`host-${'ab'[i]}, port 80, visitor 1: you said "hello"`);
    });
  });

  test('a frozen container stands still and goes on', () => {
    const h = host(),
      a = room(h, 'a', ['cpuhog', '10']);
    run(h, 0.3);
    h.running.act('{"act":"pause","id":"a"}');
    const b = room(h, 'b', ['sleep', '1']);
    const before = usageOf(h, a);
    run(h, 0.5);
    expect(usageOf(h, a) - before).toBeLessThan(10);
    h.running.act('{"act":"resume","id":"a"}');
    run(h, 0.3);
    expect(usageOf(h, a)).toBeGreaterThan(before + 250_000);
    expect(statusOf(b)).toBe(0);
  });
});

describe('many containers', () => {
  test('a hundred at once on 32 MiB; each ends by itself and nothing is left', () => {
    const h = host();
    const { kernel } = h.running,
      free = kernel.frames.free;
    const rooms = Array.from({ length: 100 }, (_, i) => room(h, `c${i}`, ['sh', '-c', 'sleep 0.5; hostname']));
    run(h, 0.2);
    expect(kernel.ns.all().filter((ns) => ns.kind === 'pid').length).toBe(101);
    run(h, 20);
    rooms.forEach((one, i) => expect([statusOf(one), outputOf(h, one)]).toEqual([0, `c${i}\n`]));
    for (const { c } of rooms) h.running.runtime.delete(c);
    expect(kernel.ns.all().length).toBe(7);
    expect(kernel.control.tree.all().length).toBe(2);
    expect(kernel.frames.free).toBe(free);
  }, 120_000);

  test('a saved moment is reached again', () => {
    const h = host();
    room(h, 'a', ['sh', '-c', 'echo x > /tmp/f; cpuhog 1; cat /tmp/f'], { limits: { 'cpu.max': '30000 100000' } });
    run(h, 0.15);
    const { machine } = h.running,
      saved = { machine: machine.checkpoint(), level: h.running.save() },
      at = machine.retired;
    machine.run({ retired: at + 3_000_000 });
    const hash = machine.hash(),
      time = machine.time;
    machine.restore(saved.machine);
    h.running.restore(saved.level);
    machine.run({ retired: at + 3_000_000 });
    expect([machine.hash(), machine.time]).toEqual([hash, time]);
  });
});
