/**
 * From a path to a file: walking names, symbolic links, '..', mounts and a process's own root (path_resolution(7)).
 * Every component costs a look-up and a search permission.
 */
import { CAP, hasCap, inGroup } from '../credentials.ts';
import { rules } from '../ns/usermap.ts';
import { fail } from '../errno.ts';
import type { Credentials, Node } from '../task.ts';
import { FIRST_NAMESPACE, isReadOnly, type Mount, MountTable, MS_RELATIME } from './mounts.ts';
import { isDirectory, isSymlink, type FileSystem, type Stat } from './types.ts';

const PATH_MAX = 4096,
  NAME_MAX = 255,
  MAX_LINKS = 40;

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

/** The same file, by whatever way it was reached. */
export const sameNode = (a: Node, b: Node): boolean => a.fs === b.fs && a.ino === b.ino;

/** How openat2(2) wants a path to be followed. */
export const RESOLVE = { NO_XDEV: 1, NO_MAGICLINKS: 2, NO_SYMLINKS: 4, BENEATH: 8, IN_ROOT: 16 } as const;
const SCOPED = RESOLVE.BENEATH | RESOLVE.IN_ROOT;

export const MAY_READ = 4,
  MAY_WRITE = 2,
  MAY_EXEC = 1;

/** Whether the file's mode grants `want` (path_resolution(7), "Permissions"); its capabilities let root do all but execute what nobody may. */
export function permits(stat: Stat, c: Credentials, want: number): boolean {
  const shift = c.fsuid === stat.uid ? 6 : inGroup(c, stat.gid) ? 3 : 0;
  if (((stat.mode >> shift) & want) === want) return true;
  if (!rules(c, stat)) return false;
  const searchOrRead = isDirectory(stat) ? (want & MAY_WRITE) === 0 : want === MAY_READ;
  if (searchOrRead && hasCap(c.effective, CAP.DAC_READ_SEARCH)) return true;
  return hasCap(c.effective, CAP.DAC_OVERRIDE) && ((want & MAY_EXEC) === 0 || isDirectory(stat) || (stat.mode & 0o111) !== 0);
}

export class Tree {
  private readonly systems = new Map<number, FileSystem>();
  readonly table = new MountTable();
  private readonly count: () => void;
  private readonly late = new Map<number, () => FileSystem>();
  private readonly lateMade = new Map<number, FileSystem>();
  /** Links that are files of another process or object: /proc/self/exe and its like. */
  magicLink: (node: Node) => Node | null = () => null;

  /** `count` is called for every component that is looked up. */
  constructor(count: () => void) {
    this.count = count;
  }

  add(fs: FileSystem): void {
    this.systems.set(fs.id, fs);
  }
  /** One that stores nothing: made when somebody first looks into it, and no part of a saved state. */
  addLate(id: number, make: () => FileSystem): void {
    this.late.set(id, make);
  }
  private madeLate(id: number): FileSystem | undefined {
    const make = this.late.get(id);
    if (make && !this.lateMade.has(id)) this.lateMade.set(id, make());
    return this.lateMade.get(id);
  }
  drop(fs: number): void {
    this.systems.delete(fs);
  }
  /** A number for a new file system. None is given twice: somebody may still name a file of one that is gone. */
  nextFs(): number {
    return this.fsNumber++;
  }
  fsNumber = 16;

  fs(id: number): FileSystem {
    return (this.systems.get(id) ?? this.madeLate(id))!;
  }

  /** One more open file, mapping or working directory holds the node, or one fewer. */
  hold(node: Node, by: 1 | -1): void {
    this.systems.get(node.fs)?.hold(node.ino, by);
  }

  /** Flags of the mount that the node is reached by (MS_RDONLY 1, MS_NOSUID 2, MS_NODEV 4, MS_NOEXEC 8). */
  mountFlags(node: Node): number {
    return this.table.of(node).flags;
  }

  /** By number: a restored state has them in the same order, whichever had to be made again. */
  all(): readonly FileSystem[] {
    return [...this.systems.values()].sort((a, b) => a.id - b.id);
  }

  stat(node: Node): Stat {
    return this.fs(node.fs).stat(node.ino);
  }

  get mounts(): readonly Mount[] {
    return this.table.list;
  }
  set mounts(list: readonly Mount[]) {
    this.table.list = list;
  }

  /** The root of a namespace. */
  mountRoot(fs: number, source: string, namespace = FIRST_NAMESPACE): Mount {
    const id = this.table.nextId(),
      { root } = this.fs(fs);
    return this.table.add({
      parent: id,
      on: 0,
      directory: 0,
      name: '',
      fs,
      root,
      namespace,
      flags: MS_RELATIME,
      superReadOnly: false,
      source,
      options: '',
    });
  }

  /** Lays a file system over a place. `directory`, `name`: where that place stands. */
  mount(at: Pick<Found, 'parent' | 'name'>, on: Node, from: Pick<Mount, 'fs' | 'source'> & Partial<Mount>): Mount {
    const under = this.table.of(on);
    return this.table.add({
      flags: MS_RELATIME,
      superReadOnly: false,
      options: '',
      ...from,
      root: from.root ?? this.fs(from.fs).root,
      parent: under.id,
      on: on.ino,
      directory: at.parent.ino,
      name: at.name,
      namespace: under.namespace,
    });
  }

  /** What a place shows: the root of what was mounted on it last, or itself. */
  covered(node: Node): Node {
    const mount = this.table.at(this.table.of(node).id, node.ino);
    return mount ? this.covered(rootOf(mount)) : node;
  }

  readOnly(node: Node): boolean {
    return isReadOnly(this.table.of(node));
  }

