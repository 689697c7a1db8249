/**
 * Builds the programs of the operating-system level again: `node public/programs/build-os.mjs`, or with --check only says
 * whether the committed binaries are what this machine's compiler makes of the sources (status 77: no such compiler).
 * Sources os/NAME.c, binaries os/bin/NAME: i386, static, on runtime/c and runtime/os. os/manifest.json lists them. From them comes the
 * image that the page opens (image.mjs), which manifest.json records.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { IMAGE, makeImage } from './image.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const LIBRARIES = ['runtime/c', 'runtime/os'];
const SCRIPT = 'runtime/c/i386.ld';
const COMPILER = 'gcc';
const COMPILE = [
  '-m32',
  '-march=i686',
  '-fno-pie',
  '-no-pie',
  '-O1',
  '-ffreestanding',
  '-fno-builtin',
  '-fno-pic',
  '-fno-inline',
  '-fno-stack-protector',
  '-fno-asynchronous-unwind-tables',
  '-fno-ident',
  '-ffunction-sections',
  '-fdata-sections',
  '-Wall',
  '-Wextra',
  '-Werror',
  ...LIBRARIES.map((folder) => `-I${folder}`),
];
const LINK = [
  '-m32',
  '-no-pie',
  '-nostdlib',
  '-nostartfiles',
  '-static',
  '-Wl,--gc-sections',
  '-Wl,--build-id=none',
  '-Wl,-z,max-page-size=4096',
];

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const read = (path) => readFileSync(join(HERE, path));
const inFolder = (folder, pattern) =>
  readdirSync(join(HERE, folder))
    .filter((name) => pattern.test(name))
    .toSorted()
    .map((name) => `${folder}/${name}`);

const LIBRARY = LIBRARIES.flatMap((folder) => inFolder(folder, /^(?!start-mips).*\.[cs]$/));
const HEADERS = LIBRARIES.flatMap((folder) => inFolder(folder, /\.h$/));

export const programs = () => inFolder('os', /\.c$/).map((path) => basename(path, '.c'));

/** One number for everything that a binary depends on, except the compiler's version. */
export function hashOfSources(name) {
  const hash = createHash('sha256').update([...COMPILE, ...LINK].join(' '));
  for (const path of [`os/${name}.c`, ...LIBRARY, SCRIPT, ...HEADERS]) hash.update(`\n${path}\n`).update(read(path));
  return hash.digest('hex');
}

function compile(path, folder) {
  const object = `${basename(path)}.o`;
  execFileSync(COMPILER, [...COMPILE, '-c', path, '-o', join(folder, object)], { cwd: HERE, stdio: ['ignore', 'inherit', 'inherit'] });
  return object;
}

function build(names, folder) {
  const library = LIBRARY.map((path) => compile(path, folder));
  return Object.fromEntries(
    names.map((name) => {
      execFileSync(COMPILER, [...LINK, `-Wl,-T,${join(HERE, SCRIPT)}`, compile(`os/${name}.c`, folder), ...library, '-o', name], {
        cwd: folder,
        stdio: ['ignore', 'inherit', 'inherit'],
      });
      return [name, readFileSync(join(folder, name))];
    }),
  );
}

/** The comment that opens a source, as the manifest's description. */
function description(name) {
  const [, text] = /^\/\*\s*([\s\S]*?)\s*\*\//.exec(read(`os/${name}.c`).toString());
  return text
    .split('\n')
    .map((line) => line.replace(/^ \* ?/, '').trim())
    .join(' ')
    .replaceAll(/ +/g, ' ');
}

/** The image of the committed binaries, for tests. */
export const image = () => makeImage(HERE, programs());

/** Writes the image and its record in the list of programs, of which every other word is written by hand. */
function writeImage() {
  const bytes = image(),
    list = JSON.parse(read('manifest.json').toString());
  const rooms = list.images.find(({ binaries }) => binaries.os.file === IMAGE);
  Object.assign(rooms.binaries.os, { bytes: bytes.length, sha256: sha256(bytes) });
  writeFileSync(join(HERE, IMAGE), bytes);
  writeFileSync(join(HERE, 'manifest.json'), `${JSON.stringify(list, null, 2)}\n`);
}

function version() {
  try {
    return execFileSync(COMPILER, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\n')[0];
  } catch {
    return null;
  }
}

function main() {
  const check = process.argv.includes('--check'),
    found = version();
  const stated = check ? JSON.parse(read('os/manifest.json').toString()) : null;
  if (found === null || (check && found !== stated.compiler)) {
    console.log(
      `cannot ${check ? 'compare' : 'build'}: ${COMPILER} is ${found ?? 'not installed'}${check ? `, the binaries were built by ${stated.compiler}` : ''}`,
    );
    process.exit(77);
  }
  const folder = mkdtempSync(join(tmpdir(), 'strata-os-'));
  try {
    const names = programs(),
      made = build(names, folder);
    if (check) {
      const wrong = names.filter((name) => !read(`os/bin/${name}`).equals(made[name]));
      for (const name of wrong) console.log(`os/bin/${name} is not what its source builds`);
      const stale = !read(IMAGE).equals(image());
      if (stale) console.log(`${IMAGE} is not made of these binaries`);
      process.exitCode = wrong.length > 0 || stale ? 1 : 0;
      return;
    }
    mkdirSync(join(HERE, 'os/bin'), { recursive: true });
    for (const name of names) writeFileSync(join(HERE, 'os/bin', name), made[name], { mode: 0o755 });
    const list = names.map((name) => ({
      name,
      file: `os/bin/${name}`,
      source: `os/${name}.c`,
      description: description(name),
      bytes: made[name].length,
      sha256: sha256(made[name]),
      built: hashOfSources(name),
    }));
    writeFileSync(join(HERE, 'os/manifest.json'), `${JSON.stringify({ compiler: found, programs: list }, null, 2)}\n`);
    writeImage();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
