/**
 * The disassembly beside which everything runs: the functions of the program's text, or, of large programs, those that have
 * been reached. The same object until code or the set of functions changes.
 */
import { decode } from '../../../isa/mips/decode.ts';
import { SHF_EXECINSTR, STT_FUNC } from '../../../formats/elf.ts';
import type { Elf } from '../../../formats/elf.ts';
import type { ListingLine, ListingSection, ListingView } from '../../../protocol/views.ts';
import type { RunningIsa } from '../running.ts';

/** Up to so many instructions are shown whole. */
const WHOLE = 4096;

interface Part {
  readonly label: string;
  readonly start: number;
  readonly end: number;
}

export class ListingMaker {
  private readonly running: RunningIsa;
  private readonly parts: readonly Part[];
  private readonly small: boolean;
  private last: ListingView | null = null;
  private lastWords: readonly Int32Array[] = [];
  private lastCount = -1;
  private shown: readonly Part[] = [];

  constructor(running: RunningIsa) {
    this.running = running;
    this.parts = partsOf(running.elf);
    this.small = this.parts.reduce((sum, part) => sum + (part.end - part.start) / 4, 0) <= WHOLE;
  }

  view(): ListingView {
    const shown = this.reached();
    const words = shown.map((part) => this.words(part));
    if (this.last && shown === this.lastShown && words.every((list, i) => equal(list, this.lastWords[i]!))) return this.last;
    this.lastShown = shown;
    this.lastWords = words;
    this.last = { sections: shown.map((part, i) => section(part, words[i]!)), source: null };
    return this.last;
  }
  private lastShown: readonly Part[] | null = null;

  /** All parts, or those in which a block is known. */
  private reached(): readonly Part[] {
    if (this.small) return this.parts;
    const { known } = this.running.process.translator;
    if (known.size !== this.lastCount) {
      this.lastCount = known.size;
      const starts = [...known.keys()];
      const now = this.parts.filter((part) => starts.some((start) => start >= part.start && start < part.end));
      if (now.length !== this.shown.length || now.some((part, i) => part !== this.shown[i])) this.shown = now;
    }
    return this.shown;
  }
  private words(part: Part): Int32Array {
    const { emulator } = this.running.process;
    return Int32Array.from(
      { length: (part.end - part.start) >> 2 },
      (_, i) => emulator.peek32(part.start + 4 * i) ?? fileWord(this.running.elf, part.start + 4 * i) ?? 0,
    );
  }
}

const equal = (a: Int32Array, b: Int32Array): boolean => a.length === b.length && a.every((word, i) => word === b[i]);

/** Functions by symbol, what lies between them, and executable sections without symbols. */
function partsOf(elf: Elf): Part[] {
  const parts: Part[] = [];
  for (const section of elf.sections) {
    if ((section.flags & SHF_EXECINSTR) === 0 || section.size === 0) continue;
    const end = section.addr + section.size - (section.size % 4);
    const starts = new Map<number, string>();
    for (const symbol of elf.symbols) {
      if (symbol.value < section.addr || symbol.value >= end || symbol.value % 4 !== 0 || symbol.name === '' || symbol.name.startsWith('$'))
        continue;
      if (symbol.type === STT_FUNC || !starts.has(symbol.value)) starts.set(symbol.value, symbol.name);
    }
    if (!starts.has(section.addr)) starts.set(section.addr, section.name);
    const sorted = [...starts].sort((a, b) => a[0] - b[0]);
    sorted.forEach(([start, label], i) => parts.push({ label, start, end: sorted[i + 1]?.[0] ?? end }));
  }
  return parts.length > 0 ? parts : segmentsOf(elf);
}
function segmentsOf(elf: Elf): Part[] {
  return elf.segments
    .filter((s) => s.type === 1 && (s.flags & 1) !== 0)
    .map((s) => {
      const start = Math.max(s.vaddr, elf.entry - (elf.entry % 4) < s.vaddr + s.filesz ? elf.entry : s.vaddr);
      return { label: 'text', start, end: start + ((s.vaddr + s.filesz - start) & ~3) };
    });
}

/** The guest's word at an address, also where its page has not been touched yet: then what the file will put there. Null where nothing is. */
export function wordAt(running: RunningIsa, address: number): number | null {
  return running.process.emulator.peek32(address) ?? fileWord(running.elf, address);
}

/** A word of the file, for pages that nothing has touched yet. */
function fileWord(elf: Elf, address: number): number | null {
  const segment = elf.segments.find((s) => s.type === 1 && address >= s.vaddr && address + 4 <= s.vaddr + s.filesz);
  if (!segment || (address & 3) !== 0) return null;
  const at = segment.offset + address - segment.vaddr,
    b = elf.bytes;
  return b[at]! | (b[at + 1]! << 8) | (b[at + 2]! << 16) | (b[at + 3]! << 24);
}

function section(part: Part, words: Int32Array): ListingSection {
  return { label: part.label, address: part.start, lines: Array.from(words, (word, i) => line(word, part.start + 4 * i)) };
}

export function line(word: number, address: number): ListingLine {
  const text = decode(word, address).text,
    space = text.indexOf(' ');
  return {
    address,
    bytes: (word >>> 0).toString(16).padStart(8, '0'),
    mnemonic: space < 0 ? text : text.slice(0, space),
    operands: space < 0 ? '' : text.slice(space + 1),
    sourceLine: null,
  };
}
