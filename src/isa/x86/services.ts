/**
 * The named services that IA-32 rows call for what is not data flow, with their arguments. isa/x86 names them, machine/
 * implements every one: the record type makes a missing one a type error. `operandSize` is 16 or 32.
 *
 * A service reads and writes the machine's state directly, raises exceptions by the machine's own means, and returns a
 * value (0 when it has none). A service that changes the flow sets EIP itself; the row then has flow 'jump', 'call',
 * 'return' or 'trap' and no flow op. On entry EIP is still the instruction's own address.
 */
export const X86_SERVICES = {
  'far.jump': ['selector', 'offset', 'operandSize', 'nextEip'],
  'far.call': ['selector', 'offset', 'operandSize', 'nextEip'],
  'far.return': ['operandSize', 'bytesToPop'],
  /** kind: 0 int n, 1 int3, 2 into, 3 int1. */
  'interrupt': ['vector', 'kind', 'nextEip'],
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
  'halt': ['nextEip'],
  'tlb.invalidate': ['linear'],
  'port.in': ['port', 'width'],
  'port.out': ['port', 'width', 'value'],
  /** Checks only: raises #GP when the port may not be used. Called by INS before its store and by OUTS. */
  'port.check': ['port', 'width'],
  'cpuid': [],
  'timestamp': [],
  'msr.read': [],
  'msr.write': [],
  'cache.flush': [],
  /** The reserved trapping encoding 0F 3F ib ib: asks the supervisor for service `number`; #UD when none stands above. */
  'gate': ['number', 'nextEip'],
} as const satisfies Record<string, readonly string[]>;

export type X86Service = keyof typeof X86_SERVICES;

/** `purpose` of descriptor.valid. */
export const FOR_LAR = 0, FOR_LSL = 1, FOR_VERR = 2, FOR_VERW = 3;
