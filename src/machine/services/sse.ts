/** The one service of SSE that stores to memory; the others (isa/x86/floating.ts) need nothing of the processor but its words. */
import type { Cpu } from '../cpu.ts';

/** MASKMOVDQU and MASKMOVQ: byte by byte, as far as the mask chooses; a fault leaves what was stored before, as the manual allows. */
export function maskedStore(cpu: Cpu, [segment = 0, offset = 0, value = 0, mask = 0, count = 0]: readonly number[]): number {
  for (let i = 0; i < count; i++) {
    const shift = 8 * (i & 3);
    if (((cpu.words[mask + (i >> 2)]! >>> shift) & 0x80) === 0) continue;
    cpu.store(segment, (offset + i) | 0, 8, (cpu.words[value + (i >> 2)]! >>> shift) & 0xff, false);
  }
  return 0;
}
