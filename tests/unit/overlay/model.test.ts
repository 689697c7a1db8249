/**
 * The overlay against a second formulation: the same random operations on an overlay of two lower layers and an upper one,
 * and on one plain file system that began with the merged contents, must be seen alike; the lower layers stay as they were,
 * and an overlay mounted anew over the same upper layer shows the same.
 */
import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/bits/random.ts';
import { Errno, errorName } from '../../../src/kernel/errno.ts';
import { MemoryFs } from '../../../src/kernel/vfs/memory.ts';
import { OverlayFs } from '../../../src/kernel/vfs/overlay.ts';
import { isDirectory, S_IFCHR, S_IFDIR, S_IFLNK, S_IFREG, type FileSystem } from '../../../src/kernel/vfs/types.ts';

const now = (): number => 5;
const dir = (mode = 0o755) => ({ mode: S_IFDIR | mode, uid: 0, gid: 0 });
const file = (mode = 0o644) => ({ mode: S_IFREG | mode, uid: 0, gid: 0 });
const bytes = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));

/** Every path with its kind, mode and contents, one a line. */
function shown(fs: FileSystem, ino = fs.root, path = ''): string[] {
  return fs
    .list(ino, 0)
    .map((e) => ({ ...e }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name, ino: inner }) => {
      const at = `${path}/${name}`,
        stat = fs.stat(inner),
        kind = `${at} ${stat.mode.toString(8)}`;
      expect(fs.lookup(ino, name)).toBe(inner);
      if (isDirectory(stat)) return [`${kind} directory`, ...shown(fs, inner, at)];
      if ((stat.mode & 0o170000) === S_IFLNK) return [`${kind} -> ${fs.readlink(inner)}`];
      if ((stat.mode & 0o170000) === S_IFCHR) return [`${kind} device ${stat.rdev}`];
      return [`${kind} ${String.fromCharCode(...fs.read(inner, 0, stat.size))}`];
    });
}

function put(
  fs: FileSystem,
  path: string,
  what: { mode: number; uid: number; gid: number; rdev?: number; target?: string },
  text = '',
): number {
  const names = path.split('/');
  let at = fs.root;
  for (const name of names.slice(0, -1)) at = fs.lookup(at, name) ?? fs.create(at, name, dir());
  const ino = fs.create(at, names.at(-1)!, what);
  if (text) fs.write(ino, 0, bytes(text));
  return ino;
}

function layers() {
  const base = new MemoryFs({ id: 1, now }),
    app = new MemoryFs({ id: 2, now }),
    upper = new MemoryFs({ id: 3, now });
  put(base, 'a', file(), 'base a');
  put(base, 'b', file(0o600), 'base b');
  put(base, 'd/x', file(), 'base x');
  put(base, 'd/y', file(), 'base y');
  put(base, 'd/e/deep', file(), 'deep');
  put(base, 'hidden', file(), 'never seen');
  put(base, 'o/below', file(), 'hidden by an opaque directory');
  put(base, 'l', { ...file(), mode: S_IFLNK | 0o777, target: 'a' });
  put(app, 'b', file(), 'app b');
  put(app, 'd/y', file(), 'app y');
  put(app, 'd/z', file(), 'app z');
  put(app, 'hidden', { mode: S_IFCHR, uid: 0, gid: 0, rdev: 0 });
  put(app, 'o/above', file(), 'in the opaque one');
  app.setXattr(app.lookup(1, 'o')!, 'trusted.overlay.opaque', 'y');
  put(upper, 'u', file(), 'upper only');
  const all = [base, app, upper];
  const over = (): OverlayFs => {
    const log: [string, number, number][] = [];
    const fs = new OverlayFs({
      id: 9,
      lower: [
        { fs: 2, ino: 1 },
        { fs: 1, ino: 1 },
      ],
      upper: { fs: 3, ino: 1 },
      layer: (id) => all[id - 1]!,
      watcher: { searched: () => {}, copiedUp: (path, layer, size) => log.push([path, layer, size]) },
    });
    return Object.assign(fs, { log });
  };
  return { base, app, upper, over };
}

function merged(): MemoryFs {
  const fs = new MemoryFs({ id: 4, now });
  put(fs, 'a', file(), 'base a');
  put(fs, 'b', file(), 'app b');
  put(fs, 'd/x', file(), 'base x');
  put(fs, 'd/y', file(), 'app y');
  put(fs, 'd/z', file(), 'app z');
  put(fs, 'd/e/deep', file(), 'deep');
  put(fs, 'o/above', file(), 'in the opaque one');
  put(fs, 'l', { ...file(), mode: S_IFLNK | 0o777, target: 'a' });
  put(fs, 'u', file(), 'upper only');
  return fs;
}

const NAMES = ['a', 'b', 'c', 'd', 'e', 'x', 'y', 'z', 'o', 'u', 'above', 'below', 'hidden', 'l'];

/** A directory that both have, by a random walk. */
function place(random: Random, a: FileSystem, b: FileSystem): [number, number] {
  let at: [number, number] = [a.root, b.root];
  while (random.below(3) !== 0) {
    const name = NAMES[random.below(NAMES.length)]!,
      next = [a.lookup(at[0], name), b.lookup(at[1], name)];
    if (next[0] === null || next[1] === null || !isDirectory(a.stat(next[0]!))) break;
    at = next as [number, number];
  }
  return at;
}

