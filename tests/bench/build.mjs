/**
 * Builds the benchmark kernels for both instruction sets: `node tests/bench/build.mjs`. They stand on the runtime of the
 * supplied programs. The binaries are committed so that the benchmark runs where no cross compiler is installed.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const runtime = fileURLToPath(new URL('../../public/programs/runtime/c', import.meta.url));
const COMMON = [
  '-O2',
  '-ffreestanding',
  '-fno-pic',
  '-fno-builtin',
  '-fno-stack-protector',
  '-fno-ident',
  `-I${runtime}`,
  '-nostdlib',
  '-static',
  '-ffunction-sections',
  '-fdata-sections',
  '-Wl,--gc-sections',
  '-Wl,--build-id=none',
  '-Wl,-z,max-page-size=4096',
];
const TARGETS = {
  mips: [
    'mipsel-linux-gnu-gcc',
    '-march=mips32r2',
    '-mabi=32',
    '-EL',
    '-mno-abicalls',
    '-G0',
    '-msoft-float',
    `-Wl,-T,${runtime}/mips.ld`,
    `${runtime}/start-mips.s`,
  ],
  i386: ['gcc', '-m32', '-march=i686', '-fno-pie', '-no-pie', `-Wl,-T,${runtime}/i386.ld`, `${runtime}/start-i386.s`],
};

const library = readdirSync(runtime)
  .filter((name) => name.endsWith('.c'))
  .sort()
  .map((name) => `${runtime}/${name}`);
/** Floating point comes in three forms: the FPU of MIPS, x87, SSE2. */
const [mipsCompiler, ...mipsFlags] = TARGETS.mips;
/** The script of the supplied programs drops the note that tells a kernel which registers the FPU is to have (FR = 0). */
const script = join(mkdtempSync(join(tmpdir(), 'kernels-')), 'mips.ld');
writeFileSync(
  script,
  readFileSync(`${runtime}/mips.ld`, 'utf8')
    .replace(' .MIPS.abiflags', '')
    .replace('SECTIONS\n{', 'SECTIONS\n{\n  .MIPS.abiflags 0x003ff000 : { *(.MIPS.abiflags) }'),
);
const hard = { '-msoft-float': '-mhard-float', [`-Wl,-T,${runtime}/mips.ld`]: `-Wl,-T,${script}` };
const FLOATING = {
  mips: [mipsCompiler, ...mipsFlags.map((flag) => hard[flag] ?? flag), '-mfp32', '-fno-math-errno'],
  i386: [...TARGETS.i386, '-fno-math-errno'],
  sse: [...TARGETS.i386, '-msse2', '-mfpmath=sse', '-fno-math-errno'],
};

for (const source of readdirSync(`${here}kernels`).filter((name) => name.endsWith('.c'))) {
  for (const [isa, [compiler, ...flags]] of Object.entries(source === 'nbody.c' ? FLOATING : TARGETS)) {
    execFileSync(
      compiler,
      [...COMMON, ...flags, `${here}kernels/${source}`, ...library, '-o', `${here}kernels/${source.replace('.c', `.${isa}`)}`],
      { stdio: 'inherit' },
    );
  }
}
