/**
 * An assembled program as sections at addresses, and as a static ELF32 executable for little-endian MIPS (System V ABI,
 * MIPS supplement): a loadable segment for each section (.bss lengthens that
 * of .data, whose last page it shares), a section table and a symbol table.
 */
import { put16, put32 } from '../../bits/bytes.ts';
import { encodeUtf8 } from '../../bits/utf8.ts';

export interface ImageSection {
  readonly name: string;
  readonly address: number;
  /** Empty for .bss. */
  readonly bytes: Uint8Array;
  readonly size: number;
  readonly writable: boolean;
  readonly executable: boolean;
}
export interface ImageSymbol {
  readonly name: string;
  readonly address: number;
  readonly section: string;
  readonly global: boolean;
}
export interface Image {
  /** Those that are not empty, by address. */
  readonly sections: readonly ImageSection[];
  readonly symbols: readonly ImageSymbol[];
  readonly entry: number;
}

const PAGE = 0x1000,
  HEADER = 52,
  PROGRAM_HEADER = 32,
  SECTION_HEADER = 40,
  SYMBOL = 16;
/** No reordering, o32 ABI, MIPS32 release 2. */
const FLAGS = 0x70001001;
const align = (n: number, to: number): number => Math.ceil(n / to) * to;

/** Names one after the other, each ended by 0; the empty name first. */
class Strings {
  private readonly bytes: number[] = [0];
  add(name: string): number {
    const at = this.bytes.length;
    this.bytes.push(...encodeUtf8(name), 0);
    return at;
  }
  get all(): Uint8Array {
    return Uint8Array.from(this.bytes);
  }
}

const words = (...values: readonly number[]): Uint8Array => {
  const bytes = new Uint8Array(values.length * 4);
  values.forEach((v, i) => put32(bytes, i * 4, v));
  return bytes;
};

function symbolTable(image: Image, strings: Strings): { readonly bytes: Uint8Array; readonly locals: number } {
  // The ABI wants local symbols first.
  const ordered = [...image.symbols].sort((a, b) => Number(a.global) - Number(b.global));
  const bytes = new Uint8Array(SYMBOL * (ordered.length + 1));
  ordered.forEach((s, i) => {
    const at = SYMBOL * (i + 1),
      index = image.sections.findIndex((section) => section.name === s.section);
    bytes.set(words(strings.add(s.name), s.address, 0), at);
    // Binding in the upper half, type FUNC or OBJECT in the lower.
    bytes[at + 12] = ((s.global ? 1 : 0) << 4) | (s.section === '.text' ? 2 : 1);
    put16(bytes, at + 14, index < 0 ? 0xfff1 : index + 1);
  });
  return { bytes, locals: ordered.filter((s) => !s.global).length + 1 };
}

interface Piece {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly size: number;
  readonly link: number;
  readonly info: number;
  readonly align: number;
  readonly entrySize: number;
}

/** File offsets agree with addresses modulo the page size, so that segments can be mapped. */
function place(image: Image): { readonly pieces: readonly Piece[]; readonly end: number } {
  let offset = HEADER + PROGRAM_HEADER * image.sections.length;
  const pieces: Piece[] = [];
  for (const s of image.sections) {
    const wanted = s.address % PAGE;
    offset += (wanted - (offset % PAGE) + PAGE) % PAGE;
    const nobits = s.bytes.length === 0;
    pieces.push({
      name: s.name,
      type: nobits ? 8 : 1,
      flags: 2 | (s.writable ? 1 : 0) | (s.executable ? 4 : 0),
      address: s.address,
      offset,
      bytes: s.bytes,
      size: s.size,
      link: 0,
      info: 0,
      align: 16,
      entrySize: 0,
    });
    offset += s.bytes.length;
  }
  return { pieces, end: offset };
}

/** Program headers; a section without bytes that follows on the one before belongs to the same segment. */
function segments(pieces: readonly Piece[]): { readonly first: Piece; readonly size: number }[] {
  const list: { first: Piece; size: number }[] = [];
  for (const p of pieces) {
    const last = list[list.length - 1];
    if (last && p.bytes.length === 0 && p.flags === last.first.flags) last.size = p.address + p.size - last.first.address;
    else list.push({ first: p, size: p.size });
  }
  return list;
}

const header = (image: Image, programHeaders: number, sectionTable: number, sections: number): Uint8Array => {
  const bytes = new Uint8Array(HEADER);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  put16(bytes, 16, 2);
  put16(bytes, 18, 8);
  bytes.set(words(1, image.entry, HEADER, sectionTable, FLAGS), 20);
  [HEADER, PROGRAM_HEADER, programHeaders, SECTION_HEADER, sections, sections - 1].forEach((v, i) => put16(bytes, 40 + 2 * i, v));
  return bytes;
};

export function toElf(image: Image): Uint8Array {
  const strings = new Strings(),
    names = new Strings();
  const { pieces, end } = place(image);
  const symbols = symbolTable(image, strings);
  const tail = (name: string, type: number, offset: number, bytes: Uint8Array, link = 0, info = 0, entrySize = 0): Piece => ({
    name,
    type,
    flags: 0,
    address: 0,
    offset,
    bytes,
    size: bytes.length,
    link,
    info,
    align: type === 2 ? 4 : 1,
    entrySize,
  });
  const symtab = tail('.symtab', 2, align(end, 4), symbols.bytes, pieces.length + 2, symbols.locals, SYMBOL);
  const strtab = tail('.strtab', 3, symtab.offset + symtab.size, strings.all);
  const all = [...pieces, symtab, strtab];
  const nameOffsets = [...all.map((p) => names.add(p.name)), names.add('.shstrtab')];
  const shstrtab = tail('.shstrtab', 3, strtab.offset + strtab.size, names.all);
  all.push(shstrtab);

  const table = align(shstrtab.offset + shstrtab.size, 4);
  const file = new Uint8Array(table + SECTION_HEADER * (all.length + 1));
  const loaded = segments(pieces);
  file.set(header(image, loaded.length, table, all.length + 1));
  loaded.forEach(({ first: p, size }, i) => {
    const flags = 4 | (p.flags & 1 ? 2 : 0) | (p.flags & 4 ? 1 : 0);
    file.set(words(1, p.offset, p.address, p.address, p.bytes.length, size, flags, PAGE), HEADER + PROGRAM_HEADER * i);
  });
  all.forEach((p, i) => {
    file.set(p.bytes, p.offset);
    file.set(
      words(nameOffsets[i]!, p.type, p.flags, p.address, p.offset, p.size, p.link, p.info, p.align, p.entrySize),
      table + SECTION_HEADER * (i + 1),
    );
  });
  return file;
}
