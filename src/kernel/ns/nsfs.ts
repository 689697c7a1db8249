/** Namespaces as files: what the links of /proc/PID/ns lead to. An inode's number is that of the namespace. */
import type { Plain } from '../../bits/plain.ts';
import { NamelessFs } from '../vfs/nameless.ts';
import { S_IFREG } from '../vfs/types.ts';

export const NSFS = 4;

export class NsFs extends NamelessFs {
  readonly id = NSFS;
  readonly type = 'nsfs';
  private holders = new Map<number, number>();

  /** Namespaces that are open somewhere. */
  held(): readonly number[] {
    return [...this.holders.keys()];
  }
  protected modeOf(): number {
    return S_IFREG | 0o444;
  }
  override hold(ino: number, by: 1 | -1): void {
    const n = (this.holders.get(ino) ?? 0) + by;
    if (n > 0) this.holders.set(ino, n);
    else this.holders.delete(ino);
  }
  override save(): Plain {
    return [...this.holders];
  }
  override restore(state: Plain): void {
    this.holders = new Map(state as unknown as readonly (readonly [number, number])[]);
  }
}
