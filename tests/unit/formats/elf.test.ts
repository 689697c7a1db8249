/** ELF parser: against readelf-known facts of a hand-built file, refusals, and fuzz with a fixed seed. */
import { describe, expect, test } from 'vitest';
import { StructWriter } from '../../../src/bits/bytes.ts';
import { Random } from '../../../src/bits/random.ts';
import { parseElf, symbolNear, PF_R, PF_X } from '../../../src/formats/elf.ts';
import { FormatError } from '../../../src/formats/refusal.ts';

interface Shape {
  type?: number;
  machine?: number;
  entry?: number;
  phoff?: number;
  filesz?: number;
  memsz?: number;
  segments?: [number, number][];
  interp?: boolean;
}

/** A tiny executable written by the layout of the System V ABI, figure 4-3 and 5-1. */
function build(shape: Shape = {}): Uint8Array {
  const segments = shape.segments ?? [[0x08048000, 0x100]];
  const count = segments.length + (shape.interp ? 1 : 0);
  const w = new StructWriter();
  w.bytes([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1, 0]).pad(16);
  w.u16(shape.type ?? 2)
    .u16(shape.machine ?? 3)
    .u32(1)
    .u32(shape.entry ?? 0x08048080)
    .u32(shape.phoff ?? 52)
    .u32(0)
    .u32(0);
  w.u16(52).u16(32).u16(count).u16(40).u16(0).u16(0);
  if (shape.interp) w.u32(3).u32(0xc0).u32(0x080480c0).u32(0x080480c0).u32(19).u32(19).u32(4).u32(1);
  for (const [vaddr, size] of segments)
    w.u32(1)
      .u32(0)
      .u32(vaddr)
      .u32(vaddr)
      .u32(shape.filesz ?? size)
      .u32(shape.memsz ?? size)
      .u32(PF_R | PF_X)
      .u32(0x1000);
  w.pad(0xc0);
  if (shape.interp) w.text('/lib/ld-linux.so.2', 19);
  return w.pad(0x100).done();
}

const refusal = (bytes: Uint8Array): string => {
  try {
    parseElf(bytes);
  } catch (error) {
    if (error instanceof FormatError) return error.message;
    throw error;
  }
  return 'accepted';
};
const patch = (at: number, value: number): Uint8Array => {
  const b = build();
  b[at] = value;
  return b;
};

describe('ELF32', () => {
  test('reads header and segments', () => {
    const elf = parseElf(build());
    expect(elf.entry).toBe(0x08048080);
    expect(elf.phdr).toBe(0x08048034);
    expect(elf.segments).toEqual([{ type: 1, offset: 0, vaddr: 0x08048000, filesz: 0x100, memsz: 0x100, flags: 5, align: 0x1000 }]);
    expect(symbolNear(elf, 0x08048080)).toBeNull();
  });

  test('gives a program that runs anywhere the addresses that it will have', () => {
    const elf = parseElf(build({ type: 3, segments: [[0, 0x100]], entry: 0x80 }));
    expect([elf.entry, elf.phdr, elf.segments[0]!.vaddr]).toEqual([0x56555080, 0x56555034, 0x56555000]);
  });

  test.each([
    ['empty', new Uint8Array(0), /empty/],
    ['text', new Uint8Array([0x23, 0x21, 0x2f, 0x62]), /not an ELF file/],
    ['cut header', build().subarray(0, 40), /header is cut off.*40 bytes/],
    ['64-bit', patch(4, 2), /64-bit/],
    ['big-endian', patch(5, 2), /big-endian/],
    ['wrong machine', build({ machine: 40 }), /for ARM; expected i386 or MIPS/],
    ['object file', build({ type: 1 }), /relocatable/],
    ['shared object', build({ type: 3, entry: 0 }), /shared object/],
    ['position-independent for MIPS', build({ type: 3, machine: 8 }), /position-independent/],
    [
      'position-independent too high',
      build({ type: 3, segments: [[0xc0000000, 0x100]], entry: 0xc0000080 }),
      /past the end of the address space/,
    ],
    ['dynamic', build({ interp: true }), /dynamically linked \(it asks for \/lib\/ld-linux\.so\.2\)/],
    ['headers past the end', build({ phoff: 0xf0 }), /program headers .* past the end/],
    ['segment past the end', build({ filesz: 0x200, memsz: 0x200 }), /Segment 0 .* past the end of the file/],
    ['memory smaller than file', build({ memsz: 8 }), /only 8 in memory/],
    ['wraps', build({ segments: [[0xffffff00 & ~0xfff, 0x100]], memsz: 0x2000, entry: 0xfffff000 }), /past the end of the address space/],
    [
      'overlap',
      build({
        segments: [
          [0x08048000, 0x100],
          [0x08048000, 0x100],
        ],
      }),
      /overlap/,
    ],
    ['entry outside', build({ entry: 0x1000 }), /entry point 00001000/],
    ['cut in the middle', build().subarray(0, 0x80), /past the end of the file \(128 bytes\)/],
  ])('refuses %s', (_name, bytes, why) => {
    expect(refusal(bytes)).toMatch(why);
  });

  test('any bytes are parsed or refused in one sentence, never anything else', () => {
    const random = new Random(20240101);
    const valid = build({
      segments: [
        [0x08048000, 0x100],
        [0x0804a000, 0x80],
      ],
    });
    for (let i = 0; i < 20_000; i++) {
      const bytes =
        i % 4 === 0 ? random.bytes(random.below(300)) : valid.slice(0, random.below(8) === 0 ? random.below(valid.length) : valid.length);
      if (i % 4 === 0 && i % 8 === 0) bytes.set([0x7f, 0x45, 0x4c, 0x46].slice(0, bytes.length));
      if (i % 4 !== 0)
        for (let n = random.below(6); n >= 0 && bytes.length > 0; n--) bytes[random.below(bytes.length)] = random.next() & 0xff;
      const said = refusal(bytes);
      if (said !== 'accepted') expect(said).toMatch(/^[A-Z][^\n]*\.$/);
    }
  });
});
