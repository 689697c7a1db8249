/**
 * IA-32 code on its way into simulated memory: instructions with where they come from, labels, and a layout that gives them
 * addresses and bytes. The bytes come from the IA-32 table (isa/x86/assembler); nothing of an encoding is repeated here.
 *
 * Invariant: jumps that are patched later (`near`) always take their long form; others take the short one where it reaches.
 */
import type { Operand } from '../isa/x86/operand.ts';
import { encodeInstruction } from './ia32-encode.ts';
import type { Op } from '../isa/microop/op.ts';

/** What an instruction is there for; names as in the ledger. */
export type Purpose = 'guest' | 'decode' | 'dispatch';

export interface HostInstruction {
  readonly name: string;
  readonly operands: readonly Operand[];
  readonly purpose: Purpose;
  /** Index of the guest instruction it serves, or null for what the translator adds. */
  readonly guest: number | null;
  /** The micro-op it does. */
  readonly micro: Op | null;
  /** How many guest instructions begin here. */
  readonly marks: number;
  /** For jumps: label of the destination. `near`: keep the long form, it will be patched. */
  readonly to?: string;
  readonly near?: boolean;
}

export type HostLineOrLabel = { readonly k: 'label'; readonly name: string } | { readonly k: 'code'; readonly code: HostInstruction };

/** Where an instruction ended up. */
export interface Placed {
  readonly code: HostInstruction;
  /** Bytes from the start of the piece. */
  readonly offset: number;
  readonly length: number;
}
export interface Piece {
  readonly bytes: Uint8Array;
  readonly placed: readonly Placed[];
  /** Offsets of labels from the start. */
  readonly labels: ReadonlyMap<string, number>;
}

export class HostList {
  readonly lines: HostLineOrLabel[] = [];
  guest: number | null = null;
  micro: Op | null = null;
  purpose: Purpose = 'guest';
  private pendingMarks = 0;

  get length(): number {
    return this.lines.length;
  }

  emit(name: string, ...operands: readonly Operand[]): HostInstruction {
    return this.push({ name, operands, purpose: this.purpose, guest: this.guest, micro: this.micro, marks: this.pendingMarks });
  }
  /** Asks the supervisor for a service: 0F 3F, the number in two bytes. */
  gate(number: number): HostInstruction {
    return this.emit('gate', { k: 'imm', n: number & 0xff }, { k: 'imm', n: number >> 8 });
  }
  jump(name: string, to: string, near = false): HostInstruction {
    return this.push({
      name,
      operands: [],
      purpose: this.purpose,
      guest: this.guest,
      micro: this.micro,
      marks: this.pendingMarks,
      to,
      near,
    });
  }
  private push(code: HostInstruction): HostInstruction {
    this.pendingMarks = 0;
    this.lines.push({ k: 'code', code });
    return code;
  }
  /** A guest instruction begins at the next host instruction. */
  mark(): void {
    this.pendingMarks++;
  }
  get hasPendingMark(): boolean {
    return this.pendingMarks > 0;
  }
  label(name: string): void {
    this.lines.push({ k: 'label', name });
  }
  append(other: HostList): void {
    this.lines.push(...other.lines);
  }
}

/**
 * Gives addresses and bytes. `outside` resolves labels that the list does not hold, as linear addresses.
 * Short jumps start short and only ever grow, so the loop ends.
 */
export function place(list: HostList, base: number, outside: ReadonlyMap<string, number>): Piece {
  const lines = list.lines;
  const lengths = lines.map((line) =>
    line.k === 'label'
      ? 0
      : line.code.to === undefined
        ? encodeInstruction(line.code.name, line.code.operands, 0).length
        : jumpLength(line.code, line.code.near === true),
  );
  const long = lines.map((line) => line.k === 'code' && line.code.near === true);
  let offsets: number[], labels: Map<string, number>;
  for (;;) {
    ({ offsets, labels } = layOut(lines, lengths));
    let grown = false;
    lines.forEach((line, i) => {
      if (line.k !== 'code' || line.code.to === undefined || long[i]) return;
      const target = resolve(line.code.to, labels, outside, base) - base;
      const distance = target - (offsets[i]! + lengths[i]!);
      if (distance >= -128 && distance <= 127) return;
      long[i] = true;
      grown = true;
      lengths[i] = jumpLength(line.code, true);
    });
    if (!grown) break;
  }
  const bytes = new Uint8Array(lengths.reduce((sum, n) => sum + n, 0));
  const placed: Placed[] = [];
  lines.forEach((line, i) => {
    if (line.k === 'label') return;
    const offset = offsets[i]!,
      code = line.code,
      at = base + offset;
    const made =
      code.to === undefined
        ? encodeInstruction(code.name, code.operands, 0)
        : jumpBytes(code.name, resolve(code.to, labels, outside, base) - (at + lengths[i]!), long[i]!);
    bytes.set(made, offset);
    placed.push({ code, offset, length: lengths[i]! });
  });
  return { bytes, placed, labels };
}

function layOut(lines: readonly HostLineOrLabel[], lengths: readonly number[]): { offsets: number[]; labels: Map<string, number> } {
  const labels = new Map<string, number>();
  let at = 0;
  const offsets = lines.map((line, i) => {
    const here = at;
    if (line.k === 'label') labels.set(line.name, here);
    at += lengths[i]!;
    return here;
  });
  return { offsets, labels };
}

function resolve(name: string, labels: ReadonlyMap<string, number>, outside: ReadonlyMap<string, number>, base: number): number {
  const inside = labels.get(name);
  if (inside !== undefined) return base + inside;
  const address = outside.get(name);
  if (address === undefined) throw new Error(`label ${name} is nowhere`);
  return address;
}

const jumpLength = (code: HostInstruction, long: boolean): number => jumpBytes(code.name, 0, long).length;

/** A relative jump in the given form: encoded for address 0, where the displacement is the target less the length. */
function jumpBytes(name: string, displacement: number, long: boolean): Uint8Array {
  const length = long ? (name === 'jmp' || name === 'call' ? 5 : 6) : 2;
  return encodeInstruction(name, [{ k: 'target', n: (length + displacement) | 0 }], 0, long ? 'near' : 'short');
}
