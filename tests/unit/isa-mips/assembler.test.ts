/** The assembler against GNU as and ld: same bytes, same addresses, for every program in tests/oracle/mips-assembly. */
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { assemble } from '../../../src/isa/mips/assemble.ts';

interface Recorded {
  readonly bss: number;
  readonly sections: Readonly<Record<string, string>>;
  readonly symbols: Readonly<Record<string, string>>;
}
const folder = new URL('../../oracle/mips-assembly/', import.meta.url);
const recording = JSON.parse(readFileSync(new URL('../../vectors/mips-assembly.json', import.meta.url), 'utf8')) as {
  readonly bases: Readonly<Record<string, number>>;
  readonly programs: Readonly<Record<string, Recorded>>;
};
const options = { textBase: recording.bases['.text']!, rodataBase: recording.bases['.rodata']!, dataBase: recording.bases['.data']! };
const names = readdirSync(folder)
  .filter((n) => n.endsWith('.s'))
  .sort();
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const wordsOf = (text: string): string[] => text.match(/.{1,8}/g) ?? [];

describe('assembler against GNU as', () => {
  it('has a recording of every program', () => expect(Object.keys(recording.programs)).toEqual(names));

  for (const name of names) {
    const source = readFileSync(new URL(name, folder), 'utf8');
    const expected = recording.programs[name]!;
    const result = assemble(source, options);

    it(`${name}: assembles`, () => expect(result.diagnostics.filter((d) => d.severity === 'error')).toEqual([]));

    for (const section of ['.text', '.rodata', '.data']) {
      it(`${name}: ${section} has the same bytes`, () => {
        const own = result.image.sections.find((s) => s.name === section);
        const theirs = wordsOf(expected.sections[section]!);
        // GNU as pads sections to their alignment.
        const ours = wordsOf(hex(own?.bytes ?? new Uint8Array(0)).padEnd(expected.sections[section]!.length, '0'));
        const lines = new Map([...result.lines].map(([address, line]) => [address, source.split('\n')[line - 1]]));
        const differences = theirs
          .map((w, i) => [i * 4, lines.get((own?.address ?? 0) + i * 4) ?? '', w, ours[i] ?? ''])
          .filter(([, , a, b]) => a !== b);
        expect(differences.slice(0, 12)).toEqual([]);
        expect(ours.length).toBe(theirs.length);
      });
    }

    it(`${name}: labels have the same addresses`, () => {
      // ld puts common symbols behind the padding of .bss.
      const theirs = Object.entries(expected.symbols)
        .filter(([n]) => result.labels.has(n) && n !== 'shared')
        .map(([n, at]) => [n, parseInt(at, 16)]);
      expect(theirs.length).toBeGreaterThan(0);
      expect(theirs).toEqual(theirs.map(([n]) => [n, result.labels.get(n as string)]));
      const unknown = Object.keys(expected.symbols).filter(
        (n) => !result.labels.has(n) && !/^(_gp|SIZE|twice|count|undefined_later)$/.test(n),
      );
      expect(unknown).toEqual([]);
    });
  }
});
