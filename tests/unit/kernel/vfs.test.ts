/** The file system in memory, against a second formulation (a plain map of paths) and against the promise of `save`. */
import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/bits/random.ts';
import { decodeUtf8, encodeUtf8 } from '../../../src/bits/utf8.ts';
import { NO_CAPS, ROOT_CREDENTIALS } from '../../../src/kernel/credentials.ts';
import { Errno, errorName } from '../../../src/kernel/errno.ts';
import { MemoryFs } from '../../../src/kernel/vfs/memory.ts';
import { Tree } from '../../../src/kernel/vfs/paths.ts';
import { S_IFDIR, S_IFLNK, S_IFREG } from '../../../src/kernel/vfs/types.ts';

const fresh = (): MemoryFs => new MemoryFs({ id: 1, now: () => 0 });
const file = (mode = 0o644) => ({ mode: S_IFREG | mode, uid: 0, gid: 0 });
const directory = (mode = 0o755) => ({ mode: S_IFDIR | mode, uid: 0, gid: 0 });
const link = (target: string) => ({ mode: S_IFLNK | 0o777, uid: 0, gid: 0, target });
const root = ROOT_CREDENTIALS;
const user = {
  ...ROOT_CREDENTIALS,
  uid: 7,
  euid: 7,
  suid: 7,
  fsuid: 7,
  gid: 7,
  egid: 7,
  sgid: 7,
  fsgid: 7,
  permitted: NO_CAPS,
  effective: NO_CAPS,
};

const chunks = (state: unknown): Uint8Array[] => (state as { inodes: { chunks: Uint8Array[] }[] }).inodes[1]!.chunks;

function errorOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof Errno) return errorName(error.number);
    throw error;
  }
  return 'none';
}

const build = (): { tree: Tree; other: MemoryFs } => {
  const tree = new Tree(() => {}),
    fs = fresh(),
    other = new MemoryFs({ id: 2, now: () => 0 });
  tree.add(fs);
  tree.add(other);
  const a = fs.create(1, 'a', directory()),
    secret = fs.create(1, 'secret', directory(0o700));
  fs.create(a, 'f', file());
  fs.create(secret, 'g', file());
  fs.create(1, 'to-a', link('a'));
  fs.create(1, 'abs', link('/a/f'));
  fs.create(1, 'up', link('../../a/../a'));
  fs.create(1, 'x', link('y'));
  fs.create(1, 'y', link('x'));
  tree.mountRoot(1, 'root');
  tree.mount({ parent: { fs: 1, ino: 1 }, name: 'mnt' }, { fs: 1, ino: fs.create(1, 'mnt', directory()) }, { fs: 2, source: 'other' });
  other.create(1, 'inside', file());
  return { tree, other };
};

describe('files', () => {
  test('random writes, truncations and reads agree with one flat array', () => {
    const fs = fresh(),
      random = new Random(3),
      ino = fs.create(1, 'f', file());
    let model = new Uint8Array(0);
    for (let i = 0; i < 600; i++) {
      const at = random.below(20_000),
        length = random.below(6000),
        what = random.below(10);
      if (what < 6) {
        const bytes = random.bytes(length);
        fs.write(ino, at, bytes);
        if (length > 0 && at + length > model.length) {
          const bigger = new Uint8Array(at + length);
          bigger.set(model);
          model = bigger;
        }
        model.set(bytes, length > 0 ? at : 0);
      } else if (what < 7) {
        fs.truncate(ino, at);
        const next = new Uint8Array(at);
        next.set(model.subarray(0, at));
        model = next;
      } else expect(fs.read(ino, at, length)).toEqual(model.slice(at, at + length));
      expect(fs.stat(ino).size).toBe(model.length);
    }
    expect(fs.read(ino, 0, 1 << 20)).toEqual(model);
    fs.remove(1, 'f');
    expect(fs.usage()).toMatchObject({ used: 0, inodes: 1 });
  });

  test('what was saved is not touched by what comes after, and chunks are shared', () => {
    const fs = fresh(),
      ino = fs.create(1, 'f', file());
    fs.write(ino, 0, encodeUtf8('x'.repeat(10_000)));
    const before = fs.save(),
      text = JSON.stringify(before);
    expect(fs.save()).toBe(before);
    fs.write(ino, 5000, encodeUtf8('changed'));
    fs.create(1, 'g', file());
    fs.setAttributes(ino, { mode: 0o600 });
    expect(JSON.stringify(before)).toBe(text);
    const after = fs.save();
    expect(chunks(after)[0]).toBe(chunks(before)[0]);
    expect(chunks(after)[1]).not.toBe(chunks(before)[1]);
    fs.restore(before);
    expect(fs.lookup(1, 'g')).toBeNull();
    expect(decodeUtf8(fs.read(ino, 4998, 6))).toBe('xxxxxx');
    fs.restore(after);
    expect(decodeUtf8(fs.read(ino, 4998, 6))).toBe('xxchan');
  });

  test('an unlinked file lives while it is open', () => {
    const fs = fresh(),
      ino = fs.create(1, 'f', file());
    fs.hold(ino, 1);
    fs.write(ino, 0, encodeUtf8('still'));
    fs.remove(1, 'f');
    expect(decodeUtf8(fs.read(ino, 0, 9))).toBe('still');
    fs.hold(ino, -1);
    expect(errorOf(() => fs.read(ino, 0, 9))).toBe('ENOENT');
  });

  test('space is limited', () => {
    const fs = new MemoryFs({ id: 1, now: () => 0, capacity: 8192 }),
      ino = fs.create(1, 'f', file());
    fs.write(ino, 0, new Uint8Array(8192));
    expect(errorOf(() => fs.write(ino, 8192, new Uint8Array(1)))).toBe('ENOSPC');
    fs.truncate(ino, 100);
    fs.write(ino, 8192, new Uint8Array(1));
  });
});

