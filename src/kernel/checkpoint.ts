/**
 * The whole kernel as plain data. Cheap to take: contents of files, regions and output are shared, small tables are copied.
 * What was saved is never changed afterwards.
 */
import { clonePlain, equalPlain, type Plain } from '../bits/plain.ts';
import type { RandomState } from '../bits/random.ts';
import type { FileTable } from './files.ts';
import type { Frames } from './frames.ts';
import type { Kernel } from './kernel.ts';
import { LATE } from './late.ts';
import { AddressSpace, type SavedSpace } from './space.ts';
import type { OpenFile, Pipe, Process } from './task.ts';
import type { Socket } from './net/socket.ts';
import type { Epoll } from './readiness.ts';
import type { Timers } from './timers.ts';
import type { Tty } from './tty.ts';
import type { Tree } from './vfs/paths.ts';
import type { FileSystem } from './vfs/types.ts';

interface SavedKernel {
  readonly frames: ReturnType<Frames['save']>;
  readonly systems: readonly { readonly id: number; readonly state: Plain; readonly made: FileSystem['made'] | null }[];
  readonly namespaces: Plain;
  readonly seldom: Plain;
  readonly control: Plain;
  readonly overlays: Plain;
  readonly mounts: Plain;
  readonly fsNumber: number;
  readonly console: Plain;
  readonly random: RandomState;
  readonly processes: readonly Process[];
  readonly spaces: readonly SavedSpace[];
  readonly fileTables: readonly FileTable[];
  readonly files: readonly OpenFile[];
  readonly pipes: readonly Pipe[];
  readonly current: number;
  readonly init: number;
  readonly nextPid: number;
  readonly nextFile: number;
  readonly nextPipe: number;
  readonly nextId: number;
  readonly changes: number;
  readonly counts: Kernel['counts'];
  readonly sliceEnd: number;
  readonly leastVruntime: number;
  readonly accounted: Kernel['accounted'];
  readonly flags: readonly [woken: boolean, signalled: boolean];
  readonly seenChanges: number;
  readonly timers: ReturnType<Timers['save']>;
  readonly ttys: readonly ReturnType<Tty['save']>[];
  readonly locks: Kernel['locks'];
  readonly sockets: readonly Socket[];
  readonly nextPort: number;
  readonly clockOffset: number;
  readonly settings: Kernel['settings'];
  readonly ramDisk: ReturnType<Kernel['ramDisk']['save']>;
  readonly shared: ReturnType<Kernel['shared']['save']>;
  readonly epolls: readonly Epoll[];
  readonly eventfds: readonly { readonly id: number; count: number; readonly semaphore: boolean }[];
}

export function saveKernel(k: Kernel): Plain {
  const state: SavedKernel = {
    frames: k.frames.save(),
    systems: k.tree.all().map((fs) => ({ id: fs.id, state: fs.save(), made: fs.made ?? null })),
    namespaces: k.ns.save(),
    seldom: k.seldom?.save() ?? null,
    control: k.control.save(),
    overlays: k.overlays.save(),
    mounts: k.tree.mounts as unknown as Plain,
    fsNumber: k.tree.fsNumber,
    console: k.console.save(),
    random: k.random.save(),
    processes: [...k.processes.values()].map(clonePlain),
    spaces: [...k.spaces.values()].map((s) => s.save()),
    fileTables: [...k.fileTables.values()].map(clonePlain),
    files: [...k.files.values()].map((f) => ({ ...f })),
    pipes: [...k.pipes.values()].map((p) => ({ ...p })),
    current: k.current?.pid ?? 0,
    init: k.init,
    nextPid: k.nextPid,
    nextFile: k.nextFile,
    nextPipe: k.nextPipe,
    nextId: k.nextId,
    changes: k.changes,
    counts: { ...k.counts },
    sliceEnd: k.sliceEnd,
    leastVruntime: k.leastVruntime,
    accounted: { ...k.accounted },
    flags: [k.woken, k.signalled],
    seenChanges: k.seenChanges,
    timers: k.timers.save(),
    ttys: [...k.ttys.values()].map((t) => t.save()),
    locks: k.locks,
    sockets: [...k.sockets.values()].map((x) => ({ ...x })),
    nextPort: k.nextPort,
    shared: k.shared.save(),
    clockOffset: k.clockOffset,
    settings: k.settings,
    ramDisk: k.ramDisk.save(),
    epolls: [...k.epolls.values()].map((x) => ({ ...x })),
    eventfds: [...k.eventfds.values()].map((x) => ({ ...x })),
  };
  return state as unknown as Plain;
}

