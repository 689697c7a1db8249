/** decode(encode(x)) is x for all rows; the tables hold every row; arbitrary bytes decode to something. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/bits/random.ts';
import { decode } from '../../../src/isa/x86/decode.ts';
import { encode } from '../../../src/isa/x86/encode.ts';
import type { X86Instruction } from '../../../src/isa/x86/instruction.ts';
import { defaultSegment } from '../../../src/isa/x86/operand.ts';
import type { Operand } from '../../../src/isa/x86/operand.ts';
import { ROWS, TOO_LONG, UNDEFINED } from '../../../src/isa/x86/rows/index.ts';
import { sample } from '../../../src/isa/x86/sample.ts';
import { nameOf } from './names.ts';

const MODE = { code32: true, stack32: true };
const read = (bytes: ArrayLike<number>, address = 0x1000, mode = MODE): X86Instruction => {
  const d = decode(Uint8Array.from(bytes), 0, bytes.length, address, mode);
  if (!d) throw new Error('null');
  return d;
};
/** An override that names the default segment says nothing. */
const plain = (o: Operand): Operand => {
  if (o.k !== 'mem' || o.segment !== defaultSegment(o.base)) return o;
  const { segment: _, ...rest } = o;
  return rest;
};

/** xchg and test take their operands in either order. */
const inOrder = (d: X86Instruction): string[] => {
  const operands = d.operands.map((o) => JSON.stringify(plain(o)));
  return d.mnemonic === 'xchg' || d.mnemonic === 'test' ? operands.sort() : operands;
};

describe('round trips', () => {
  it('operands survive encoding, for every row', () => {
    for (const [i, row] of ROWS.entries()) {
      for (let n = 0; n < 12; n++) {
        const d = read(sample(row, i * 100 + n, { addressing: n < 4 ? 'simple' : 'any', lock: n === 5 }));
        expect(d.row, `${row.name} ${row.encoding}`).toBe(row);
        const again = read(encode(nameOf(d), d.operands, 0x1000));
        expect(inOrder(again), d.text).toEqual(inOrder(d));
        if (!(d.mnemonic === 'xchg' && again.mnemonic === 'nop')) expect(again.mnemonic, d.text).toBe(d.mnemonic);
        expect([again.operandSize, again.repeat, again.lock], d.text).toEqual([
          row.form.sized ? d.operandSize : again.operandSize,
          d.repeat,
          d.lock,
        ]);
      }
    }
  });
  it('byte fields lie where they are said to lie', () => {
    const d = read([0x64, 0xc7, 0x84, 0x8b, 0x78, 0x56, 0x34, 0x12, 0xef, 0xbe, 0xad, 0xde]);
    expect(d.text).toBe('mov DWORD PTR fs:[ebx+ecx*4+0x12345678],0xdeadbeef');
    expect(d.fields).toEqual({
      prefixes: 1,
      opcode: { at: 1, length: 1 },
      modrm: 2,
      sib: 3,
      displacement: { at: 4, length: 4 },
      immediate: { at: 8, length: 4 },
    });
  });
});

describe('16-bit code segments', () => {
  /** Texts of objdump -m i8086. */
  it.each([
    ['8b4702', 'mov ax,WORD PTR [bx+0x2]'],
    ['668b4702', 'mov eax,DWORD PTR [bx+0x2]'],
    ['67668b4702', 'mov eax,DWORD PTR [edi+0x2]'],
    ['b83412', 'mov ax,0x1234'],
    ['66b878563412', 'mov eax,0x12345678'],
    ['f3a5', 'rep movs WORD PTR es:[di],WORD PTR ds:[si]'],
    ['67821d7800000003', 'addr32 sbb BYTE PTR ds:0x78,0x3'],
    ['60', 'pusha'],
    ['6660', 'pushad'],
    ['98', 'cbw'],
    ['6698', 'cwde'],
    ['e302', 'jcxz 0x104'],
    ['67e302', 'jecxz 0x105'],
    ['ea34127856', 'jmp 0x5678:0x1234'],
    ['c8100001', 'enter 0x10,0x1'],
    ['e9fdff', 'jmp 0x100'],
  ])('%s is %s', (hex, text) => {
    const bytes = hex.match(/../g)!.map((pair) => parseInt(pair, 16)),
      d = read(bytes, 0x100, { code32: false, stack32: false });
    expect([d.text, d.length]).toEqual([text, bytes.length]);
  });
  it('a 16-bit stack segment moves SP alone', () => {
    const d = read([0x50], 0x100, { code32: true, stack32: false });
    expect(d.ops.filter((o) => o.k === 'put')).toMatchObject([{ to: { word: 4, low: 0, width: 16 } }]);
    expect(d.ops.find((o) => o.k === 'store')).toMatchObject({ width: 32, at: { segment: 2, offset: { k: 'extend', width: 16 } } });
  });
});

