/**
 * Namespaces (namespaces(7)): which numbers, names, mounts, ports and users a process sees. One table a kernel; a process names
 * its namespaces by number, kind by kind, and what it does not name is the first one, the host's.
 *
 * Invariant: records are replaced, never changed; every record's parent and owner are in the table. Numbers are the inode
 * numbers that /proc/PID/ns shows. Left out: the time namespace.
 */
import type { Plain } from '../../bits/plain.ts';
import type { Kernel } from '../kernel.ts';
import type { Process } from '../task.ts';
import { containmentCharge } from './costs.ts';
import type { IdRange } from './usermap.ts';

export type NamespaceKind = 'pid' | 'mnt' | 'uts' | 'ipc' | 'net' | 'user' | 'cgroup';
/** In the order of /proc/PID/ns. */
export const NAMESPACE_KINDS: readonly NamespaceKind[] = ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'user', 'uts'];

/** include/linux/proc_ns.h; mnt and net are numbered when the machine starts. */
export const FIRST: Readonly<Record<NamespaceKind, number>> = {
  ipc: 0xefff_ffff,
  uts: 0xefff_fffe,
  user: 0xefff_fffd,
  pid: 0xefff_fffc,
  cgroup: 0xefff_fffb,
  mnt: 0xf000_0001,
  net: 0xf000_0098,
};
const FIRST_NEW = 0xf000_0168;

interface Common {
  readonly id: number;
  readonly parent: number | null;
  /** The user namespace whose capabilities count for it. */
  readonly owner: number;
}
export interface PidNamespace extends Common {
  readonly kind: 'pid';
  readonly level: number;
  readonly next: number;
  /** The machine's number of its process 1; 0 while it has none. */
  readonly init: number;
  /** Process 1 has ended: no more processes. */
  readonly ended: boolean;
  /** The machine's number and the number here. */
  readonly numbers: readonly (readonly [number, number])[];
}
export interface UtsNamespace extends Common {
  readonly kind: 'uts';
  readonly hostname: string;
  readonly domainname: string;
}
export interface UserNamespace extends Common {
  readonly kind: 'user';
  readonly level: number;
  /** Who made it, by the kernel's ids. */
  readonly uid: number;
  readonly gid: number;
  /** As written, and in the kernel's ids; null while nothing was written. */
  readonly uidMap: readonly IdRange[] | null;
  readonly gidMap: readonly IdRange[] | null;
  readonly uids: readonly IdRange[] | null;
  readonly gids: readonly IdRange[] | null;
  readonly setgroups: 'allow' | 'deny';
}
/** Its interfaces and ports are kept by net/, under its number. */
export interface NetNamespace extends Common {
  readonly kind: 'net';
  /** Settings of /proc/sys that were changed. */
  readonly settings?: { readonly [path: string]: readonly number[] };
}
export interface CgroupNamespace extends Common {
  readonly kind: 'cgroup';
  readonly root: string;
}
export interface MountNamespace extends Common {
  readonly kind: 'mnt';
}
export interface IpcNamespace extends Common {
  readonly kind: 'ipc';
  readonly settings?: { readonly [path: string]: readonly number[] };
}
export type Namespace = PidNamespace | UtsNamespace | UserNamespace | NetNamespace | CgroupNamespace | MountNamespace | IpcNamespace;
type OfKind<K extends NamespaceKind> = Extract<Namespace, { readonly kind: K }>;

interface Saved {
  readonly records: readonly Namespace[];
  readonly next: number;
}

export class Namespaces {
  private readonly k: Kernel;
  private records = new Map<number, Namespace>();
  /** For each pid namespace beyond the first: numbers both ways. Made from the records. */
  private tables = new Map<number, { readonly inside: Map<number, number>; readonly outside: Map<number, number> }>();
  private next = FIRST_NEW;

  constructor(k: Kernel, hostname: string) {
    this.k = k;
    const common = (kind: NamespaceKind): Common => ({ id: FIRST[kind], parent: null, owner: FIRST.user });
    for (const kind of ['mnt', 'ipc'] as const) this.put({ ...common(kind), kind });
    this.put({ ...common('pid'), kind: 'pid', level: 0, next: 0, init: 0, ended: false, numbers: [] });
    this.put({ ...common('uts'), kind: 'uts', hostname, domainname: '(none)' });
    this.put({
      ...common('user'),
      kind: 'user',
      level: 0,
      uid: 0,
      gid: 0,
      uidMap: [[0, 0, 0xffff_ffff]],
      gidMap: [[0, 0, 0xffff_ffff]],
      uids: null,
      gids: null,
      setgroups: 'allow',
    });
    this.put({ ...common('net'), kind: 'net' });
    this.put({ ...common('cgroup'), kind: 'cgroup', root: '/' });
  }

  all(): readonly Namespace[] {
    return [...this.records.values()];
  }
  put<N extends Namespace>(record: N): N {
    this.records.set(record.id, record);
    this.tables.delete(record.id);
    return record;
  }
  drop(id: number): void {
    this.records.delete(id);
    this.tables.delete(id);
  }
  newId(): number {
    return this.next++;
  }

