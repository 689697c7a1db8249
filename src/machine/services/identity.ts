/**
 * CPUID, RDTSC and model-specific registers. CPUID tells exactly what this machine has: a processor of family 15 with x87,
 * PSE, TSC, MSR, CMPXCHG8B, CMOV, MMX, FXSAVE, SSE and SSE2.
 */
import { CPL, CR4, EAX, EBX, ECX, EDX, GP } from '../../isa/x86/state.ts';
import type { Cpu } from '../cpu.ts';
import { Fault } from '../fault.ts';

/**
 * Four letters a register, in the order EBX EDX ECX. The name and the family of a processor that programs know: of others the C
 * library of GNU looks at no feature bits, and would leave MXCSR alone when it sets a rounding mode.
 */
const VENDOR = 'AuthenticAMD';
const word = (text: string, at: number): number => [3, 2, 1, 0].reduce((sum, i) => (sum << 8) | text.charCodeAt(at + i), 0);
const SIGNATURE = 0x0f48;
const FEATURE = {
  fpu: 1,
  de: 1 << 2,
  pse: 1 << 3,
  tsc: 1 << 4,
  msr: 1 << 5,
  cx8: 1 << 8,
  cmov: 1 << 15,
  mmx: 1 << 23,
  fxsr: 1 << 24,
  sse: 1 << 25,
  sse2: 1 << 26,
};
const FEATURES = Object.values(FEATURE).reduce((all, bit) => all | bit);
const TSC = 0x10;

export function cpuid(cpu: Cpu): number {
  const w = cpu.words;
  const leaf = w[EAX]! >>> 0;
  const [a, b, c, d] =
    leaf === 0 ? [1, word(VENDOR, 0), word(VENDOR, 8), word(VENDOR, 4)] : leaf === 1 ? [SIGNATURE, 0, 0, FEATURES] : [0, 0, 0, 0];
  w[EAX] = a!;
  w[EBX] = b!;
  w[ECX] = c!;
  w[EDX] = d!;
  return 0;
}

function setPair(cpu: Cpu, value: number): void {
  cpu.words[EAX] = (value % 0x1_0000_0000) | 0;
  cpu.words[EDX] = Math.floor(value / 0x1_0000_0000) | 0;
}

/** RDTSC gives simulated time. */
export function timestamp(cpu: Cpu): number {
  if ((cpu.words[CR4]! & 4) !== 0 && cpu.words[CPL] !== 0) throw new Fault(GP, 0);
  setPair(cpu, cpu.clock());
  return 0;
}
export function msrRead(cpu: Cpu): number {
  if (cpu.words[ECX] !== TSC) throw new Fault(GP, 0);
  setPair(cpu, cpu.clock());
  return 0;
}
/** The time-stamp counter is simulated time and cannot be moved; there is no other register. */
export function msrWrite(): number {
  throw new Fault(GP, 0);
}
