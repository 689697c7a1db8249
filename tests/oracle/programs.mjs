/**
 * Records what the real systems make of the supplied programs and of the test guests: `node tests/oracle/programs.mjs`.
 * MIPS binaries run under qemu-mipsel-static, i386 binaries on this machine itself. Each run has an empty directory of its
 * own, the environment MOOD=calm only, and the given standard input. Writes tests/vectors/programs.json and guests.json.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { guest, guests } from './guests.mjs';

const PUBLIC = fileURLToPath(new URL('../../public/programs', import.meta.url));
const VECTORS = fileURLToPath(new URL('../vectors', import.meta.url));
const ENVIRONMENT = { MOOD: 'calm' };

/** What guests are given beyond nothing. */
const GIVEN = { arguments: { args: ['one', 'two words', ''], stdin: 'first\nthe second line\n\nno end of line' } };

/** Bytes as text, of which each character is one byte: outputs may be anything. */
const text = (bytes) => Buffer.from(bytes).toString('latin1');

function run(isa, path, args, stdin) {
  const directory = mkdtempSync(join(tmpdir(), 'strata-run-'));
  const [command, before] = isa === 'mips' ? ['qemu-mipsel-static', [path]] : [path, []];
  try {
    const { stdout, stderr, status, signal } = spawnSync(command, [...before, ...args], {
      cwd: directory,
      env: { ...ENVIRONMENT, PATH: process.env.PATH },
      input: Buffer.from(stdin ?? '', 'latin1'),
      timeout: 60_000,
    });
    const exit = status ?? 128 + constants.signals[signal];
    return { stdout: text(stdout), stderr: signal ? '' : text(stderr), status: exit };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function record(isas, args, stdin, pathOf) {
  return {
    args,
    stdin: stdin ?? '',
    env: Object.entries(ENVIRONMENT).map((pair) => pair.join('=')),
    runs: Object.fromEntries(isas.map((isa) => [isa, run(isa, pathOf(isa), args, stdin)])),
  };
}

const recordedWith = {
  mips: execFileSync('qemu-mipsel-static', ['--version'], { encoding: 'utf8' }).split('\n')[0],
  i386: 'a real x86 processor under Linux',
};
const write = (name, data) => writeFileSync(join(VECTORS, name), `${JSON.stringify({ recordedWith, ...data }, null, 1)}\n`);

/** Each recording says of which binary it is. */
const stamped = (program, made) => ({
  binaries: Object.fromEntries(Object.entries(program.binaries).map(([isa, { sha256 }]) => [isa, sha256])),
  ...made,
});

const { programs } = JSON.parse(readFileSync(join(PUBLIC, 'manifest.json'), 'utf8'));
write('programs.json', {
  programs: Object.fromEntries(
    programs.map((program) => [
      program.id,
      stamped(
        program,
        record(Object.keys(program.binaries), program.args, program.stdin, (isa) => join(PUBLIC, program.binaries[isa].file)),
      ),
    ]),
  ),
});
write('guests.json', {
  guests: Object.fromEntries(
    guests().map((name) => {
      const { args = [], stdin = null } = GIVEN[name] ?? {};
      return [
        name,
        record(
          ['mips', 'i386'],
          args,
          stdin,
          (isa) =>
            guest(name, isa) ??
            (() => {
              throw new Error(`no compiler for ${isa}`);
            })(),
        ),
      ];
    }),
  ),
});
