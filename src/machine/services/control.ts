/**
 * Control and debug registers, descriptor-table registers, TLB and cache control (SDM vol. 3, 2.5 and 17.2).
 *
 * Invariant: a bit that is not offered cannot be set. Left out: CR0.CD and NW have no effect; debug registers are kept, and
 * instruction and data breakpoints in them are not raised (Strata's own breakpoints are the lab's).
 */
import { CR0, CR2, CR3, CR4, DEBUG, GDTR_BASE, GDTR_LIMIT, GP, IDTR_BASE, IDTR_LIMIT, UD } from '../../isa/x86/state.ts';
import type { Cpu } from '../cpu.ts';
import { Fault, NotModelled } from '../fault.ts';

const PE = 1,
  MP = 2,
  EM = 4,
  TASK = 8,
  ET = 0x10,
  NE = 0x20,
  WP = 0x10000,
  AM = 0x40000,
  NW = 0x20000000,
  CD = 0x40000000,
  PG = 0x80000000 | 0;
const CR0_BITS = PE | MP | EM | TASK | ET | NE | WP | AM | NW | CD | PG;
/** TSD, DE, PSE, and what a kernel offers of SSE: OSFXSR, OSXMMEXCPT. */
const TSD = 4,
  DE = 8,
  PSE = 0x10,
  OSFXSR = 0x200,
  OSXMMEXCPT = 0x400;
const CR4_BITS = TSD | DE | PSE | OSFXSR | OSXMMEXCPT;

export function controlRead(cpu: Cpu, [register = 0]: readonly number[]): number {
  switch (register) {
    case 0:
      return cpu.words[CR0]!;
    case 2:
      return cpu.words[CR2]!;
    case 3:
      return cpu.words[CR3]!;
    case 4:
      return cpu.words[CR4]!;
    default:
      throw new Fault(UD, null);
  }
}

export function controlWrite(cpu: Cpu, [register = 0, value = 0]: readonly number[]): number {
  const w = cpu.words;
  switch (register) {
    case 0:
      writeCr0(cpu, value);
      break;
    case 2:
      w[CR2] = value;
      break;
    case 3:
      w[CR3] = value & ~0xfe7;
      cpu.tlb.flush();
      break;
    case 4:
      if ((value & ~CR4_BITS) !== 0) throw new Fault(GP, 0);
      if (((w[CR4]! ^ value) & PSE) !== 0) cpu.tlb.flush();
      w[CR4] = value;
      break;
    default:
      throw new Fault(UD, null);
  }
  return 0;
}

function writeCr0(cpu: Cpu, value: number): void {
  const w = cpu.words;
  if (((value & PG) !== 0 && (value & PE) === 0) || ((value & NW) !== 0 && (value & CD) === 0)) throw new Fault(GP, 0);
  if ((value & PE) === 0) throw new NotModelled('real-address mode (CR0.PE cleared) is not modelled');
  if (((w[CR0]! ^ value) & (PG | WP)) !== 0) cpu.tlb.flush();
  w[CR0] = (value & CR0_BITS) | ET;
}

/** CLTS. */
export function taskClear(cpu: Cpu): number {
  cpu.words[CR0]! &= ~TASK;
  return 0;
}

const debugNumber = (cpu: Cpu, register: number): number => {
  if (register !== 4 && register !== 5) return register;
  if ((cpu.words[CR4]! & DE) !== 0) throw new Fault(UD, null);
  return register + 2;
};
export const debugRead = (cpu: Cpu, [register = 0]: readonly number[]): number => cpu.words[DEBUG + debugNumber(cpu, register)]!;
export function debugWrite(cpu: Cpu, [register = 0, value = 0]: readonly number[]): number {
  const number = debugNumber(cpu, register);
  cpu.words[DEBUG + number] = number === 6 ? (value & 0xe00f) | 0xffff0ff0 : number === 7 ? (value & ~0xdc00) | 0x400 : value;
  return 0;
}

export function gdtLoad(cpu: Cpu, [base = 0, limit = 0]: readonly number[]): number {
  cpu.words[GDTR_BASE] = base;
  cpu.words[GDTR_LIMIT] = limit & 0xffff;
  return 0;
}
export function idtLoad(cpu: Cpu, [base = 0, limit = 0]: readonly number[]): number {
  cpu.words[IDTR_BASE] = base;
  cpu.words[IDTR_LIMIT] = limit & 0xffff;
  return 0;
}

/** INVLPG. */
export function tlbInvalidate(cpu: Cpu, [linear = 0]: readonly number[]): number {
  cpu.tlb.invalidate(linear);
  return 0;
}
/** INVD and WBINVD: caches are not modelled, so there is nothing to do. */
export const cacheFlush = (): number => 0;
