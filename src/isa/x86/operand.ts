/**
 * Operands of IA-32 instructions as data: what the decoder gives, what the assembler takes, what panels draw.
 *
 * Invariant: registers carry their number in the encoding; of the 8-bit registers 4..7 are AH CH DH BH.
 */
import { CS, DS, EBP, ES, ESP, FS, GS, SS } from './state.ts';
import type { Slice, Width } from '../microop/op.ts';

export interface RegisterOperand {
  readonly k: 'reg';
  readonly n: number;
  readonly width: Width;
}
export interface MemoryOperand {
  readonly k: 'mem';
  /** Bits moved; 0 where the instruction has no size of its own (lea, invlpg) or the caller leaves it to the other operand. */
  readonly width: 0 | 8 | 16 | 32 | 48 | 64 | 80 | 128;
  readonly base?: number;
  readonly index?: number;
  readonly scale?: 1 | 2 | 4 | 8;
  readonly disp: number;
  /** Segment override, or the segment that the instruction fixes (ES of string destinations). */
  readonly segment?: number;
  /** Address size; 32 when absent. */
  readonly address?: 16 | 32;
  /** Assembler only: the address of this label is added to the displacement. */
  readonly label?: string;
}
export interface ImmediateOperand {
  readonly k: 'imm';
  readonly n: number;
}
/** A code address: the destination of a relative jump, absolute here. */
export interface TargetOperand {
  readonly k: 'target';
  readonly n: number;
}
/** Assembler only: a jump destination, or the label's address as an immediate. */
export interface LabelOperand {
  readonly k: 'label';
  readonly name: string;
  readonly addend?: number;
}
export interface SegmentOperand {
  readonly k: 'sreg';
  readonly n: number;
}
export interface ControlOperand {
  readonly k: 'creg';
  readonly n: number;
}
export interface DebugOperand {
  readonly k: 'dreg';
  readonly n: number;
}
/** A register of the x87 stack, counted from its top. */
export interface FloatOperand {
  readonly k: 'st';
  readonly n: number;
}
export interface VectorOperand {
  readonly k: 'xmm';
  readonly n: number;
}
/** A register of MMX: the mantissa of a register of the x87. */
export interface MmxOperand {
  readonly k: 'mm';
  readonly n: number;
}
export interface FarOperand {
  readonly k: 'far';
  readonly selector: number;
  readonly offset: number;
}

export type Operand =
  | RegisterOperand
  | MemoryOperand
  | ImmediateOperand
  | TargetOperand
  | LabelOperand
  | SegmentOperand
  | ControlOperand
  | DebugOperand
  | FarOperand
  | FloatOperand
  | VectorOperand
  | MmxOperand;

export const r8 = (n: number): RegisterOperand => ({ k: 'reg', n, width: 8 });
export const r16 = (n: number): RegisterOperand => ({ k: 'reg', n, width: 16 });
export const r32 = (n: number): RegisterOperand => ({ k: 'reg', n, width: 32 });
export const imm = (n: number): ImmediateOperand => ({ k: 'imm', n });
export const label = (name: string, addend = 0): LabelOperand => ({ k: 'label', name, addend });
export const target = (n: number): TargetOperand => ({ k: 'target', n });
export const sreg = (n: number): SegmentOperand => ({ k: 'sreg', n });
export const creg = (n: number): ControlOperand => ({ k: 'creg', n });
export const dreg = (n: number): DebugOperand => ({ k: 'dreg', n });
export const st = (n: number): FloatOperand => ({ k: 'st', n });
export const xmm = (n: number): VectorOperand => ({ k: 'xmm', n });
export const mm = (n: number): MmxOperand => ({ k: 'mm', n });
export const far = (selector: number, offset: number): FarOperand => ({ k: 'far', selector, offset });

export interface Place {
  readonly base?: number;
  readonly index?: number;
  readonly scale?: 1 | 2 | 4 | 8;
  readonly disp?: number;
  readonly segment?: number;
  readonly address?: 16 | 32;
  readonly label?: string;
}
export const mem = (width: MemoryOperand['width'], place: Place): MemoryOperand => ({ k: 'mem', width, ...place, disp: place.disp ?? 0 });
export const m8 = (place: Place): MemoryOperand => mem(8, place);
export const m16 = (place: Place): MemoryOperand => mem(16, place);
export const m32 = (place: Place): MemoryOperand => mem(32, place);

/** The segment an address uses without an override: SS for bases ESP and EBP, else DS (SDM vol. 1, 3.7.4). */
export const defaultSegment = (base: number | undefined): number => (base === ESP || base === EBP ? SS : DS);
export const segmentOf = (operand: MemoryOperand): number => operand.segment ?? defaultSegment(operand.base);

/** State bits of a general register: AH..BH are bits 8..15 of EAX..EBX. */
export const registerSlice = (n: number, width: Width): Slice =>
  width === 8 && n >= 4 ? { word: n - 4, low: 8, width: 8 } : { word: n, low: 0, width };

export const REGISTERS_8 = ['al', 'cl', 'dl', 'bl', 'ah', 'ch', 'dh', 'bh'] as const;
export const REGISTERS_16 = ['ax', 'cx', 'dx', 'bx', 'sp', 'bp', 'si', 'di'] as const;
export const SEGMENT_PREFIX: readonly number[] = (() => {
  const bytes: number[] = [];
  bytes[ES] = 0x26;
  bytes[CS] = 0x2e;
  bytes[SS] = 0x36;
  bytes[DS] = 0x3e;
  bytes[FS] = 0x64;
  bytes[GS] = 0x65;
  return bytes;
})();
