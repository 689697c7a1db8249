/**
 * A MIPS32 assembler in the syntax of GNU as: from text to a program at fixed addresses, with a diagnostic for every mistake.
 *
 * Labels, numeric local labels, expressions, %hi and %lo, the usual directives, pseudo-instructions; `.set reorder` (the
 * default) puts a nop in every delay slot, as GNU as at -O0. Never throws on any text. Left out: macros (.macro),
 * conditional assembly, floating point, position-independent code.
 */
import { Assembler } from './assembler/assembler.ts';
import type { AssemblyDiagnostic } from './assembler/assembler.ts';
import type { Quantity } from './assembler/expression.ts';
import { Problem } from './assembler/problem.ts';
import type { Fixup, Section } from './assembler/sections.ts';
import { undefinedMessage } from './assembler/symbols.ts';
import { statements } from './assembler/tokens.ts';
import type { Image, ImageSection, ImageSymbol } from './image.ts';

export type { AssemblyDiagnostic } from './assembler/assembler.ts';

export interface AssembleOptions {
  /** Default 0x00400000; read-only data follows on the next page. */
  readonly textBase?: number;
  /** Default 0x10010000; .bss follows. */
  readonly dataBase?: number;
  /** Where read-only data begins, if not behind the text. */
  readonly rodataBase?: number;
}

export interface Assembly {
  readonly ok: boolean;
  /** Empty unless ok. */
  readonly image: Image;
  readonly labels: ReadonlyMap<string, number>;
  /** Source line (from 1) of each instruction's address. */
  readonly lines: ReadonlyMap<number, number>;
  /** By line; errors and warnings. */
  readonly diagnostics: readonly AssemblyDiagnostic[];
}

const PAGE = 0x1000;
const align = (n: number, to: number): number => Math.ceil(n / to) * to;
const EMPTY: Image = { sections: [], symbols: [], entry: 0 };
/** The first of these that is defined is where the program starts; else the beginning of .text. */
const ENTRIES = ['__start', '_start', 'main'];

export function assemble(text: string, options: AssembleOptions = {}): Assembly {
  const a = new Assembler();
  for (const statement of statements(text)) a.statement(statement);
  layOut(a, options);
  for (const section of Object.values(a.sections)) for (const fixup of section.fixups) resolve(a, section, fixup);
  if (a.sections['.text'].size === 0 && !a.failed) a.report('error', 'The program has no instructions.', 1, { column: 1, endColumn: 2 });
  const diagnostics = [...a.diagnostics].sort((x, y) => x.line - y.line || x.column - y.column);
  if (a.failed) return { ok: false, image: EMPTY, labels: new Map(), lines: new Map(), diagnostics };
  const lines = new Map<number, number>();
  for (const section of Object.values(a.sections)) for (const [offset, line] of section.lines) lines.set(section.address + offset, line);
  const symbols = symbolsOf(a);
  const labels = new Map(symbols.map((s) => [s.name, s.address]));
  return { ok: true, image: { sections: sectionsOf(a), symbols, entry: entryOf(a, labels) }, labels, lines, diagnostics };
}

function layOut(a: Assembler, options: AssembleOptions): void {
  const { '.text': text, '.rodata': rodata, '.data': data, '.bss': bss } = a.sections;
  text.address = options.textBase ?? 0x00400000;
  rodata.address = options.rodataBase ?? align(text.address + text.size, PAGE);
  data.address = options.dataBase ?? 0x10010000;
  bss.address = align(data.address + data.size, bss.alignment);
}

const absolute = (q: Quantity): number => (q.section === null ? q.n : q.section.address + q.n);

function resolve(a: Assembler, section: Section, fixup: Fixup): void {
  const { expression, line, span } = fixup;
  try {
    const quantity = a.symbols.quantity(expression);
    if (quantity === null) {
      const missing = a.symbols.missing(expression);
      throw new Problem(missing ? undefinedMessage(missing.name) : 'This value is not known.', missing?.span ?? span);
    }
    apply(section, fixup, absolute(quantity));
  } catch (e) {
    if (!(e instanceof Problem)) throw e;
    a.report('error', e.message, line, e.span);
  }
}

function apply(section: Section, { kind, offset, span }: Fixup, value: number): void {
  const word = section.read32(offset),
    address = section.address + offset;
  const low = (n: number): void => section.patch(offset, (word & 0xffff0000) | (n & 0xffff), 4);
  const within = (least: number, most: number, what: string): void => {
    if (value < least || value > most) throw new Problem(`${value} does not fit ${what}: ${least} to ${most} is possible.`, span);
  };
  switch (kind) {
    case 'word':
      within(-0x80000000, 0xffffffff, 'in 32 bits');
      return section.patch(offset, value, 4);
    case 'half':
      within(-0x8000, 0xffff, 'in 16 bits');
      return section.patch(offset, value, 2);
    case 'byte':
      within(-0x80, 0xff, 'in 8 bits');
      return section.patch(offset, value, 1);
    case 'signed16':
      within(-0x8000, 0xffff, 'here');
      return low(value);
    case 'unsigned16':
      within(0, 0xffff, 'here');
      return low(value);
    case 'hi16':
      return low((value + 0x8000) >>> 16);
    case 'lo16':
      return low(value);
    case 'branch': {
      const distance = value - (address + 4);
      if (distance % 4 !== 0) throw new Problem('The target is not at a multiple of 4.', span);
      if (distance < -0x20000 || distance > 0x1ffff)
        throw new Problem(`The target is ${Math.abs(distance)} bytes away, too far for a branch (131072).`, span);
      return low(distance / 4);
    }
    case 'jump': {
      if (value % 4 !== 0) throw new Problem('The target is not at a multiple of 4.', span);
      if (((value ^ (address + 4)) & 0xf0000000) !== 0)
        throw new Problem('The target is outside the 256 MiB that this jump reaches.', span);
      return section.patch(offset, word | ((value >>> 2) & 0x3ffffff), 4);
    }
  }
}

function sectionsOf(a: Assembler): ImageSection[] {
  return Object.values(a.sections)
    .filter((s) => s.size > 0)
    .map((s) => ({
      name: s.name,
      address: s.address,
      bytes: s.name === '.bss' ? new Uint8Array(0) : s.bytes.slice(),
      size: s.size,
      writable: s.name === '.data' || s.name === '.bss',
      executable: s.name === '.text',
    }))
    .sort((x, y) => x.address - y.address);
}

function symbolsOf(a: Assembler): ImageSymbol[] {
  const list: ImageSymbol[] = [];
  for (const [name, value] of a.symbols.all()) {
    if (value.section !== null)
      list.push({ name, address: absolute(value) >>> 0, section: value.section.name, global: a.symbols.globals.has(name) });
  }
  return list;
}

function entryOf(a: Assembler, labels: ReadonlyMap<string, number>): number {
  const name = ENTRIES.find((candidate) => labels.has(candidate));
  return name === undefined ? a.sections['.text'].address : labels.get(name)!;
}
