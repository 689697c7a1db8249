/**
 * The named services that IA-32 rows call for what is not data flow, with their arguments. isa/x86 names them, machine/
 * implements every one: the record type makes a missing one a type error. `operandSize` is 16 or 32.
 *
 * A service reads and writes the machine's state directly, raises exceptions by the machine's own means, and returns a
 * value (0 when it has none). A service that changes the flow sets EIP itself; the row then has flow 'jump', 'call',
 * 'return' or 'trap' and no flow op. On entry EIP is still the instruction's own address.
 */
import type { SsePure } from './sse/services.ts';

export const X86_SERVICES = {
  'far.jump': ['selector', 'offset', 'operandSize', 'nextEip'],
  'far.call': ['selector', 'offset', 'operandSize', 'nextEip'],
  'far.return': ['operandSize', 'bytesToPop'],
  /** kind: 0 int n, 1 int3, 2 into, 3 int1. */
  interrupt: ['vector', 'kind', 'nextEip'],
  'interrupt.return': ['operandSize'],
  /** Loads segment register `segment` (0..5) with all checks; SS also opens the one-instruction interrupt shadow. */
  'segment.load': ['segment', 'selector'],
  'gdt.load': ['base', 'limit'],
  'idt.load': ['base', 'limit'],
  'ldt.load': ['selector'],
  'task.load': ['selector'],
  /** 1 when LAR, LSL, VERR or VERW (see `purpose` below) would set ZF for the selector, else 0. */
  'descriptor.valid': ['selector', 'purpose'],
  'descriptor.rights': ['selector'],
  'descriptor.limit': ['selector'],
  'control.read': ['register'],
  'control.write': ['register', 'value'],
  'debug.read': ['register'],
  'debug.write': ['register', 'value'],
  'task.clear': [],
  'flags.write': ['value', 'operandSize'],
  'interrupt.disable': [],
  'interrupt.enable': [],
  halt: ['nextEip'],
  'tlb.invalidate': ['linear'],
  'port.in': ['port', 'width'],
  'port.out': ['port', 'width', 'value'],
  /** Checks only: raises #GP when the port may not be used. Called by INS before its store and by OUTS. */
  'port.check': ['port', 'width'],
  cpuid: [],
  timestamp: [],
  'msr.read': [],
  'msr.write': [],
  'cache.flush': [],
  /** The reserved trapping encoding 0F 3F ib ib: asks the supervisor for service `number`; #UD when none stands above. */
  gate: ['number', 'nextEip'],
  /**
   * x87 (float/services.ts). `i`, `destination`, `source` count from the top of the stack; `pops`: how many registers; low
   * and high words and 16 bits above them of a memory operand; `operation`: 0 add 1 mul 4 sub 5 subr 6 div 7 divr.
   */
  'fpu.load32': ['bits'],
  'fpu.load64': ['low', 'high'],
  'fpu.load80': ['low', 'high', 'top'],
  'fpu.loadInteger': ['low', 'high'],
  'fpu.loadDecimal': ['low', 'high', 'top'],
  'fpu.loadRegister': ['i'],
  /** number: 0 one, 1 log2 10, 2 log2 e, 3 pi, 4 log10 2, 5 ln 2, 6 zero. */
  'fpu.loadConstant': ['number'],
  'fpu.storeRegister': ['i', 'pops'],
  'fpu.exchange': ['i'],
  'fpu.moveIf': ['i', 'when'],
  'fpu.arithmetic': ['operation', 'destination', 'source', 'pops'],
  'fpu.arithmetic32': ['operation', 'bits'],
  'fpu.arithmetic64': ['operation', 'low', 'high'],
  'fpu.arithmeticInteger': ['operation', 'number'],
  'fpu.changeSign': ['absolute'],
  'fpu.squareRoot': [],
  'fpu.round': [],
  'fpu.scale': [],
  'fpu.extract': [],
  'fpu.remainder': ['nearest'],
  /** kind: 0 sine, 1 cosine, 2 both, 3 tangent. */
  'fpu.circular': ['kind'],
  'fpu.arctangent': [],
  'fpu.exponential': [],
  'fpu.logarithm': [],
  'fpu.logarithmOfOnePlus': [],
  'fpu.compare': ['i', 'pops', 'quiet'],
  'fpu.compare32': ['bits', 'pops'],
  'fpu.compare64': ['low', 'high', 'pops'],
  'fpu.compareInteger': ['number', 'pops'],
  /** ZF, PF and CF. */
  'fpu.compareFlags': ['i', 'pops', 'quiet'],
  'fpu.test': [],
  'fpu.examine': [],
  /** Make a value ready for `fpu.word` 0, 1, 2; 1 when an unmasked exception forbids the store, which `fpu.refuse` then notes. */
  'fpu.prepare32': [],
  'fpu.prepare64': [],
  'fpu.prepare80': [],
  'fpu.prepareInteger': ['width'],
  'fpu.prepareDecimal': [],
  'fpu.word': ['number'],
  'fpu.refuse': ['blocked', 'ip', 'opcode', 'codeSegment', 'offset', 'dataSegment'],
  'fpu.stored': ['pops'],
  'fpu.tags': [],
  'fpu.registerWord': ['i', 'number'],
  'fpu.initialise': [],
  'fpu.clearExceptions': [],
  'fpu.setControl': ['value'],
  'fpu.setEnvironment': ['control', 'status', 'tags'],
  'fpu.setExtended': ['control', 'status', 'tags'],
  'fpu.setRegister': ['i', 'low', 'high', 'top'],
  'fpu.environmentStored': [],
  'fpu.rotate': ['by'],
  'fpu.free': ['i', 'pops'],
  /** Stores the `count` bytes of register word `value` whose mask bytes have their high bits set. */
  'sse.maskmovdqu': ['segment', 'offset', 'value', 'mask', 'count'],
} as const satisfies Record<string, readonly string[]>;

/** SSE and SSE2 name theirs themselves (sse/services.ts). `to`: first state word of the register; then words of the second operand. */
export type X86Service = keyof typeof X86_SERVICES | SsePure;
export type FpuService = Extract<X86Service, `fpu.${string}`>;
export type SseService = Extract<X86Service, `sse.${string}`>;

/** `purpose` of descriptor.valid. */
export const FOR_LAR = 0,
  FOR_LSL = 1,
  FOR_VERR = 2,
  FOR_VERW = 3;
