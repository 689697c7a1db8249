/**
 * ELF32 little-endian executables for i386 and MIPS (System V ABI, chapter 4 and 5): header, program headers, sections,
 * symbols, notes.
 *
 * Invariant: every offset and size that a caller gets back lies inside the file; whatever does not is refused here with a
 * FormatError that says what and where. A position-independent program is given the
 * addresses that it will have. Left out: relocations, line information, 64-bit and big-endian files.
 */
import { get16, get32 } from '../bits/bytes.ts';
import { hex32 } from '../bits/hex.ts';
import { latin1 } from '../bits/utf8.ts';
import { FormatError, refuse } from './refusal.ts';

export const ET_EXEC = 2,
  ET_DYN = 3;
export const EM_386 = 3,
  EM_MIPS = 8;
export const PT_LOAD = 1,
  PT_DYNAMIC = 2,
  PT_INTERP = 3,
  PT_NOTE = 4,
  PT_PHDR = 6,
  PT_TLS = 7,
  PT_GNU_STACK = 0x6474e551;
export const PF_X = 1,
  PF_W = 2,
  PF_R = 4;
export const SHT_SYMTAB = 2,
  SHT_STRTAB = 3,
  SHT_NOBITS = 8;
export const SHF_WRITE = 1,
  SHF_ALLOC = 2,
  SHF_EXECINSTR = 4;
export const STT_NOTYPE = 0,
  STT_OBJECT = 1,
  STT_FUNC = 2,
  STT_SECTION = 3,
  STT_FILE = 4;

const MACHINES: Readonly<Record<number, string>> = {
  2: 'SPARC',
  3: 'i386',
  8: 'MIPS',
  20: 'PowerPC',
  40: 'ARM',
  42: 'SuperH',
  62: 'x86-64',
  183: 'AArch64',
  190: 'CUDA',
  243: 'RISC-V',
};
export const machineName = (machine: number): string => MACHINES[machine] ?? `machine number ${machine}`;

export interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly vaddr: number;
  readonly filesz: number;
  readonly memsz: number;
  /** PF_R, PF_W, PF_X. */
  readonly flags: number;
  readonly align: number;
}

export interface Section {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly addr: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly entsize: number;
}

export interface ElfSymbol {
  readonly name: string;
  readonly value: number;
  readonly size: number;
  readonly type: number;
  readonly global: boolean;
  /** Index of the section that defines it; 0 when undefined. */
  readonly section: number;
}

export interface Note {
  readonly name: string;
  readonly type: number;
  readonly description: Uint8Array;
}

export interface Elf {
  readonly bytes: Uint8Array;
  readonly type: number;
  readonly machine: number;
  readonly flags: number;
  readonly entry: number;
  readonly phoff: number;
  readonly phentsize: number;
  readonly segments: readonly Segment[];
  readonly sections: readonly Section[];
  readonly symbols: readonly ElfSymbol[];
  readonly notes: readonly Note[];
  /** Address of the program headers in memory, or 0 when no segment holds them. */
  readonly phdr: number;
}

/** Which ELF machine the bytes claim, or null when they do not begin like an ELF file at all. */
export function elfMachine(bytes: Uint8Array): number | null {
  return hasMagic(bytes) && bytes.length >= 20 ? get16(bytes, 18) : null;
}

