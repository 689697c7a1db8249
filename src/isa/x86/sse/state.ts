/** Words and bits of the SSE state: MXCSR and the XMM registers, four words each, the lowest first (SDM vol. 1, 10.2). */
import { MXCSR, XMM } from '../state.ts';

export { MXCSR, XMM };
/** First word of register n. */
export const xmmWord = (n: number): number => XMM + 4 * n;

/** Bits of MXCSR; the six flags are those of bits/float/core.ts, and their masks stand 7 places higher. */
export const DAZ = 0x40,
  MASKS = 0x1f80,
  FTZ = 0x8000,
  MASK_SHIFT = 7;
export const MXCSR_RESET = 0x1f80;
/** Bits that may be written: all sixteen (DAZ is there). */
export const MXCSR_MASK = 0xffff;