  /** Out of the roots of mounts to the place that they cover; the root of a namespace stays. */
  private uncovered(node: Node, root: Node): Node {
    let at = node;
    for (let m = this.table.of(at); at.ino === m.root && m.parent !== m.id && !this.samePlace(at, root); m = this.table.of(at)) {
      const parent = this.table.get(m.parent)!;
      at = { fs: parent.fs, ino: m.on, mount: parent.id };
    }
    return at;
  }

  /** The directory above, out of a mount if need be, and never above the process's root. */
  parentOf(node: Node, root: Node): Node {
    const at = this.uncovered(node, root),
      mount = this.table.of(at);
    if (at.ino === mount.root || this.samePlace(at, root)) return at;
    return this.covered({ fs: at.fs, ino: this.fs(at.fs).parent(at.ino), mount: mount.id });
  }

  /** The same file, reached through the same mount. */
  samePlace(a: Node, b: Node): boolean {
    return sameNode(a, b) && this.table.of(a).id === this.table.of(b).id;
  }

  /** Walks `path` from `base`. `follow`: a symbolic link in the last place is followed too. */
  walk(context: WalkContext, base: Node, path: string, follow: boolean): Found {
    if (path === '') fail('ENOENT');
    if (path.length >= PATH_MAX) fail('ENAMETOOLONG');
    const { resolving } = this,
      scoped = resolving & SCOPED ? { ...context, root: base } : context;
    if (path.startsWith('/')) this.jumps(resolving, base, scoped.root);
    return (this.reached = this.step({ context: scoped, links: 0, resolving }, path.startsWith('/') ? scoped.root : base, path, follow));
  }
  /** RESOLVE flags of the call that is being made; 0 for all calls but openat2. */
  resolving = 0;

  /** To the root of the tree, by a path or a link. */
  private jumps(resolving: number, at: Node, root: Node): void {
    if (resolving & RESOLVE.BENEATH) fail('EXDEV');
    this.crosses(resolving, at, root);
  }
  private crosses(resolving: number, from: Node, to: Node): void {
    if (resolving & RESOLVE.NO_XDEV && this.table.of(from).id !== this.table.of(to).id) fail('EXDEV');
  }
  /** What a call looked up last: how it came to its file. */
  reached: Found | null = null;

  private step(
    state: { readonly context: WalkContext; links: number; readonly resolving: number },
    from: Node,
    path: string,
    follow: boolean,
  ): Found {
    const { context, resolving } = state;
    const names = path.split('/').filter((n) => n !== '');
    const directory = path.endsWith('/');
    let at: Node = from;
    for (let i = 0; i < names.length; i++) {
      const name = names[i]!,
        last = i === names.length - 1;
      const stat = this.stat(at);
      if (!isDirectory(stat)) fail('ENOTDIR');
      if (!permits(stat, context.credentials, MAY_EXEC)) fail('EACCES');
      if (name.length > NAME_MAX) fail('ENAMETOOLONG');
      this.count();
      if (name === '.' || name === '..') {
        if (name === '..') {
          if (resolving & RESOLVE.BENEATH && this.samePlace(at, context.root)) fail('EXDEV');
          const above = this.parentOf(at, context.root);
          this.crosses(resolving, at, above);
          at = above;
        }
        if (last) return { node: at, parent: at, name: '', directory: true };
        continue;
      }
      const ino = this.fs(at.fs).lookup(at.ino, name);
      if (ino === null) return last ? { node: null, parent: at, name, directory } : fail('ENOENT');
      const child = this.covered({ fs: at.fs, ino, mount: this.table.of(at).id });
      this.crosses(resolving, at, child);
      if (isSymlink(this.stat(child)) && (!last || follow || directory)) {
        if (++state.links > MAX_LINKS || resolving & RESOLVE.NO_SYMLINKS) fail('ELOOP');
        const magic = this.magicLink(child);
        if (magic) {
          if (resolving & RESOLVE.NO_MAGICLINKS) fail('ELOOP');
          if (resolving & SCOPED) fail('EXDEV');
          this.crosses(resolving, at, magic);
          if (last) return { node: magic, parent: at, name, directory };
          at = magic;
          continue;
        }
        const target = this.fs(child.fs).readlink(child.ino);
        if (target.startsWith('/')) this.jumps(resolving, at, context.root);
        const found = this.step(state, target.startsWith('/') ? context.root : at, target, true);
        if (last) return { ...found, directory: directory || found.directory };
        at = found.node ?? fail('ENOENT');
        continue;
      }
      if (last) return { node: child, parent: at, name, directory };
      at = child;
    }
    return { node: at, parent: at, name: '', directory: true };
  }

  /** The path of a directory as seen from `root`, or of anything that is the root of a mount. */
  pathOf(directory: Node, root: Node): string {
    let path = '';
    for (let at = directory; !this.samePlace(at, root);) {
      const mount = this.table.of(at);
      if (at.ino === mount.root) {
        if (mount.parent === mount.id) return `(unreachable)${path === '' ? '/' : path}`;
        const under = this.table.get(mount.parent)!;
        const above: Node = { fs: under.fs, ino: mount.on, mount: under.id };
        if (mount.on !== under.root) {
          path = `/${mount.name}${path}`;
          at = { fs: under.fs, ino: mount.directory, mount: under.id };
        } else at = above;
        continue;
      }
      const up = this.fs(at.fs).parent(at.ino);
      const entry = this.fs(at.fs)
        .list(up, 0)
        .find((e) => e.ino === at.ino);
      if (!entry) return `(unreachable)${path}`;
      path = `/${entry.name}${path}`;
      at = { fs: at.fs, ino: up, mount: mount.id };
    }
    return path === '' ? '/' : path;
  }
}

export const rootOf = (m: Mount): Node => ({ fs: m.fs, ino: m.root, mount: m.id });
