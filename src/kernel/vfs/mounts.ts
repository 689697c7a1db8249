/**
 * Which file system stands where: mounts, each part of one mount namespace (mount_namespaces(7)). A mount is a directory or
 * file of a file system (its root, not always that of the file system: bind mounts) laid over a place of its parent mount.
 *
 * Invariant: records are never changed, lists are replaced; so a saved list stays true. A detached mount (namespace 0) is its
 * own parent and lives while something refers to it. A group that a mount hears from (`master`) has members. The list is in the order
 * in which mounts came to their namespaces, as /proc shows it. What propagation does is in ns/propagation.ts.
 */
import type { Node } from '../task.ts';

export const MS_RDONLY = 1,
  MS_NOSUID = 2,
  MS_NODEV = 4,
  MS_NOEXEC = 8,
  MS_NOATIME = 0x400,
  MS_NODIRATIME = 0x800,
  MS_RELATIME = 0x20_0000;

export interface Mount {
  readonly id: number;
  /** The mount that it stands on; its own number when it is the root of its namespace, or detached. */
  readonly parent: number;
  /** The inode of the parent's file system that it covers; the directory in which that one stands, and its name there. */
  readonly on: number;
  readonly directory: number;
  readonly name: string;
  readonly fs: number;
  readonly root: number;
  readonly namespace: number;
  /** MS_ flags of this mount; and whether the file system itself is read-only. */
  readonly flags: number;
  readonly superReadOnly: boolean;
  readonly source: string;
  /** Options of the file system as /proc/mounts shows them, beginning with a comma when there are any. */
  readonly options: string;
  /** The group of peers that it belongs to when it is shared; the one that it hears from when it is a slave; cannot be bind mounted. */
  readonly peers?: number;
  readonly master?: number;
  readonly unbindable?: boolean;
  /** It came from a namespace of more privilege: it stays where it is; these flags stay on. */
  readonly locked?: boolean;
  readonly held?: number;
}

/** The mount namespace that the machine starts with. */
export const FIRST_NAMESPACE = 1;

export class MountTable {
  private records: readonly Mount[] = [];
  private byId = new Map<number, Mount>();
  private over = new Map<number, Map<number, Mount>>();
  /** The first mount of each file system: where a node without a mount is taken to be. */
  private first = new Map<number, Mount>();

  get list(): readonly Mount[] {
    return this.records;
  }
  set list(records: readonly Mount[]) {
    this.records = records;
    this.byId = new Map(records.map((m) => [m.id, m]));
    this.over = new Map();
    this.first = new Map();
    for (const m of records) {
      if (!this.first.has(m.fs)) this.first.set(m.fs, m);
      if (m.parent === m.id) continue;
      let places = this.over.get(m.parent);
      if (!places) this.over.set(m.parent, (places = new Map()));
      places.set(m.on, m);
    }
  }

  get(id: number): Mount | undefined {
    return this.byId.get(id);
  }

  /** The mount through which a node was reached. */
  of(node: Node): Mount {
    return (node.mount === undefined ? undefined : this.byId.get(node.mount)) ?? this.first.get(node.fs) ?? NOWHERE;
  }

  /** What is mounted on a place, or undefined. */
  at(mount: number, ino: number): Mount | undefined {
    return this.over.get(mount)?.get(ino);
  }

  in(namespace: number): readonly Mount[] {
    return this.records.filter((m) => m.namespace === namespace);
  }

  rootOf(namespace: number): Mount | undefined {
    return this.records.find((m) => m.namespace === namespace && m.parent === m.id);
  }

  /** A mount and all that stand on it: each before what is on it, and that before its next neighbour (next_mnt). */
  below(mount: Mount): Mount[] {
    const found: Mount[] = [];
    const visit = (m: Mount): void => {
      found.push(m);
      for (const child of this.over.get(m.id)?.values() ?? []) visit(child);
    };
    visit(mount);
    return found;
  }

  nextId(): number {
    return this.records.reduce((most, m) => Math.max(most, m.id), 0) + 1;
  }

  add(from: Omit<Mount, 'id'>): Mount {
    const record = { ...from, id: this.nextId() };
    this.list = [...this.records, record];
    return record;
  }

  change(edit: (m: Mount) => Mount | null): void {
    const before = this.records;
    this.list = adopted(
      before,
      before.map(edit).filter((m) => m !== null),
    );
  }
}

/** A node of a file system that is mounted nowhere (pipes, sockets, unmounted ones). */
const NOWHERE: Mount = {
  id: 0,
  parent: 0,
  on: 0,
  directory: 0,
  name: '',
  fs: 0,
  root: 0,
  namespace: 0,
  flags: 0,
  superReadOnly: false,
  source: 'none',
  options: '',
};

/** With its last member a group leaves its slaves to its own master (do_make_slave). */
function adopted(before: readonly Mount[], after: readonly Mount[]): readonly Mount[] {
  const there = new Set(after.map((m) => m.peers));
  if (!after.some((m) => m.master !== undefined && !there.has(m.master))) return after;
  return after.map((m) => {
    let master = m.master;
    while (master !== undefined && !there.has(master)) {
      const lost: number = master;
      master = before.find((o) => o.peers === lost)?.master;
    }
    if (master === m.master) return m;
    const { master: _gone, ...rest } = m;
    return master === undefined ? rest : { ...rest, master };
  });
}

/** The flags as /proc/mounts writes them (fs/proc_namespace.c, show_mnt_opts). */
export function mountOptions(m: Mount): string {
  const words: readonly (readonly [number, string])[] = [
    [MS_NOSUID, 'nosuid'],
    [MS_NODEV, 'nodev'],
    [MS_NOEXEC, 'noexec'],
    [MS_NOATIME, 'noatime'],
    [MS_NODIRATIME, 'nodiratime'],
    [MS_RELATIME, 'relatime'],
  ];
  return words
    .filter(([flag]) => m.flags & flag)
    .map(([, word]) => `,${word}`)
    .join('');
}

export const isReadOnly = (m: Mount): boolean => m.superReadOnly || (m.flags & MS_RDONLY) !== 0;