/** The machine itself is restored by its owner. Personalities and code maps stay: their owners restore them. */
export function restoreKernel(k: Kernel, saved: Plain): void {
  const s = saved as unknown as SavedKernel;
  k.frames.restore(s.frames);
  k.ns.restore(s.namespaces);
  k.restoreSeldom(s.seldom);
  k.control.restore(s.control);
  k.overlays.restore(s.overlays);
  restoreSystems(k, s.systems);
  k.tree.mounts = s.mounts as unknown as Tree['mounts'];
  k.tree.fsNumber = s.fsNumber;
  k.console.restore(s.console);
  k.random.restore(s.random);
  k.processes = new Map(s.processes.map((p) => [p.pid, clonePlain(p)]));
  k.spaces = new Map(s.spaces.map((space) => [space.id, AddressSpace.restore(k.env, space)]));
  k.fileTables = new Map(s.fileTables.map((t) => [t.id, clonePlain(t)]));
  k.files = new Map(s.files.map((f) => [f.id, { ...f }]));
  k.pipes = new Map(s.pipes.map((p) => [p.id, { ...p }]));
  k.current = k.processes.get(s.current) ?? null;
  ({
    init: k.init,
    nextPid: k.nextPid,
    nextFile: k.nextFile,
    nextPipe: k.nextPipe,
    nextId: k.nextId,
    changes: k.changes,
    sliceEnd: k.sliceEnd,
    leastVruntime: k.leastVruntime,
    seenChanges: k.seenChanges,
    locks: k.locks,
    nextPort: k.nextPort,
    clockOffset: k.clockOffset,
    settings: k.settings,
  } = s);
  k.ramDisk.restore(s.ramDisk);
  const byId = <T extends { readonly id: number }>(list: readonly T[]): Map<number, T> => new Map(list.map((x) => [x.id, { ...x }]));
  k.sockets = byId(s.sockets);
  k.shared.restore(s.shared);
  k.epolls = byId(s.epolls);
  k.eventfds = byId(s.eventfds);
  k.accounted = { ...s.accounted };
  [k.woken, k.signalled] = s.flags;
  k.timers.restore(s.timers);
  k.ttys = new Map(
    s.ttys.map((saved) => {
      const there = k.ttys.get(saved.id),
        tty = saved.pty !== null && there?.isPty !== true ? LATE.get().pty.made(saved) : there!;
      tty.restore(saved);
      return [saved.id, tty];
    }),
  );
  k.counts = { ...s.counts };
  k.useCodeMap();
}

/** File systems that were made since are forgotten, those that were there then are made again. */
function restoreSystems(
  k: Kernel,
  saved: readonly { readonly id: number; readonly state: Plain; readonly made: FileSystem['made'] | null }[],
): void {
  const ids = new Set(saved.map(({ id }) => id));
  for (const fs of k.tree.all()) if (!ids.has(fs.id)) k.tree.drop(fs.id);
  for (const { id, made, state } of saved) {
    const there = k.tree.fs(id) as FileSystem | undefined;
    const same = there && (!made || (there.made?.kind === made.kind && equalPlain(there.made.options, made.options)));
    const fs = same ? there! : LATE.get().buildFileSystem(k, id, made!.kind, made!.options);
    if (!same) k.tree.add(fs);
    fs.restore(state);
  }
}
