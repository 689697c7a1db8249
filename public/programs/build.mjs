/**
 * Builds the supplied programs again: `node public/programs/build.mjs`, or with --check only says whether the committed
 * binaries are what this machine's compilers make of the committed sources (status 77 when a compiler is missing or is
 * of another version: what lacks is named).
 *
 * manifest.json is both the list of programs (written by hand) and the record of what was built (hashes, written here).
 * Each binary has a side file with the source line of every address: it comes from a second build with -g, of which
 * this script first proves that its code and data are byte for byte the same.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const RUNTIME = 'runtime/c';

const COMPILE = [
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
  `-I${RUNTIME}`,
];
const LINK = ['-nostdlib', '-nostartfiles', '-static', '-Wl,--gc-sections', '-Wl,--build-id=none', '-Wl,-z,max-page-size=4096'];

const TARGETS = {
  mips: {
    compiler: 'mipsel-linux-gnu-gcc',
    objdump: 'mipsel-linux-gnu-objdump',
    start: 'start-mips.s',
    script: 'mips.ld',
    flags: ['-march=mips32r2', '-mabi=32', '-EL', '-mno-abicalls', '-G0', '-msoft-float'],
  },
  i386: {
    compiler: 'gcc',
    objdump: 'objdump',
    start: 'start-i386.s',
    script: 'i386.ld',
    flags: ['-m32', '-march=i686', '-fno-pie', '-no-pie'],
  },
};

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const read = (path) => readFileSync(join(HERE, path));
const run = (command, args) => execFileSync(command, args, { cwd: HERE, encoding: 'utf8', maxBuffer: 1 << 26 });

/** The files a program is made of. Assembly stands alone; C programs stand on the start code and the library. */
function parts(program, target) {
  const script = `${RUNTIME}/${target.script}`;
  if (program.language === 'assembly') return { compiled: [program.source], others: [script] };
  const library = readdirSync(join(HERE, RUNTIME)).toSorted();
  const sources = library.filter((name) => name.endsWith('.c')).map((name) => `${RUNTIME}/${name}`);
  const headers = library.filter((name) => name.endsWith('.h')).map((name) => `${RUNTIME}/${name}`);
  return { compiled: [`${RUNTIME}/${target.start}`, program.source, ...sources], others: [script, ...headers] };
}

/** Objects get fixed names (the linker writes them into the symbol table); each is compiled once in a run. */
function compile(path, target, debug, folder) {
  const object = `${basename(path)}.o`;
  if (!existsSync(join(folder, object)))
    run(target.compiler, [...COMPILE, ...target.flags, ...debug, '-c', path, '-o', join(folder, object)]);
  return object;
}

/** Links in a folder of its own, so that no path gets into the binary; gives the binary's path. */
function link(program, isa, debug, scratch) {
  const target = TARGETS[isa],
    folder = join(scratch, `${isa}${debug.join('')}`);
  mkdirSync(folder, { recursive: true });
  const objects = parts(program, target).compiled.map((path) => compile(path, target, debug, folder));
  const script = `-Wl,-T,${join(HERE, RUNTIME, target.script)}`;
  execFileSync(target.compiler, [...LINK, ...target.flags, script, ...entry(program), ...objects, '-o', program.id], { cwd: folder });
  return join(folder, program.id);
}

/** An assembly program may begin at `main`. */
const entry = (program) =>
  program.language === 'assembly' && /\.globl\s+main/.test(read(program.source).toString()) ? ['-Wl,-e,main'] : [];

/** One number for everything that a binary depends on, except the compiler's version. */
function sourceHash(program, target) {
  const { compiled, others } = parts(program, target);
  const hash = createHash('sha256').update([...COMPILE, ...LINK, ...target.flags, ...entry(program)].join(' '));
  for (const path of [...compiled, ...others]) hash.update(`\n${path}\n`).update(read(path));
  return hash.digest('hex');
}

/** What the loader would put into memory. */
function loaded(elf) {
  const pieces = [];
  for (let i = 0, at = elf.readUInt32LE(28); i < elf.readUInt16LE(44); i++, at += elf.readUInt16LE(42)) {
    if (elf.readUInt32LE(at) !== 1) continue;
    const offset = elf.readUInt32LE(at + 4),
      bytes = elf.readUInt32LE(at + 16);
    pieces.push(elf.subarray(at + 8, at + 12), elf.subarray(at + 20, at + 24), elf.subarray(offset, offset + bytes));
  }
  return Buffer.concat(pieces);
}

