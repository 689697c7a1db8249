/**
 * Underlines below the bytes that came out of a field of the guest instruction, and rows' texts. Solid: immediate bytes;
 * dashed: register bytes. Pure.
 */
import type { FormsView, HostLine } from '../../protocol/views.ts';
import { CODE_ADVANCE as A, grouped, round } from '../shared/text.ts';
import type { Underline } from './scene.ts';

type GuestLine = FormsView['guest'][number];

/** Host bytes stand two digits and a half apart. */
export const BYTE_PITCH = 20.6;

/** Bits `high`..`low` of a 32-bit word written as eight digits from `x`. */
export function guestUnderlines(line: GuestLine, id: string, x: number, y: number): Underline[] {
  return line.fields.map((field, i) => ({
    id: `${id}u${i}`,
    y,
    dashed: field.kind === 'register',
    x1: round(x + ((31 - field.high) / 4) * A + 0.7),
    x2: round(x + ((32 - field.low) / 4) * A - 0.7),
  }));
}

export function hostUnderlines(line: HostLine, id: string, x: number, y: number, shown: number): Underline[] {
  return line.fields.flatMap((field, i) => {
    const last = Math.min(field.from + field.length, shown);
    if (field.from >= last) return [];
    return [
      {
        id: `${id}u${i}`,
        y,
        dashed: field.kind === 'register',
        x1: round(x + field.from * BYTE_PITCH),
        x2: round(x + (last - 1) * BYTE_PITCH + 2 * A - 1),
      },
    ];
  });
}

/** Little-endian, signed: what an immediate in host bytes means. */
export function immediateOf(line: HostLine): string | null {
  const field = line.fields.find((f) => f.kind === 'immediate');
  if (field === undefined || field.length > 4) return null;
  const bytes = line.bytes.slice(field.from, field.from + field.length);
  if (bytes.length === 0) return null;
  const bits = 8 * bytes.length;
  const unsigned = bytes.reduce((sum, byte, i) => sum + byte * 2 ** (8 * i), 0);
  return grouped(unsigned >= 2 ** (bits - 1) ? unsigned - 2 ** bits : unsigned);
}

export const guestText = (line: GuestLine): string => `${line.mnemonic.padEnd(5)} ${line.operands}`.trimEnd();

/** A register among the operands says how wide a memory operand is; only without one must its width be written. */
export function hostText(line: HostLine): string {
  const outside = line.text.replace(/\[[^\]]*\]/g, '');
  const plain = /^(jmp|call)/.test(line.text) || /\b(e?[abcd]x|e?[sd]i|e?[sb]p|[abcd][lh])\b/.test(outside);
  return line.text.replace(/\b(DWORD|WORD|BYTE) PTR /g, (_, size: string) => (plain && size === 'DWORD' ? '' : `${size.toLowerCase()} `));
}
