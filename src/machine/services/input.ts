/** Ports: the I/O permission of ring and TSS (SDM vol. 1, 19.5), and the bus. `width` is 8, 16 or 32. */
import { CPL, EFLAGS, GP, IOPL, TR_BASE, TR_LIMIT, TR_RIGHTS } from '../../isa/x86/state.ts';
import type { Cpu } from '../cpu.ts';
import { Fault } from '../fault.ts';

const MAP_FIELD = 0x66;

function allowed(cpu: Cpu, port: number, size: number): boolean {
  const w = cpu.words;
  if (w[CPL]! <= (w[EFLAGS]! & IOPL) >> 12) return true;
  if (((w[TR_RIGHTS]! >>> 8) & 0xd) !== 9 || w[TR_LIMIT]! >>> 0 < MAP_FIELD + 1) return false;
  const at = cpu.system16((w[TR_BASE]! + MAP_FIELD) | 0) + (port >> 3);
  if (at + 1 > w[TR_LIMIT]! >>> 0) return false;
  const bits = cpu.system16((w[TR_BASE]! + at) | 0) >> (port & 7);
  return (bits & ((1 << size) - 1)) === 0;
}

export function portCheck(cpu: Cpu, [port = 0, width = 8]: readonly number[]): number {
  if (!allowed(cpu, port & 0xffff, width >> 3)) throw new Fault(GP, 0);
  return 0;
}
export function portIn(cpu: Cpu, args: readonly number[]): number {
  portCheck(cpu, args);
  return cpu.bus.read(args[0]! & 0xffff, args[1]! >> 3);
}
export function portOut(cpu: Cpu, args: readonly number[]): number {
  portCheck(cpu, args);
  cpu.bus.write(args[0]! & 0xffff, args[1]! >> 3, args[2]!);
  return 0;
}