  get(id: number): Namespace | undefined {
    return this.records.get(id);
  }
  kind<K extends NamespaceKind>(kind: K, id: number): OfKind<K> {
    const found = this.records.get(id);
    return (found?.kind === kind ? found : this.records.get(FIRST[kind])) as OfKind<K>;
  }
  /** Number of a process's namespace of a kind. */
  idOf(p: Process, kind: NamespaceKind): number {
    return p.namespaces[kind] ?? FIRST[kind];
  }
  of<K extends NamespaceKind>(p: Process, kind: K): OfKind<K> {
    return this.kind(kind, this.idOf(p, kind));
  }
  join(p: Process, kind: NamespaceKind | 'pid_for_children', id: number): void {
    p.namespaces = { ...p.namespaces, [kind]: id };
  }
  /** Whether a process sees everything as the host does. */
  isHost(p: Process): boolean {
    for (const kind in p.namespaces) return kind === '';
    return true;
  }

  // ---- process numbers. Looking them up costs nothing here: calls are charged where they are translated.

  private table(id: number): { readonly inside: Map<number, number>; readonly outside: Map<number, number> } {
    let table = this.tables.get(id);
    if (!table) {
      const { numbers } = this.kind('pid', id);
      table = { inside: new Map(numbers), outside: new Map(numbers.map(([pid, number]) => [number, pid])) };
      this.tables.set(id, table);
    }
    return table;
  }

  /** Numbers in a pid namespace as they are now: wait reaps the process whose number it answers. */
  snapshot(id: number): ReadonlyMap<number, number> {
    return id === FIRST.pid ? new Map() : this.table(id).inside;
  }
  /** A process's number in a pid namespace; 0 when it is not seen there. */
  numberIn(id: number, pid: number): number {
    if (id === FIRST.pid) return pid;
    return this.table(id).inside.get(pid) ?? 0;
  }
  /** The machine's number of a process that has this number in a pid namespace; 0 when none has. */
  pidIn(id: number, number: number): number {
    if (id === FIRST.pid) return number;
    return this.table(id).outside.get(number) ?? 0;
  }
  /** The number of `pid` as `viewer` sees it; null is the machine itself. */
  numberOf(pid: number, viewer: Process | null): number {
    return viewer === null ? pid : this.numberIn(this.idOf(viewer, 'pid'), pid);
  }
  /** The process that `viewer` means by a number. */
  byNumber(number: number, viewer: Process | null): Process | undefined {
    return this.k.processes.get(viewer === null ? number : this.pidIn(this.idOf(viewer, 'pid'), number));
  }
  /** All numbers of a process, from the host's side inwards: the first namespace is not among them. */
  numbersOf(pid: number, from: number = FIRST.pid): { readonly namespace: number; readonly pid: number }[] {
    const result: { namespace: number; pid: number; level: number }[] = [];
    for (const ns of this.records.values()) {
      if (ns.kind !== 'pid' || ns.id === FIRST.pid || !this.isBelow(ns, from)) continue;
      const number = this.table(ns.id).inside.get(pid);
      if (number !== undefined && ns.id !== from) result.push({ namespace: ns.id, pid: number, level: ns.level });
    }
    return result.sort((a, b) => a.level - b.level).map(({ namespace, pid: number }) => ({ namespace, pid: number }));
  }
  private isBelow(ns: PidNamespace, above: number): boolean {
    for (let at: PidNamespace | null = ns; at !== null; at = at.parent === null ? null : this.kind('pid', at.parent))
      if (at.id === above) return true;
    return false;
  }
  /** Whether processes of one pid namespace can be seen from the other. */
  sees(viewer: number, id: number): boolean {
    return this.isBelow(this.kind('pid', id), viewer);
  }

  /** Gives a new process its numbers, in its namespace and those above. */
  number(pid: number, id: number): void {
    for (let ns = this.kind('pid', id); ns.parent !== null; ns = this.kind('pid', ns.parent)) {
      this.put({ ...ns, next: ns.next + 1, init: ns.init === 0 ? pid : ns.init, numbers: [...ns.numbers, [pid, ns.next]] });
      containmentCharge(this.k, 'ns.lookup');
    }
  }
  forgetNumber(pid: number, id: number): void {
    for (let ns = this.kind('pid', id); ns.parent !== null; ns = this.kind('pid', ns.parent))
      this.put({ ...ns, numbers: ns.numbers.filter(([n]) => n !== pid) });
  }

  // ---- the others

  hostname(p: Process): string {
    return this.of(p, 'uts').hostname;
  }
  /** Path of the control group that a process takes for the root. */
  cgroupRoot(p: Process): string {
    return this.of(p, 'cgroup').root;
  }

  save(): Plain {
    const saved: Saved = { records: this.all(), next: this.next };
    return saved as unknown as Plain;
  }
  restore(state: Plain): void {
    const saved = state as unknown as Saved;
    this.records = new Map(saved.records.map((n) => [n.id, n]));
    this.tables = new Map();
    this.next = saved.next;
  }
}
