/**
 * Branches that compare two registers or a register and a constant. Comparisons with $zero or 0 become single branches; the
 * others set $at first. Each has a likely form, with an l at its end.
 */
import { ZERO, macro } from './macro.ts';
import type { Reg, Macro, MacroContext } from './macro.ts';
import type { Operand } from './operands.ts';

const LEAST = -0x80000000,
  MOST = 0x7fffffff;

class Branching {
  private readonly m: MacroContext;
  private readonly name: string;
  private readonly l: string;
  private readonly u: string;
  private readonly to: Operand;

  constructor(m: MacroContext, name: string, likely: boolean, unsigned: boolean, to: Operand) {
    this.m = m;
    this.name = name;
    this.l = likely ? 'l' : '';
    this.u = unsigned ? 'u' : '';
    this.to = to;
  }
  one(branch: string, s: Reg): void {
    this.m.emit(`${branch}${this.l}`, s, this.to);
  }
  two(branch: 'beq' | 'bne', s: Reg, t: Reg): void {
    this.m.emit(`${branch}${this.l}`, s, t, this.to);
  }
  /** Branches when a < b (bne), or when not (beq). */
  less(branch: 'beq' | 'bne', a: Reg, b: Reg): void {
    this.m.emit(`slt${this.u}`, this.m.at, a, b);
    this.two(branch, this.m.at, ZERO);
  }
  lessConstant(branch: 'beq' | 'bne', a: Reg, n: number): void {
    if (n < -0x8000 || n > 0x7fff) {
      this.m.li(this.m.at, n);
      return this.less(branch, a, this.m.at);
    }
    this.m.emit(`slti${this.u}`, this.m.at, a, n);
    this.two(branch, this.m.at, ZERO);
  }
  always(): void {
    this.m.warn(`The branch ${this.name} is always taken.`);
    this.m.emit('b', this.to);
  }
  never(): void {
    if (this.l === '') this.m.emit('nop');
    else this.two('bne', ZERO, ZERO);
  }
}

type Registers = (b: Branching, s: Reg, t: Reg) => void;
type Constants = (b: Branching, s: Reg, n: number) => void;

const bge: Constants = (b, s, n) =>
  n === 0 ? b.one('bgez', s) : n === 1 ? b.one('bgtz', s) : n === LEAST ? b.always() : b.lessConstant('beq', s, n);
const blt: Constants = (b, s, n) => (n === 0 ? b.one('bltz', s) : n === 1 ? b.one('blez', s) : b.lessConstant('bne', s, n));
const bgeu: Constants = (b, s, n) => (n === 0 ? b.always() : n === 1 ? b.two('bne', s, ZERO) : b.lessConstant('beq', s, n));
const bltu: Constants = (b, s, n) => (n === 0 ? b.never() : n === 1 ? b.two('beq', s, ZERO) : b.lessConstant('bne', s, n));

const SIGNED: readonly (readonly [string, Registers, Constants])[] = [
  ['bge', (b, s, t) => (t.n === 0 ? b.one('bgez', s) : s.n === 0 ? b.one('blez', t) : b.less('beq', s, t)), bge],
  [
    'bgt',
    (b, s, t) => (t.n === 0 ? b.one('bgtz', s) : s.n === 0 ? b.one('bltz', t) : b.less('bne', t, s)),
    (b, s, n) => (n === MOST ? b.never() : bge(b, s, n + 1)),
  ],
  ['blt', (b, s, t) => (t.n === 0 ? b.one('bltz', s) : s.n === 0 ? b.one('bgtz', t) : b.less('bne', s, t)), blt],
  [
    'ble',
    (b, s, t) => (t.n === 0 ? b.one('blez', s) : s.n === 0 ? b.one('bgez', t) : b.less('beq', t, s)),
    (b, s, n) => (n === MOST ? b.always() : blt(b, s, n + 1)),
  ],
];
const UNSIGNED: readonly (readonly [string, Registers, Constants])[] = [
  ['bgeu', (b, s, t) => (t.n === 0 ? b.always() : s.n === 0 ? b.two('beq', ZERO, t) : b.less('beq', s, t)), bgeu],
  [
    'bgtu',
    (b, s, t) => (t.n === 0 ? b.two('bne', s, ZERO) : s.n === 0 ? b.never() : b.less('bne', t, s)),
    (b, s, n) => (s.n === 0 || n === -1 ? b.never() : bgeu(b, s, n + 1)),
  ],
  ['bltu', (b, s, t) => (t.n === 0 ? b.never() : s.n === 0 ? b.two('bne', ZERO, t) : b.less('bne', s, t)), bltu],
  [
    'bleu',
    (b, s, t) => (t.n === 0 ? b.two('beq', s, ZERO) : s.n === 0 ? b.always() : b.less('beq', t, s)),
    (b, s, n) => (s.n === 0 || n === -1 ? b.always() : bltu(b, s, n + 1)),
  ],
];

const forms =
  (unsigned: boolean) =>
  ([name, registers, constants]: readonly [string, Registers, Constants]): Macro[] =>
    [false, true].flatMap((likely) => {
      const full = likely ? `${name}l` : name;
      return [
        macro(full, 'rre', (m, s, t, to) => registers(new Branching(m, full, likely, unsigned, to!.operand), s!.reg, t!.reg)),
        macro(full, 'rie', (m, s, c, to) => constants(new Branching(m, full, likely, unsigned, to!.operand), s!.reg, c!.n)),
      ];
    });

const equalConstant = (name: string): Macro =>
  macro(name, 'rie', (m, s, c, to) => {
    if (c!.n === 0) return m.emit(name, s!.reg, ZERO, to!.operand);
    m.li(m.at, c!.n);
    m.emit(name, s!.reg, m.at, to!.operand);
  });

export const BRANCH_MACROS: readonly Macro[] = [
  ...['beq', 'bne', 'beql', 'bnel'].map(equalConstant),
  ...SIGNED.flatMap(forms(false)),
  ...UNSIGNED.flatMap(forms(true)),
];
