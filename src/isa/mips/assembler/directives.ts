/** Directives: sections, data, alignment, symbols, settings. Those that only serve debuggers and linkers are read over. */
import type { Assembler } from './assembler.ts';
import type { TokenReader } from './expression.ts';
import { Problem, across } from './problem.ts';
import type { Span } from './problem.ts';
import type { FixupKind, SectionName } from './sections.ts';
import type { Token } from './tokens.ts';

const isPowerOf2 = (n: number): boolean => Number.isInteger(n) && n > 0 && (n & (n - 1)) === 0;

type Handler = (a: Assembler, reader: TokenReader, name: Token) => void;

const SECTION_PREFIXES: readonly (readonly [string, SectionName])[] = [
  ['.text', '.text'],
  ['.init', '.text'],
  ['.fini', '.text'],
  ['.rodata', '.rodata'],
  ['.rdata', '.rodata'],
  ['.data', '.data'],
  ['.sdata', '.data'],
  ['.bss', '.bss'],
  ['.sbss', '.bss'],
];
const IGNORED = new Set([
  '.ent',
  '.end',
  '.aent',
  '.frame',
  '.mask',
  '.fmask',
  '.type',
  '.size',
  '.file',
  '.ident',
  '.loc',
  '.option',
  '.abicalls',
  '.nan',
  '.module',
  '.gnu_attribute',
  '.extern',
  '.weak',
  '.local',
  '.hidden',
  '.internal',
  '.protected',
  '.insn',
  '.cpload',
  '.cprestore',
  '.section_end',
  '.title',
  '.sbttl',
  '.list',
  '.nolist',
  '.verstamp',
  '.livereg',
]);
const SETTINGS = new Map<string, Partial<Assembler['settings']>>([
  ['reorder', { reorder: true }],
  ['noreorder', { reorder: false }],
  ['at', { at: true }],
  ['noat', { at: false }],
  ['macro', { macro: true }],
  ['nomacro', { macro: false }],
]);
/** Other settings are about processors and ABIs: there is one here. */
const OTHER_SETTINGS =
  /^(no)?(mips\w*|micromips|smartmips|dsp\w*|mt|mcu|eva|virt|xpa|msa|ginv|crc|volatile|bopt|move|oddspreg|sym32|insn32|autoextend)$|^arch$|^fp$|^(soft|hard|single|double)float$/;

const end = (reader: TokenReader): void => {
  if (!reader.done) throw new Problem('Nothing more can stand here.', reader.here);
};
function name(reader: TokenReader): Token {
  const token = reader.next();
  if (token.kind !== 'name') throw new Problem('A name should stand here.', token);
  return token;
}
/** Numbers separated by commas, at least `least`; the rest of `defaults` where they end. */
function numbers(a: Assembler, reader: TokenReader, least: number, defaults: readonly number[]): number[] {
  const list: number[] = [];
  if (!reader.done)
    do list.push(a.known(reader.expression()));
    while (reader.accept(','));
  end(reader);
  if (list.length < least) throw new Problem('A number is missing here.', reader.end);
  if (list.length > defaults.length) throw new Problem('There are too many numbers here.', reader.end);
  return defaults.map((d, i) => list[i] ?? d);
}
const spanOf = (nameToken: Token, reader: TokenReader): Span => across(nameToken, reader.end);

const section =
  (to: SectionName): Handler =>
  (a, reader) => {
    if (!reader.done) a.known(reader.expression());
    end(reader);
    a.goTo(a.sections[to]);
  };
const namedSection: Handler = (a, reader) => {
  const wanted = reader.next();
  const found = SECTION_PREFIXES.find(([prefix]) => wanted.text === prefix || wanted.text.startsWith(`${prefix}.`));
  a.goTo(found ? a.sections[found[1]] : null);
};

const values =
  (width: number, kind: FixupKind | null): Handler =>
  (a, reader) => {
    // GNU as aligns .word and .half by themselves, unless .align 0 stands before.
    if (width > 1 && a.section!.autoAlign) a.align(width, 0, true);
    do {
      const e = reader.expression();
      const n = a.constant(e);
      if (n !== null) {
        if (width < 4 && (n < -(2 ** (8 * width - 1)) || n >= 2 ** (8 * width)))
          a.warn(`${n} does not fit in ${8 * width} bits and is cut off.`, e.span);
        if (width === 4 && (n < -0x80000000 || n > 0xffffffff)) throw new Problem(`${n} does not fit in 32 bits.`, e.span);
        a.data(n, width, e.span);
      } else if (kind !== null) a.later(kind, e, width, e.span);
      else throw new Problem('A number should stand here.', e.span);
    } while (reader.accept(','));
    end(reader);
  };

const strings =
  (terminated: boolean): Handler =>
  (a, reader) => {
    do {
      const token = reader.next();
      if (token.kind !== 'string') throw new Problem('A string in quotation marks should stand here.', token);
      for (let more: Token | undefined = token; more; more = reader.peek()?.kind === 'string' ? reader.next() : undefined) {
        for (const c of more.text) a.data(c.charCodeAt(0), 1, more);
      }
      if (terminated) a.data(0, 1, token);
    } while (reader.accept(','));
    end(reader);
  };

