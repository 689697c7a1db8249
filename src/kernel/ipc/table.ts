/** A table of IPC objects: places are given out round and round, so that an id comes back late (ipc_idr_alloc, ipc/util.c). */
import { idOf, indexOf, SEQUENCES, type IpcObject } from './types.ts';

/** Places that are gone through before the first one is used again, while few are taken. */
const SHORTEST_ROUND = 64;

interface SavedTable<T> {
  readonly objects: readonly T[];
  readonly next: number;
  readonly last: number;
  readonly sequence: number;
}

export class Table<T extends IpcObject> {
  private objects = new Map<number, T>();
  private next = 0;
  private last = -1;
  private sequence = 0;

  get size(): number {
    return this.objects.size;
  }
  /** By place. */
  all(): readonly T[] {
    return [...this.objects.values()].sort((a, b) => a.index - b.index);
  }
  /** The highest place taken; 0 also when there is none. */
  highest(): number {
    return Math.max(0, ...this.objects.keys());
  }
  at(index: number): T | undefined {
    return this.objects.get(indexOf(index));
  }
  byId(id: number): T | undefined {
    const found = this.objects.get(indexOf(id));
    return found && idOf(found) === id ? found : undefined;
  }
  byKey(key: number): T | undefined {
    for (const o of this.objects.values()) if (o.perm.key === key) return o;
    return undefined;
  }

  /** A free place with its sequence number; null when there are `most` objects already. */
  place(most: number): Pick<IpcObject, 'index' | 'sequence'> | null {
    if (this.size >= most) return null;
    const round = Math.min(Math.max(Math.floor((this.size * 3) / 2), SHORTEST_ROUND), most);
    let index = this.free(this.next, round);
    if (index === null) index = this.free(0, round);
    if (index === null) return null;
    this.next = index + 1;
    if (index <= this.last) this.sequence = (this.sequence + 1) % SEQUENCES;
    this.last = index;
    return { index, sequence: this.sequence };
  }
  private free(from: number, to: number): number | null {
    for (let i = from; i < to; i++) if (!this.objects.has(i)) return i;
    return null;
  }

  put<O extends T>(object: O): O {
    this.objects.set(object.index, object);
    return object;
  }
  remove(object: T): void {
    this.objects.delete(object.index);
  }

  save(): SavedTable<T> {
    return { objects: [...this.objects.values()], next: this.next, last: this.last, sequence: this.sequence };
  }
  restore(saved: SavedTable<T>): void {
    this.objects = new Map(saved.objects.map((o) => [o.index, o]));
    ({ next: this.next, last: this.last, sequence: this.sequence } = saved);
  }
}
