/**
 * Bytes of one host instruction, from the IA-32 table. A translator emits the same few shapes over and over, so what was
 * encoded once is remembered by its text; position-dependent instructions (relative jumps) come with their displacement.
 */
import { encode } from '../isa/x86/encode.ts';
import type { Operand } from '../isa/x86/operand.ts';

const known = new Map<string, Uint8Array>();
const LIMIT = 50_000;

function keyOf(name: string, operands: readonly Operand[]): string {
  let key = name;
  for (const o of operands) {
    if (o.k === 'reg') key += `,r${o.n}.${o.width}`;
    else if (o.k === 'mem') key += `,m${o.width}.${o.base ?? ''}.${o.index ?? ''}.${o.scale ?? ''}.${o.disp}.${o.segment ?? ''}`;
    else if ('n' in o) key += `,${o.k}${o.n}`;
    else throw new Error(`operand ${o.k} has no place in generated code`);
  }
  return key;
}

/** `address` matters only for relative jumps to absolute targets; `reach` picks the form of a jump. */
export function encodeInstruction(name: string, operands: readonly Operand[], address: number, reach?: 'near' | 'short'): Uint8Array {
  const key = keyOf(reach ? `${name} ${reach}` : name, operands);
  const found = known.get(key);
  if (found) return found;
  const bytes = encode(reach ? `${name} ${reach}` : name, operands, address);
  if (known.size >= LIMIT) known.clear();
  known.set(key, bytes);
  return bytes;
}
