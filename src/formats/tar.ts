/**
 * Tar archives: POSIX ustar with pax headers and GNU's long names (POSIX pax, "ustar Interchange Format"; GNU tar, "Basic Tar
 * Format"). Every entry is checked; what cannot be read is refused with the entry's name and place.
 *
 * Left out: sparse files, multi-volume archives, compression (a compressed archive is named as such).
 */
import { decodeUtf8, latin1 } from '../bits/utf8.ts';
import { refuse } from './refusal.ts';

export type TarKind = 'file' | 'directory' | 'symlink' | 'link' | 'character' | 'block' | 'fifo';
export interface TarEntry {
  /** Without leading slash or './', and without a slash at the end. */
  readonly path: string;
  readonly kind: TarKind;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  readonly bytes: Uint8Array;
  /** Of a symbolic or hard link. */
  readonly target: string;
  readonly rdev: number;
  readonly xattrs: Readonly<Record<string, string>>;
}

const BLOCK = 512;
const KINDS: Readonly<Record<string, TarKind>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '1': 'link',
  '2': 'symlink',
  '3': 'character',
  '4': 'block',
  '5': 'directory',
  '6': 'fifo',
};

/** Entries that only say more about the next one: pax headers, GNU's long names. */
const CARRIERS = 'xgLK',
  MOST_EXTRA = 1 << 20;

export function isTar(bytes: Uint8Array): boolean {
  return bytes.length >= BLOCK && latin1(bytes.subarray(257, 262)) === 'ustar';
}

/** A tar archive, or one that is packed: reading it says so. */
export const isArchive = (bytes: Uint8Array): boolean =>
  isTar(bytes) || (bytes[0] === 0x1f && bytes[1] === 0x8b) || (bytes[0] === 0x28 && bytes[1] === 0xb5);

const text = (b: Uint8Array, at: number, length: number): string => latin1(b.subarray(at, at + length)).split('\0')[0]!;

function number(b: Uint8Array, at: number, length: number, what: string, where: number): number {
  if (b[at]! & 0x80) {
    let n = b[at]! & 0x7f;
    for (let i = 1; i < length; i++) n = n * 256 + b[at + i]!;
    return n;
  }
  const digits = text(b, at, length).trim();
  if (digits === '') return 0;
  return /^[0-7]+$/.test(digits)
    ? Number.parseInt(digits, 8)
    : refuse(`The tar header at byte ${where} has no octal ${what} ("${digits}").`);
}

function checkSum(b: Uint8Array, at: number): void {
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : b[at + i]!;
  const wanted = number(b, at + 148, 8, 'checksum', at);
  if (sum !== wanted) refuse(`The tar header at byte ${at} has the checksum ${wanted}, but its bytes add up to ${sum}.`);
}

/** "27 path=some/name\n" ... */
function pax(b: Uint8Array, where: number): Record<string, string> {
  const result: Record<string, string> = {};
  for (let at = 0; at < b.length && b[at] !== 0;) {
    const space = b.indexOf(32, at),
      length = Number(latin1(b.subarray(at, space)));
    if (space < 0 || !Number.isInteger(length) || length <= 0 || at + length > b.length)
      refuse(`The pax header at byte ${where} is damaged.`);
    const record = latin1(b.subarray(space + 1, at + length - 1)),
      equals = record.indexOf('=');
    result[record.slice(0, equals)] = record.slice(equals + 1);
    at += length;
  }
  return result;
}

const clean = (path: string): string =>
  path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');

export function parseTar(b: Uint8Array): TarEntry[] {
  if (b[0] === 0x1f && b[1] === 0x8b) refuse('This archive is compressed with gzip: unpack it first (gunzip).');
  if (b[0] === 0x28 && b[1] === 0xb5) refuse('This archive is compressed with zstd: unpack it first.');
  if (b.length < BLOCK) refuse(`This is no tar archive: it has ${b.length} bytes, and a header alone has ${BLOCK}.`);
  const entries: TarEntry[] = [];
  let extra: Record<string, string> = {},
    global: Record<string, string> = {};
  let at = 0;
  while (at + BLOCK <= b.length) {
    if (b.subarray(at, at + BLOCK).every((byte) => byte === 0)) {
      at = b.length;
      break;
    }
    checkSum(b, at);
    const type = String.fromCharCode(b[at + 156]!),
      size = sizeOf(b, at, type, extra);
    const start = at + BLOCK,
      content = b.subarray(start, start + size);
    if (content.length < size)
      refuse(`The tar archive ends within the entry "${text(b, at, 100)}" at byte ${at}: ${size - content.length} bytes are missing.`);
    at = start + Math.ceil(size / BLOCK) * BLOCK;
    if (CARRIERS.includes(type) && size > MOST_EXTRA) refuse(`The tar header at byte ${at} has ${size} bytes of names and attributes.`);
    if (type === 'x') extra = { ...extra, ...pax(content, start) };
    else if (type === 'g') global = { ...global, ...pax(content, start) };
    else if (type === 'L') extra = { ...extra, path: text(content, 0, size) };
    else if (type === 'K') extra = { ...extra, linkpath: text(content, 0, size) };
    else {
      entries.push(entryOf(b, start - BLOCK, type, content, { ...global, ...extra }));
      extra = {};
    }
  }
  if (b.subarray(at).some((byte) => byte !== 0)) refuse(`The tar archive ends within a header at byte ${at}.`);
  return entries;
}

