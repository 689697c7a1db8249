/** Little-endian numbers in byte arrays, and a writer for the structures that a kernel hands out. */

export const get16 = (b: Uint8Array, at: number): number => b[at]! | (b[at + 1]! << 8);
/** Signed 32 bits. */
export const get32 = (b: Uint8Array, at: number): number => b[at]! | (b[at + 1]! << 8) | (b[at + 2]! << 16) | (b[at + 3]! << 24);
/** Two words as a number; exact up to 2^53. The high word is signed. */
export const get64 = (b: Uint8Array, at: number): number => get32(b, at + 4) * 0x1_0000_0000 + (get32(b, at) >>> 0);

export function put16(b: Uint8Array, at: number, value: number): void {
  b[at] = value;
  b[at + 1] = value >>> 8;
}
export function put32(b: Uint8Array, at: number, value: number): void {
  b[at] = value;
  b[at + 1] = value >>> 8;
  b[at + 2] = value >>> 16;
  b[at + 3] = value >>> 24;
}
export function put64(b: Uint8Array, at: number, value: number): void {
  put32(b, at, value >>> 0);
  put32(b, at + 4, Math.floor(value / 0x1_0000_0000));
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

/** A structure of C, written field after field. The caller says the padding. */
export class StructWriter {
  private readonly out: number[] = [];

  get length(): number {
    return this.out.length;
  }

  u8(value: number): this {
    this.out.push(value & 0xff);
    return this;
  }
  u16(value: number): this {
    return this.u8(value).u8(value >>> 8);
  }
  u32(value: number): this {
    return this.u16(value).u16(value >>> 16);
  }
  u64(value: number): this {
    return this.u32(value >>> 0).u32(Math.floor(value / 0x1_0000_0000));
  }
  bytes(bytes: ArrayLike<number>): this {
    for (let i = 0; i < bytes.length; i++) this.u8(bytes[i]!);
    return this;
  }
  /** Zeros up to `length` bytes in all. */
  pad(length: number): this {
    while (this.out.length < length) this.out.push(0);
    return this;
  }
  /** Text of one byte a character, cut and zero-filled to `size` bytes. */
  text(text: string, size: number): this {
    for (let i = 0; i < size; i++) this.u8(i < text.length ? text.charCodeAt(i) : 0);
    return this;
  }
  done(): Uint8Array {
    return Uint8Array.from(this.out);
  }
}
