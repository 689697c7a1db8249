/**
 * Builds translator.c for the simulated machine: `node tests/calibration/build.mjs`; with --check it only says whether the committed
 * binary is what this machine's compiler makes of the source. Binary and the hash of everything that it is made of stand beside it.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const runtime = fileURLToPath(new URL('../../public/programs/runtime/c/', import.meta.url));
const FLAGS = [
  '-m32',
  '-march=i686',
  '-fno-pie',
  '-no-pie',
  '-O2',
  '-ffreestanding',
  '-fno-builtin',
  '-fno-stack-protector',
  '-fno-asynchronous-unwind-tables',
  '-fno-ident',
  '-Wall',
  '-Wextra',
  '-Werror',
];
const LINK = ['-nostdlib', '-static', '-ffunction-sections', '-fdata-sections', '-Wl,--gc-sections', '-Wl,--build-id=none'];

/** One number for everything that the binary depends on, except the compiler's version. */
export function hashOfSources() {
  const hash = createHash('sha256').update([...FLAGS, ...LINK].join(' '));
  const library = readdirSync(runtime)
    .filter((name) => !/mips/.test(name))
    .toSorted();
  hash.update(readFileSync(`${here}translator.c`));
  for (const name of library) hash.update(name).update(readFileSync(runtime + name));
  return hash.digest('hex');
}

function build() {
  const to = join(mkdtempSync(join(tmpdir(), 'calibration-')), 'translator');
  const library = readdirSync(runtime).filter((name) => name.endsWith('.c'));
  execFileSync(
    'gcc',
    [
      ...FLAGS,
      ...LINK,
      `-I${runtime}`,
      '-Wl,-z,max-page-size=4096',
      `-Wl,-T,${runtime}i386.ld`,
      `${runtime}start-i386.s`,
      `${here}translator.c`,
      ...library.map((name) => runtime + name),
      '-o',
      to,
    ],
    { stdio: 'inherit' },
  );
  execFileSync('strip', [to]);
  return readFileSync(to);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const bytes = build();
  if (process.argv.includes('--check')) {
    const same = bytes.equals(readFileSync(`${here}translator.i386`));
    console.log(same ? 'the binary is what the compiler makes of the source' : 'the binary is not what this compiler makes of the source');
    process.exitCode = same ? 0 : 1;
  } else {
    writeFileSync(`${here}translator.i386`, bytes, { mode: 0o755 });
    const of = (data) => createHash('sha256').update(data).digest('hex');
    writeFileSync(`${here}translator.json`, `${JSON.stringify({ sources: hashOfSources(), binary: of(bytes) }, null, 2)}\n`);
  }
}
