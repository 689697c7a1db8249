/** `strata disasm`: the executable sections of an ELF file, instruction by instruction, with the symbols they begin at. */
import { hex32, hexBytes } from '../bits/hex.ts';
import {
  type Elf,
  EM_386,
  parseElf,
  type Section,
  SHF_EXECINSTR,
  SHT_NOBITS,
  PF_X,
  PT_LOAD,
  STT_FUNC,
  STT_NOTYPE,
} from '../formats/elf.ts';
import { get32 } from '../bits/bytes.ts';
import { disassemble as disassembleMips } from '../isa/mips/disassemble.ts';
import { decode } from '../isa/x86/decode.ts';
import type { Options } from './options.ts';
import { readProgram } from './program.ts';
import { writeAll } from './run.ts';

interface Line {
  readonly address: number;
  readonly bytes: string;
  readonly text: string;
}
interface Part {
  readonly name: string;
  readonly address: number;
  readonly lines: Line[];
}

const FLAT_32 = { code32: true, stack32: true };

/** Sections that hold code; a file without sections gives its executable segments. */
function codeRanges(elf: Elf): Pick<Section, 'name' | 'addr' | 'offset' | 'size'>[] {
  const sections = elf.sections.filter((s) => s.flags & SHF_EXECINSTR && s.type !== SHT_NOBITS && s.size > 0);
  if (sections.length > 0) return sections;
  return elf.segments
    .filter((s) => s.type === PT_LOAD && s.flags & PF_X)
    .map((s) => ({ name: 'segment', addr: s.vaddr, offset: s.offset, size: s.filesz }));
}

function linesOf(elf: Elf, start: number, end: number, address: number): Line[] {
  const lines: Line[] = [];
  const add = (at: number, length: number, text: string): void => {
    lines.push({ address: address + at - start, bytes: hexBytes(elf.bytes.subarray(at, at + length)), text });
  };
  for (let at = start; at < end;) {
    if (elf.machine === EM_386) {
      const instruction = decode(elf.bytes, at, end, address + at - start, FLAT_32);
      const length = instruction ? Math.max(1, instruction.length) : end - at;
      add(at, length, instruction ? instruction.text : '(cut off)');
      at += length;
    } else {
      const length = Math.min(4, end - at);
      add(at, length, length === 4 ? disassembleMips(get32(elf.bytes, at), address + at - start) : '(cut off)');
      at += length;
    }
  }
  return lines;
}

function parts(elf: Elf): Part[] {
  return codeRanges(elf).flatMap((range) => {
    const starts = elf.symbols
      .filter(
        (s) =>
          s.section !== 0 &&
          (s.type === STT_FUNC || s.type === STT_NOTYPE) &&
          s.name !== '' &&
          !s.name.startsWith('$') &&
          s.value >= range.addr &&
          s.value < range.addr + range.size,
      )
      .toSorted((a, b) => a.value - b.value);
    const labels = new Map(starts.toReversed().map((s) => [s.value, s.name]));
    const cuts = [...new Set([range.addr, ...labels.keys()])].toSorted((a, b) => a - b);
    return cuts.map((address, i) => {
      const end = cuts[i + 1] ?? range.addr + range.size;
      const at = range.offset + address - range.addr;
      return { name: labels.get(address) ?? range.name, address, lines: linesOf(elf, at, at + end - address, address) };
    });
  });
}

export function disasmCommand(options: Options): number {
  const elf = parseElf(readProgram(options).bytes);
  if (options.json) {
    writeAll(
      1,
      Buffer.from(`${JSON.stringify({ machine: elf.machine === EM_386 ? 'i386' : 'mips', entry: elf.entry, parts: parts(elf) })}\n`),
    );
    return 0;
  }
  for (const part of parts(elf)) {
    const rows = part.lines.map((l) => `${hex32(l.address)}:  ${l.bytes.padEnd(24)}  ${l.text}`);
    writeAll(1, Buffer.from(`\n${hex32(part.address)} <${part.name}>:\n${rows.join('\n')}\n`));
  }
  return 0;
}
