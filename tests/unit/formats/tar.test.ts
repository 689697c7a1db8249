/** Tar archives that GNU tar and Python's tarfile made, beside what Python reads in them; and archives made to deceive. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/bits/random.ts';
import { fromLatin1, latin1 } from '../../../src/bits/utf8.ts';
import { FormatError } from '../../../src/formats/refusal.ts';
import { isTar, layersOf, parseTar, type TarEntry } from '../../../src/formats/tar.ts';
import { file, header, tarOf } from './tar-builder.ts';

interface Row {
  readonly path: string;
  readonly kind: TarEntry['kind'];
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  readonly target: string;
  readonly rdev: number;
  readonly size: number;
  readonly sha256: string;
}
const { archives } = JSON.parse(readFileSync(new URL('../../vectors/tar.json', import.meta.url), 'utf8')) as {
  readonly archives: readonly { readonly name: string; readonly archive: string; readonly entries: readonly Row[] }[];
};
const bytesOf = (name: string): Uint8Array =>
  new Uint8Array(gunzipSync(Buffer.from(archives.find((a) => a.name === name)!.archive, 'base64')));
const bytes = (text: string): string => latin1(new TextEncoder().encode(text));

describe.each(archives)('an archive of $name', ({ name, entries }) => {
  test('is read as Python reads it', () => {
    const mine = parseTar(bytesOf(name)).map((e) => ({
      path: e.path,
      kind: e.kind,
      mode: e.mode,
      uid: e.uid,
      gid: e.gid,
      mtime: e.mtime,
      target: e.target,
      rdev: e.rdev,
      size: e.bytes.length,
      sha256: createHash('sha256').update(e.bytes).digest('hex'),
    }));
    // Names are byte strings here, and no leading slash is kept.
    expect(mine).toEqual(entries.map((e) => ({ ...e, path: bytes(e.path) })));
    expect(isTar(bytesOf(name))).toBe(true);
  });

  test('cut anywhere it is refused in one sentence, or ends at an entry', () => {
    const whole = bytesOf(name),
      count = parseTar(whole).length;
    for (let length = 512; length < whole.length; length += 331) {
      try {
        expect(parseTar(whole.subarray(0, length)).length).toBeLessThanOrEqual(count);
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
        expect((error as Error).message).toMatch(/^[^\n]+\.$/);
      }
    }
  });

  test('with bytes changed at random it is read or refused in one sentence', () => {
    const whole = bytesOf(name),
      random = new Random(7);
    for (let n = 0; n < 300; n++) {
      const damaged = whole.slice();
      for (let i = 0; i <= random.below(4); i++) damaged[random.below(Math.min(damaged.length, 12_000))] = random.below(256);
      try {
        parseTar(damaged);
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
        expect((error as Error).message).toMatch(/^[^\n]+\.$/);
      }
    }
  });
});

test('extended attributes come along', () => {
  expect(parseTar(bytesOf('python')).find((e) => e.path === 'xattr')!.xattrs).toEqual({ 'user.note': 'kept' });
});

describe('what is refused', () => {
  const cases: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ['a way out', tarOf(file('../../etc/passwd', 'x')), /leads out of the archive/],
    ['a way out in the middle', tarOf(file('a/../../b', 'x')), /leads out of the archive/],
    ['a huge size', header({ name: 'big', size: '77777777777' }), /ends within the entry "big".*8589934591 bytes are missing/],
    [
      'a size in base 256 past all reason',
      header({ name: 'big', size: '\x80\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff' }),
      /a size that no file/,
    ],
    ['no octal size', header({ name: 'odd', size: '12x4' }), /no octal size/],
    ['a wrong checksum', header({ name: 'a', checksum: '000001' }), /has the checksum 1, but its bytes add up to \d+/],
    ['a kind that is not supported', header({ name: 'sparse', type: 'S' }), /of a kind \("S"\) that is not supported/],
    ['gzip', Uint8Array.of(0x1f, 0x8b, 8, 0), /compressed with gzip/],
    ['next to nothing', new Uint8Array(10), /has 10 bytes, and a header alone has 512/],
    ['a damaged pax header', tarOf(header({ name: 'p', type: 'x', size: '10' }), fromLatin1('99 path=x\n')), /pax header .* is damaged/],
    [
      'a pax size that is none',
      tarOf(header({ name: 'p', type: 'x', size: '14' }), fromLatin1('12 size=-5x\n'), file('p', 'x')),
      /damaged|no decimal size/,
    ],
    ['names without end', header({ name: 'p', type: 'L', size: '7777777777' }), /bytes are missing|bytes of names/],
    [
      'half a header',
      tarOf(file('a', 'x'))
        .subarray(0, 1024 + 100)
        .map((b, i) => (i >= 1024 ? 65 : b)),
      /ends within a header/,
    ],
  ];
  test.each(cases)('%s', (_name, archive, why) => {
    expect(() => parseTar(archive)).toThrow(FormatError);
    expect(() => parseTar(archive)).toThrow(why);
  });

  test('manifests that name no layers, or layers that are not there', () => {
    const image = (manifest: string): Uint8Array => tarOf(file('manifest.json', manifest));
    for (const [manifest, why] of [
      ['{', /is not JSON/],
      ['null', /names no layers/],
      ['[]', /names no layers/],
      ['[{"Layers":[5]}]', /names no layers/],
      ['[{"Layers":["a/layer.tar"]}]', /layer a\/layer.tar .* is not in the archive/],
    ] as const)
      expect(() => layersOf(image(manifest))).toThrow(why);
  });
});

describe('an image as docker save writes it', () => {
  test('layers in their order; one that is there twice is a link', () => {
    const one = tarOf(file('a', 'one')),
      two = tarOf(file('b', 'two'));
    const archive = tarOf(
      file('x/layer.tar', one),
      file('y/layer.tar', two),
      header({ name: 'z/layer.tar', type: '2', link: '../x/layer.tar' }),
      file('manifest.json', '[{"Layers":["x/layer.tar","y/layer.tar","z/layer.tar"]}]'),
    );
    expect(layersOf(archive).map(({ entries }) => entries.map((e) => e.path))).toEqual([['a'], ['b'], ['a']]);
  });
  test('links in a circle are no layer', () => {
    const archive = tarOf(
      header({ name: 'p', type: '2', link: 'q' }),
      header({ name: 'q', type: '2', link: 'p' }),
      file('manifest.json', '[{"Layers":["p"]}]'),
    );
    expect(() => layersOf(archive)).toThrow(/is not in the archive/);
  });
});
