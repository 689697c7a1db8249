/** Pseudo-instructions that compute: constants of any size, division into a register, set-on-condition, rotates. */
import { Reg, ZERO, macro } from './macro.ts';
import type { Argument, Macro, MacroContext } from './macro.ts';

const fitsSigned = (n: number): boolean => n >= -0x8000 && n <= 0x7fff;
const fitsUnsigned = (n: number): boolean => n >= 0 && n <= 0xffff;

/** `name d, s, constant`: the immediate instruction where the constant fits, else through $at. */
const withConstant = (name: string, immediate: string, fits: (n: number) => boolean, sign = 1): Macro =>
  macro(
    name,
    'rri',
    (m, d, s, c) => {
      if (fits(c!.n)) return m.emit(immediate, d!.reg, s!.reg, sign * c!.n);
      m.li(m.at, c!.n);
      m.emit(name, d!.reg, s!.reg, m.at);
    },
    true,
  );

const nor = macro(
  'nor',
  'rri',
  (m, d, s, c) => {
    if (fitsUnsigned(c!.n)) {
      m.emit('ori', d!.reg, s!.reg, c!.n);
      m.emit('nor', d!.reg, d!.reg, ZERO);
      return;
    }
    m.li(m.at, c!.n);
    m.emit('nor', d!.reg, s!.reg, m.at);
  },
  true,
);

/** Traps by `break 7` for a zero divisor and, if signed, `break 6` for the quotient that does not fit. */
function divideChecked(m: MacroContext, signed: boolean, result: string, d: Reg, s: Reg, t: Reg): void {
  const machine = signed ? 'div' : 'divu';
  if (t.n === 0) m.warn('This divides by zero.');
  if (t.n === 0 && signed) return m.emit('break', 7);
  m.noreorder(() => {
    m.emit('bne', t, ZERO, m.skip(8));
    m.emit(machine, ZERO, s, t);
    m.emit('break', 7);
    if (!signed) return;
    m.li(m.at, -1);
    m.emit('bne', t, m.at, m.skip(16));
    m.emit('lui', m.at, 0x8000);
    m.emit('bne', s, m.at, m.skip(8));
    m.emit('nop');
    m.emit('break', 6);
  });
  m.emit(result, d);
}
function divideConstant(m: MacroContext, signed: boolean, result: string, d: Reg, s: Reg, n: number): void {
  const quotient = result === 'mflo';
  if (n === 0) {
    m.warn('This divides by zero.');
    m.emit('break', 7);
    return;
  }
  if (n === 1 || (signed && n === -1)) return quotient && n === -1 ? m.emit('neg', d, s) : m.emit('move', d, quotient ? s : ZERO);
  m.li(m.at, n);
  m.emit(signed ? 'div' : 'divu', ZERO, s, m.at);
  m.emit(result, d);
}
const division = (name: string, signed: boolean, result: string): Macro[] => [
  macro(name, 'rrr', (m, d, s, t) => divideChecked(m, signed, result, d!.reg, s!.reg, t!.reg), true),
  macro(name, 'rri', (m, d, s, c) => divideConstant(m, signed, result, d!.reg, s!.reg, c!.n), true),
];

/** Multiplication that traps (`break 6`) when the product does not fit. */
function multiplyChecked(m: MacroContext, signed: boolean, d: Reg, s: Reg, t: Reg): void {
  m.emit(signed ? 'mult' : 'multu', s, t);
  if (signed) {
    m.emit('mflo', d);
    m.emit('sra', d, d, 31);
  }
  m.emit('mfhi', m.at);
  if (!signed) m.emit('mflo', d);
  m.noreorder(() => {
    if (signed) m.emit('beq', d, m.at, m.skip(8));
    else m.emit('beq', m.at, ZERO, m.skip(8));
    m.emit('nop');
    m.emit('break', 6);
  });
  if (signed) m.emit('mflo', d);
}
const overflowChecked = (name: string, signed: boolean): Macro[] => [
  macro(name, 'rrr', (m, d, s, t) => multiplyChecked(m, signed, d!.reg, s!.reg, t!.reg), true),
  macro(
    name,
    'rri',
    (m, d, s, c) => {
      m.li(m.at, c!.n);
      multiplyChecked(m, signed, d!.reg, s!.reg, m.at);
    },
    true,
  ),
];

/** d := a value that is 0 when s equals the operand. */
function difference(m: MacroContext, d: Reg, s: Reg, n: number): void {
  if (fitsUnsigned(n)) return m.emit('xori', d, s, n);
  if (n < 0 && n > -0x8000) return m.emit('addiu', d, s, -n);
  m.li(m.at, n);
  m.emit('xor', d, s, m.at);
}
/** d := 1 when v is zero (seq) or is not (sne). */
const zeroTest = (m: MacroContext, equal: boolean, d: Reg, v: Reg): void => (equal ? m.emit('sltiu', d, v, 1) : m.emit('sltu', d, ZERO, v));
const equality = (name: string, equal: boolean): Macro[] => [
  macro(
    name,
    'rrr',
    (m, d, s, t) => {
      if (s!.reg.n === 0 || t!.reg.n === 0) return zeroTest(m, equal, d!.reg, s!.reg.n === 0 ? t!.reg : s!.reg);
      m.emit('xor', d!.reg, s!.reg, t!.reg);
      zeroTest(m, equal, d!.reg, d!.reg);
    },
    true,
  ),
  macro(
    name,
    'rri',
    (m, d, s, c) => {
      if (c!.n === 0) return zeroTest(m, equal, d!.reg, s!.reg);
      if (s!.reg.n === 0) {
        m.warn(`The result of ${name} is always ${equal ? 'false' : 'true'}.`);
        return equal ? m.emit('move', d!.reg, ZERO) : m.emit('addiu', d!.reg, ZERO, 1);
      }
      difference(m, d!.reg, s!.reg, c!.n);
      zeroTest(m, equal, d!.reg, d!.reg);
    },
    true,
  ),
];

