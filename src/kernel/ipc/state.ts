/**
 * System V IPC of the whole machine: for each ipc namespace its three tables, and the lists of what SEM_UNDO takes back.
 *
 * Invariant: a segment is a nameless file whose pages stay until it is destroyed, attached or not; it is attached where a
 * region of an address space maps that file, so what fork, execve, exit and munmap do to regions is all there is to count.
 * A segment that was removed while attached goes with its last attachment, wherever that is.
 */
import type { Plain } from '../../bits/plain.ts';
import type { Kernel } from '../kernel.ts';
import { SHM_FS } from '../shared.ts';
import type { Node, Process } from '../task.ts';
import { Table } from './table.ts';
import { type Message, NO_PID, type PidRecord, type Queue, type Segment, type SemaphoreSet, type Undo } from './types.ts';

const S_DEST = 0o1000;

export interface World {
  readonly namespace: number;
  readonly segments: Table<Segment>;
  readonly semaphores: Table<SemaphoreSet>;
  readonly queues: Table<Queue>;
}

interface Saved {
  readonly worlds: readonly {
    readonly namespace: number;
    readonly segments: ReturnType<Table<Segment>['save']>;
    readonly semaphores: ReturnType<Table<SemaphoreSet>['save']>;
    readonly queues: ReturnType<Table<Queue>['save']>;
  }[];
  readonly undo: readonly (readonly [number, readonly Undo[]])[];
}

const emptyWorld = (namespace: number): World => ({
  namespace,
  segments: new Table(),
  semaphores: new Table(),
  queues: new Table(),
});

export class Ipc {
  private readonly k: Kernel;
  private worlds = new Map<number, World>();
  /** By the number of the list that tasks have (`semUndo`); the newest entry first. */
  undo = new Map<number, readonly Undo[]>();
  /** Lists of messages that a checkpoint holds: they are copied before they change. */
  private frozen = new WeakSet<readonly Message[]>();
  /** Who is giving up an address space just now, when that is not the running process. */
  private leaving: Process | null = null;

  constructor(k: Kernel) {
    this.k = k;
    k.shared.keeps = (node) => this.segmentOf(node) !== null;
  }

  /** The tables of a namespace, made when they are first asked for. */
  world(namespace: number): World {
    let world = this.worlds.get(namespace);
    if (!world) this.worlds.set(namespace, (world = emptyWorld(namespace)));
    return world;
  }
  /** The same without making them. */
  known(namespace: number): World | null {
    return this.worlds.get(namespace) ?? null;
  }

  now(): number {
    return Math.floor(this.k.realTime());
  }
  /** A process as the records name it. */
  pid(p: Process | null): PidRecord {
    if (p === null) return NO_PID;
    const inside = this.k.ns.isHost(p) ? [] : this.k.ns.numbersOf(p.tgid).map(({ namespace, pid }) => [namespace, pid] as const);
    return { pid: p.tgid, inside };
  }

  // ---- segments and where they are attached

  private segmentOf(node: Node): { readonly world: World; readonly segment: Segment } | null {
    if (node.fs !== SHM_FS) return null;
    for (const world of this.worlds.values())
      for (const segment of world.segments.all()) if (segment.node.ino === node.ino) return { world, segment };
    return null;
  }
  /** The segment that a file is; null when it is something else. */
  segment(node: Node | undefined): Segment | null {
    return node ? (this.segmentOf(node)?.segment ?? null) : null;
  }

  /** How many regions show it. */
  attached(segment: Segment): number {
    let count = 0;
    for (const { regions } of this.k.spaces.values())
      for (const { file } of regions) if (file?.node.fs === SHM_FS && file.node.ino === segment.node.ino) count++;
    return count;
  }

  /** shmdt by `p`, after its regions went. */
  detached(node: Node, p: Process): void {
    const found = this.segmentOf(node);
    if (found) this.touched(found.world, found.segment, -1, p);
  }

