/**
 * Far jumps, calls and returns, call gates, INT n, IRET, HLT and gates (SDM vol. 2: JMP, CALL, RET, INT n, IRET).
 *
 * Invariant: every check and every access that may fault comes before the first change. Left out, and refused: task gates,
 * TSS targets, IRET with NT set or into virtual-8086 mode.
 */
import { BP, CS, DB, DS, EFLAGS, ES, ESP, FS, GP, GS, NP, NT, OF, OFV, SEGMENT_RIGHTS, SELECTOR, SS, VM } from '../../isa/x86/state.ts';
import type { Cpu } from '../cpu.ts';
import { enterGate, gateTarget, useCode } from '../exceptions.ts';
import { Fault, NotModelled } from '../fault.ts';
import { writeFlags } from './flags.ts';
import { HALTED } from '../layout.ts';
import { type Descriptor, dplOf, R_CODE, R_CONFORMING, R_PRESENT, R_SEGMENT, setSegment } from '../segments.ts';
import { checkedStack, currentStack, innerStack, markAccessed, peekFrame, pushFrame, readDescriptor, useStack } from '../stack.ts';
import type { Trap } from '../types.ts';

const CALL_GATE_16 = 4,
  CALL_GATE_32 = 12;

/** Checks a code segment reached without a gate: same ring, or conforming. */
function directTarget(cpu: Cpu, selector: number, descriptor: Descriptor): void {
  const error = selector & 0xfffc,
    { rights } = descriptor,
    dpl = dplOf(rights);
  const conforming = (rights & R_CONFORMING) !== 0;
  if (conforming ? dpl > cpu.cpl : (selector & 3) > cpu.cpl || dpl !== cpu.cpl) throw new Fault(GP, error);
  if ((rights & R_PRESENT) === 0) throw new Fault(NP, error);
}

const isCode = (rights: number): boolean => (rights & (R_SEGMENT | R_CODE)) === (R_SEGMENT | R_CODE);

interface CallGate {
  readonly selector: number;
  readonly offset: number;
  readonly parameters: number;
  readonly size: 2 | 4;
}

function callGate(cpu: Cpu, selector: number, { rights, low, high }: Descriptor): CallGate {
  const error = selector & 0xfffc,
    type = (rights >>> 8) & 0x1f;
  if (type === 5 || type === 1 || type === 9) throw new NotModelled('hardware task switching (a far transfer to a task) is not modelled');
  if (type !== CALL_GATE_16 && type !== CALL_GATE_32) throw new Fault(GP, error);
  const dpl = dplOf(rights);
  if (dpl < cpu.cpl || dpl < (selector & 3)) throw new Fault(GP, error);
  if ((rights & R_PRESENT) === 0) throw new Fault(NP, error);
  const wide = type === CALL_GATE_32;
  return {
    selector: low >>> 16,
    offset: wide ? (low & 0xffff) | (high & 0xffff0000) : low & 0xffff,
    parameters: high & 0x1f,
    size: wide ? 4 : 2,
  };
}

function farDescriptor(cpu: Cpu, selector: number): Descriptor {
  if ((selector & 0xfffc) === 0) throw new Fault(GP, 0);
  const descriptor = readDescriptor(cpu, selector);
  if (!descriptor) throw new Fault(GP, selector & 0xfffc);
  return descriptor;
}

const within = (descriptor: Descriptor, offset: number): void => {
  if (offset >>> 0 > descriptor.limit >>> 0) throw new Fault(GP, 0);
};

export function farJump(cpu: Cpu, [selector = 0, offset = 0]: readonly number[]): number {
  const descriptor = farDescriptor(cpu, selector);
  if (isCode(descriptor.rights)) {
    directTarget(cpu, selector, descriptor);
    within(descriptor, offset);
    markAccessed(cpu, selector, descriptor);
    useCode(cpu, selector, descriptor, cpu.cpl, offset);
    return 0;
  }
  const gate = callGate(cpu, selector, descriptor);
  const { descriptor: target } = gateTarget(cpu, gate.selector, 0);
  if ((target.rights & R_CONFORMING) === 0 && dplOf(target.rights) !== cpu.cpl) throw new Fault(GP, gate.selector & 0xfffc);
  within(target, gate.offset);
  markAccessed(cpu, gate.selector, target);
  useCode(cpu, gate.selector, target, cpu.cpl, gate.offset);
  return 0;
}

export function farCall(cpu: Cpu, [selector = 0, offset = 0, operandSize = 32, nextEip = 0]: readonly number[]): number {
  const w = cpu.words;
  const descriptor = farDescriptor(cpu, selector);
  const back = [w[SELECTOR + CS]!, nextEip];
  if (isCode(descriptor.rights)) {
    directTarget(cpu, selector, descriptor);
    within(descriptor, offset);
    const esp = pushFrame(cpu, currentStack(cpu), back, operandSize === 32 ? 4 : 2);
    markAccessed(cpu, selector, descriptor);
    w[ESP] = esp;
    useCode(cpu, selector, descriptor, cpu.cpl, offset);
    return 0;
  }
  const gate = callGate(cpu, selector, descriptor);
  const { descriptor: target, ring } = gateTarget(cpu, gate.selector, 0);
  within(target, gate.offset);
  const inner = ring < cpu.cpl;
  const stack = inner ? innerStack(cpu, ring, 0) : currentStack(cpu);
  const parameters = inner ? peekFrame(cpu, gate.parameters, gate.size).reverse() : [];
  const esp = pushFrame(cpu, stack, inner ? [w[SELECTOR + SS]!, w[ESP]!, ...parameters, ...back] : back, gate.size);
  markAccessed(cpu, gate.selector, target);
  if (inner) useStack(cpu, stack, esp);
  else w[ESP] = esp;
  useCode(cpu, gate.selector, target, ring, gate.offset);
  if (inner) cpu.ledger.charge('trap', 'hardware', cpu.costs.exceptionEntry.units);
  return 0;
}