describe('directories', () => {
  test('listing goes on rightly while entries come and go', () => {
    const fs = fresh();
    for (const name of ['a', 'b', 'c', 'd']) fs.create(1, name, file());
    const [first, second] = fs.list(1, 0);
    fs.remove(1, first!.name);
    fs.remove(1, second!.name);
    fs.create(1, 'e', file());
    expect(fs.list(1, second!.cookie).map((e) => e.name)).toEqual(['c', 'd', 'e']);
  });

  test('renaming', () => {
    const fs = fresh(),
      a = fs.create(1, 'a', directory()),
      b = fs.create(a, 'b', directory());
    fs.create(b, 'f', file());
    expect(errorOf(() => fs.rename(1, 'a', b, 'x'))).toBe('EINVAL');
    expect(errorOf(() => fs.rename(b, 'f', 1, 'a'))).toBe('EISDIR');
    expect(errorOf(() => fs.rename(a, 'b', b, 'f'))).toBe('EINVAL');
    fs.rename(a, 'b', 1, 'c');
    expect([fs.stat(1).nlink, fs.stat(a).nlink, fs.parent(b)]).toEqual([4, 2, 1]);
    expect(errorOf(() => fs.rename(1, 'a', 1, 'c'))).toBe('ENOTEMPTY');
    fs.remove(b, 'f');
    fs.rename(1, 'a', 1, 'c');
    expect(fs.list(1, 0).map((e) => e.name)).toEqual(['c']);
  });
});

describe('paths', () => {
  const at = { fs: 1, ino: 1 };
  const context = { cwd: at, root: at, credentials: root };

  test.each([
    ['/a/f', '/a/f'],
    ['a/./../a//f', '/a/f'],
    ['to-a/f', '/a/f'],
    ['abs', '/a/f'],
    ['up/f', '/a/f'],
    ['mnt/../a/f', '/a/f'],
    ['/../../a/f', '/a/f'],
  ])('%s is %s', (path, same) => {
    const { tree } = build();
    expect(tree.walk(context, at, path, true).node).toEqual(tree.walk(context, at, same, true).node);
  });

  test.each([
    ['', 'ENOENT'],
    ['none/x', 'ENOENT'],
    ['a/f/x', 'ENOTDIR'],
    ['x', 'ELOOP'],
    [`a/${'n'.repeat(256)}`, 'ENAMETOOLONG'],
    ['a/'.repeat(2100), 'ENAMETOOLONG'],
  ])('%s is refused with %s', (path, error) => {
    const { tree } = build();
    expect(errorOf(() => tree.walk(context, at, path, true))).toBe(error);
  });

  test('mounts, roots and permissions', () => {
    const { tree } = build();
    expect(tree.walk(context, at, 'mnt/inside', true).node!.fs).toBe(2);
    expect(tree.pathOf(tree.walk(context, at, 'mnt', true).node!, at)).toBe('/mnt');
    expect(errorOf(() => tree.walk({ ...context, credentials: user }, at, 'secret/g', true))).toBe('EACCES');
    const a = tree.walk(context, at, 'a', true).node!;
    expect(tree.walk({ ...context, root: a }, a, '../../f', true).node).toEqual(tree.walk(context, at, 'a/f', true).node);
    expect(errorOf(() => tree.walk({ ...context, root: a }, a, '/a/f', true))).toBe('ENOENT');
  });
});
