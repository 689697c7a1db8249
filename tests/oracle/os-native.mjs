/**
 * Records what the programs of tests/native/breadth print on this machine itself: `node tests/oracle/os-native.mjs
 * [NAME ...]` (those alone, or all). They are
 * compiled for i386 with the C library of GNU, as the test compiles them, and run in an empty directory. Needs the right to
 * make user namespaces.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCES = fileURLToPath(new URL('../native/breadth', import.meta.url));
const COMPILER = ['-m32', '-static', '-O1', '-w', '-march=i686', '-I/usr/include/x86_64-linux-gnu'];

const RECORDING = new URL('../vectors/os-native.json', import.meta.url);
const wanted = process.argv.slice(2);
const programs = wanted.length > 0 ? JSON.parse(readFileSync(RECORDING, 'utf8')).programs : {};
for (const name of wanted.length > 0 ? wanted : readdirSync(SOURCES).toSorted()) {
  const folder = mkdtempSync(join(tmpdir(), 'strata-breadth-')),
    program = join(folder, 'program');
  execFileSync('gcc', [...COMPILER, join(SOURCES, name), '-o', program]);
  const { stdout, stderr, status, signal } = spawnSync(program, [], { cwd: folder, env: {}, timeout: 60_000, input: '' });
  programs[name] = {
    stdout: stdout.toString('latin1'),
    stderr: stderr.toString('latin1'),
    status: status ?? 128 + constants.signals[signal],
  };
  rmSync(folder, { recursive: true });
}
writeFileSync(
  RECORDING,
  `${JSON.stringify({ recordedWith: `Linux ${release().split('.').slice(0, 2).join('.')}, a real x86 processor`, programs }, null, 1)}\n`,
);
