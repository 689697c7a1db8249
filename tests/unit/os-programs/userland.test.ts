/** The programs of the operating-system level: sources, binaries and manifest belong together, and do on real Linux what they say. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EM_386, parseElf } from '../../../src/formats/elf.ts';
import { hashOfSources, programs } from '../../../public/programs/build-os.mjs';

const FOLDER = new URL('../../../public/programs/', import.meta.url);
const BUILD = new URL('build-os.mjs', FOLDER).pathname;

interface Listed {
  readonly name: string;
  readonly file: string;
  readonly description: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly built: string;
}
const { programs: listed } = JSON.parse(readFileSync(new URL('os/manifest.json', FOLDER), 'utf8')) as { programs: readonly Listed[] };

it('are all in the manifest', () => expect(listed.map(({ name }) => name)).toEqual(programs()));

describe.each(listed)('$name', ({ name, file, description, bytes, sha256, built }) => {
  const binary = readFileSync(new URL(file, FOLDER));
  it('is the recorded binary, built from these very sources', () => {
    expect(binary.length).toBe(bytes);
    expect(createHash('sha256').update(binary).digest('hex')).toBe(sha256);
    expect(hashOfSources(name)).toBe(built);
  });
  it('is a static executable that asks for no interpreter', () => {
    expect(parseElf(new Uint8Array(binary), [EM_386]).segments.length).toBeGreaterThan(0);
    expect(description).toContain(name);
  });
});

it('the build gives the same bytes again', (context) => {
  const { status, stdout } = spawnSync(process.execPath, [BUILD, '--check'], { encoding: 'utf8' });
  if (status === 77) context.skip(stdout.trim());
  expect(stdout).toBe('');
  expect(status).toBe(0);
});

it.runIf(process.platform === 'linux' && process.arch === 'x64')('the shell runs what it says it knows', () => {
  const bin = new URL('os/bin', FOLDER).pathname;
  const script = readFileSync(new URL('../../guests-os/shell.sh', import.meta.url), 'utf8');
  const wanted = [...script.matchAll(/^#> ?(.*)$/gm)].map(([, text]) => `${text}\n`).join('');
  const printed = execFileSync(`${bin}/sh`, ['-c', script, 'script', 'one', 'two words'], {
    encoding: 'utf8',
    env: { PATH: bin, HOME: '/' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  expect(printed).toBe(wanted);
});
