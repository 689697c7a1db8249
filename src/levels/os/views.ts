/** The level's views (protocol/os-views.ts), made from the kernel's tables when a panel asks. Nothing is charged for looking. */
import { isLeader, threadsOf } from '../../kernel/groups.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { microseconds } from '../../kernel/cgroup/cpu.ts';
import type { Cgroup } from '../../kernel/cgroup/group.ts';
import { FIRST, type Namespace, NAMESPACE_KINDS } from '../../kernel/ns/namespaces.ts';
import { visibleMounts } from '../../kernel/ns/proc.ts';
import { mountSpace } from '../../kernel/ns/table.ts';
import { seenUid } from '../../kernel/ns/usermap.ts';
import type { Process } from '../../kernel/task.ts';
import type {
  AllocationView,
  CgroupInfo,
  CgroupsView,
  ContainerInfo,
  ContainersView,
  NamespaceInfo,
  NamespacesView,
  ProcessesView,
  ProcessInfo,
  Slice,
  TerminalView,
} from '../../protocol/os-views.ts';
import type { Plain } from '../level.ts';
import { containerOf } from './captions.ts';
import { footprintOf, membersOf } from './footprint.ts';
import { layersView } from './layers.ts';
import type { Container, Runtime } from './runtime.ts';
import type { RunningOs } from './running.ts';

type Parameters = { readonly [key: string]: Plain | undefined };

export function viewOf(r: RunningOs, name: string, parameters: Parameters): object | null {
  const { kernel: k, runtime } = r,
    chosen = typeof parameters['container'] === 'string' ? parameters['container'] : undefined;
  switch (name) {
    case 'os.containers':
      return containers(k, runtime);
    case 'os.processes':
      return processes(k, runtime);
    case 'os.namespaces':
      return namespaces(k, runtime);
    case 'os.cgroups':
      return cgroups(k, runtime);
    case 'os.layers':
      return layersView(
        k,
        runtime,
        chosen ?? runtime.containers[0]?.id ?? '',
        typeof parameters['path'] === 'string' ? parameters['path'] : '/',
        new Map(r.images.flatMap(({ layers }) => layers.map(({ fs, title }) => [fs, title] as const))),
        r.lastKind === 'copy-up',
      );
    case 'os.syscall':
      return r.follower.view(chosen);
    case 'os.allocation':
      return allocation(k, runtime, typeof parameters['window'] === 'number' ? parameters['window'] : k.machine.hz);
    case 'os.terminal':
      return terminal(r, chosen ?? runtime.containers[0]?.id ?? '', typeof parameters['offset'] === 'number' ? parameters['offset'] : 0);
    default:
      return null;
  }
}

function ledgerOf(k: Kernel, owners: ReadonlySet<number> | null): Record<string, number> {
  const result: Record<string, number> = {};
  for (const { owner, category, units } of k.machine.ledger.entries()) {
    if (owners === null || owners.has(owner)) result[category] = (result[category] ?? 0) + units;
  }
  return result;
}

function framesOf(k: Kernel, c: Container): NonNullable<ContainerInfo['frames']> {
  const { own, cache, cacheShared, tables } = footprintOf(k, c.cgroup);
  return { own, cache, cacheShared, tables };
}

function status(k: Kernel, c: Container): ContainerInfo['status'] {
  return c.status === 'running' && k.control.tree.get(c.cgroup)?.freeze ? 'paused' : c.status;
}

function containers(k: Kernel, runtime: Runtime): ContainersView {
  return {
    time: k.machine.time,
    ledger: ledgerOf(k, null),
    containers: runtime.containers.map((c) => {
      const members = membersOf(k, c.cgroup),
        memory = k.control.tree.get(c.cgroup)?.memory;
      const exit = c.exit && { status: c.exit.signal === 0 ? c.exit.code : 128 + c.exit.signal, sentence: c.exit.sentence };
      return {
        id: c.id,
        owner: c.owner,
        status: status(k, c),
        hostname: c.hostname,
        command: c.command,
        image: c.image,
        pid: c.status === 'stopped' ? 0 : c.pid,
        cgroup: c.cgroup,
        processes: members.filter(isLeader).length,
        exit,
        startup: c.startup,
        memory: memory?.current ?? 0,
        memoryPeak: memory?.peak ?? 0,
        frames: framesOf(k, c),
        own: c.own as ContainerInfo['own'],
        capabilities: c.capabilities,
        ledger: ledgerOf(k, new Set([c.owner])),
      };
    }),
  };
}

