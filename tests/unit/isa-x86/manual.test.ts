/** What the manual says about odd cases: its own examples and tables, and second formulations in BigInt. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/bits/random.ts';
import { creg, imm, m16, m32, m8, mem, r16, r32, r8, sreg } from '../../../src/isa/x86/operand.ts';
import { encode } from '../../../src/isa/x86/encode.ts';
import { decode } from '../../../src/isa/x86/decode.ts';
import { AF, CF, DF, EAX, EBP, EBX, ECX, EDI, EDX, EIP, ESI, ESP, OF, SF, ZF } from '../../../src/isa/x86/state.ts';
import { Machine } from './run.ts';

const AL = r8(0),
  AH = r8(4),
  BL = r8(3),
  CL = r8(1);
const machine = (set: Record<number, number> = {}, flags = 2): Machine => {
  const m = new Machine();
  for (const [n, value] of Object.entries(set)) m.words[Number(n)] = value;
  m.flags = flags;
  return m;
};

describe('decimal adjustment (SDM examples)', () => {
  it('DAA and DAS: 79H + 35H, 35H - 47H', () => {
    const add = machine({ [EAX]: 0x79, [EBX]: 0x35 })
      .run('add', AL, BL)
      .run('daa');
    expect([add.reg(EAX), add.flags & (CF | AF)]).toEqual([0x14, CF | AF]);
    const sub = machine({ [EAX]: 0x35, [EBX]: 0x47 }).run('sub', AL, BL);
    expect([sub.reg(EAX), sub.flags & (CF | AF | SF)]).toEqual([0xee, CF | AF | SF]);
    sub.run('das');
    expect([sub.reg(EAX), sub.flags & (CF | AF)]).toEqual([0x88, CF | AF]);
  });
  it('all two-digit sums and differences come out in decimal', () => {
    const bcd = (n: number): number => Math.floor(n / 10) * 16 + (n % 10);
    for (let a = 0; a < 100; a += 3)
      for (let b = 0; b < 100; b += 7) {
        const sum = machine({ [EAX]: bcd(a), [EBX]: bcd(b) })
          .run('add', AL, BL)
          .run('daa');
        expect([sum.reg(EAX), sum.flags & CF]).toEqual([bcd((a + b) % 100), a + b > 99 ? CF : 0]);
        const rest = machine({ [EAX]: bcd(a), [EBX]: bcd(b) })
          .run('sub', AL, BL)
          .run('das');
        expect([rest.reg(EAX), rest.flags & CF]).toEqual([bcd((a - b + 100) % 100), a < b ? CF : 0]);
      }
  });
  it('AAM, AAD, AAA, AAS', () => {
    const m = machine({ [EAX]: 9 * 7 }).run('aam', imm(10));
    expect(m.reg(EAX)).toBe(0x0603);
    expect(m.run('aad', imm(10)).reg(EAX)).toBe(63);
    expect(
      machine({ [EAX]: 0x0f })
        .run('aaa')
        .reg(EAX),
    ).toBe(0x0105);
    expect(
      machine({ [EAX]: 0x02fe })
        .run('aas')
        .reg(EAX),
    ).toBe(0x0108);
    const zero = machine({ [EAX]: 5 }).run('aam', imm(0));
    expect([zero.trap, zero.reg(EAX)]).toEqual([0, 5]);
  });
});

describe('the commit rule', () => {
  it('PUSH ESP, POP ESP, POP [ESP], XCHG, XADD and CMPXCHG with equal operands', () => {
    const m = machine({ [ESP]: 0x1000 }).run('push', r32(ESP));
    expect([m.reg(ESP), m.memory.getUint32(0xffc, true)]).toEqual([0xffc, 0x1000]);
    expect(m.run('pop', r32(ESP)).reg(ESP)).toBe(0x1000);
    const p = machine({ [ESP]: 0x1000 });
    p.memory.setUint32(0x1000, 77, true);
    p.run('pop', m32({ base: ESP, disp: 8 }));
    expect([p.reg(ESP), p.memory.getUint32(0x100c, true)]).toEqual([0x1004, 77]);
    expect(
      machine({ [EAX]: 5 })
        .run('xadd', r32(EAX), r32(EAX))
        .reg(EAX),
    ).toBe(10);
    const x = machine({ [EAX]: 5, [ECX]: 9 }).run('cmpxchg', r32(EAX), r32(ECX));
    expect([x.reg(EAX), x.flags & ZF]).toEqual([9, ZF]);
    const y = machine({ [EAX]: 5, [EBX]: 6, [ECX]: 9 }).run('cmpxchg', r32(EBX), r32(ECX));
    expect([y.reg(EAX), y.reg(EBX), y.flags & (ZF | CF)]).toEqual([6, 6, CF]);
  });
  it('POP SP of 16 bits keeps the upper half of ESP', () => {
    const m = machine({ [ESP]: 0x1000 });
    m.memory.setUint16(0x1000, 0xabcd, true);
    expect(m.run('pop', r16(ESP)).reg(ESP)).toBe(0xabcd);
  });
  it('ENTER with nesting copies the display, LEAVE undoes it', () => {
    const m = machine({ [ESP]: 0x1000, [EBP]: 0x2000 });
    m.memory.setUint32(0x1ffc, 0x11, true);
    m.run('enter', imm(16), imm(2));
    expect([m.reg(EBP), m.reg(ESP)]).toEqual([0xffc, 0x1000 - 12 - 16]);
    expect([0xffc, 0xff8, 0xff4].map((at) => m.memory.getUint32(at, true))).toEqual([0x2000, 0x11, 0xffc]);
    expect(m.run('leave').reg(ESP)).toBe(0x1000);
    expect(m.reg(EBP)).toBe(0x2000);
  });
  it('PUSHA stores the old ESP, POPA skips it', () => {
    const m = machine({ [EAX]: 1, [ECX]: 2, [EDX]: 3, [EBX]: 4, [ESP]: 0x1000, [EBP]: 6, [ESI]: 7, [EDI]: 8 }).run('pusha');
    expect(Array.from({ length: 8 }, (_, i) => m.memory.getUint32(0x1000 - 4 - 4 * i, true))).toEqual([1, 2, 3, 4, 0x1000, 6, 7, 8]);
    m.memory.setUint32(0xfec, 99, true);
    expect(m.run('popa').reg(ESP)).toBe(0x1000);
  });
});

describe('multiplication and division against BigInt', () => {
  const random = new Random(7),
    interesting = [0, 1, 2, -1, -2, 0x7fffffff, -0x80000000, 0x10000, 3];
  const number = (): number => (random.below(3) === 0 ? interesting[random.below(interesting.length)]! : random.next() | 0);
  const u = (n: number): bigint => BigInt(n >>> 0),
    s = (n: number): bigint => BigInt(n | 0);
  it('32-bit products and their CF, OF', () => {
    for (let i = 0; i < 500; i++) {
      const a = number(),
        b = number();
      const m = machine({ [EAX]: a, [EBX]: b }).run('mul', r32(EBX)),
        product = u(a) * u(b);
      expect((u(m.reg(EDX)) << 32n) | u(m.reg(EAX))).toBe(product);
      expect(m.flags & (CF | OF)).toBe(product >> 32n ? CF | OF : 0);
      const n = machine({ [EAX]: a, [EBX]: b }).run('imul', r32(EBX)),
        signed = s(a) * s(b);
      expect(BigInt.asIntN(64, (u(n.reg(EDX)) << 32n) | u(n.reg(EAX)))).toBe(signed);
      expect(n.flags & (CF | OF)).toBe(BigInt.asIntN(32, signed) === signed ? 0 : CF | OF);
    }
  });
  it('64-by-32 division: quotient, rest, and #DE exactly when the quotient does not fit', () => {
    let traps = 0;
    for (let i = 0; i < 4000; i++) {
      const low = number(),
        by = number(),
        high = i % 2 ? low >> 31 : [0, -1, by >> 1, ((by >>> 1) - 1) | 0, -(by >> 1), number()][random.below(6)]!;
      const n = BigInt.asIntN(64, (u(high) << 32n) | u(low)),
        fits = by !== 0 && BigInt.asIntN(32, n / s(by)) === n / s(by);
      const m = machine({ [EAX]: low, [EDX]: high, [EBX]: by }).run('idiv', r32(EBX));
      expect(m.trap, `${n} / ${by}`).toBe(fits ? null : 0);
      if (fits) expect([m.words[EAX], m.words[EDX]]).toEqual([Number(n / s(by)), Number(n % s(by))]);
      else traps++;
      const un = BigInt.asUintN(64, n),
        ufits = by !== 0 && un / u(by) <= 0xffffffffn;
      const d = machine({ [EAX]: low, [EDX]: high, [EBX]: by }).run('div', r32(EBX));
      expect(d.trap).toBe(ufits ? null : 0);
      if (ufits) expect([d.reg(EAX), d.reg(EDX)]).toEqual([Number(un / u(by)), Number(un % u(by))]);
    }
    expect(traps).toBeGreaterThan(200);
  });
  it('words and bytes', () => {
    for (let i = 0; i < 2000; i++) {
      const n = i % 2 ? number() : random.below(0x20000) - 0x10000,
        by = i % 3 ? random.below(512) - 256 : number();
      const by16 = (by << 16) >> 16,
        q = by16 === 0 ? Infinity : Math.trunc(n / by16);
      const m = machine({ [EAX]: n & 0xffff, [EDX]: n >>> 16, [EBX]: by }).run('idiv', r16(EBX));
      if (q >= -0x8000 && q <= 0x7fff) expect([m.trap, m.reg(EAX), m.reg(EDX)]).toEqual([null, q & 0xffff, (n % by16) & 0xffff]);
      else expect(m.trap).toBe(0);
      const by8 = (by << 24) >> 24,
        n16 = (n << 16) >> 16,
        q8 = by8 === 0 ? Infinity : Math.trunc(n16 / by8);
      const b = machine({ [EAX]: n16 & 0xffff, [EBX]: by & 0xff }).run('idiv', BL);
      if (q8 >= -128 && q8 <= 127) expect([b.trap, b.reg(EAX)]).toEqual([null, (q8 & 0xff) | (((n16 % by8) & 0xff) << 8)]);
      else expect(b.trap).toBe(0);
    }
  });
  it('IMUL with a sign-extended word immediate', () => {
    const m = machine({ [EBX]: 100 }).run('imul', r16(EAX), r16(EBX), imm(-3));
    expect([m.reg(EAX), m.flags & (CF | OF)]).toEqual([0xfed4, 0]);
    const wide = machine({ [EBX]: 100 }).run('imul', r16(EAX), r16(EBX), imm(-300));
    expect([wide.reg(EAX), wide.flags & (CF | OF)]).toEqual([-30000 & 0xffff, 0]);
    expect(machine({ [EBX]: 200 }).run('imul', r16(EAX), r16(EBX), imm(-300)).flags & (CF | OF)).toBe(CF | OF);
  });
});

/** Rotates as a string of bits: slow and plain. */
function turn(bits: string, by: number): string {
  const n = by % bits.length;
  return bits.slice(n) + bits.slice(0, n);
}
describe('shifts and rotates against strings of bits', () => {
  const random = new Random(99);
  it.each([8, 16, 32] as const)('%i bits', (width) => {
    const operand = width === 8 ? AL : width === 16 ? r16(EAX) : r32(EAX),
      top = 2 ** width;
    const text = (n: number, w = width as number): string => (n % 2 ** w).toString(2).padStart(w, '0');
    for (let i = 0; i < 400; i++) {
      const a = random.next() % top,
        count = random.below(64),
        by = count & 31,
        cf = random.below(2);
      for (const name of ['rol', 'ror', 'rcl', 'rcr', 'shl', 'shr', 'sar'] as const) {
        const m = machine({ [EAX]: a, [ECX]: count }, 2 | cf | OF).run(name, operand, CL),
          result = (m.reg(EAX) % top) >>> 0;
        if (by === 0) {
          expect([result, m.flags]).toEqual([a, 2 | cf | OF]);
          continue;
        }
        let want: string, carry: string;
        if (name === 'rol') {
          want = turn(text(a), by);
          carry = want.at(-1)!;
        } else if (name === 'ror') {
          want = turn(text(a), width - (by % width));
          carry = want[0]!;
        } else if (name === 'rcl' || name === 'rcr') {
          const all = turn(`${cf}${text(a)}`, name === 'rcl' ? by % (width + 1) : width + 1 - (by % (width + 1)));
          want = all.slice(1);
          carry = all[0]!;
        } else if (name === 'shl') {
          const all = `${text(a)}${'0'.repeat(by)}`;
          want = all.slice(-width);
          carry = by > width ? '0' : all.at(-width - 1)!;
        } else {
          const all = (name === 'sar' ? text(a)[0]! : '0').repeat(by) + text(a);
          want = all.slice(0, width);
          carry = all[width]!;
        }
        expect(text(result), `${name} ${text(a)} ${by}`).toBe(want);
        expect(m.flags & CF, `${name} ${text(a)} ${by} CF`).toBe(Number(carry));
        if (by === 1) {
          const signs = Number(text(a)[0]) !== Number(want[0]);
          const overflow = name === 'sar' ? false : signs;
          expect((m.flags & OF) !== 0, `${name} ${text(a)} OF`).toBe(overflow);
        }
      }
    }
  });
  it('SHLD and SHRD', () => {
    for (let i = 0; i < 300; i++) {
      const a = random.next(),
        b = random.next(),
        by = 1 + random.below(31);
      const left = machine({ [EAX]: a, [EBX]: b }).run('shld', r32(EAX), r32(EBX), imm(by));
      expect(left.reg(EAX)).toBe(Number(((((BigInt(a) << 32n) | BigInt(b)) << BigInt(by)) >> 32n) & 0xffffffffn));
      expect(left.flags & CF).toBe((a >>> (32 - by)) & 1);
      const right = machine({ [EAX]: a, [EBX]: b }).run('shrd', r32(EAX), r32(EBX), imm(by));
      expect(right.reg(EAX)).toBe(Number((((BigInt(b) << 32n) | BigInt(a)) >> BigInt(by)) & 0xffffffffn));
      expect(right.flags & CF).toBe((a >>> (by - 1)) & 1);
    }
  });
});

