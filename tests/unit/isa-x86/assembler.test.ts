/** Labels, relaxation, alignment, fixups; the text assembler and its diagnostics. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/bits/random.ts';
import { Assembler, AssemblyError, imm, label, m32, mem, r16, r32, r8, target } from '../../../src/isa/x86/assembler.ts';
import { decode } from '../../../src/isa/x86/decode.ts';
import type { X86Instruction } from '../../../src/isa/x86/instruction.ts';
import { assemble } from '../../../src/isa/x86/parse.ts';
import { EAX, EBP, EBX, ECX, ESP } from '../../../src/isa/x86/state.ts';
import { hexOf } from '../../oracle/x86-asm-cases.ts';

const MODE = { code32: true, stack32: true };
function listing(bytes: Uint8Array, origin: number): X86Instruction[] {
  const all: X86Instruction[] = [];
  for (let at = 0; at < bytes.length; at += all.at(-1)!.length) all.push(decode(bytes, at, bytes.length, origin + at, MODE)!);
  return all;
}

describe('Assembler', () => {
  it('takes short jumps where they reach, forwards and backwards, and long ones elsewhere', () => {
    for (const gap of [0, 100, 125, 126, 127, 128, 129, 130, 1000]) {
      const a = new Assembler(0x1000).emit('jmp', label('end')).data(new Uint8Array(gap)).label('end').emit('nop');
      expect(a.finish().bytes.length, `${gap}`).toBe(gap + 1 + (gap <= 127 ? 2 : 5));
      const b = new Assembler(0x1000).label('start').data(new Uint8Array(gap)).emit('jne', label('start'));
      expect(b.finish().bytes.length, `${gap}`).toBe(gap + (gap + 2 <= 128 ? 2 : 6));
    }
  });
  it('lands every jump on its label, whatever grows between', () => {
    const random = new Random(5),
      names = Array.from({ length: 40 }, (_, i) => `l${i}`),
      a = new Assembler(0x4000),
      jumps: string[] = [];
    for (const name of names) {
      a.label(name);
      for (let n = random.below(3); n > 0; n--) a.emit('mov', r32(random.below(8)), imm(random.next()));
      if (random.below(5) === 0) a.align(16);
      const to = names[random.below(names.length)]!;
      jumps.push(to);
      a.emit(['jmp', 'je', 'call'][random.below(3)]!, label(to));
    }
    const { bytes, labels } = a.finish();
    const landed = listing(bytes, 0x4000).flatMap((d) => d.operands.filter((o) => o.k === 'target').map((o) => o.n));
    expect(landed).toEqual(jumps.map((to) => labels.get(to)));
  });
  it('resolves absolute addresses, table addresses and data after jumps have grown', () => {
    const { bytes, labels } = new Assembler(0x1000)
      .emit('jmp', label('far'))
      .emit('mov', r32(ECX), label('table', 4))
      .emit('mov', r32(EAX), m32({ label: 'table', index: EAX, scale: 4 }))
      .emit('call', target(0x9000))
      .data(new Uint8Array(200))
      .label('far')
      .emit('ret')
      .align(4)
      .label('table')
      .address('far')
      .finish();
    const code = listing(bytes.subarray(0, 22), 0x1000),
      table = labels.get('table')!;
    expect(table % 4).toBe(0);
    expect(code.map((d) => d.text)).toEqual([
      `jmp 0x${labels.get('far')!.toString(16)}`,
      `mov ecx,0x${(table + 4).toString(16)}`,
      `mov eax,DWORD PTR [eax*4+0x${table.toString(16)}]`,
      'call 0x9000',
    ]);
    expect(new DataView(bytes.buffer).getUint32(table - 0x1000, true)).toBe(labels.get('far'));
  });
  it.each([
    ['add eax, 1 sign-extended', 'add', [r32(EAX), imm(1)], '83c001'],
    ['add eax, 1000 short form', 'add', [r32(EAX), imm(1000)], '05e8030000'],
    ['-1 as unsigned', 'and', [r32(EBX), imm(0xfffffff0)], '83e3f0'],
    ['ebp needs a displacement', 'mov', [r32(EAX), m32({ base: EBP })], '8b4500'],
    ['esp needs a SIB', 'mov', [r32(EAX), m32({ base: ESP })], '8b0424'],
    ['a default segment costs nothing', 'mov', [r32(EAX), m32({ base: EBP, segment: 2 })], '8b4500'],
    ['a segment override', 'mov', [r32(EBX), m32({ base: EAX, segment: 5 })], '658b18'],
    ['test is symmetric', 'test', [r32(EAX), m32({ base: EBX })], '8503'],
    ['imul of two', 'imul', [r32(ECX), imm(3)], '6bc903'],
    ['size from the other operand', 'mov', [mem(0, { base: EAX }), r8(1)], '8808'],
    ['jmp short', 'jmp short', [imm(0)], 'ebfe'],
    ['jmp near', 'jmp near', [imm(0)], 'e9fbffffff'],
    ['sal is shl', 'sal', [r16(3), imm(1)], '66d1e3'],
    ['movsd without operands', 'rep movsd', [], 'f3a5'],
    ['setz is sete', 'setz', [r8(0)], '0f94c0'],
    ['aam alone', 'aam', [], 'd40a'],
  ] as const)('%s', (_, name, operands, bytes) => {
    expect(hexOf(new Assembler(0).emit(name, ...operands).finish().bytes)).toBe(bytes);
  });
  it.each([
    ['mov', [r32(EAX), r16(EAX)]],
    ['frob', []],
    ['add', [mem(0, { base: EAX }), imm(1)]],
    ['lock mov', [m32({ base: EAX }), r32(EAX)]],
    ['rep add', [r32(0), r32(1)]],
    ['mov', [r8(0), imm(256)]],
    ['mov', [r32(0), m32({ index: ESP, scale: 2 })]],
    ['jmp short', [imm(5000)]],
    ['movzx', [r32(0), mem(0, { base: 0 })]],
  ] as const)('refuses %s %j', (name, operands) => {
    expect(() => new Assembler(0).emit(name, ...operands).finish()).toThrow(AssemblyError);
  });
  it('refuses labels that are missing, double or out of reach', () => {
    expect(() => new Assembler(0).emit('jmp', label('x')).finish()).toThrow("label 'x' is not defined");
    expect(() => new Assembler(0).label('x').label('x')).toThrow('twice');
    expect(() => new Assembler(0).emit('loop', label('x')).data(new Uint8Array(200)).label('x').finish()).toThrow('reach');
  });
});

describe('text', () => {
  it('assembles labels, data, constants, repetitions and alignment', () => {
    const { bytes, labels, lines, diagnostics } = assemble(
      `
size    equ 4 * 2           ; a constant
start:  mov ecx, size
.again: add eax, [table + ecx*4 - 4]
        dec ecx
        jnz .again
        jmp done            # another comment
table:  dd 1, 0x20, start, $
        dw 'ab', 10h
        db "hi", 0, -1
        times 3 db 7
        align 16
done:   ret`,
      0x1000,
    );
    expect(diagnostics).toEqual([]);
    expect([...labels]).toEqual([
      ['start', 0x1000],
      ['.again', 0x1005],
      ['table', 0x1011],
      ['done', 0x1030],
    ]);
    expect(hexOf(bytes)).toBe(
      'b908000000' +
        '03048d0d100000' +
        '49' +
        '75f6' +
        'eb1f' +
        '0100000020000000' +
        '00100000' +
        '11100000' +
        '61621000' +
        '686900ff' +
        '070707' +
        '90'.repeat(4) +
        'c3',
    );
    expect(lines.find((l) => l.line === 6)).toEqual({ line: 6, address: 0x100d, length: 2 });
  });
  it.each([
    ['mov eax, [ebx + esi*8 + 0x10]', '8b44f310'],
    ['mov dword ptr fs:[0], 5', '64c7050000000005000000'],
    ['mov eax, gs:0x14', '65a114000000'],
    ['lea esi, [esi+eiz*1]', null],
    ['push dword [ebp-4]', 'ff75fc'],
    ["mov byte [eax], 'A'", 'c60041'],
    ['lock add dword ptr [eax], 1', 'f0830001'],
    ['jmp far 0x10:0x1234', 'ea341200001000'],
    ['call far [ebx]', 'ff1b'],
    ['mov al, [bx+si+5]', '678a4005'],
    ['in al, dx', 'ec'],
    ['mov cr0, eax', '0f22c0'],
    ['xchg eax, [ebx]', '8703'],
    ['shl dword [eax], cl', 'd320'],
    ['rep stosb', 'f3aa'],
    ['mov eax, [eax+esp]', '8b0404'],
    ['mov eax, -(2+3)&0xff', 'b8fb000000'],
    ['ret 4', 'c20400'],
    ['int 80h', 'cd80'],
    ['enter 8, 0', 'c8080000'],
    ['movzx eax, byte ptr [ecx]', '0fb601'],
    ['cmovz eax, ebx', '0f44c3'],
    ['MOV EAX, EBX', '89d8'],
  ])('%s', (text, bytes) => {
    const result = assemble(text, 0);
    if (bytes === null) expect(result.diagnostics.length).toBe(1);
    else expect(result.diagnostics[0]?.message ?? hexOf(result.bytes)).toBe(bytes);
  });
  it.each([
    ['nop\n  frob eax', 2, 3, 7, "'frob' is not an instruction"],
    ['mov eax, nowhere', 1, 10, 17, "'nowhere' is not defined"],
    ['mov eax, bl', 1, 1, 12, 'does not take'],
    ['mov [eax], 5', 1, 1, 13, 'write byte, word or dword'],
    ['mov eax, [ebx*3]', 1, 15, 16, 'scale'],
    ['movsx eax, ebx', 1, 1, 15, 'it takes r, r/m8 or r, r/m16'],
    ['a: nop\na: nop', 2, 1, 2, 'twice'],
    ['mov eax, 5 5', 1, 12, 13, "',' expected"],
    ['mov eax,', 1, 8, 9, 'too early'],
    ['db 256', 1, 4, 7, 'does not fit'],
    ['align 3', 1, 7, 8, 'power of two'],
    ['mov eax, [ebx', 1, 11, 14, 'too early'],
    ['times 99999999 nop', 1, 7, 15, 'times'],
    ['loop x\ntimes 200 nop\nx: nop', 1, 1, 2, 'reach'],
    ['mov eax, 0x123456789', 1, 10, 21, '32 bits'],
    ['mov eax, %', 1, 10, 11, "'%' found"],
    ['mov eax, [ax+ebx]', 1, 14, 17, 'one size'],
  ])('%j is refused with its place', (text, line, column, endColumn, message) => {
    const { diagnostics, bytes } = assemble(text, 0);
    expect(diagnostics[0]).toMatchObject({ line, column, endColumn });
    expect(diagnostics[0]!.message).toContain(message);
    expect(bytes.length).toBe(0);
  });
  it('reports every wrong line', () => {
    expect(assemble('frob\nnop\nmov eax\njmp x').diagnostics.map((d) => d.line)).toEqual([1, 3, 4]);
  });
  it('never throws on noise', () => {
    const random = new Random(11),
      parts = [
        'mov',
        'eax',
        '[',
        ']',
        ',',
        '+',
        '*',
        '4',
        'db',
        "'",
        'x:',
        ':',
        'times',
        '-',
        '(',
        'equ',
        'dd',
        'lock',
        'word ptr',
        '$',
        ';',
        '\n',
        'jmp',
        'x',
        'align',
        'far',
        '"',
        '0x',
        'esp',
      ];
    for (let i = 0; i < 4000; i++) {
      const text = Array.from({ length: random.below(12) }, () => parts[random.below(parts.length)]).join(random.below(2) ? ' ' : '');
      const result = assemble(text, 0x1000);
      for (const d of result.diagnostics) {
        expect(d.message).not.toBe('');
        expect(d.endColumn).toBeGreaterThan(d.column - 1);
        expect(d.line).toBeGreaterThan(0);
      }
    }
  });
});