/** sge and sle are the opposites of slt; sgt is slt with operands exchanged. */
function comparison(u: string): Macro[] {
  const less = `slt${u}`,
    immediate = `slti${u}`;
  const opposite = (m: MacroContext, d: Argument): void => m.emit('xori', d.reg, d.reg, 1);
  const exchanged = (m: MacroContext, d: Argument, s: Argument, c: Argument): void => {
    m.li(m.at, c.n);
    m.emit(less, d.reg, m.at, s.reg);
  };
  return [
    withConstant(less, immediate, fitsSigned),
    macro(
      `sge${u}`,
      'rrr',
      (m, d, s, t) => {
        m.emit(less, d!.reg, s!.reg, t!.reg);
        opposite(m, d!);
      },
      true,
    ),
    macro(
      `sge${u}`,
      'rri',
      (m, d, s, c) => {
        if (fitsSigned(c!.n)) m.emit(immediate, d!.reg, s!.reg, c!.n);
        else {
          m.li(m.at, c!.n);
          m.emit(less, d!.reg, s!.reg, m.at);
        }
        opposite(m, d!);
      },
      true,
    ),
    macro(`sgt${u}`, 'rrr', (m, d, s, t) => m.emit(less, d!.reg, t!.reg, s!.reg), true),
    macro(`sgt${u}`, 'rri', (m, d, s, c) => exchanged(m, d!, s!, c!), true),
    macro(
      `sle${u}`,
      'rrr',
      (m, d, s, t) => {
        m.emit(less, d!.reg, t!.reg, s!.reg);
        opposite(m, d!);
      },
      true,
    ),
    macro(
      `sle${u}`,
      'rri',
      (m, d, s, c) => {
        exchanged(m, d!, s!, c!);
        opposite(m, d!);
      },
      true,
    ),
  ];
}

const rotateLeft = (m: MacroContext, d: Reg, s: Reg, t: Reg): void => {
  const count = d.n === s.n ? m.at : d;
  m.emit('negu', count, t);
  m.emit('rorv', d, s, count);
};

const trapImmediate = (name: string): string => (name.endsWith('u') ? `${name.slice(0, -1)}iu` : `${name}i`);

export const ARITHMETIC_MACROS: readonly Macro[] = [
  macro('li', 'ri', (m, d, c) => m.li(d!.reg, c!.n)),
  macro(
    'abs',
    'rr',
    (m, d, s) =>
      m.noreorder(() => {
        m.emit('bgez', s!.reg, m.skip(8));
        if (d!.reg.n === s!.reg.n) m.emit('nop');
        else m.emit('move', d!.reg, s!.reg);
        m.emit('neg', d!.reg, s!.reg);
      }),
    true,
  ),
  withConstant('add', 'addi', fitsSigned),
  withConstant('addu', 'addiu', fitsSigned),
  withConstant('sub', 'addi', (n) => fitsSigned(-n) && n !== -0x8000, -1),
  withConstant('subu', 'addiu', (n) => fitsSigned(-n) && n !== -0x8000, -1),
  withConstant('and', 'andi', fitsUnsigned),
  withConstant('or', 'ori', fitsUnsigned),
  withConstant('xor', 'xori', fitsUnsigned),
  nor,
  macro(
    'mul',
    'rri',
    (m, d, s, c) => {
      m.li(m.at, c!.n);
      m.emit('mult', s!.reg, m.at);
      m.emit('mflo', d!.reg);
    },
    true,
  ),
  ...overflowChecked('mulo', true),
  ...overflowChecked('mulou', false),
  ...division('div', true, 'mflo'),
  ...division('divu', false, 'mflo'),
  ...division('rem', true, 'mfhi'),
  ...division('remu', false, 'mfhi'),
  ...equality('seq', true),
  ...equality('sne', false),
  ...comparison(''),
  ...comparison('u'),
  ...['sll', 'srl', 'sra', 'ror', 'rotr'].map((name) =>
    macro(name, 'rrr', (m, d, t, s) => m.emit(`${name}v`, d!.reg, t!.reg, s!.reg), true),
  ),
  macro('rol', 'rri', (m, d, s, c) => m.emit('ror', d!.reg, s!.reg, -c!.n & 31), true),
  macro('rol', 'rrr', (m, d, s, t) => rotateLeft(m, d!.reg, s!.reg, t!.reg), true),
  ...['tge', 'tgeu', 'tlt', 'tltu', 'teq', 'tne'].map((name) =>
    macro(name, 'ri', (m, s, c) => {
      if (fitsSigned(c!.n)) return m.emit(trapImmediate(name), s!.reg, c!.n);
      m.li(m.at, c!.n);
      m.emit(name, s!.reg, m.at);
    }),
  ),
];