describe('bits and strings', () => {
  it('bit offsets in registers reach beyond the memory operand, both ways', () => {
    for (const [offset, at, bit] of [
      [37, 0x204, 5],
      [-1, 0x1fc, 31],
      [-33, 0x1f8, 31],
      [0, 0x200, 0],
    ] as const) {
      const m = machine({ [EBX]: 0x200, [ECX]: offset }).run('bts', m32({ base: EBX }), r32(ECX));
      expect([m.memory.getUint32(at, true), m.flags & CF]).toEqual([(1 << bit) >>> 0, 0]);
    }
    const imm8 = machine({ [EBX]: 0x200 }).run('bts', m32({ base: EBX }), imm(37));
    expect(imm8.memory.getUint32(0x200, true)).toBe(32);
  });
  it('BSF and BSR leave the destination alone for a zero source', () => {
    expect(
      machine({ [EAX]: 7, [EBX]: 0x90 })
        .run('bsf', r32(EAX), r32(EBX))
        .reg(EAX),
    ).toBe(4);
    expect(
      machine({ [EAX]: 7, [EBX]: 0x90 })
        .run('bsr', r32(EAX), r32(EBX))
        .reg(EAX),
    ).toBe(7);
    const m = machine({ [EAX]: 7, [EBX]: 0 }).run('bsr', r32(EAX), r32(EBX));
    expect([m.reg(EAX), m.flags & ZF]).toEqual([7, ZF]);
  });
  it('REP MOVS retires one iteration a step and ends with ECX = 0; DF goes down; CX counts with 16-bit addresses', () => {
    const m = machine({ [ESI]: 0x100, [EDI]: 0x200, [ECX]: 3, [EIP]: 0x40 }, 2);
    for (let i = 0; i < 3; i++) m.memory.setUint32(0x100 + 4 * i, i + 1, true);
    const code = encode('rep movsd');
    for (let i = 0; i < 3; i++) {
      m.step(code);
      expect([m.reg(EIP), m.reg(ECX)]).toEqual([i < 2 ? 0x40 : 0x42, 2 - i]);
    }
    m.words[EIP] = 0x40;
    m.step(code);
    expect([m.reg(EIP), m.reg(ESI), m.reg(EDI), m.memory.getUint32(0x208, true)]).toEqual([0x42, 0x10c, 0x20c, 3]);
    const down = machine({ [EDI]: 0x200, [EAX]: 0xaa }, 2 | DF).run('stosb');
    expect([down.reg(EDI), down.memory.getUint8(0x200)]).toEqual([0x1ff, 0xaa]);
    const short = machine({ [EDI]: 0x10200, [ECX]: 0x10001 }, 2);
    const bytes = encode('addr16 rep stosb');
    short.step(bytes);
    expect([short.reg(ECX), short.reg(EDI)]).toEqual([0x10000, 0x10201]);
    expect(short.reg(EIP)).toBe(bytes.length);
  });
  it('REPNE SCAS stops behind the byte it looks for', () => {
    const m = machine({ [EDI]: 0x300, [ECX]: -1, [EAX]: 0 });
    'abc'.split('').forEach((c, i) => m.memory.setUint8(0x300 + i, c.charCodeAt(0)));
    const code = encode('repne scasb');
    for (let i = 0; i < 10 && m.reg(EIP) === 0; i++) m.step(code);
    expect([~m.reg(ECX) - 1, m.flags & ZF, m.reg(EDI)]).toEqual([3, ZF, 0x304]);
  });
  it('CMPXCHG8B', () => {
    const m = machine({ [EAX]: 1, [EDX]: 2, [EBX]: 3, [ECX]: 4 });
    m.memory.setUint32(0x100, 1, true);
    m.memory.setUint32(0x104, 2, true);
    m.run('lock cmpxchg8b', mem(64, { disp: 0x100 }));
    expect([m.memory.getUint32(0x100, true), m.memory.getUint32(0x104, true), m.flags & ZF]).toEqual([3, 4, ZF]);
    m.run('cmpxchg8b', mem(64, { disp: 0x100 }));
    expect([m.reg(EAX), m.reg(EDX), m.flags & ZF]).toEqual([3, 4, 0]);
  });
  it('XLAT, LEA, MOVSX, byte registers', () => {
    const m = machine({ [EBX]: 0x100, [EAX]: 0x1234 });
    m.memory.setUint8(0x134, 0x80);
    expect(m.run('xlat').reg(EAX)).toBe(0x1280);
    expect(m.run('movsx', r32(ECX), AL).reg(ECX)).toBe(0xffffff80);
    expect(m.run('mov', AH, imm(0x55)).reg(EAX)).toBe(0x5580);
    expect(m.run('lea', r16(EDX), m32({ base: EBX, index: ECX, scale: 2, disp: 1 })).reg(EDX)).toBe(0x0001);
    expect(m.run('movzx', r32(ECX), m8({ disp: 0x134 })).reg(ECX)).toBe(0x80);
    expect(m.run('mov', m16({ disp: 0x200 }), imm(-1)).memory.getUint32(0x200, true)).toBe(0xffff);
  });
});

