/**
 * Delivery of exceptions and interrupts: to the supervisor if it takes them, else through the IDT with the stack switch
 * of the TSS (SDM vol. 3, 6.12); double fault and shutdown (6.15, interrupt 8).
 *
 * Invariant: nothing changes until the whole frame has been written; a fault on the way leaves the state as it was.
 * Left out, and refused: task gates and virtual-8086 mode.
 */
import {
  CPL,
  CR0,
  CS,
  DFV,
  EFLAGS,
  EIP,
  ESP,
  GP,
  IDTR_BASE,
  IDTR_LIMIT,
  IF,
  NP,
  NT,
  PFV,
  RF,
  SEGMENT_BASE,
  SEGMENT_LIMIT,
  SEGMENT_RIGHTS,
  SELECTOR,
  SS,
  TF,
  VM,
} from '../isa/x86/state.ts';
import type { Cpu } from './cpu.ts';
import { Fault, NotModelled } from './fault.ts';
import { SHUTDOWN } from './layout.ts';
import { type Descriptor, dplOf, R_ACCESSED, R_CODE, R_CONFORMING, R_PRESENT, R_SEGMENT } from './segments.ts';
import { currentStack, innerStack, markAccessed, pushFrame, readDescriptor, useStack } from './stack.ts';
import type { Trap } from './types.ts';

const PROTECTED = 1;

/** SDM vol. 3, table 6-4. */
const isContributory = (vector: number): boolean => vector === 0 || (vector >= 10 && vector <= 13);

function doubles(first: number, second: number): boolean {
  if (isContributory(first)) return isContributory(second);
  return first === PFV && (second === PFV || isContributory(second));
}

/** An exception of the instruction at EIP, or a trap after it (EIP is then the next one's). */
export function raise(cpu: Cpu, trap: Trap): void {
  if (cpu.offer(trap)) return;
  try {
    enterGate(cpu, trap, cpu.words[EIP]!);
  } catch (caught) {
    if (!(caught instanceof Fault)) throw caught;
    if (trap.vector === DFV && trap.kind === 'abort') shutDown(cpu, 'a fault while a double fault was delivered');
    else if (doubles(trap.vector, caught.vector) && trap.kind !== 'software') raise(cpu, { vector: DFV, error: 0, kind: 'abort' });
    else
      raise(cpu, {
        vector: caught.vector,
        error: caught.error,
        kind: 'fault',
        ...(caught.address === undefined ? {} : { address: caught.address }),
      });
  }
}

export function shutDown(cpu: Cpu, reason: string): never {
  cpu.words[SHUTDOWN] = 1;
  throw new NotModelled(reason);
}

interface Gate {
  readonly selector: number;
  readonly offset: number;
  readonly wide: boolean;
  readonly masks: boolean;
}

function readGate(cpu: Cpu, trap: Trap, external: number): Gate {
  const w = cpu.words;
  const error = trap.vector * 8 + 2 + external;
  if (trap.vector * 8 + 7 > w[IDTR_LIMIT]! >>> 0) throw new Fault(GP, error);
  const at = (w[IDTR_BASE]! + trap.vector * 8) | 0;
  const low = cpu.system32(at),
    high = cpu.system32((at + 4) | 0);
  const type = (high >>> 8) & 0x1f;
  if (type === 5) throw new NotModelled('hardware task switching (a task gate in the IDT) is not modelled');
  if (type !== 6 && type !== 7 && type !== 14 && type !== 15) throw new Fault(GP, error);
  if (trap.kind === 'software' && dplOf(high) < w[CPL]!) throw new Fault(GP, trap.vector * 8 + 2);
  if ((high & R_PRESENT) === 0) throw new Fault(NP, error);
  const wide = type >= 14;
  return { selector: low >>> 16, offset: wide ? (low & 0xffff) | (high & 0xffff0000) : low & 0xffff, wide, masks: (type & 1) === 0 };
}

/** The code segment behind a gate, with the checks common to call gates and interrupts; `ring` is the new CPL. */
export function gateTarget(cpu: Cpu, selector: number, external: number): { descriptor: Descriptor; ring: number } {
  const error = (selector & 0xfffc) | external;
  const descriptor = readDescriptor(cpu, selector);
  if (!descriptor) throw new Fault(GP, error);
  const { rights } = descriptor;
  const dpl = dplOf(rights);
  if ((rights & (R_SEGMENT | R_CODE)) !== (R_SEGMENT | R_CODE) || dpl > cpu.cpl) throw new Fault(GP, error);
  if ((rights & R_PRESENT) === 0) throw new Fault(NP, error);
  return { descriptor, ring: (rights & R_CONFORMING) !== 0 ? cpu.cpl : dpl };
}

export function useCode(cpu: Cpu, selector: number, descriptor: Descriptor, ring: number, eip: number): void {
  const w = cpu.words;
  w[SELECTOR + CS] = (selector & 0xfffc) | ring;
  w[SEGMENT_BASE + CS] = descriptor.base;
  w[SEGMENT_LIMIT + CS] = descriptor.limit;
  w[SEGMENT_RIGHTS + CS] = descriptor.rights | R_ACCESSED;
  w[CPL] = ring;
  cpu.goTo(eip);
}

/** Pushes the frame and goes to the handler. `returnTo` is what the frame's EIP says. */
export function enterGate(cpu: Cpu, trap: Trap, returnTo: number): void {
  const w = cpu.words;
  if ((w[CR0]! & PROTECTED) === 0) throw new NotModelled('interrupts in real-address mode are not modelled');
  const external = trap.kind === 'software' ? 0 : 1;
  const gate = readGate(cpu, trap, external);
  const { descriptor, ring } = gateTarget(cpu, gate.selector, external);
  if (gate.offset >>> 0 > descriptor.limit >>> 0) throw new Fault(GP, external);
  const flags = cpu.flagBits(-1) | (trap.kind === 'fault' ? RF : 0);
  const frame = [flags, w[SELECTOR + CS]!, returnTo];
  if (trap.error !== null) frame.push(trap.error);
  const inner = ring < w[CPL]!;
  const stack = inner ? innerStack(cpu, ring, external) : currentStack(cpu);
  const esp = pushFrame(cpu, stack, inner ? [w[SELECTOR + SS]!, w[ESP]!, ...frame] : frame, gate.wide ? 4 : 2);
  markAccessed(cpu, gate.selector, descriptor);
  if (inner) useStack(cpu, stack, esp);
  else w[ESP] = esp;
  useCode(cpu, gate.selector, descriptor, ring, gate.offset);
  w[EFLAGS] = w[EFLAGS]! & ~(TF | NT | RF | VM | (gate.masks ? IF : 0));
  chargeEntry(cpu, trap);
}

export function chargeEntry(cpu: Cpu, trap: Trap): void {
  const cost = trap.kind === 'interrupt' ? cpu.costs.interruptEntry : cpu.costs.exceptionEntry;
  cpu.ledger.charge('trap', 'hardware', cost.units);
}
