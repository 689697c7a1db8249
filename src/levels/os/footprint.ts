/**
 * What a container takes of the machine's memory: frames of its own, frames of the page cache that it maps (shared with others
 * on the same layers), page tables; and the kernel's objects for it, which Strata keeps outside simulated memory: they are
 * counted, and weighed with sizes that are assumed.
 *
 * Nothing is charged for looking. A container's footprint is kept as it was when it was largest, looked at whenever one of
 * its tasks ends; that of the whole machine likewise.
 */
import type { Kernel } from '../../kernel/kernel.ts';
import { FIRST } from '../../kernel/ns/namespaces.ts';
import { mountSpace } from '../../kernel/ns/table.ts';
import type { Process } from '../../kernel/task.ts';

/** Bytes of one object: of the size of Linux's structures for it on i386, rounded. All assumed. */
export const OBJECT_BYTES = { task: 12_288, region: 128, file: 256, mount: 320, namespace: 512, socket: 1024, group: 4096 } as const;
export type KernelObject = keyof typeof OBJECT_BYTES;

/** Frames of 4 KiB. */
export interface Footprint {
  readonly own: number;
  readonly cache: number;
  /** Of those of the cache: mapped by somebody else too. */
  readonly cacheShared: number;
  readonly tables: number;
  readonly objects: Readonly<Record<KernelObject, number>>;
}
/** The whole machine when it was fullest. `cacheMapped`: as many as all containers would hold, each for itself. */
export interface Fullest extends Footprint {
  readonly used: number;
  readonly cacheMapped: number;
}

export const sizeOf = ({ own, cache, tables }: Footprint): number => own + cache + tables;
export const objectBytes = ({ objects }: Footprint): number =>
  Object.entries(OBJECT_BYTES).reduce((sum, [kind, bytes]) => sum + objects[kind as KernelObject] * bytes, 0);

export const inGroup = (p: Process, group: string): boolean => p.cgroup === group || p.cgroup.startsWith(`${group}/`);
export const membersOf = (k: Kernel, group: string): Process[] =>
  [...k.processes.values()].filter((p) => p.state !== 'zombie' && inGroup(p, group));

/** Distinct frames that the tasks map. */
export interface Mapped {
  readonly own: ReadonlySet<number>;
  readonly cache: ReadonlySet<number>;
  /** How many mappings of each cached frame are theirs. */
  readonly uses: ReadonlyMap<number, number>;
  readonly tables: number;
}

export function mappedBy(k: Kernel, tasks: readonly Process[]): Mapped {
  const own = new Set<number>(),
    uses = new Map<number, number>();
  let tables = 0;
  for (const id of new Set(tasks.map((p) => p.space))) {
    const space = k.spaces.get(id);
    if (!space) continue;
    tables += space.tables;
    for (const frame of space.frames())
      if (k.shared.at(frame)) uses.set(frame, (uses.get(frame) ?? 0) + 1);
      else own.add(frame);
  }
  return { own, cache: new Set(uses.keys()), uses, tables };
}

function objectsOf(k: Kernel, tasks: readonly Process[], group: string): Footprint['objects'] {
  const files = new Set<number>(),
    spaces = new Set(tasks.map((p) => p.space)),
    own = new Set(tasks.flatMap((p) => Object.entries(p.namespaces).flatMap(([kind, id]) => (isFirst(kind, id) ? [] : [id]))));
  for (const p of tasks) for (const d of k.fileTables.get(p.files)?.descriptors ?? []) if (d) files.add(d.file);
  const mounts = new Set(tasks.map((p) => k.ns.idOf(p, 'mnt')).filter((id) => id !== FIRST.mnt));
  return {
    task: tasks.length,
    region: [...spaces].reduce((sum, id) => sum + (k.spaces.get(id)?.regions.length ?? 0), 0),
    file: files.size,
    mount: [...mounts].reduce((sum, id) => sum + k.tree.table.in(mountSpace(id)).length, 0),
    namespace: own.size,
    socket: [...k.files.values()].filter((f) => f.kind === 'socket' && files.has(f.id)).length,
    group: k.control.tree.all().filter((g) => g.path === group || g.path.startsWith(`${group}/`)).length,
  };
}
const isFirst = (kind: string, id: number): boolean => FIRST[kind as keyof typeof FIRST] === id;

export function footprintOf(k: Kernel, group: string): Footprint {
  const tasks = membersOf(k, group),
    { own, cache, uses, tables } = mappedBy(k, tasks);
  const shared = [...cache].filter((frame) => k.frames.references(frame) - 1 > uses.get(frame)!);
  return { own: own.size, cache: cache.size, cacheShared: shared.length, tables, objects: objectsOf(k, tasks, group) };
}

/** Of everybody in or below the group. */
export function fullestOf(k: Kernel, group: string): Fullest {
  const tasks = membersOf(k, group),
    { uses } = mappedBy(k, tasks);
  return { ...footprintOf(k, group), used: k.frames.used, cacheMapped: [...uses.values()].reduce((sum, n) => sum + n, 0) };
}
