/** Makes tar headers field by field, also wrong ones (POSIX pax, "ustar Interchange Format"). */
import { fromLatin1 } from '../../../src/bits/utf8.ts';

export interface Fields {
  readonly name: string;
  readonly type?: string;
  readonly mode?: string;
  readonly size?: string;
  readonly link?: string;
  readonly checksum?: string;
}

export function header({ name, type = '0', mode = '0000644', size = '0', link = '', checksum }: Fields): Uint8Array {
  const b = new Uint8Array(512),
    put = (at: number, text: string): void => b.set(fromLatin1(text), at);
  put(0, name);
  put(100, mode);
  put(108, '0000000');
  put(116, '0000000');
  put(124, size.startsWith('\x80') ? size : size.padStart(11, '0'));
  put(136, '00000000001');
  put(156, type);
  put(157, link);
  put(257, 'ustar\x0000');
  const sum = b.reduce((total, byte) => total + byte, 0) + 8 * 32;
  put(148, `${checksum ?? sum.toString(8).padStart(6, '0')}\0 `);
  return b;
}

const padded = (content: Uint8Array): Uint8Array => {
  const whole = new Uint8Array(Math.ceil(content.length / 512) * 512);
  whole.set(content);
  return whole;
};

export function file(name: string, content: string | Uint8Array, fields: Partial<Fields> = {}): Uint8Array {
  const bytes = typeof content === 'string' ? fromLatin1(content) : content;
  return joined([header({ name, size: bytes.length.toString(8), ...fields }), padded(bytes)]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, p) => sum + p.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Entries, each padded to blocks, and two blocks of zeros. */
export const tarOf = (...parts: readonly Uint8Array[]): Uint8Array => joined([...parts.map(padded), new Uint8Array(1024)]);
