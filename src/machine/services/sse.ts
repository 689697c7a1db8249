/** The services of SSE and SSE2: those of isa/x86/sse on the processor's words, and the one that stores. */
import { SSE_FUNCTIONS, type SsePure } from '../../isa/x86/sse/services.ts';
import type { SseService } from '../../isa/x86/services.ts';
import type { Cpu, ServiceFunction } from '../cpu.ts';

const pure = Object.fromEntries(
  Object.entries(SSE_FUNCTIONS).map(([name, run]): [string, ServiceFunction] => [
    name,
    (cpu, [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0]) => run(cpu.words, a, b, c, d, e, f),
  ]),
) as Record<SsePure, ServiceFunction>;

/** MASKMOVDQU: byte by byte, as far as the mask chooses; a fault leaves what was stored before, as the manual allows. */
function maskedStore(cpu: Cpu, [segment = 0, offset = 0, value = 0, mask = 0]: readonly number[]): number {
  for (let i = 0; i < 16; i++) {
    const shift = 8 * (i & 3);
    if (((cpu.words[mask + (i >> 2)]! >>> shift) & 0x80) === 0) continue;
    cpu.store(segment, (offset + i) | 0, 8, (cpu.words[value + (i >> 2)]! >>> shift) & 0xff, false);
  }
  return 0;
}

export const SSE: Readonly<Record<SseService, ServiceFunction>> = { ...pure, 'sse.maskmovdqu': maskedStore };