function attempt(action: () => void): string {
  try {
    action();
    return 'done';
  } catch (error) {
    if (error instanceof Errno) return errorName(error.number);
    throw error;
  }
}

describe('overlay', () => {
  test('begins as the merged contents', () => {
    expect(shown(layers().over())).toEqual(shown(merged()));
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('agrees with a plain file system under random changes (seed %i)', (seed) => {
    const { base, app, over } = layers(),
      model = merged(),
      random = new Random(seed);
    const before = [shown(base), shown(app)];
    let fs: FileSystem = over();
    for (let n = 0; n < 300; n++) {
      const [d, m] = place(random, fs, model),
        [d2, m2] = place(random, fs, model);
      const name = NAMES[random.below(NAMES.length)]!,
        name2 = NAMES[random.below(NAMES.length)]!,
        what = random.below(9);
      const act = (on: FileSystem, at: number, at2: number): void => {
        const found = (): number => on.lookup(at, name) ?? -1;
        const ino = found(),
          regular = ino >= 0 && (on.stat(ino).mode & 0o170000) === S_IFREG;
        if (what === 0) on.create(at, name, file());
        else if (what === 1) on.create(at, name, dir());
        else if (what === 2) on.remove(at, name);
        else if (what === 3 && regular) on.write(ino, on.stat(ino).size, bytes(`+${n}`));
        else if (what === 4 && regular) on.truncate(ino, 3);
        else if (what === 5 && ino >= 0) on.setAttributes(ino, { mode: n & 0o777 });
        else if (what === 6) on.rename(at, name, at2, name2);
        else if (what === 7 && regular) on.link(at2, name2, ino);
        else if (what === 8) on.create(at, name, { ...file(), mode: S_IFLNK | 0o777, target: `to ${n}` });
      };
      // A directory that a lower layer has part in is not renamed, a second name of a lower file is a file of its own:
      // both are Linux's defaults, and not the model's.
      const moving = fs.lookup(d, name);
      if (what === 6 && moving !== null && isDirectory(fs.stat(moving))) {
        const [here, there] = [attempt(() => act(fs, d, d2)), attempt(() => act(model, m, m2))];
        if (here === 'EXDEV') {
          if (there === 'done') model.rename(m2, name2, m, name);
          // What the model replaced there comes back as it was: an empty directory.
          if (there === 'done' && fs.lookup(d2, name2) !== null) {
            const again = model.create(m2, name2, dir());
            model.setAttributes(again, { mode: fs.stat(fs.lookup(d2, name2)!).mode & 0o7777 });
          }
        } else expect(here).toBe(there);
      } else
        expect(
          attempt(() => act(fs, d, d2)),
          `${what} ${name} ${name2} at ${n}`,
        ).toBe(attempt(() => act(model, m, m2)));
      if (n % 20 === 0) expect(shown(fs), `after ${n}`).toEqual(shown(model));
      if (n % 70 === 69) fs = over();
    }
    expect(shown(fs)).toEqual(shown(model));
    expect([shown(base), shown(app)]).toEqual(before);
  });

  test('what was saved is restored', () => {
    const { over, upper } = layers(),
      fs = over();
    const d = fs.lookup(1, 'd')!,
      x = fs.lookup(d, 'x')!;
    fs.hold(x, 1);
    fs.remove(d, 'x');
    const saved = { fs: fs.save(), upper: upper.save() },
      then = shown(fs);
    fs.remove(1, 'a');
    fs.write(fs.lookup(1, 'b')!, 0, bytes('changed'));
    fs.hold(x, -1);
    expect(fs.stat.bind(fs, x)).toThrow();
    upper.restore(saved.upper);
    fs.restore(saved.fs);
    expect(shown(fs)).toEqual(then);
    expect(String.fromCharCode(...fs.read(x, 0, 99))).toBe('base x');
  });

  test('whiteouts, opaque directories and copies stand in the upper layer as the document says', () => {
    const { over, upper } = layers(),
      fs = over() as OverlayFs & { log: [string, number, number][] };
    fs.remove(1, 'a');
    const d = fs.lookup(1, 'd')!;
    fs.write(fs.lookup(d, 'y')!, 0, bytes('A'));
    expect(fs.log).toEqual([
      ['/d', 0, 0],
      ['/d/y', 0, 5],
    ]);
    for (const { name } of fs.list(d, 0)) if (name !== 'e') fs.remove(d, name);
    fs.remove(fs.lookup(d, 'e')!, 'deep');
    fs.remove(d, 'e');
    fs.remove(1, 'd');
    expect(shown(upper)).toEqual(['/a 20000 device 0', '/d 20000 device 0', '/u 100644 upper only']);
    fs.create(1, 'd', dir());
    expect(fs.list(fs.lookup(1, 'd')!, 0)).toEqual([]);
    expect(upper.getXattr(upper.lookup(1, 'd')!, 'trusted.overlay.opaque')).toBe('y');
  });
});
