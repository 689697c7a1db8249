/**
 * The supplied programs: sources, binaries, line tables, expectations and recordings belong together. What the programs
 * do on Strata is tested elsewhere; here the other side of that comparison is kept honest.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseElf, PF_X } from '../../../src/formats/elf.ts';

const FOLDER = new URL('../../../public/programs/', import.meta.url);
const BUILD = new URL('build.mjs', FOLDER).pathname;

interface Binary {
  readonly file: string;
  readonly lines: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly source: string;
}
interface Supplied {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly look: string;
  readonly language: string;
  readonly source: string;
  readonly stdin: string | null;
  readonly binaries: Readonly<Record<string, Binary>>;
}
interface Run {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

const read = (path: string) => readFileSync(new URL(path, FOLDER));
const { programs } = JSON.parse(read('manifest.json').toString()) as { programs: readonly Supplied[] };
const recorded = JSON.parse(readFileSync(new URL('../../vectors/programs.json', import.meta.url), 'utf8')) as {
  programs: Readonly<Record<string, { binaries: Record<string, string>; stdin: string; runs: Record<string, Run> }>>;
};

const notes = (source: string, kind: string) =>
  [...source.matchAll(new RegExp(`^(?://|#) ${kind}:(?: (.*))?$`, 'gm'))].map((m) => `${m[1] ?? ''}\n`).join('');

describe.each(programs.map((program) => [program.id, program] as const))('%s', (id, program) => {
  const source = read(program.source).toString();

  it('is described', () => {
    for (const text of [program.title, program.description, program.look]) expect(text.length).toBeGreaterThan(4);
  });

  it.each(Object.entries(program.binaries))('%s binary is the recorded one', (isa, binary) => {
    const bytes = read(binary.file);
    expect(bytes.length).toBe(binary.bytes);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(binary.sha256);
    expect(recorded.programs[id]!.binaries[isa]).toBe(binary.sha256);
  });

  it.each(Object.entries(recorded.programs[id]!.runs))('printed on the real %s system what its source expects', (_isa, run) => {
    expect(run).toEqual({ stdout: notes(source, 'expect'), stderr: '', status: 0 });
    expect(recorded.programs[id]!.stdin).toBe(notes(source, 'stdin'));
    expect(program.stdin ?? '').toBe(notes(source, 'stdin'));
  });

  it.each(Object.entries(program.binaries))('%s line table covers the code and names lines that exist', (_isa, binary) => {
    const { files, rows } = JSON.parse(read(binary.lines).toString()) as { files: string[]; rows: [number, number, number][] };
    const lengths = files.map((file) => read(file).toString().split('\n').length);
    const elf = parseElf(new Uint8Array(read(binary.file)));
    expect(rows[0]![0]).toBe(elf.entry);
    for (const [address, file, line] of rows) {
      const code = elf.segments.some((s) => (s.flags & PF_X) !== 0 && address >= s.vaddr && address <= s.vaddr + s.filesz);
      expect(code).toBe(true);
      if (line !== 0) expect(line <= lengths[file]!).toBe(true);
    }
    expect(rows.map((row) => row[0])).toEqual(rows.map((row) => row[0]).toSorted((a, b) => a - b));
  });
});

describe('the build', () => {
  it('binaries were built from these very sources', () => {
    const hashes = JSON.parse(execFileSync(process.execPath, [BUILD, '--hashes'], { encoding: 'utf8' })) as Record<string, string>;
    const stated = Object.fromEntries(
      programs.flatMap((p) => Object.entries(p.binaries).map(([isa, binary]) => [`${p.id}.${isa}`, binary.source])),
    );
    expect(hashes).toEqual(stated);
  });

  it('gives the same bytes again', (context) => {
    const { status, stdout } = spawnSync(process.execPath, [BUILD, '--check'], { encoding: 'utf8' });
    if (status === 77) context.skip(stdout.trim());
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });
});