function stateOf(k: Kernel, p: Process): ProcessInfo['state'] {
  if (p.state === 'zombie' || p.state === 'stopped') return p.state;
  if (k.control.isFrozen(p.cgroup)) return 'frozen';
  if (p === k.current) return 'running';
  if (p.state === 'blocked') return 'waits';
  return k.control.mayRun(p) ? 'ready' : 'throttled';
}

function processes(k: Kernel, runtime: Runtime): ProcessesView {
  const list = [...k.processes.values()].filter(isLeader);
  return {
    current: k.current?.tgid ?? 0,
    rooms: runtime.containers.flatMap((c) => {
      const p = k.processes.get(c.pid);
      return p
        ? [{ container: c.id, namespace: k.ns.idOf(p, 'pid'), hostname: k.ns.hostname(p), sees: c.own.map((kind) => SEES[kind] ?? kind) }]
        : [];
    }),
    processes: list.map((p) => ({
      pid: p.pid,
      parent: p.ppid,
      name: p.comm,
      command: p.argv.join(' '),
      state: stateOf(k, p),
      container: containerOf(runtime, p.cgroup),
      inside: k.ns.numbersOf(p.pid),
      cgroup: p.cgroup,
      uid: p.credentials.uid,
      insideUid: seenUid(p.credentials, p.credentials.uid),
      threads: threadsOf(k, p).length,
      memory: (k.spaces.get(p.space)?.resident ?? 0) * 4096,
      time: p.userTime + p.systemTime,
      waitsFor: p.state === 'blocked' ? (p.blocked?.wait.kind ?? null) : null,
    })),
  };
}
const SEES: Readonly<Record<string, string>> = {
  pid: 'own pids',
  mnt: 'own mounts',
  uts: 'own host name',
  ipc: 'own shared memory',
  net: 'own network',
  user: 'own users',
  cgroup: 'own groups',
};

function namespaces(k: Kernel, runtime: Runtime): NamespacesView {
  const all = [...k.processes.values()].filter((p) => isLeader(p) && p.state !== 'zombie');
  return {
    namespaces: k.ns
      .all()
      .map((ns): NamespaceInfo => {
        const members = all.filter((p) => k.ns.idOf(p, ns.kind) === ns.id);
        const owner = members[0] && ns.id !== FIRST[ns.kind] ? containerOf(runtime, members[0].cgroup) : null;
        return { id: ns.id, kind: ns.kind, parent: ns.parent, owner, members: members.map((p) => p.pid), holds: holds(k, ns, members[0]) };
      })
      .toSorted((a, b) => NAMESPACE_KINDS.indexOf(a.kind) - NAMESPACE_KINDS.indexOf(b.kind) || a.id - b.id),
  };
}

function holds(k: Kernel, ns: Namespace, member: Process | undefined): string[] {
  switch (ns.kind) {
    case 'uts':
      return [`hostname ${ns.hostname}`];
    case 'pid':
      return ns.id === FIRST.pid ? [`${k.processes.size} processes`] : ns.numbers.map(([pid, number]) => `${number} is ${pid}`);
    case 'mnt':
      return member
        ? visibleMounts(k, member).map(({ mount, path }) => `${path} ${k.tree.fs(mount.fs).type}`)
        : [`${k.tree.table.in(mountSpace(ns.id)).length} mounts`];
    case 'user':
      return (ns.uidMap ?? []).map((range) => range.join(' '));
    case 'cgroup':
      return [`root ${ns.root}`];
    case 'net':
      return ports(k, ns.id === FIRST.net ? 0 : ns.id);
    default:
      return [];
  }
}

function ports(k: Kernel, net: number): string[] {
  const result = [`lo ${k.interfaces.isUp(net, 'lo') ? 'up' : 'down'}`];
  for (const s of k.sockets.values())
    if (s.net === net && s.state === 'listening' && s.local && 'port' in s.local) result.push(`tcp ${s.local.port} listens`);
  return result;
}

/** Time that the running task has used since the kernel last looked, for the groups that it is in. */
const pending = (k: Kernel, g: Cgroup): number =>
  k.current && k.control.tree.upwards(k.current.cgroup).includes(g) ? k.machine.time - k.accounted.time : 0;