describe('control', () => {
  it('a 16-bit operand size cuts EIP', () => {
    const d = decode(Uint8Array.of(0x66, 0xe9, 0x00, 0x10), 0, 4, 0x12345678, { code32: true, stack32: true })!;
    expect(d.text).toBe('jmpw 0x667c');
  });
  it('BOUND takes both limits as inside', () => {
    for (const [index, trap] of [
      [4, null],
      [9, null],
      [3, 5],
      [10, 5],
      [-1, 5],
    ] as const) {
      const m = machine({ [EAX]: index });
      m.memory.setInt32(0x100, 4, true);
      m.memory.setInt32(0x104, 9, true);
      expect(m.run('bound', r32(EAX), mem(64, { disp: 0x100 })).trap).toBe(trap);
    }
  });
  it('kernel instructions raise #GP(0) outside of ring 0; MOV CS and CR1 are #UD', () => {
    const m = machine();
    m.words[64] = 3;
    expect(m.run('hlt').trap).toBe(13);
    expect(m.run('mov', r32(EAX), creg(0)).trap).toBe(13);
    const ud = machine();
    expect(ud.step(Uint8Array.of(0x8e, 0xc8))).toBe(false);
    expect([ud.trap, decode(encode('mov', [sreg(3), r16(0)]), 0, 3, 0, { code32: true, stack32: true })!.text]).toEqual([6, 'mov ds,ax']);
    const cr = machine();
    expect([cr.step(Uint8Array.of(0x0f, 0x20, 0xc8)), cr.trap]).toEqual([false, 6]);
  });
  it('LOOP counts without flags; JECXZ looks at ECX', () => {
    const m = machine({ [ECX]: 2, [EIP]: 0x100 });
    m.step(Uint8Array.of(0xe2, 0x10));
    expect([m.reg(EIP), m.reg(ECX)]).toEqual([0x112, 1]);
    m.step(Uint8Array.of(0xe2, 0x10));
    expect([m.reg(EIP), m.reg(ECX)]).toEqual([0x114, 0]);
    m.step(Uint8Array.of(0xe3, 0x10));
    expect(m.reg(EIP)).toBe(0x126);
  });
});