  /** An address space has come to show a file, or no longer shows it: fork, execve, exit, munmap. */
  held(node: Node, by: 1 | -1): void {
    const found = this.segmentOf(node);
    if (!found) return;
    this.touched(found.world, found.segment, by, this.leaving ?? this.k.current);
  }
  /** What attaching (shm_open of ipc/shm.c) and detaching (shm_close) leave in the record. */
  touched(world: World, segment: Segment, by: 1 | -1, who: Process | null): void {
    const now = this.now();
    const changed = world.segments.put({ ...segment, lpid: this.pid(who), ...(by === 1 ? { atime: now } : { dtime: now }) });
    if (by === -1) this.destroyIfLast(world, changed);
  }
  private destroyIfLast(world: World, segment: Segment): void {
    if (segment.perm.mode & S_DEST && this.attached(segment) === 0) this.destroy(world, segment);
  }
  private destroy(world: World, segment: Segment): void {
    world.segments.remove(segment);
    this.k.shared.forget(segment.node);
    this.k.tree.hold(segment.node, -1);
    this.k.emit('ipc', () => ({ what: 'destroy', kind: 'shm', namespace: world.namespace }));
    if (!this.k.ns.get(world.namespace)) this.dropIfEmpty(world);
  }
  /** IPC_RMID: at once, or with the last attachment. Nobody finds it by its key any more. */
  removeSegment(world: World, segment: Segment): void {
    const perm = { ...segment.perm, key: 0, mode: segment.perm.mode | S_DEST };
    this.destroyIfLast(world, world.segments.put({ ...segment, perm }));
  }

  /** `p` gives its address space up. */
  leave(p: Process, giveUp: () => void): void {
    this.leaving = p;
    giveUp();
    this.leaving = null;
  }

  /** A namespace has no members any more: its objects go with it. */
  forget(namespace: number): void {
    const world = this.worlds.get(namespace);
    if (!world) return;
    for (const s of world.segments.all()) this.removeSegment(world, s);
    for (const s of world.semaphores.all()) world.semaphores.remove(s);
    for (const q of world.queues.all()) world.queues.remove(q);
    this.dropIfEmpty(world);
  }
  private dropIfEmpty(world: World): void {
    if (world.segments.size + world.semaphores.size + world.queues.size === 0) this.worlds.delete(world.namespace);
  }

  /** The same messages in a list that may be changed in place, so that a long queue is not copied for each of them. */
  ownMessages(list: readonly Message[]): Message[] {
    return this.frozen.has(list) ? list.slice() : (list as Message[]);
  }
  private freeze(world: World): World {
    for (const { messages } of world.queues.all()) this.frozen.add(messages);
    return world;
  }

  /** Bytes of the kernel's own memory that semaphores (64 each) and messages would take in all namespaces. */
  kernelBytes(): number {
    let sum = 0;
    for (const { semaphores, queues } of this.worlds.values()) {
      for (const s of semaphores.all()) sum += 64 * s.semaphores.length;
      for (const q of queues.all()) sum += q.bytes + 24 * q.messages.length;
    }
    return sum;
  }

  get isEmpty(): boolean {
    return this.worlds.size === 0 && this.undo.size === 0;
  }
  clear(): void {
    this.worlds = new Map();
    this.undo = new Map();
  }
  save(): Plain {
    const saved: Saved = {
      worlds: [...this.worlds.values()]
        .map((world) => this.freeze(world))
        .map((w) => ({
          namespace: w.namespace,
          segments: w.segments.save(),
          semaphores: w.semaphores.save(),
          queues: w.queues.save(),
        })),
      undo: [...this.undo],
    };
    return saved as unknown as Plain;
  }
  restore(state: Plain): void {
    const saved = state as unknown as Saved;
    this.worlds = new Map();
    for (const w of saved.worlds) {
      const world = this.world(w.namespace);
      world.segments.restore(w.segments);
      world.semaphores.restore(w.semaphores);
      world.queues.restore(w.queues);
      this.freeze(world);
    }
    this.undo = new Map(saved.undo);
  }
}