const space: Handler = (a, reader, token) => {
  const [count, fill] = numbers(a, reader, 1, [0, 0]) as [number, number];
  if (count < 0) throw new Problem(`${count} bytes cannot be left free.`, spanOf(token, reader));
  a.space(count, fill, spanOf(token, reader));
};
const fill: Handler = (a, reader, token) => {
  const [count, size, value] = numbers(a, reader, 1, [0, 1, 0]) as [number, number, number];
  const span = spanOf(token, reader);
  if (count < 0 || size < 0 || size > 8) throw new Problem('.fill takes a count, a size of at most 8, and a value.', span);
  if (count * size > 1 << 24) throw new Problem('.fill would make more than 16 MiB.', span);
  for (let i = 0; i < count; i++) a.data(value, size, span);
};

/** `power`: the number is an exponent of 2. .align moves labels before it along, and .align 0 ends automatic alignment. */
const align =
  (power: boolean, own: boolean): Handler =>
  (a, reader, token) => {
    const [n, value] = numbers(a, reader, 0, [power ? 0 : 1, 0, 0]) as [number, number, number];
    const to = power ? 2 ** n : n;
    if (!isPowerOf2(to) || to > 0x8000)
      throw new Problem(
        power ? 'The alignment must be an exponent from 0 to 15.' : 'The alignment must be a power of 2, at most 32768.',
        spanOf(token, reader),
      );
    if (own) a.section!.autoAlign = n !== 0;
    a.align(to, value, own && n !== 0);
  };

const set: Handler = (a, reader) => {
  const first = name(reader);
  if (reader.accept(',')) return a.assign(first.text, reader, first);
  if (reader.accept('=')) {
    reader.next();
    return;
  }
  const setting = SETTINGS.get(first.text);
  if (first.text === 'at' && !reader.done) throw new Problem('.set at takes no register here.', reader.here);
  if (setting) a.settings = { ...a.settings, ...setting };
  else if (first.text === 'push') a.pushed.push(a.settings);
  else if (first.text === 'pop') {
    const last = a.pushed.pop();
    if (!last) throw new Problem('.set pop has no .set push before it.', first);
    a.settings = last;
  } else if (!OTHER_SETTINGS.test(first.text)) throw new Problem(`There is no setting ${first.text}.`, first);
};
const equ: Handler = (a, reader) => {
  const symbol = name(reader);
  reader.expect(',');
  a.assign(symbol.text, reader, symbol);
};
const globl: Handler = (a, reader) => {
  do a.symbols.globals.add(name(reader).text);
  while (reader.accept(','));
  end(reader);
};
/** Space in .bss under a name. */
const common: Handler = (a, reader, token) => {
  const symbol = name(reader);
  reader.expect(',');
  const [size, alignment] = numbers(a, reader, 1, [0, 8]) as [number, number];
  const was = a.section;
  a.goTo(a.sections['.bss']);
  a.align(isPowerOf2(alignment) && alignment <= 0x8000 ? alignment : 8, 0, false);
  a.symbols.assign(symbol.text, { k: 'place', place: a.here(symbol), span: symbol }, 0, symbol);
  if (size < 0) throw new Problem('The size cannot be negative.', spanOf(token, reader));
  a.space(size, 0, spanOf(token, reader));
  a.goTo(was);
};

const DIRECTIVES = new Map<string, Handler>([
  ['.text', section('.text')],
  ['.data', section('.data')],
  ['.rdata', section('.rodata')],
  ['.rodata', section('.rodata')],
  ['.bss', section('.bss')],
  ['.sdata', section('.data')],
  ['.sbss', section('.bss')],
  ['.section', namedSection],
  ['.previous', (a) => a.goTo(a.previous)],
  ['.word', values(4, 'word')],
  ['.long', values(4, 'word')],
  ['.int', values(4, 'word')],
  ['.4byte', values(4, 'word')],
  ['.gpword', values(4, 'word')],
  ['.half', values(2, 'half')],
  ['.short', values(2, 'half')],
  ['.hword', values(2, 'half')],
  ['.2byte', values(2, 'half')],
  ['.byte', values(1, 'byte')],
  ['.dword', values(8, null)],
  ['.quad', values(8, null)],
  ['.ascii', strings(false)],
  ['.asciiz', strings(true)],
  ['.asciz', strings(true)],
  ['.string', strings(true)],
  ['.space', space],
  ['.skip', space],
  ['.zero', space],
  ['.fill', fill],
  ['.align', align(true, true)],
  ['.p2align', align(true, false)],
  ['.balign', align(false, false)],
  ['.set', set],
  ['.equ', equ],
  ['.eqv', equ],
  ['.globl', globl],
  ['.global', globl],
  ['.comm', common],
  ['.lcomm', common],
]);
const SECTION_CHANGES = new Set([
  '.text',
  '.data',
  '.rdata',
  '.rodata',
  '.bss',
  '.sdata',
  '.sbss',
  '.section',
  '.previous',
  '.set',
  '.globl',
  '.global',
  '.comm',
  '.lcomm',
  '.equ',
]);

export const directiveNames = (): readonly string[] => [...DIRECTIVES.keys()];

export function directive(a: Assembler, token: Token, reader: TokenReader): void {
  if (IGNORED.has(token.text) || token.text.startsWith('.cfi_') || token.text.startsWith('.debug')) return;
  const handler = DIRECTIVES.get(token.text);
  if (!handler) throw new Problem(`There is no directive ${token.text} in this assembler.`, token);
  if (a.section === null && !SECTION_CHANGES.has(token.text)) return;
  handler(a, reader, token);
}
