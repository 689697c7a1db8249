/**
 * Records what real Linux and Debian's static busybox make of the command lines of os-lines/:
 * `node tests/oracle/os-busybox.mjs busybox|containers [--again] [section words]`. With words only the sections whose name holds
 * one of them run: they are printed, or with --again take the place of what was recorded.
 *
 * An i386 kernel of Debian boots under qemu-system-i386 with a memory disk of our own; os-busybox.sh is its process 1. So the
 * lines meet an untouched Linux of the very architecture that Strata speaks, and nothing of the machine used for recording.
 * Packages are fetched with apt's private lists into node_modules/.cache and never committed.
 * Then the mipsel busybox runs the lines of busybox.txt under qemu-mipsel-static (os-mipsel.mjs).
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FIXTURE, FIXTURE_DIRECTORIES, FIXTURE_MODES, FIXTURE_TIME, SECTIONS } from './os-lines.mjs';
import { busybox, kernel } from './os-packages.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const OWN = join(HERE, '../../public/programs/os/bin');
const VECTORS = join(HERE, '../vectors');
const WORK = join(tmpdir(), `strata-oracle-${process.argv.slice(2).join('-').replaceAll(' ', '_')}`);
const LIMIT = 1_500_000;

export const applets = (path) =>
  execFileSync(path, ['--list'], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .filter((name) => name !== 'busybox');

/** The tree that each line finds, with links for every applet and our own programs in /os; times and modes fixed. */
export function makeFixture(root, names) {
  for (const directory of [...FIXTURE_DIRECTORIES, '/bin']) mkdirSync(root + directory, { recursive: true });
  for (const [path, text] of Object.entries(FIXTURE)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(root + path, text);
    chmodSync(root + path, FIXTURE_MODES[path] ?? 0o644);
  }
  for (const name of names) symlinkSync('busybox', `${root}/bin/${name}`);
  cpSync(OWN, `${root}/os`, { recursive: true });
  chmodSync(`${root}/tmp`, 0o1777);
  date(root, new Date(`${FIXTURE_TIME}Z`));
}

function date(path, when) {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const at = join(path, entry.name);
    if (entry.isSymbolicLink()) lutimesSync(at, when, when);
    else if (entry.isDirectory()) date(at, when);
    else utimesSync(at, when, when);
  }
  utimesSync(path, when, when);
}

/** Command lines in the order of their numbers. */
const numbered = (sections) =>
  sections.flatMap(({ place, prelude, commands }) =>
    commands.map((command) => `${place}\n${prelude === '' ? '' : `${prelude}\n`}${command}`),
  );

function makeDisk(sections) {
  const disk = join(WORK, 'disk'),
    box = busybox('i386'),
    { modules } = kernel();
  rmSync(WORK, { recursive: true, force: true });
  for (const folder of ['bin', 'lines', 'fixture', 'modules', 'proc', 'dev']) mkdirSync(join(disk, folder), { recursive: true });
  cpSync(box, join(disk, 'bin/busybox'));
  cpSync(join(HERE, 'os-busybox.sh'), join(disk, 'init'));
  for (const module of modules) cpSync(module, join(disk, 'modules', basename(module)));
  chmodSync(join(disk, 'init'), 0o755);
  const names = applets(box);
  for (const name of names) symlinkSync('busybox', join(disk, 'bin', name));
  makeFixture(join(disk, 'fixture'), names);
  numbered(sections).forEach((text, i) => writeFileSync(join(disk, 'lines', String(i).padStart(4, '0')), text));
  const image = join(WORK, 'disk.cpio');
  execFileSync('sh', ['-c', `find . | ${box} cpio -o -H newc 2>/dev/null > ${image}`], { cwd: disk });
  return image;
}

function bootLinux(image) {
  const out = join(WORK, 'out.b64'),
    log = join(WORK, 'log');
  const machine = ['-m', '1500', '-smp', '1', '-display', 'none', '-no-reboot', '-nic', 'none', '-accel', 'tcg'];
  const lines = ['-serial', `file:${log}`, '-serial', `file:${out}`];
  const boot = ['-kernel', kernel().image, '-initrd', image, '-append', 'console=ttyS0 quiet rdinit=/init panic=-1'];
  execFileSync('qemu-system-i386', [...machine, ...lines, ...boot], { timeout: LIMIT, stdio: ['ignore', 'inherit', 'inherit'] });
  const results = join(WORK, 'results');
  mkdirSync(results);
  const archives = readFileSync(out, 'latin1')
    .split(/^=$/m)
    .filter((text) => text.trim() !== '');
  for (const archive of archives) execFileSync('tar', ['xzmf', '-', '-C', results], { input: Buffer.from(archive, 'base64') });
  return results;
}

const latin1 = (path) => readFileSync(path, 'latin1');

/** `sections` with what every line printed. */
function collect(sections, results) {
  let next = 0;
  const record = (command) => {
    const at = join(results, String(next++).padStart(4, '0'));
    return { command, stdout: latin1(`${at}.out`), stderr: latin1(`${at}.err`), status: Number(latin1(`${at}.status`)) };
  };
  return sections.map((section) => ({ ...section, commands: section.commands.map(record) }));
}

export function record(sections) {
  const results = bootLinux(makeDisk(sections));
  return {
    recordedWith: latin1(join(results, 'kernel')).trim(),
    applets: latin1(join(results, 'applets')).trim().split('\n'),
    sections: collect(sections, results),
  };
}

function print({ sections }) {
  for (const { name, commands } of sections) {
    console.log(`== ${name}`);
    for (const { command, stdout, stderr, status } of commands)
      console.log(`$ ${command}\n${stdout}${stderr.replace(/^/gm, '! ').replace(/! $/, '')}[${status}]`);
  }
}

function main([file, ...rest]) {
  const again = rest[0] === '--again',
    words = again ? rest.slice(1) : rest,
    path = join(VECTORS, `os-${file}.json`);
  const sections = SECTIONS[file].filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
  const made = record(sections);
  if (words.length > 0 && !again) return print(made);
  const before = words.length > 0 ? JSON.parse(readFileSync(path, 'utf8')) : { sections: [] };
  const known = new Map([...before.sections, ...made.sections].map((section) => [section.name, section]));
  writeFileSync(path, `${JSON.stringify({ ...made, sections: SECTIONS[file].map(({ name }) => known.get(name)) }, null, 1)}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.slice(2));