function groupInfo(k: Kernel, runtime: Runtime, g: Cgroup): CgroupInfo {
  const { cpu, memory, pids } = g,
    us = (time: number): number => microseconds(k, time),
    finite = (n: number): number | null => (n === Infinity ? null : n);
  const since = cpu.throttledSince === null ? 0 : k.machine.time - cpu.throttledSince,
    { low, high, max, oom, oom_kill } = memory.events;
  return {
    path: g.path,
    parent: g.parent,
    container: g.parent === null ? null : containerOf(runtime, g.path),
    members: k.control.members(g).map((p) => p.pid),
    controllers: k.control.tree.controllers(g),
    subtreeControl: g.subtreeControl,
    frozen: k.control.isFrozen(g.path),
    cpu: {
      weight: cpu.weight,
      quota: finite(cpu.quota),
      period: cpu.period,
      usage: us(cpu.usage + pending(k, g)),
      user: us(cpu.user),
      system: us(cpu.usage) - us(cpu.user),
      periods: cpu.periods,
      throttled: cpu.throttledPeriods,
      throttledTime: us(cpu.throttledTime + since),
      isThrottled: cpu.throttledSince !== null,
      left: cpu.quota === Infinity ? null : cpu.periodEnd === Infinity ? cpu.quota : us(Math.max(0, cpu.left - pending(k, g))),
      periodEnd: finite(cpu.periodEnd),
    },
    memory: {
      current: memory.current,
      peak: memory.peak,
      high: finite(memory.high),
      max: finite(memory.max),
      anonymous: memory.anonymous,
      file: memory.file,
      events: { low, high, max, oom, oom_kill },
    },
    pids: { current: pids.current, max: finite(pids.max), refused: pids.refused },
  };
}

/** Throttled stretches, with those that last still. */
function throttles(k: Kernel): Slice[] {
  const now = k.control.tree
    .all()
    .flatMap((g) => (g.cpu.throttledSince === null ? [] : [{ group: g.path, from: g.cpu.throttledSince, to: k.machine.time }]));
  return [...k.control.throttles, ...now];
}

function cgroups(k: Kernel, runtime: Runtime): CgroupsView {
  return {
    time: k.machine.time,
    groups: k.control.tree.all().map((g) => groupInfo(k, runtime, g)),
    slices: k.control.slices,
    throttles: throttles(k),
  };
}

const within = (slices: readonly Slice[], group: string, from: number, to: number): number =>
  slices.reduce(
    (sum, s) => sum + (s.group === group || s.group.startsWith(`${group}/`) ? Math.max(0, Math.min(s.to, to) - Math.max(s.from, from)) : 0),
    0,
  );

function allocation(k: Kernel, runtime: Runtime, window: number): AllocationView {
  const to = k.machine.time,
    from = Math.max(0, to - window),
    span = Math.max(1, to - from),
    stopped = throttles(k);
  const holders = runtime.containers.map((c) => {
    const g = k.control.tree.get(c.cgroup),
      io = k.control.io(c.cgroup);
    return {
      id: c.cgroup,
      label: c.id,
      cpu: within(k.control.slices, c.cgroup, from, to) / span,
      cpuThrottled: within(stopped, c.cgroup, from, to) / span,
      cpuWaiting: within(k.control.waits, c.cgroup, from, to) / span,
      frames: (g?.memory.current ?? 0) / 4096,
      framesLimit: g && g.memory.max !== Infinity ? g.memory.max / 4096 : null,
      read: io.read,
      written: io.written,
    };
  });
  const used = holders.reduce((sum, h) => sum + h.cpu, 0);
  return {
    from,
    to,
    holders,
    idle: Math.max(0, 1 - used),
    framesTotal: k.frames.total,
    framesFree: k.frames.free,
    framesShared: k.frames.shared,
    slices: k.control.slices.filter((s) => s.to > from),
  };
}

function terminal(r: RunningOs, id: string, offset: number): TerminalView | null {
  const tty = r.kernel.ttys.get(r.ttyOf(id));
  if (!tty) return null;
  const out = tty.console.screen.view();
  const waiting = [...r.kernel.processes.values()].some((p) => p.blocked?.wait.kind === 'input' && p.blocked.wait.tty === tty.id);
  return { container: id, offset, bytes: out.slice(offset), length: out.length, waiting, rows: tty.rows, columns: tty.columns };
}
