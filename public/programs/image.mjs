/**
 * The image of the operating-system level, made from the programs in os/bin and a few texts: two layers in a tar as `docker save`
 * writes it, the same bytes every time (no clock, no user, entries in a fixed order). build-os.mjs writes it and records its hash.
 */
import { readFileSync } from 'node:fs';

export const IMAGE = 'os/rooms.tar';
const BLOCK = 512;
const TYPES = { file: '0', symlink: '2', directory: '5' };

const octal = (n, length) => `${n.toString(8).padStart(length - 1, '0')}\0`;

/** POSIX ustar. Names are short, so the prefix field is never needed. */
function header({ path, kind, mode, bytes, target }) {
  const block = Buffer.alloc(BLOCK);
  const put = (text, at) => block.write(text, at, 'latin1');
  if (path.length > 99) throw new Error(`${path} is too long a name`);
  put(path, 0);
  put(octal(mode, 8), 100);
  put(octal(0, 8), 108);
  put(octal(0, 8), 116);
  put(octal(bytes.length, 12), 124);
  put(octal(0, 12), 136);
  put('        ', 148);
  put(TYPES[kind], 156);
  put(target, 157);
  put('ustar\x0000', 257);
  put(
    `${block
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  );
  return block;
}

export function tar(entries) {
  const pieces = entries.flatMap((entry) => [header(entry), entry.bytes, Buffer.alloc((BLOCK - (entry.bytes.length % BLOCK)) % BLOCK)]);
  return Buffer.concat([...pieces, Buffer.alloc(2 * BLOCK)]);
}

const file = (path, content, mode = 0o644) => ({ path, kind: 'file', mode, bytes: Buffer.from(content), target: '' });
const folder = (path, mode = 0o755) => ({ path: `${path}/`, kind: 'directory', mode, bytes: Buffer.alloc(0), target: '' });

/** A Windows program as far as its first bytes say: a DOS header that leads to an empty PE header. Nothing here can run it. */
function windowsProgram() {
  const bytes = Buffer.alloc(256);
  bytes.write('MZ', 0, 'latin1');
  bytes.writeUInt32LE(128, 0x3c);
  bytes.write('Made by hand for Strata: only its headers are a Windows program.\r\n', 64, 'latin1');
  bytes.write('PE\0\0', 128, 'latin1');
  return bytes;
}

/** What a Debian-like system would have, as far as these programs look at it. */
const base = (here, names) => [
  folder('bin'),
  ...names.map((name) => file(`bin/${name}`, readFileSync(`${here}/os/bin/${name}`), 0o755)),
  folder('etc'),
  file('etc/group', 'root:x:0:\nstudent:x:1000:\nnogroup:x:65534:\n'),
  file('etc/hosts', '127.0.0.1\tlocalhost\n'),
  file('etc/motd', 'One kernel, several rooms.\n'),
  file(
    'etc/passwd',
    'root:x:0:0:root:/root:/bin/sh\nstudent:x:1000:1000:student:/home:/bin/sh\nnobody:x:65534:65534:nobody:/none:/bin/sh\n',
  ),
  folder('home'),
  folder('mnt'),
  folder('root', 0o700),
  folder('tmp', 0o1777),
  folder('var'),
];

const app = () => [
  folder('etc'),
  file('etc/conf', 'mode=slow\n'),
  folder('opt'),
  file('opt/windows.exe', windowsProgram(), 0o755),
  folder('srv'),
  file('srv/page', 'This page comes from a layer that all rooms share.\n'),
];

/** The whole image; `here` is the folder that os/ is in. */
export function makeImage(here, names) {
  const layers = { 'base.tar': tar(base(here, names)), 'app.tar': tar(app()) };
  const manifest = [{ Config: null, RepoTags: ['rooms:1'], Layers: Object.keys(layers) }];
  return tar([...Object.entries(layers).map(([name, bytes]) => file(name, bytes)), file('manifest.json', `${JSON.stringify(manifest)}\n`)]);
}