/** Links, devices and folders have no contents, whatever their size says. */
function sizeOf(b: Uint8Array, at: number, type: string, extra: Readonly<Record<string, string>>): number {
  const told = extra['size'];
  if (told !== undefined && !CARRIERS.includes(type))
    return /^\d{1,15}$/.test(told) ? Number(told) : refuse(`The pax header before byte ${at} has no decimal size ("${told}").`);
  const size = number(b, at + 124, 12, 'size', at);
  if ('123456'.includes(type)) return 0;
  return Number.isSafeInteger(size) ? size : refuse(`The tar header at byte ${at} has a size that no file can have.`);
}

function entryOf(b: Uint8Array, at: number, type: string, content: Uint8Array, extra: Record<string, string>): TarEntry {
  const prefix = latin1(b.subarray(at + 257, at + 263)) === 'ustar\0' ? text(b, at + 345, 155) : '';
  const path = clean(extra['path'] ?? (prefix === '' ? '' : `${prefix}/`) + text(b, at, 100)),
    target = extra['linkpath'] ?? text(b, at + 157, 100);
  const kind = KINDS[type] ?? refuse(`The tar entry "${path}" at byte ${at} is of a kind ("${type}") that is not supported.`);
  if (path.split('/').includes('..')) refuse(`The tar entry "${path}" at byte ${at} leads out of the archive.`);
  const slash = kind === 'file' && text(b, at, 100).endsWith('/');
  const xattrs = Object.fromEntries(
    Object.entries(extra).flatMap(([name, value]) => (name.startsWith('SCHILY.xattr.') ? [[name.slice(13), value]] : [])),
  );
  return {
    path,
    target: kind === 'link' ? clean(target) : target,
    kind: slash ? 'directory' : kind,
    bytes: kind === 'file' && !slash ? content : new Uint8Array(0),
    xattrs,
    mode: number(b, at + 100, 8, 'mode', at) & 0o7777,
    uid: Number(extra['uid'] ?? number(b, at + 108, 8, 'uid', at)) >>> 0,
    gid: Number(extra['gid'] ?? number(b, at + 116, 8, 'gid', at)) >>> 0,
    mtime: Math.floor(Number(extra['mtime'] ?? number(b, at + 136, 12, 'mtime', at))),
    rdev: kind === 'character' || kind === 'block' ? number(b, at + 329, 8, 'major', at) * 256 + number(b, at + 337, 8, 'minor', at) : 0,
  };
}

export interface TarLayer {
  /** A short name: that of its archive within the image. */
  readonly name: string;
  readonly entries: readonly TarEntry[];
}

/** A `docker save` archive's manifest names its layers, lowest first; any other archive is one layer by itself. */
export function layersOf(bytes: Uint8Array): TarLayer[] {
  const entries = parseTar(bytes),
    manifest = entries.find((e) => e.path === 'manifest.json' && e.kind === 'file');
  if (!manifest) return [{ name: 'image', entries }];
  let list: unknown;
  try {
    list = JSON.parse(decodeUtf8(manifest.bytes));
  } catch {
    refuse('The manifest.json of this image is not JSON.');
  }
  const names = (list as { readonly Layers?: unknown }[] | null)?.[0]?.Layers;
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string')) refuse('The manifest.json of this image names no layers.');
  return (names as string[]).map((name) => {
    const layer = layerFile(entries, name) ?? refuse(`The layer ${name} that the manifest names is not in the archive.`);
    return { name: shortName(name), entries: parseTar(layer.bytes) };
  });
}

/** Older archives name a layer that they have already by a symbolic link. */
function layerFile(entries: readonly TarEntry[], name: string): TarEntry | undefined {
  let at = clean(name);
  for (let links = 0; links < 8; links++) {
    const found = entries.find((e) => e.path === at);
    if (found?.kind !== 'symlink') return found?.kind === 'file' ? found : undefined;
    const parts = found.target.startsWith('/') ? [] : at.split('/').slice(0, -1);
    for (const part of found.target.split('/'))
      if (part === '..') parts.pop();
      else if (part !== '' && part !== '.') parts.push(part);
    at = parts.join('/');
  }
  return undefined;
}

/** "app" of app.tar; of a name that is a hash, its first letters: `blobs/sha256/1f3e…`, `1f3e…/layer.tar`. */
function shortName(path: string): string {
  const parts = path.split('/'),
    last = parts.at(-1)!.replace(/\.tar$/, '');
  return (last === 'layer' ? (parts.at(-2) ?? last) : last).slice(0, 12);
}
