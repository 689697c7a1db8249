/** Speed of the interpreting engine with paging on: million IA-32 instructions a second, per workload. Needs gcc -m32. */
import '../../../src/lab/late.ts';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CR0, CR3, EAX, ECX, EIP, ESP } from '../../../src/isa/x86/state.ts';
import { createMachine } from '../../../src/machine/machine.ts';
import type { EngineName } from '../../../src/machine/types.ts';

const BASE = 0x100000;

function build(here: string): Uint8Array {
  const dir = mkdtempSync(join(tmpdir(), 'strata-bench-'));
  const elf = join(dir, 'k.elf'),
    bin = join(dir, 'k.bin');
  execFileSync(
    'gcc',
    [
      '-m32',
      '-O2',
      '-march=i686',
      '-ffreestanding',
      '-fno-pic',
      '-fno-stack-protector',
      '-fcf-protection=none',
      '-fno-asynchronous-unwind-tables',
      '-nostdlib',
      '-static',
      '-Wl,-Ttext=0x100000',
      '-Wl,--section-start=.start=0x100000',
      '-Wl,-Ttext=0x100100',
      '-Wl,--build-id=none',
      '-Wl,-z,norelro',
      '-o',
      elf,
      join(here, 'kernels.c'),
    ],
    { stdio: 'inherit' },
  );
  execFileSync('objcopy', ['-O', 'binary', elf, bin]);
  return readFileSync(bin);
}

function run(image: Uint8Array, which: number, rounds: number, engine: EngineName, paging: boolean, limit: number): void {
  const machine = createMachine({ engine });
  machine.memory.write(BASE, image);
  if (paging) {
    for (let i = 0; i < 8; i++) machine.memory.write32(0x10000 + i * 4, (0x11000 + i * 0x1000) | 7);
    for (let i = 0; i < 8192; i++) machine.memory.write32(0x11000 + i * 4, (i << 12) | 7);
    machine.words[CR3] = 0x10000;
    machine.words[CR0]! |= 0x80000000 | 0;
  }
  machine.words[EIP] = BASE;
  machine.words[ESP] = 0x1f00000;
  machine.words[EAX] = which;
  machine.words[ECX] = rounds;
  const before = process.hrtime.bigint();
  const stop = machine.run({ retired: limit });
  const seconds = Number(process.hrtime.bigint() - before) / 1e9;
  const name = ['sieve', 'sha', 'sort', 'interpreter', 'mix'][which]!;
  console.log(
    `${engine} ${paging ? 'paged' : 'plain'} ${name.padEnd(12)} ${(machine.retired / seconds / 1e6).toFixed(1).padStart(8)} M/s  retired ${machine.retired} eax ${(machine.words[EAX]! >>> 0).toString(16)} refills ${machine.refills} ${stop.why} hash ${machine.hash()}`,
  );
}

const image = build(process.argv[2] ?? 'tests/bench/engine');
const engine = (process.argv[3] ?? 'flat') as EngineName;
const ROUNDS = engine === 'step' || process.argv[5] ? [1, 20, 1, 3, 5] : [60, 8000, 40, 1000, 2000];
for (let which = 0; which < 5; which++) run(image, which, ROUNDS[which]!, engine, true, process.argv[4] ? Number(process.argv[4]) : 1e12);
