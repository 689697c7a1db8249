/**
 * Seeded test cases for every MIPS row: code words and the state that they start from. The script mips-vectors.mjs runs them
 * on qemu and keeps what came out. A row's cases are seeded by its name, so that adding a row leaves the others' as they were.
 */
import { Random } from '../../src/bits/random.ts';
import { FIELDS, insertField } from '../../src/isa/mips/fields.ts';
import { findRow } from '../../src/isa/mips/find.ts';
import { MIPS_FAMILIES, MIPS_ROWS, RESERVED } from '../../src/isa/mips/rows/index.ts';
import type { FieldLetter } from '../../src/isa/mips/fields.ts';
import type { MipsRow } from '../../src/isa/mips/row.ts';

export const AT = 0x30040000,
  WINDOW = 0x20000100,
  WINDOW_WORDS = 32;

export interface Case {
  readonly name: string;
  readonly words: readonly number[];
  /** State words (registers by number, HI 32, LO 33) that differ from the defaults. */
  readonly state: ReadonlyMap<number, number>;
}

const EDGES = [0, 1, -1, 0x80000000, 0x7fffffff, 2];
const OTHERS = [31, 32, 0x7fff, 0x8000, 0xffff, 0x10000, 0xffff8000, 0x00ff00ff, 0xff, 0x80];

export class Cases {
  private readonly random: Random;
  private readonly row: MipsRow;
  readonly list: Case[] = [];

  constructor(row: MipsRow) {
    this.row = row;
    this.random = new Random([...`${row.name} ${row.encoding}`].reduce((h, c) => Math.imul(h, 31) + c.charCodeAt(0), 7));
  }
  private pick<T>(list: readonly T[]): T {
    return list[this.random.below(list.length)]!;
  }
  value(): number {
    const kind = this.random.below(4);
    return kind === 0
      ? this.pick(EDGES)
      : kind === 1
        ? this.pick(OTHERS)
        : kind === 2
          ? this.random.next() >>> this.random.below(32)
          : this.random.next();
  }
  register(): number {
    return this.random.below(32);
  }
  notZero(): number {
    return 1 + this.random.below(31);
  }
  word(fields: Partial<Record<FieldLetter, number>>): number {
    let word = this.row.match;
    for (const f of this.row.fields) word = insertField(word, f, fields[f.letter] ?? this.random.next());
    return word;
  }
  add(words: readonly number[], state: ReadonlyMap<number, number> = new Map()): void {
    if (findRow(words[0]!) === this.row || words.length > 2) this.list.push({ name: this.row.name, words, state });
  }
  private immediate(): number {
    return this.pick([0, 1, 0x7fff, 0x8000, 0xffff, this.random.next() & 0xffff, this.random.next() & 0xffff]);
  }

  /** Every pair of edge values, then mixed ones; registers mostly distinct. */
  computing(): void {
    for (let i = 0; i < 64; i++) {
      const s = this.register(),
        t = this.register(),
        d = this.register();
      const edge = i < 36;
      const state = new Map([
        [t, edge ? EDGES[i % 6]! : this.value()],
        [s, edge ? EDGES[Math.floor(i / 6)]! : this.value()],
      ]);
      if (this.random.below(2)) state.set(32, this.value()).set(33, this.value());
      this.add([this.word({ s, t, d, D: d, i: this.immediate(), o: this.immediate() })], state);
    }
  }

  memory(width: number): void {
    for (let i = 0; i < 48; i++) {
      const s = this.notZero(),
        t = this.register(),
        imm = this.immediate();
      let at = WINDOW + this.random.below(WINDOW_WORDS * 4 - 8);
      if (i % 6 !== 0) at -= at % width;
      this.add(
        [this.word({ s, t, i: imm })],
        new Map([
          [t, this.value()],
          [s, at - ((imm << 16) >> 16)],
        ]),
      );
    }
  }

  /** ll, something between, sc: to the same or another place, with memory the same, changed, or changed and restored. */
  conditional(): void {
    const ll = (t: number, s: number, i: number): number => 0xc0000000 | (s << 21) | (t << 16) | (i & 0xffff);
    const sw = (t: number, s: number, i: number): number => ll(t, s, i) - 0x14000000;
    for (let i = 0; i < 48; i++) {
      const at = WINDOW + this.random.below(WINDOW_WORDS - 1) * 4,
        offset = this.random.below(0x10000) - 0x8000;
      const state = new Map([
        [4, at],
        [7, this.value()],
        [6, this.value()],
        [8, at - offset + (i % 4 === 1 ? 4 : 0)],
      ]);
      const sc = this.word({ s: 8, t: 7, i: offset });
      const between = [[0], [sw(6, 4, 0)], [sw(6, 4, 0), sw(5, 4, 0)], [sw(6, 4, 4)]][this.random.below(4)]!;
      this.add([ll(5, 4, 0) >>> 0, ...between.map((w) => w >>> 0), sc], state);
    }
  }

