/**
 * Loads of segment registers, LDTR and TR with all their checks (SDM vol. 2B, MOV; vol. 3, 5.5 to 5.8), and LAR, LSL, VERR,
 * VERW. Left out: CS (far transfers do that).
 */
import { GP, LDTR, LDTR_BASE, LDTR_LIMIT, LDTR_RIGHTS, NP, SS, TR, TR_BASE, TR_LIMIT, TR_RIGHTS } from '../../isa/x86/state.ts';
import { FOR_LAR, FOR_LSL, FOR_VERR } from '../../isa/x86/services.ts';
import type { Cpu } from '../cpu.ts';
import { Fault } from '../fault.ts';
import { SHADOW } from '../layout.ts';
import {
  type Descriptor,
  descriptorAddress,
  dplOf,
  R_ACCESSED,
  R_CODE,
  R_CONFORMING,
  R_PRESENT,
  R_SEGMENT,
  readable,
  setSegment,
  writable,
} from '../segments.ts';
import { checkedStack, markAccessed, readDescriptor } from '../stack.ts';

const BUSY = 0x200;

export function segmentLoad(cpu: Cpu, [segment = 0, selector = 0]: readonly number[]): number {
  if (segment === SS) loadStackSegment(cpu, selector & 0xffff);
  else loadDataSegment(cpu, segment, selector & 0xffff);
  return 0;
}

function loadStackSegment(cpu: Cpu, selector: number): void {
  if ((selector & 0xfffc) === 0) throw new Fault(GP, 0);
  const { base, limit, rights } = checkedStack(cpu, selector, cpu.cpl, GP, 0);
  setSegment(cpu.words, SS, selector, base, limit, rights);
  cpu.words[SHADOW] = 1;
}

function loadDataSegment(cpu: Cpu, segment: number, selector: number): void {
  if ((selector & 0xfffc) === 0) {
    setSegment(cpu.words, segment, selector, 0, 0, 0);
    return;
  }
  const error = selector & 0xfffc;
  const descriptor = readDescriptor(cpu, selector);
  if (!descriptor) throw new Fault(GP, error);
  const { rights } = descriptor;
  if ((rights & R_SEGMENT) === 0 || !readable(rights) || !reachable(cpu, selector, rights)) throw new Fault(GP, error);
  if ((rights & R_PRESENT) === 0) throw new Fault(NP, error);
  markAccessed(cpu, selector, descriptor);
  setSegment(cpu.words, segment, selector, descriptor.base, descriptor.limit, rights | R_ACCESSED);
}

/** Data and non-conforming code need DPL >= max(CPL, RPL). */
function reachable(cpu: Cpu, selector: number, rights: number): boolean {
  if ((rights & (R_CODE | R_CONFORMING)) === (R_CODE | R_CONFORMING)) return true;
  return dplOf(rights) >= Math.max(cpu.cpl, selector & 3);
}

function systemDescriptor(cpu: Cpu, selector: number, type: number): Descriptor {
  const error = selector & 0xfffc;
  const descriptor = (selector & 4) === 0 ? readDescriptor(cpu, selector) : null;
  if (!descriptor || (descriptor.rights & 0x1f00) !== type << 8) throw new Fault(GP, error);
  if ((descriptor.rights & R_PRESENT) === 0) throw new Fault(NP, error);
  return descriptor;
}

export function ldtLoad(cpu: Cpu, [selector = 0]: readonly number[]): number {
  const w = cpu.words;
  if ((selector & 0xfffc) === 0) {
    w[LDTR] = selector & 0xffff;
    w[LDTR_BASE] = w[LDTR_LIMIT] = w[LDTR_RIGHTS] = 0;
    return 0;
  }
  const { base, limit, rights } = systemDescriptor(cpu, selector & 0xffff, 2);
  w[LDTR] = selector & 0xffff;
  w[LDTR_BASE] = base;
  w[LDTR_LIMIT] = limit;
  w[LDTR_RIGHTS] = rights;
  return 0;
}

export function taskLoad(cpu: Cpu, [selector = 0]: readonly number[]): number {
  const w = cpu.words;
  if ((selector & 0xfffc) === 0) throw new Fault(GP, 0);
  const wide = (readDescriptor(cpu, selector)?.rights ?? 0) & 0x800;
  const descriptor = systemDescriptor(cpu, selector & 0xffff, wide ? 9 : 1);
  cpu.setSystem32((descriptorAddress(w, selector)! + 4) | 0, descriptor.high | BUSY);
  w[TR] = selector & 0xffff;
  w[TR_BASE] = descriptor.base;
  w[TR_LIMIT] = descriptor.limit;
  w[TR_RIGHTS] = descriptor.rights | BUSY;
  return 0;
}

/** System descriptor types for which LAR and LSL answer (SDM vol. 2A, LAR and LSL). */
const LAR_TYPES = new Set([1, 2, 3, 4, 5, 9, 11, 12]),
  LSL_TYPES = new Set([1, 2, 3, 9, 11]);

export function descriptorValid(cpu: Cpu, [selector = 0, purpose = 0]: readonly number[]): number {
  const descriptor = readDescriptor(cpu, selector & 0xffff);
  if (!descriptor) return 0;
  const { rights } = descriptor;
  const system = (rights & R_SEGMENT) === 0,
    type = (rights >>> 8) & 0xf;
  if (purpose === FOR_LAR || purpose === FOR_LSL) {
    if (system && !(purpose === FOR_LAR ? LAR_TYPES : LSL_TYPES).has(type)) return 0;
    const conforming = !system && (rights & (R_CODE | R_CONFORMING)) === (R_CODE | R_CONFORMING);
    return conforming || dplOf(rights) >= Math.max(cpu.cpl, selector & 3) ? 1 : 0;
  }
  if (system || !reachable(cpu, selector, rights)) return 0;
  return (purpose === FOR_VERR ? readable(rights) : writable(rights)) ? 1 : 0;
}
export const descriptorRights = (cpu: Cpu, [selector = 0]: readonly number[]): number =>
  readDescriptor(cpu, selector & 0xffff)?.rights ?? 0;
export const descriptorLimit = (cpu: Cpu, [selector = 0]: readonly number[]): number => readDescriptor(cpu, selector & 0xffff)?.limit ?? 0;
