/**
 * Trees of files whose texts are made when asked for (/proc, /sys): given as a list of paths, directories being implied.
 * Places number the entries; the root has place -1 and is not among them.
 */
import { S_IFDIR, S_IFLNK, S_IFREG } from './types.ts';

/** One file or link. `of` is whatever the tree belongs to: a process's number, or 0. */
export interface MadeFile {
  /** Text of a file, or target of a link. */
  readonly text: (of: number) => string;
  readonly link?: boolean;
  /** What writing does; a file without it cannot be written. */
  readonly store?: (of: number, text: string) => void;
  /** Permissions, when not 0444, or 0644 for what can be written. */
  readonly mode?: number;
}
export type MadeFiles = Readonly<Record<string, MadeFile>>;

export interface MadeEntry {
  readonly name: string;
  readonly path: string;
  /** Place of the directory it is in. */
  readonly parent: number;
  /** Null for a directory. */
  readonly file: MadeFile | null;
}

export class MadeTree {
  readonly entries: readonly MadeEntry[];
  private readonly below = new Map<number, number[]>();
  private readonly byPath = new Map<string, number>();

  constructor(files: MadeFiles) {
    const entries: MadeEntry[] = [];
    const place = (path: string, file: MadeFile | null): number => {
      const known = this.byPath.get(path);
      if (known !== undefined) return known;
      const slash = path.lastIndexOf('/'),
        parent = slash < 0 ? -1 : place(path.slice(0, slash), null);
      const at = entries.push({ name: path.slice(slash + 1), path, parent, file }) - 1;
      this.byPath.set(path, at);
      this.below.set(parent, [...(this.below.get(parent) ?? []), at]);
      return at;
    };
    for (const [path, file] of Object.entries(files)) {
      // A path that ends with a slash is an empty directory.
      if (path.endsWith('/')) place(path.slice(0, -1), null);
      else place(path, file);
    }
    this.entries = entries;
    for (const list of this.below.values()) list.sort((a, b) => (entries[a]!.name < entries[b]!.name ? -1 : 1));
  }

  children(place: number): readonly number[] {
    return this.below.get(place) ?? [];
  }
  find(place: number, name: string): number | null {
    return this.children(place).find((at) => this.entries[at]!.name === name) ?? null;
  }
  placeOf(path: string): number | null {
    return this.byPath.get(path) ?? null;
  }
}

export function madeMode({ file }: MadeEntry): number {
  if (file === null) return S_IFDIR | 0o555;
  if (file.link) return S_IFLNK | (file.mode ?? 0o777);
  return S_IFREG | (file.mode ?? (file.store ? 0o644 : 0o444));
}