/** Rows [address, file, line], each holding up to the next; line 0: no line known. Files by their path from here. */
function lineTable(program, target, elf) {
  const { compiled, others } = parts(program, target);
  const paths = new Map([...compiled, ...others].map((path) => [basename(path), path]));
  const files = [],
    rows = [];
  for (const text of run(target.objdump, ['--dwarf=decodedline', elf]).split('\n')) {
    const row = /^(\S+\.[csh])\s+(\d+|-)\s+(0x[0-9a-f]+|0)(?:\s|$)/.exec(text);
    if (!row) continue;
    const path = paths.get(row[1]) ?? row[1];
    if (!files.includes(path)) files.push(path);
    const ends = row[2] === '-';
    rows.push([Number(row[3]), ends ? -1 : files.indexOf(path), ends ? 0 : Number(row[2])]);
  }
  return { files, rows: tidy(rows) };
}

/** In order of address; of several rows at one address the last holds; a row that says nothing new is dropped. */
function tidy(rows) {
  const kept = new Map();
  for (const row of rows) {
    if (row[0] < 0x100000) continue; // code that the linker threw away lies near 0
    if (row[2] === 0 && kept.has(row[0])) continue; // one unit's end where another begins
    kept.set(row[0], row);
  }
  const ordered = [...kept.values()].toSorted((a, b) => a[0] - b[0]);
  return ordered.filter((row, i) => i === 0 || row[1] !== ordered[i - 1][1] || row[2] !== ordered[i - 1][2]);
}

function build(program, isa, scratch) {
  const bytes = readFileSync(link(program, isa, [], scratch)),
    debug = link(program, isa, ['-g'], scratch);
  if (!loaded(bytes).equals(loaded(readFileSync(debug)))) throw new Error(`${program.id}.${isa}: -g changed the code`);
  return { bytes, lines: lineJson(lineTable(program, TARGETS[isa], debug)) };
}

const lineJson = ({ files, rows }) =>
  `{"files":${JSON.stringify(files)},\n"rows":[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]}\n`;

/** Lines `expect:` and `stdin:` inside a source, as one text each; null where there is none. */
export function notes(source, kind) {
  const found = [...source.matchAll(new RegExp(`^(?://|#) ${kind}:(?: (.*))?$`, 'gm'))].map((match) => `${match[1] ?? ''}\n`);
  return found.length ? found.join('') : null;
}

function version(compiler) {
  try {
    return execFileSync(compiler, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\n')[0];
  } catch {
    return null;
  }
}

const versions = () => Object.fromEntries(Object.entries(TARGETS).map(([isa, target]) => [isa, version(target.compiler)]));

function main() {
  const check = process.argv.includes('--check');
  const manifest = JSON.parse(read('manifest.json').toString());
  const have = versions();
  for (const [isa, found] of Object.entries(have)) {
    if (found === null || (check && found !== manifest.compilers[isa])) {
      console.log(
        `cannot ${check ? 'compare' : 'build'}: ${TARGETS[isa].compiler} is ${found ?? 'not installed'}${check ? `, the binaries were built by ${manifest.compilers[isa]}` : ''}`,
      );
      process.exit(77);
    }
  }
  const scratch = mkdtempSync(join(tmpdir(), 'strata-programs-'));
  const wrong = [];
  try {
    for (const program of manifest.programs) {
      for (const isa of Object.keys(program.binaries)) {
        const made = build(program, isa, scratch);
        const file = `isa/${program.id}.${isa}`;
        if (check) {
          if (!read(file).equals(made.bytes)) wrong.push(file);
          if (read(`${file}.lines.json`).toString() !== made.lines) wrong.push(`${file}.lines.json`);
          continue;
        }
        writeFileSync(join(HERE, file), made.bytes, { mode: 0o755 });
        writeFileSync(join(HERE, `${file}.lines.json`), made.lines);
        program.binaries[isa] = {
          file,
          lines: `${file}.lines.json`,
          bytes: made.bytes.length,
          sha256: sha256(made.bytes),
          source: sourceHash(program, TARGETS[isa]),
        };
      }
      program.stdin = notes(read(program.source).toString(), 'stdin');
    }
  } finally {
    rmSync(scratch, { recursive: true });
  }
  if (check) {
    for (const file of wrong) console.log(`${file} is not what its source builds`);
    process.exit(wrong.length ? 1 : 0);
  }
  manifest.compilers = have;
  writeFileSync(join(HERE, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** For tests: the hash of everything that the binary of `program` for `isa` was built from. */
export const hashOfSources = (program, isa) => sourceHash(program, TARGETS[isa]);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--hashes')) {
    const { programs } = JSON.parse(read('manifest.json').toString());
    console.log(
      JSON.stringify(
        Object.fromEntries(programs.flatMap((p) => Object.keys(p.binaries).map((isa) => [`${p.id}.${isa}`, hashOfSources(p, isa)]))),
      ),
    );
  } else {
    main();
  }
}
