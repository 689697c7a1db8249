/**
 * From a path to a file: walking names, symbolic links, '..', mounts and a process's own root (path_resolution(7)).
 * Every component costs a look-up and a search permission.
 */
import { fail } from '../errno.ts';
import type { Credentials, Node } from '../task.ts';
import { isDirectory, isSymlink, type FileSystem, type Stat } from './types.ts';

const PATH_MAX = 4096,
  NAME_MAX = 255,
  MAX_LINKS = 40;

/** A file system mounted on a directory of another. */
export interface Mount {
  readonly on: Node;
  readonly fs: number;
  readonly source: string;
  readonly options: string;
}

export interface WalkContext {
  readonly cwd: Node;
  readonly root: Node;
  readonly credentials: Credentials;
}

/** Where a path leads: `node` is null when only its last name is missing. `name` is '' for a path that ends in '/', '.' or '..'. */
export interface Found {
  readonly node: Node | null;
  readonly parent: Node;
  readonly name: string;
  /** The path ended in a slash, so it must be a directory. */
  readonly directory: boolean;
}

export const sameNode = (a: Node, b: Node): boolean => a.fs === b.fs && a.ino === b.ino;

export const MAY_READ = 4,
  MAY_WRITE = 2,
  MAY_EXEC = 1;

/** Whether the file's mode grants `want` (path_resolution(7), "Permissions"); root may do all but execute what nobody may. */
export function permits(stat: Stat, credentials: Credentials, want: number): boolean {
  const { euid, egid, groups } = credentials;
  if (euid === 0) return (want & MAY_EXEC) === 0 || isDirectory(stat) || (stat.mode & 0o111) !== 0;
  const shift = euid === stat.uid ? 6 : egid === stat.gid || groups.includes(stat.gid) ? 3 : 0;
  return ((stat.mode >> shift) & want) === want;
}

export class Tree {
  private readonly systems = new Map<number, FileSystem>();
  mounts: readonly Mount[] = [];
  private readonly count: () => void;
  /** Links that are files of another process or object: /proc/self/exe and its like. */
  magicLink: (node: Node) => Node | null = () => null;

  /** `count` is called for every component that is looked up. */
  constructor(count: () => void) {
    this.count = count;
  }

  add(fs: FileSystem): void {
    this.systems.set(fs.id, fs);
  }

  fs(id: number): FileSystem {
    return this.systems.get(id)!;
  }

  all(): readonly FileSystem[] {
    return [...this.systems.values()];
  }

  stat(node: Node): Stat {
    return this.fs(node.fs).stat(node.ino);
  }

  mount(on: Node, fs: number, source: string, options = 'rw'): void {
    this.mounts = [...this.mounts, { on, fs, source, options }];
  }

  /** What a directory shows: the root of what was mounted on it last, or itself. */
  private covered(node: Node): Node {
    const mount = this.mounts.findLast((m) => sameNode(m.on, node));
    return mount ? this.covered({ fs: mount.fs, ino: this.fs(mount.fs).root }) : node;
  }

  /** The directory above, out of a mount if need be, and never above the process's root. */
  parentOf(node: Node, root: Node): Node {
    if (sameNode(node, root)) return node;
    const fs = this.fs(node.fs);
    if (node.ino !== fs.root) return { fs: node.fs, ino: fs.parent(node.ino) };
    const mount = this.mounts.find((m) => m.fs === node.fs);
    return mount ? this.parentOf(mount.on, root) : node;
  }

  /** Walks `path` from `base`. `follow`: a symbolic link in the last place is followed too. */
  walk(context: WalkContext, base: Node, path: string, follow: boolean): Found {
    if (path === '') fail('ENOENT');
    if (path.length >= PATH_MAX) fail('ENAMETOOLONG');
    return this.step({ context, links: 0 }, path.startsWith('/') ? this.covered(context.root) : base, path, follow);
  }

  private step(state: { readonly context: WalkContext; links: number }, from: Node, path: string, follow: boolean): Found {
    const { context } = state;
    const names = path.split('/').filter((n) => n !== '');
    const directory = path.endsWith('/');
    let at = from;
    for (let i = 0; i < names.length; i++) {
      const name = names[i]!,
        last = i === names.length - 1;
      const stat = this.stat(at);
      if (!isDirectory(stat)) fail('ENOTDIR');
      if (!permits(stat, context.credentials, MAY_EXEC)) fail('EACCES');
      if (name.length > NAME_MAX) fail('ENAMETOOLONG');
      this.count();
      if (name === '.' || name === '..') {
        at = name === '.' ? at : this.parentOf(at, context.root);
        if (last) return { node: at, parent: at, name: '', directory: true };
        continue;
      }
      const ino = this.fs(at.fs).lookup(at.ino, name);
      if (ino === null) return last ? { node: null, parent: at, name, directory } : fail('ENOENT');
      const child = this.covered({ fs: at.fs, ino });
      if (isSymlink(this.stat(child)) && (!last || follow || directory)) {
        if (++state.links > MAX_LINKS) fail('ELOOP');
        const magic = this.magicLink(child);
        if (magic) {
          if (last) return { node: magic, parent: at, name, directory };
          at = magic;
          continue;
        }
        const target = this.fs(child.fs).readlink(child.ino);
        const found = this.step(state, target.startsWith('/') ? this.covered(context.root) : at, target, true);
        if (last) return { ...found, directory: directory || found.directory };
        at = found.node ?? fail('ENOENT');
        continue;
      }
      if (last) return { node: child, parent: at, name, directory };
      at = child;
    }
    return { node: at, parent: at, name: '', directory: true };
  }

  /** The path of a directory as seen from `root`, or of anything reached by a parent that is a directory. */
  pathOf(directory: Node, root: Node): string {
    let path = '';
    for (let at = directory; !sameNode(at, root);) {
      const up = this.parentOf(at, root);
      if (sameNode(up, at)) break;
      const entry = this.fs(up.fs)
        .list(up.ino, 0)
        .find((e) => sameNode(this.covered({ fs: up.fs, ino: e.ino }), at));
      if (!entry) return '(unreachable)' + path;
      path = `/${entry.name}${path}`;
      at = up;
    }
    return path === '' ? '/' : path;
  }
}
