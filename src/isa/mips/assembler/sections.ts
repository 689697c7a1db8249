/** Bytes that grow as statements are assembled, the places in them that wait for addresses, and where sections go. */
import type { Expression } from './expression.ts';
import type { Span } from './problem.ts';

export type SectionName = '.text' | '.rodata' | '.data' | '.bss';

/** How a value is put into the bytes when addresses are known. */
export type FixupKind = 'word' | 'half' | 'byte' | 'signed16' | 'unsigned16' | 'hi16' | 'lo16' | 'branch' | 'jump';

export interface Fixup {
  readonly offset: number;
  readonly kind: FixupKind;
  readonly expression: Expression;
  readonly line: number;
  readonly span: Span;
}

/** No program may grow beyond this: a slip such as `.space 0x7fffffff` is refused. */
export const LARGEST_SECTION = 16 * 1024 * 1024;

export class Section {
  readonly name: SectionName;
  readonly fixups: Fixup[] = [];
  /** Source line of each instruction, by offset. */
  readonly lines = new Map<number, number>();
  /** Largest alignment asked for. */
  alignment = 16;
  address = 0;
  /** `.align 0` switches off the alignment of .word and .half. */
  autoAlign = true;
  private buffer = new Uint8Array(256);
  private used = 0;

  constructor(name: SectionName) {
    this.name = name;
  }

  get size(): number {
    return this.used;
  }
  get bytes(): Uint8Array {
    return this.buffer.subarray(0, this.used);
  }

  /** Appends the low `width` bytes of the value, little-endian. */
  append(value: number, width: number): void {
    this.reserve(width);
    for (let i = 0; i < width; i++)
      this.buffer[this.used++] = i < 4 ? value >>> (8 * i) : value < 0 ? 255 : Math.floor(value / 2 ** (8 * i)) & 255;
  }
  fill(count: number, value: number): void {
    this.reserve(count);
    this.buffer.fill(value, this.used, this.used + count);
    this.used += count;
  }
  patch(offset: number, value: number, width: number): void {
    for (let i = 0; i < width; i++) this.buffer[offset + i] = value >>> (8 * i);
  }
  read32(offset: number): number {
    return (
      (this.buffer[offset]! | (this.buffer[offset + 1]! << 8) | (this.buffer[offset + 2]! << 16) | (this.buffer[offset + 3]! << 24)) >>> 0
    );
  }

  private reserve(more: number): void {
    const need = this.used + more;
    if (need <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(need, this.buffer.length * 2));
    larger.set(this.bytes);
    this.buffer = larger;
  }
}
