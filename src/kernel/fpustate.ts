/**
 * The state of x87 and SSE as a signal frame has it (struct _fpstate_32): the old 112 bytes of FSAVE, then the 512 bytes of
 * FXSAVE, which are what counts on the way back.
 */
import { get16, get32, StructWriter } from '../bits/bytes.ts';
import {
  FPU_CONTROL,
  FPU_CS,
  FPU_DP,
  FPU_DS,
  FPU_IP,
  FPU_OPCODE,
  FPU_REGISTERS,
  FPU_STATUS,
  FPU_TAGS,
  MXCSR,
  XMM,
} from '../isa/x86/state.ts';

const LEGACY = 112,
  MXCSR_MASK = 0xffbf;
export const FPU_FRAME = LEGACY + 512;

const top = (w: Int32Array): number => (w[FPU_STATUS]! >> 11) & 7;
/** First word of ST(i). */
const st = (w: Int32Array, i: number): number => FPU_REGISTERS + 3 * ((top(w) + i) & 7);

/** Two bits a physical register: valid, zero, special, empty. */
function fullTags(w: Int32Array): number {
  let tags = 0;
  for (let n = 0; n < 8; n++) {
    const at = FPU_REGISTERS + 3 * n,
      exponent = w[at + 2]! & 0x7fff;
    const kind =
      ((w[FPU_TAGS]! >> n) & 1) === 0
        ? 3
        : exponent === 0
          ? w[at] === 0 && w[at + 1] === 0
            ? 1
            : 2
          : exponent === 0x7fff || w[at + 1]! >= 0
            ? 2
            : 0;
    tags |= kind << (2 * n);
  }
  return tags;
}

export function fpuBytes(w: Int32Array): Uint8Array {
  const s = new StructWriter();
  s.u32(w[FPU_CONTROL]! | 0xffff_0000)
    .u32(w[FPU_STATUS]! | 0xffff_0000)
    .u32(fullTags(w) | 0xffff_0000);
  s.u32(w[FPU_IP]!)
    .u32((w[FPU_CS]! & 0xffff) | (w[FPU_OPCODE]! << 16))
    .u32(w[FPU_DP]!)
    .u32(w[FPU_DS]! & 0xffff);
  for (let i = 0; i < 8; i++)
    s.u32(w[st(w, i)]!)
      .u32(w[st(w, i) + 1]!)
      .u16(w[st(w, i) + 2]! & 0xffff);
  // status, and magic 0: FXSAVE data follow
  s.u16(w[FPU_STATUS]! & 0xffff).u16(0);
  s.u16(w[FPU_CONTROL]! & 0xffff)
    .u16(w[FPU_STATUS]! & 0xffff)
    .u16(w[FPU_TAGS]! & 0xff)
    .u16(w[FPU_OPCODE]! & 0x7ff);
  s.u32(w[FPU_IP]!)
    .u32(w[FPU_CS]! & 0xffff)
    .u32(w[FPU_DP]!)
    .u32(w[FPU_DS]! & 0xffff)
    .u32(w[MXCSR]!)
    .u32(MXCSR_MASK);
  for (let i = 0; i < 8; i++)
    s.u32(w[st(w, i)]!)
      .u32(w[st(w, i) + 1]!)
      .u16(w[st(w, i) + 2]! & 0xffff)
      .u16(0)
      .u32(0);
  for (let i = 0; i < 32; i++) s.u32(w[XMM + i]!);
  return s.pad(FPU_FRAME).done();
}

export function fpuFromBytes(w: Int32Array, b: Uint8Array): void {
  const at = LEGACY;
  w[FPU_CONTROL] = get16(b, at);
  w[FPU_STATUS] = get16(b, at + 2);
  w[FPU_TAGS] = b[at + 4]!;
  w[FPU_OPCODE] = get16(b, at + 6) & 0x7ff;
  w[FPU_IP] = get32(b, at + 8);
  w[FPU_CS] = get16(b, at + 12);
  w[FPU_DP] = get32(b, at + 16);
  w[FPU_DS] = get16(b, at + 20);
  w[MXCSR] = get32(b, at + 24) & MXCSR_MASK;
  for (let i = 0; i < 8; i++) {
    const from = at + 32 + 16 * i;
    w[st(w, i)] = get32(b, from);
    w[st(w, i) + 1] = get32(b, from + 4);
    w[st(w, i) + 2] = get16(b, from + 8);
  }
  for (let i = 0; i < 32; i++) w[XMM + i] = get32(b, at + 160 + 4 * i);
}