describe('what is not an instruction', () => {
  it.each([
    ['0F FF', [0x0f, 0xff]],
    ['D9 /1 with memory', [0xd9, 0x08]],
    ['DB /1 with memory (fisttp)', [0xdb, 0x08]],
    ['8F /1', [0x8f, 0xc8]],
    ['FF /7', [0xff, 0xf8]],
    ['C6 /1', [0xc6, 0xc8]],
    ['salc', [0xd6, 0x90]],
    ['lea with a register', [0x8d, 0xc0]],
    ['popcnt', [0xf3, 0x0f, 0xb8, 0xc0]],
    ['lock nop', [0xf0, 0x90]],
    ['lock add to a register', [0xf0, 0x01, 0xc0]],
    ['lock cmp', [0xf0, 0x39, 0x00]],
    ['lock add from memory', [0xf0, 0x03, 0x00]],
  ])('%s raises #UD', (_, bytes) => {
    const d = read([...bytes, 0x90, 0x90, 0x90, 0x90]);
    expect(d.row).toBe(UNDEFINED);
    expect(d.ops.map((o) => o.k)).toEqual(['const', 'trapIf']);
    expect(d.ops[1]).toMatchObject({ vector: 6 });
  });
  it('sixteen bytes are one too many', () => {
    const nops = new Array<number>(14).fill(0x66);
    expect(read([...nops, 0x90]).length).toBe(15);
    const long = read([...nops, 0x66, 0x90]);
    expect([long.row, long.length]).toEqual([TOO_LONG, 15]);
    expect(long.ops[1]).toMatchObject({ k: 'trapIf', vector: 13, error: 0 });
  });
  it('bytes that end too early give null, wherever they end', () => {
    const whole = [0x66, 0x64, 0x81, 0x84, 0x8b, 1, 2, 3, 4, 5, 6];
    for (let n = 0; n < whole.length; n++) expect(decode(Uint8Array.from(whole.slice(0, n)), 0, n, 0, MODE)).toBeNull();
    expect(read(whole).length).toBe(whole.length);
  });
  it('reads nothing outside of its range', () => {
    const bytes = Uint8Array.from([0x90, 0xb8, 1, 2, 3, 4, 0x90]);
    expect(decode(bytes, 1, 5, 0, MODE)).toBeNull();
    expect(decode(bytes, 1, 6, 0, MODE)!.text).toBe('mov eax,0x4030201');
  });
  it('random bytes never throw, in any mode', () => {
    const random = new Random(2024);
    for (let n = 0; n < 40_000; n++) {
      const bytes = random.bytes(1 + random.below(18));
      if (n % 3 === 0) bytes[0] = [0x0f, 0x66, 0x67, 0xf3, 0xf0][random.below(5)]!;
      const d = decode(bytes, 0, bytes.length, random.next(), { code32: n % 5 !== 0, stack32: n % 7 !== 0 });
      if (d === null) {
        expect(bytes.length).toBeLessThan(15);
        continue;
      }
      expect(d.length).toBeGreaterThanOrEqual(1);
      expect(d.length).toBeLessThanOrEqual(Math.min(15, bytes.length));
      if (n % 4 === 0) {
        expect(d.text).not.toMatch(/undefined|NaN/);
        void d.ops;
      }
    }
  });
});
