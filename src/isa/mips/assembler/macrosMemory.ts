/** Addresses of labels, loads and stores at labels or at offsets that do not fit, and unaligned loads and stores. */
import { Reg, macro } from './macro.ts';
import type { Argument, Macro, MacroContext } from './macro.ts';

const fitsSigned = (n: number): boolean => n >= -0x8000 && n <= 0x7fff;
/** The upper half that, with the sign-extended lower half added, gives the number. */
const upper = (n: number): number => ((n + 0x8000) >>> 16) & 0xffff;
const lower = (n: number): number => (n << 16) >> 16;

/** to := the address, where `to` may be the base itself only if `through` is another register. */
function loadAddress(m: MacroContext, to: Reg, through: Reg, a: Argument): void {
  const n = m.constant(a.e),
    base = new Reg(a.base);
  if (n !== null && a.base === 0) return m.li(to, n);
  if (n !== null && fitsSigned(n)) return m.emit('addiu', to, base, n);
  const target = a.base === 0 ? to : through;
  if (n !== null) m.li(target, n);
  else {
    m.emit('lui', target, m.value(a.e, 'hi'));
    m.emit('addiu', target, target, m.value(a.e, 'lo'));
  }
  if (a.base !== 0) m.emit('addu', to, target, base);
}

/** Loads may build the address in their own destination; what reads its register must use $at. */
const access = (name: string, ownRegister: boolean): Macro =>
  macro(name, 'rm', (m, t, a) => {
    const { reg } = t!,
      { e, base } = a!;
    const through = ownRegister && reg.n !== base && reg.n !== 0 ? reg : m.at,
      n = m.constant(e);
    m.emit('lui', through, n === null ? m.value(e, 'hi') : upper(n));
    if (base !== 0) m.emit('addu', through, through, new Reg(base));
    m.emit(name, reg, n === null ? m.memory(e, 'lo', through) : m.memory({ k: 'number', n: lower(n), span: m.span }, null, through));
  });

const number = (m: MacroContext, n: number, base: Reg) => m.memory({ k: 'number', n, span: m.span }, null, base);

/** The parts of an unaligned access: `direct` when base and offsets can be used as they are, else the address is put in $at. */
const unaligned = (
  name: string,
  last: number,
  direct: (m: MacroContext, t: Reg, n: number, base: Reg) => void,
  indirect: (m: MacroContext, t: Reg) => void,
): Macro =>
  macro(name, 'rm', (m, t, a) => {
    const n = m.constant(a!.e);
    if (n !== null && fitsSigned(n) && fitsSigned(n + last)) return direct(m, t!.reg, n, new Reg(a!.base));
    loadAddress(m, m.at, m.at, a!);
    indirect(m, t!.reg);
  });

const loadHalf = (name: string, load: string): Macro =>
  unaligned(
    name,
    1,
    (m, t, n, base) => {
      m.emit(load, m.at, number(m, n + 1, base));
      m.emit('lbu', t, number(m, n, base));
      m.emit('sll', m.at, m.at, 8);
      m.emit('or', t, t, m.at);
    },
    (m, t) => {
      m.emit(load, t, number(m, 1, m.at));
      m.emit('lbu', m.at, number(m, 0, m.at));
      m.emit('sll', t, t, 8);
      m.emit('or', t, t, m.at);
    },
  );

const loadWord = unaligned(
  'ulw',
  3,
  (m, t, n, base) => {
    const to = t.n === base.n ? m.at : t;
    m.emit('lwl', to, number(m, n + 3, base));
    m.emit('lwr', to, number(m, n, base));
    if (to !== t) m.emit('move', t, to);
  },
  (m, t) => {
    m.emit('lwl', t, number(m, 3, m.at));
    m.emit('lwr', t, number(m, 0, m.at));
  },
);

const storeWord = unaligned(
  'usw',
  3,
  (m, t, n, base) => {
    m.emit('swl', t, number(m, n + 3, base));
    m.emit('swr', t, number(m, n, base));
  },
  (m, t) => {
    m.emit('swl', t, number(m, 3, m.at));
    m.emit('swr', t, number(m, 0, m.at));
  },
);

const storeHalf = unaligned(
  'ush',
  1,
  (m, t, n, base) => {
    m.emit('sb', t, number(m, n, base));
    m.emit('srl', m.at, t, 8);
    m.emit('sb', m.at, number(m, n + 1, base));
  },
  (m, t) => {
    // With $at taken by the address, the register itself is shifted and put together again.
    m.emit('sb', t, number(m, 0, m.at));
    m.emit('srl', t, t, 8);
    m.emit('sb', t, number(m, 1, m.at));
    m.emit('lbu', m.at, number(m, 0, m.at));
    m.emit('sll', t, t, 8);
    m.emit('or', t, t, m.at);
  },
);

export const MEMORY_MACROS: readonly Macro[] = [
  macro('la', 'rm', (m, d, a) => loadAddress(m, d!.reg, d!.reg.n === a!.base ? m.at : d!.reg, a!)),
  ...['lb', 'lbu', 'lh', 'lhu', 'lw', 'll'].map((name) => access(name, true)),
  ...['lwl', 'lwr', 'sb', 'sh', 'sw', 'swl', 'swr', 'sc'].map((name) => access(name, false)),
  loadHalf('ulh', 'lb'),
  loadHalf('ulhu', 'lbu'),
  loadWord,
  storeWord,
  storeHalf,
];