  private slot(s: number, t: number): number {
    const x = this.pick([s, t, 31, this.notZero()]) || 9;
    // Mostly addiu x, x, n; sometimes a load that faults in the slot (not after bne $x, $x, which qemu takes for no branch).
    return this.random.below(12) === 0 && s !== 1 && t !== 1 && s !== t
      ? (0x8c000001 | (1 << 21) | (x << 16)) >>> 0
      : (0x24000000 | (x << 21) | (x << 16) | this.immediate()) >>> 0;
  }
  private elsewhere(range: number): number {
    for (;;) {
      const words = this.random.below(2 * range) - range;
      if (words < -2 || words > 9) return words;
    }
  }
  branching(): void {
    for (let i = 0; i < 60; i++) {
      const s = this.register(),
        t = this.random.below(4) === 0 ? s : this.register();
      const state = new Map([
        [1, WINDOW],
        [t, i < 36 ? EDGES[i % 6]! : this.value()],
        [s, i < 36 ? EDGES[Math.floor(i / 6)]! : this.value()],
      ]);
      this.add([this.word({ s, t, o: this.elsewhere(0x8000) }), this.slot(s, t)], state);
    }
  }
  jumping(): void {
    for (let i = 0; i < 32; i++) {
      const s = this.notZero(),
        d = [...Array(32).keys()].filter((n) => n !== s)[this.random.below(31)]!;
      const target = AT + this.elsewhere(0xffff) * 4;
      this.add(
        [this.word({ s, d, j: target >>> 2 }), this.slot(s, d)],
        new Map([
          [1, WINDOW],
          [s, target],
        ]),
      );
    }
  }
  few(count: number): void {
    for (let i = 0; i < count; i++) this.add([this.word({})]);
  }
}

const WIDTHS: Readonly<Record<string, number>> = { lh: 2, lhu: 2, sh: 2, lw: 4, sw: 4, ll: 4 };

/**
 * Not recorded: the FPU (qemu has one), syscall (the kernel's), sdbbp (qemu's user mode stops), rdhwr $2 (a clock), and of sc an unaligned address,
 * which the manual makes an address error and qemu a plain failure.
 */
export function casesOf(row: MipsRow): readonly Case[] {
  const c = new Cases(row);
  const family = Object.entries(MIPS_FAMILIES).find(([, rows]) => (rows as readonly MipsRow[]).includes(row))![0];
  if (family === 'cop1' || row.name === 'syscall' || row.name === 'sdbbp' || (row.name === 'rdhwr' && row.operands === 'rt, $2')) return [];
  if (row.name === 'sc') c.conditional();
  else if (row.name === 'pref' || row.name === 'synci' || family === 'memory') c.memory(WIDTHS[row.name] ?? 1);
  else if (family === 'branch') c.branching();
  else if (family === 'jump') c.jumping();
  else if (family.startsWith('cop') || family === 'system') c.few(8);
  else c.computing();
  return c.list;
}

/** Straight-line programs of rows that compute, load and store. */
export function sequences(count: number): readonly Case[] {
  const random = new Random(99);
  const rows = [
    ...MIPS_FAMILIES.arithmetic,
    ...MIPS_FAMILIES.logic,
    ...MIPS_FAMILIES.shift,
    ...MIPS_FAMILIES.bits,
    ...MIPS_FAMILIES.multiply,
  ];
  return Array.from({ length: count }, () => {
    const words = Array.from({ length: 8 }, () => {
      const row = rows[random.below(rows.length)]!;
      const small = (): number => 2 + random.below(6);
      const word = row.fields.reduce((w, f) => insertField(w, f, f.role === 'register' ? small() : random.next()), row.match);
      return row.fields.includes(FIELDS.D) ? insertField((word & ~0x1f0000) >>> 0, FIELDS.D, (word >>> 11) & 31) : word;
    });
    return { name: 'sequence', words, state: new Map([...Array(8).keys()].map((n) => [n === 0 ? 32 : n, random.next()])) };
  });
}

/** Words that no row matches, spread over the opcodes. */
export function undefinedWords(count: number): readonly Case[] {
  const random = new Random(17),
    list: Case[] = [];
  for (let i = 0; list.length < count; i++) {
    const opcode = i % 64;
    const word = ((opcode << 26) | (random.next() & 0x3ffffff)) >>> 0;
    if (findRow(word) === RESERVED) list.push({ name: 'reserved', words: [word], state: new Map() });
    if (i > 100000) break;
  }
  return list;
}

export const allCases = (): readonly Case[] => [...MIPS_ROWS.flatMap(casesOf), ...sequences(150), ...undefinedWords(300)];