function hasMagic(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

/** Parses a static executable for one of `machines`. */
export function parseElf(bytes: Uint8Array, machines: readonly number[] = [EM_386, EM_MIPS]): Elf {
  checkHeader(bytes, machines);
  const phoff = get32(bytes, 28) >>> 0,
    phentsize = get16(bytes, 42),
    phnum = get16(bytes, 44);
  const bias = biasOf(bytes),
    segments = readSegments(bytes, phoff, phentsize, phnum, bias);
  checkExecutable(bytes, segments, bias);
  const sections = readSections(bytes).map((s) => (s.flags & SHF_ALLOC ? { ...s, addr: s.addr + bias } : s));
  return {
    bytes,
    type: get16(bytes, 16),
    machine: get16(bytes, 18),
    flags: get32(bytes, 36) >>> 0,
    entry: (get32(bytes, 24) >>> 0) + bias,
    phoff,
    phentsize,
    segments,
    sections,
    symbols: readSymbols(bytes, sections).map((s) => (s.section === 0 ? s : { ...s, value: s.value + bias })),
    notes: readNotes(bytes, segments),
    phdr: phdrAddress(segments, phoff, phentsize * phnum),
  };
}

/** Where an i386 program that runs anywhere (-static-pie) is put: above the place of the others, where debuggers show it. */
const PIE_BASE = 0x5655_5000;

/** What is added to every address: it relocates itself as it starts. Without an entry point it is a library. */
function biasOf(bytes: Uint8Array): number {
  if (get16(bytes, 16) !== ET_DYN) return 0;
  if (get32(bytes, 24) === 0) refuse('This is a shared object, not a program.');
  if (get16(bytes, 18) !== EM_386) refuse('This is a position-independent executable; link it with -static -no-pie.');
  return PIE_BASE;
}

function checkHeader(bytes: Uint8Array, machines: readonly number[]): void {
  if (bytes.length === 0) refuse('The file is empty.');
  if (!hasMagic(bytes)) refuse('This is not an ELF file: it does not begin with 7f 45 4c 46.');
  if (bytes.length < 52) refuse(`The ELF header is cut off: the file has ${bytes.length} bytes, the header needs 52.`);
  if (bytes[4] === 2) refuse(`This is a 64-bit ELF file (${machineName(get16(bytes, 18))}); only 32-bit ones run here.`);
  if (bytes[4] !== 1) refuse(`The ELF class at offset 4 is ${bytes[4]}; it must be 1 (32-bit).`);
  if (bytes[5] === 2) refuse('This ELF file is big-endian; only little-endian ones run here.');
  if (bytes[5] !== 1) refuse(`The ELF byte order at offset 5 is ${bytes[5]}; it must be 1 (little-endian).`);
  if (bytes[6] !== 1 || get32(bytes, 20) !== 1) refuse('The ELF version at offset 6 or 20 is not 1.');
  const machine = get16(bytes, 18);
  if (!machines.includes(machine))
    refuse(`This ELF file is for ${machineName(machine)}; expected ${machines.map(machineName).join(' or ')}.`);
  const type = get16(bytes, 16);
  if (type === 1) refuse('This is a relocatable object file (.o); link it to an executable first.');
  if (type === 4) refuse('This is a core dump, not an executable.');
  if (type !== ET_EXEC && type !== ET_DYN) refuse(`The ELF type at offset 16 is ${type}; it must be 2 (executable).`);
}

function readSegments(bytes: Uint8Array, phoff: number, phentsize: number, phnum: number, bias: number): Segment[] {
  if (phnum === 0) refuse('The ELF file has no program headers, so there is nothing to load.');
  if (phentsize !== 32) refuse(`The program header size at offset 42 is ${phentsize}; it must be 32.`);
  if (phoff + phnum * 32 > bytes.length)
    refuse(`The program headers (${phnum} at offset ${phoff}) reach past the end of the file (${bytes.length} bytes).`);
  const segments: Segment[] = [];
  for (let i = 0; i < phnum; i++) {
    const word = (n: number): number => get32(bytes, phoff + i * 32 + n * 4) >>> 0;
    const segment = {
      type: word(0),
      offset: word(1),
      vaddr: word(2) + bias,
      filesz: word(4),
      memsz: word(5),
      flags: word(6),
      align: word(7),
    };
    checkSegment(bytes, segment, i);
    segments.push(segment);
  }
  return segments;
}

function checkSegment(bytes: Uint8Array, s: Segment, i: number): void {
  if (s.type !== PT_LOAD && s.type !== PT_NOTE && s.type !== PT_TLS && s.type !== PT_INTERP) return;
  if (s.offset + s.filesz > bytes.length)
    refuse(`Segment ${i} (offset ${s.offset}, ${s.filesz} bytes) reaches past the end of the file (${bytes.length} bytes).`);
  if (s.type !== PT_LOAD) return;
  if (s.memsz < s.filesz) refuse(`Segment ${i} has ${s.filesz} bytes in the file but only ${s.memsz} in memory.`);
  if (s.vaddr + s.memsz > 0xffff_ffff)
    refuse(`Segment ${i} at ${hex32(s.vaddr)} with ${s.memsz} bytes reaches past the end of the address space.`);
  if (s.align > 1 && (s.align & (s.align - 1)) !== 0) refuse(`Segment ${i} has alignment ${s.align}, which is not a power of two.`);
  if (((s.offset ^ s.vaddr) & 0xfff) !== 0)
    refuse(`Segment ${i}: offset ${s.offset} and address ${hex32(s.vaddr)} differ modulo the page size.`);
}

/** A dynamic executable: sound, but it wants its interpreter (ld.so) to be loaded beside it, which is not modelled. */
export class NeedsInterpreter extends FormatError {
  readonly path: string;
  constructor(path: string) {
    super(`This executable is dynamically linked (it asks for ${printable(path)}); link it with -static.`);
    this.path = path;
  }
}

function checkExecutable(bytes: Uint8Array, segments: readonly Segment[], bias: number): void {
  const interpreter = segments.find((s) => s.type === PT_INTERP);
  if (interpreter) {
    const path = latin1(bytes.subarray(interpreter.offset, interpreter.offset + interpreter.filesz)).replace(/\0.*$/s, '');
    throw new NeedsInterpreter(path);
  }
  const loads = segments.filter((s) => s.type === PT_LOAD && s.memsz > 0).toSorted((a, b) => a.vaddr - b.vaddr);
  if (loads.length === 0) refuse('The ELF file has no segment to load.');
  for (let i = 1; i < loads.length; i++) {
    const before = loads[i - 1]!,
      after = loads[i]!;
    if (before.vaddr + before.memsz > after.vaddr) refuse(`The segments at ${hex32(before.vaddr)} and ${hex32(after.vaddr)} overlap.`);
  }
  const entry = (get32(bytes, 24) >>> 0) + bias;
  if (!loads.some((s) => entry >= s.vaddr && entry < s.vaddr + s.memsz))
    refuse(`The entry point ${hex32(entry)} lies in no segment that is loaded.`);
}

const printable = (text: string): string => text.slice(0, 60).replace(/[^ -~]/g, '?');

function phdrAddress(segments: readonly Segment[], phoff: number, size: number): number {
  const holder = segments.find((s) => s.type === PT_LOAD && s.offset <= phoff && phoff + size <= s.offset + s.filesz);
  return holder ? holder.vaddr + phoff - holder.offset : 0;
}

/** Sections are not needed to run, so a file without them is fine; a table that does not fit is not. */
function readSections(bytes: Uint8Array): Section[] {
  const shoff = get32(bytes, 32) >>> 0,
    shentsize = get16(bytes, 46),
    shnum = get16(bytes, 48),
    shstrndx = get16(bytes, 50);
  if (shoff === 0 || shnum === 0) return [];
  if (shentsize !== 40) refuse(`The section header size at offset 46 is ${shentsize}; it must be 40.`);
  if (shoff + shnum * 40 > bytes.length)
    refuse(`The section headers (${shnum} at offset ${shoff}) reach past the end of the file (${bytes.length} bytes).`);
  const raw = Array.from({ length: shnum }, (_, i) => {
    const word = (n: number): number => get32(bytes, shoff + i * 40 + n * 4) >>> 0;
    return {
      nameAt: word(0),
      type: word(1),
      flags: word(2),
      addr: word(3),
      offset: word(4),
      size: word(5),
      link: word(6),
      entsize: word(9),
    };
  });
  raw.forEach((s, i) => {
    if (i > 0 && s.type !== 0 && s.type !== SHT_NOBITS && s.offset + s.size > bytes.length) {
      refuse(`Section ${i} (offset ${s.offset}, ${s.size} bytes) reaches past the end of the file (${bytes.length} bytes).`);
    }
  });
  const names = raw[shstrndx];
  return raw.map(({ nameAt, ...s }) => ({ ...s, name: names?.type === SHT_STRTAB ? stringAt(bytes, names, nameAt) : '' }));
}

function stringAt(bytes: Uint8Array, table: { offset: number; size: number }, at: number): string {
  if (at >= table.size) return '';
  const start = table.offset + at,
    limit = table.offset + table.size;
  let end = start;
  while (end < limit && bytes[end] !== 0) end++;
  return latin1(bytes.subarray(start, end));
}

function readSymbols(bytes: Uint8Array, sections: readonly Section[]): ElfSymbol[] {
  const table = sections.find((s) => s.type === SHT_SYMTAB);
  const strings = table && sections[table.link];
  if (!table || !strings || strings.type !== SHT_STRTAB) return [];
  const symbols: ElfSymbol[] = [];
  for (let at = table.offset; at + 16 <= table.offset + table.size; at += 16) {
    const info = bytes[at + 12]!;
    symbols.push({
      name: stringAt(bytes, strings, get32(bytes, at) >>> 0),
      value: get32(bytes, at + 4) >>> 0,
      size: get32(bytes, at + 8) >>> 0,
      type: info & 15,
      global: info >> 4 !== 0,
      section: get16(bytes, at + 14),
    });
  }
  return symbols;
}

function readNotes(bytes: Uint8Array, segments: readonly Segment[]): Note[] {
  const notes: Note[] = [];
  for (const s of segments) {
    if (s.type !== PT_NOTE) continue;
    const end = s.offset + s.filesz;
    for (let at = s.offset; at + 12 <= end;) {
      const namesz = get32(bytes, at) >>> 0,
        descsz = get32(bytes, at + 4) >>> 0,
        type = get32(bytes, at + 8) >>> 0;
      const nameAt = at + 12,
        descAt = nameAt + ((namesz + 3) & ~3);
      if (namesz > end - nameAt || descsz > end - descAt) break;
      notes.push({
        name: latin1(bytes.subarray(nameAt, nameAt + namesz)).replace(/\0+$/, ''),
        type,
        description: bytes.subarray(descAt, descAt + descsz),
      });
      at = descAt + ((descsz + 3) & ~3);
    }
  }
  return notes;
}

/** The function or label at or before an address: `main+12`; null when no symbol is near. For listings and messages. */
export function symbolNear(elf: Elf, address: number): { readonly name: string; readonly offset: number } | null {
  let best: ElfSymbol | null = null;
  for (const s of elf.symbols) {
    if (s.section === 0 || s.name === '' || s.type > STT_FUNC || s.value > address) continue;
    if (s.size > 0 && address >= s.value + s.size) continue;
    if (best === null || s.value > best.value || (s.value === best.value && s.type === STT_FUNC && best.type !== STT_FUNC)) best = s;
  }
  return best && { name: best.name, offset: address - best.value };
}
