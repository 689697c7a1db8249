/** The image that the page opens: made of the committed binaries, listed with its hash, and what a level takes. */
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { image, programs } from '../../../public/programs/build-os.mjs';
import { layersOf } from '../../../src/formats/tar.ts';

const FOLDER = new URL('../../../public/programs/', import.meta.url);
const bytes = readFileSync(new URL('os/rooms.tar', FOLDER));
interface Listed {
  readonly images: readonly {
    readonly id: string;
    readonly binaries: { readonly os: { readonly file: string; readonly bytes: number; readonly sha256: string } };
  }[];
}

it('is the recorded one, made of these very binaries', () => {
  const { images } = JSON.parse(readFileSync(new URL('manifest.json', FOLDER), 'utf8')) as Listed;
  const { os } = images.find(({ id }) => id === 'rooms')!.binaries;
  expect([os.file, os.bytes]).toEqual(['os/rooms.tar', bytes.length]);
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(os.sha256);
  expect(Buffer.from(image()).equals(bytes)).toBe(true);
});

it('has two layers with every program, and a Windows program that says so in its first bytes', () => {
  const layers = layersOf(new Uint8Array(bytes));
  expect(layers.map(({ name }) => name)).toEqual(['base', 'app']);
  const [base, app] = layers.map(({ entries }) => new Map(entries.map((entry) => [entry.path, entry])));
  for (const name of programs()) {
    const there = base!.get(`bin/${name}`)!;
    expect(there.mode & 0o111).toBe(0o111);
    expect(Buffer.from(there.bytes).equals(readFileSync(new URL(`os/bin/${name}`, FOLDER)))).toBe(true);
  }
  expect(String.fromCharCode(...app!.get('opt/windows.exe')!.bytes.subarray(0, 2))).toBe('MZ');
});

it.runIf(process.platform === 'linux')('is read by the system’s own tar', () => {
  const list = execFileSync('tar', ['tf', new URL('os/rooms.tar', FOLDER).pathname], { encoding: 'utf8' });
  expect(list.split('\n').filter((line) => line !== '')).toEqual(['base.tar', 'app.tar', 'manifest.json']);
});
