/** Programs of tests/native/breadth built for MIPS print what a real machine prints, where nothing of it depends on the architecture. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { latin1 } from '../../../src/bits/utf8.ts';
import { LEVELS } from '../../../src/levels/registry.ts';
import { runTo } from '../kernel/guests.ts';

const { programs } = JSON.parse(readFileSync(new URL('../../vectors/os-native.json', import.meta.url), 'utf8')) as {
  programs: Readonly<Record<string, { readonly stdout: string }>>;
};
const BUILT = fileURLToPath(new URL('../../../node_modules/.cache/strata-native/breadth', import.meta.url));
const compiler = spawnSync('mipsel-linux-gnu-gcc', ['--version']).status === 0;
const isa = LEVELS.find(({ name }) => name === 'isa')!;

it.skipIf(!compiler).each(['signalfds', 'dynamic'])(`%s${compiler ? '' : ' (skipped: mipsel-linux-gnu-gcc is missing)'}`, (name) => {
  const source = fileURLToPath(new URL(`../../native/breadth/${name}.c`, import.meta.url)),
    path = `${BUILT}/${name}-mipsel`;
  mkdirSync(BUILT, { recursive: true });
  execFileSync('mipsel-linux-gnu-gcc', ['-static', '-O1', '-w', source, '-o', path]);
  for (const { id: mode } of isa.modes) {
    const running = isa.boot(
      { name, bytes: new Uint8Array(readFileSync(path)) },
      { mode, knobs: {}, args: [name], env: [], files: {}, stdin: new Uint8Array(0), memory: 64 << 20, directories: ['/tmp', '/proc'] },
    );
    runTo(running);
    expect(latin1(running.stdout), mode).toBe(programs[`${name}.c`]!.stdout);
  }
});
