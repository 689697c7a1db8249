/** Every service that IA-32 rows may ask for, beside those of isa/x86/floating.ts. The record type makes a missing one a type error. */
import type { FloatService } from '../../isa/x86/floating.ts';
import type { X86Service } from '../../isa/x86/services.ts';
import type { ServiceFunction } from '../cpu.ts';
import { cacheFlush, controlRead, controlWrite, debugRead, debugWrite, gdtLoad, idtLoad, taskClear, tlbInvalidate } from './control.ts';
import { flagsWrite, interruptDisable, interruptEnable } from './flags.ts';
import { cpuid, msrRead, msrWrite, timestamp } from './identity.ts';
import { portCheck, portIn, portOut } from './input.ts';
import { descriptorLimit, descriptorRights, descriptorValid, ldtLoad, segmentLoad, taskLoad } from './segment.ts';
import { maskedStore } from './sse.ts';
import { farCall, farJump, farReturn, gate, halt, interrupt, interruptReturn } from './transfer.ts';

export const SERVICES: Readonly<Record<Exclude<X86Service, FloatService>, ServiceFunction>> = {
  'far.jump': farJump,
  'far.call': farCall,
  'far.return': farReturn,
  interrupt: interrupt,
  'interrupt.return': interruptReturn,
  'segment.load': segmentLoad,
  'gdt.load': gdtLoad,
  'idt.load': idtLoad,
  'ldt.load': ldtLoad,
  'task.load': taskLoad,
  'descriptor.valid': descriptorValid,
  'descriptor.rights': descriptorRights,
  'descriptor.limit': descriptorLimit,
  'control.read': controlRead,
  'control.write': controlWrite,
  'debug.read': debugRead,
  'debug.write': debugWrite,
  'task.clear': taskClear,
  'flags.write': flagsWrite,
  'interrupt.disable': interruptDisable,
  'interrupt.enable': interruptEnable,
  halt: halt,
  'tlb.invalidate': tlbInvalidate,
  'port.in': portIn,
  'port.out': portOut,
  'port.check': portCheck,
  cpuid: cpuid,
  timestamp: timestamp,
  'msr.read': msrRead,
  'msr.write': msrWrite,
  'cache.flush': cacheFlush,
  gate: gate,
  'sse.maskmovdqu': maskedStore,
};