/** The code segment that a RET or IRET goes back to. */
function returnTarget(cpu: Cpu, selector: number): Descriptor {
  const descriptor = farDescriptor(cpu, selector);
  const error = selector & 0xfffc,
    rpl = selector & 3,
    { rights } = descriptor,
    dpl = dplOf(rights);
  if (!isCode(rights) || rpl < cpu.cpl) throw new Fault(GP, error);
  if ((rights & R_CONFORMING) !== 0 ? dpl > rpl : dpl !== rpl) throw new Fault(GP, error);
  if ((rights & R_PRESENT) === 0) throw new Fault(NP, error);
  return descriptor;
}

/** Data segments that the outer ring may not use become null (SDM vol. 3, 5.8.6). */
function dropInnerSegments(cpu: Cpu): void {
  for (const segment of [ES, DS, FS, GS]) {
    const rights = cpu.words[SEGMENT_RIGHTS + segment]!;
    const conforming = (rights & (R_CODE | R_CONFORMING)) === (R_CODE | R_CONFORMING);
    if (!conforming && dplOf(rights) < cpu.cpl) setSegment(cpu.words, segment, 0, 0, 0, 0);
  }
}

/** Goes back to an outer ring: SS:ESP from the frame too. `release` is what is dropped from both stacks. */
function returnOuter(cpu: Cpu, selector: number, descriptor: Descriptor, eip: number, esp: number, ss: number, release: number): void {
  const ring = selector & 3;
  if ((ss & 0xfffc) === 0) throw new Fault(GP, 0);
  const stack = checkedStack(cpu, ss, ring, GP, 0);
  within(descriptor, eip);
  markAccessed(cpu, selector, descriptor);
  useStack(cpu, stack, (esp + release) | 0);
  useCode(cpu, selector, descriptor, ring, eip);
  dropInnerSegments(cpu);
}

export function farReturn(cpu: Cpu, [operandSize = 32, bytesToPop = 0]: readonly number[]): number {
  const size = operandSize === 32 ? 4 : 2;
  const [eip = 0, cs = 0] = peekFrame(cpu, 2, size);
  const selector = cs & 0xffff;
  const descriptor = returnTarget(cpu, selector);
  if ((selector & 3) === cpu.cpl) {
    within(descriptor, eip);
    markAccessed(cpu, selector, descriptor);
    setStackPointer(cpu, cpu.words[ESP]! + 2 * size + bytesToPop);
    useCode(cpu, selector, descriptor, cpu.cpl, eip);
    return 0;
  }
  const [esp = 0, ss = 0] = peekFrame(cpu, 2, size, 2 * size + bytesToPop);
  returnOuter(cpu, selector, descriptor, eip, esp, ss & 0xffff, bytesToPop);
  cpu.ledger.charge('trap', 'hardware', cpu.costs.interruptReturn.units);
  return 0;
}

function setStackPointer(cpu: Cpu, value: number): void {
  const big = (cpu.words[SEGMENT_RIGHTS + SS]! & 0x400000) !== 0;
  cpu.words[ESP] = big ? value : (cpu.words[ESP]! & ~0xffff) | (value & 0xffff);
}

export function interruptReturn(cpu: Cpu, [operandSize = 32]: readonly number[]): number {
  const w = cpu.words;
  if ((w[EFLAGS]! & NT) !== 0) throw new NotModelled('hardware task switching (IRET with NT set) is not modelled');
  const size = operandSize === 32 ? 4 : 2;
  const [eip = 0, cs = 0, flags = 0] = peekFrame(cpu, 3, size);
  if (size === 4 && (flags & VM) !== 0 && cpu.cpl === 0) throw new NotModelled('virtual-8086 mode is not modelled');
  const selector = cs & 0xffff,
    before = cpu.cpl;
  const descriptor = returnTarget(cpu, selector);
  if ((selector & 3) === before) {
    within(descriptor, eip);
    markAccessed(cpu, selector, descriptor);
    setStackPointer(cpu, w[ESP]! + 3 * size);
    useCode(cpu, selector, descriptor, before, eip);
  } else {
    const [esp = 0, ss = 0] = peekFrame(cpu, 2, size, 3 * size);
    returnOuter(cpu, selector, descriptor, eip, esp, ss & 0xffff, 0);
    cpu.ledger.charge('trap', 'hardware', cpu.costs.interruptReturn.units);
  }
  writeFlags(cpu, flags, size, before, true);
  return 0;
}

/** INT n, INT3, INTO, INT1: kind 0..3. */
export function interrupt(cpu: Cpu, [vector = 0, kind = 0, nextEip = 0]: readonly number[]): number {
  if (kind === 2 && cpu.flagBits(OF) === 0) {
    cpu.goTo(nextEip);
    return 0;
  }
  const number = kind === 1 ? BP : kind === 2 ? OFV : kind === 3 ? DB : vector & 0xff;
  const trap: Trap = { vector: number, error: null, kind: kind === 3 ? 'trap' : 'software' };
  if (cpu.offer(trap)) {
    cpu.goTo(nextEip);
    return 0;
  }
  enterGate(cpu, trap, nextEip);
  return 0;
}

export function halt(cpu: Cpu, [nextEip = 0]: readonly number[]): number {
  cpu.words[HALTED] = 1;
  cpu.goTo(nextEip);
  return 0;
}

export function gate(cpu: Cpu, [number = 0, nextEip = 0]: readonly number[]): number {
  cpu.after = { kind: 'gate', number: number & 0xffff };
  cpu.goTo(nextEip);
  return 0;
}
