/**
 * The emulator of a MIPS process: what stands between the host kernel and the interpreter and translated code. It answers
 * their gates (system calls, guest exceptions, blocks to be found, translated, linked) and turns host faults into guest ones.
 *
 * Invariant: at every answer the guest's state is exact: registers in the state block, the program counter in ESI (or known
 * from the place in translated code). Plain data only; no frame spans guest execution.
 */
import { hex32 } from '../../bits/hex.ts';
import { decode } from '../../isa/mips/decode.ts';
import { FCSR, NPC, PC, SYS, USER_LOCAL } from '../../isa/mips/state.ts';
import { ACV, EAX, EDX, EIP, ESI, GP, PFV } from '../../isa/x86/state.ts';
import { LATE } from '../../kernel/late.ts';
import type { ThreadStart } from '../../kernel/contract.ts';
import { Errno } from '../../kernel/errno.ts';
import type { Kernel, Personality } from '../../kernel/kernel.ts';
import { PROT_WRITE, regionAt } from '../../kernel/regions.ts';
import { force } from '../../kernel/delivery.ts';
import type { Process, QueuedSignal, SignalAction } from '../../kernel/task.ts';
import { copyIn, copyOut, read32, write32 } from '../../kernel/user.ts';
import type { Trap } from '../../machine/types.ts';
import { ISA_COSTS } from './costs.ts';
import { GuestState } from './guest-state.ts';
import type { GuestPlace } from './guest-state.ts';
import {
  EMULATOR_END,
  FLOAT_LAST,
  GATE_CHAIN,
  GATE_COUNT,
  GATE_FLOAT,
  GATE_HOT,
  GATE_MISS_EXIT,
  GATE_MISS_HEAD,
  GATE_TRAP,
  GUEST_END,
  INTERPRETER,
  SERVICE_RESULT,
} from './layout.ts';
import { SIGBUS, SIGFPE, SIGILL, SIGSEGV, SI_KERNEL, exceptionSignal, type GuestSignal } from './exceptions.ts';
import { floatCode, floatOperation } from './float.ts';
import { finish, prepare } from './linux/calls.ts';
import type { Argument, Pending } from './linux/calls.ts';
import { MIPS_ENOSYS, mipsErrno } from './linux/errno.ts';
import { buildFrame, frameSize, readFrame } from './linux/frames.ts';
import type { FrameRequest } from './linux/frames.ts';
import { MIPS_SIGNALS, homelessSignal, mapFlagsToI386, signalToMips } from './linux/numbers.ts';
import { STRUCTURES } from './linux/structures.ts';
import { O32_BASE, OWN_CALLS, callName } from './linux/table.ts';

const PAGE = 0x1000,
  WRITE = 2;
/** struct sigaction. */
const ACTION_SIZE = 24;
/** Words of a signal frame that are not plain copies: head of siginfo, mask, alternate stack. */
const FRAME_WORDS = 8;
const V0 = 2,
  V1 = 3,
  A0 = 4,
  A3 = 7,
  SP = 29;
/** i386 numbers of calls that the level makes itself. */
const I386_PIPE = 42,
  I386_MMAP2 = 192;
export interface EmulatorEvents {
  readonly event: (kind: string, data: () => { readonly [key: string]: number | string | boolean | null }) => void;
}

/** Makes the emulator of a child that is like the parent's. */
export type Fork = (from: Emulator, child: Process, start: ThreadStart) => Emulator;

export class Emulator extends GuestState implements Personality {
  /** The system call that waits. */
  private pending: Pending | null = null;
  /** Where the guest goes on behind the system call whose gate the host stands at. */
  private behindCall: BehindCall | null = null;
  /** Signals whose handlers begin at the next safe place: between two blocks. */
  private waiting: readonly FrameRequest[] = [];
  systemCalls = 0;
  unknownCalls = 0;
  private readonly events: EmulatorEvents;

  /** What a child sees first: its own stack and thread pointer. */
  private start: ThreadStart | null = null;
  private readonly fork: Fork;

  constructor(kernel: Kernel, pid: number, events: EmulatorEvents, fork: Fork) {
    super(kernel, pid);
    this.events = events;
    this.fork = fork;
  }

  private charge(units: number): void {
    this.kernel.machine.ledger.charge('translate', 'service', units);
  }

  // --- gates

  gate(_process: Process, number: number): boolean {
    const w = this.words;
    if (number >= GATE_TRAP && number < GATE_TRAP + 64) this.exception(number - GATE_TRAP);
    else if (number === GATE_MISS_HEAD || number === GATE_MISS_EXIT) {
      if (this.waiting.length > 0) this.beginHandlers(w[ESI]! >>> 0);
      else this.miss(w[ESI]! >>> 0, number === GATE_MISS_EXIT);
    } else if (number === GATE_HOT) w[EIP] = this.guarded(() => this.translator.hot(w[ESI]! >>> 0)) | 0;
    else if (number === GATE_CHAIN) w[EIP] = this.translator.chain(w[ESI]! >>> 0, w[EDX]!) | 0;
    else if (number === GATE_FLOAT) this.float();
    else if (number === GATE_COUNT) this.setWord(SERVICE_RESULT, Math.floor(this.kernel.machine.time / 2) | 0);
    else return false;
    return true;
  }
  /** Out of memory while the emulator grows: the process dies as it would of any lack of memory. */
  private guarded(action: () => number): number {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      this.kernel.kill(this.process, 9, 'Out of memory: no frame is free for the code cache.');
      return this.words[EIP]!;
    }
  }

  private miss(pc: number, exit: boolean): void {
    if ((pc & 1) !== 0) this.raise({ signal: SIGILL, code: SI_KERNEL, words: 'Jump to MIPS16 code, which is not modelled' }, pc, pc);
    else if ((pc & 3) !== 0) this.raise({ signal: SIGBUS, code: 1, words: 'Jump to an unaligned address' }, pc, pc);
    else if (pc >= GUEST_END) this.raise({ signal: SIGSEGV, code: 1, words: 'Segmentation fault: jump to a kernel address' }, pc, pc);
    else {
      this.translator.miss(pc);
      const { words } = this;
      if (this.translator.isDetoured) [words[EAX], words[EIP]] = this.translator.found(pc, exit);
    }
  }

  /** A guest exception. EIP is past the gate. */
  private exception(vector: number): void {
    const w = this.words,
      eip = w[EIP]!;
    w[EIP] = eip - 4;
    const place = this.place();
    w[EIP] = eip;
    this.settle(place);
    if (vector === SYS) {
      this.behindCall = { eip, at: this.trapPc(place), pc: (place.inSlot ? place.npc : place.pc + 4) >>> 0 };
      this.systemCall(place.pc);
    } else {
      const pc = this.trapPc(place),
        how = exceptionSignal(vector, this.peek32(place.pc) ?? 0, this.peek32(pc) ?? 0);
      this.raise(how, pc, pc);
    }
  }
  /** A floating-point operation that host arithmetic does not do as the guest's FPU does: done here. */
  private float(): void {
    const place = this.gatePlace();
    this.charge(ISA_COSTS.float.units);
    const values = this.recovered(place);
    const raised = floatOperation(
      decode(this.peek32(place.pc) ?? 0, place.pc),
      (n) => values.get(n) ?? this.word(n),
      (n, value) => this.setWord(n, value),
    );
    this.setWord(FLOAT_LAST, 0);
    if (!raised) return;
    this.settle(place);
    this.raise(
      { signal: SIGFPE, code: floatCode(this.word(FCSR)), words: 'Floating-point exception' },
      this.trapPc(place),
      this.trapPc(place),
    );
  }
  /** Where the guest is when the host stands behind a gate. */
  private gatePlace(): GuestPlace {
    const w = this.words,
      eip = w[EIP]!;
    w[EIP] = eip - 4;
    const place = this.place();
    w[EIP] = eip;
    return place;
  }
  /** Puts every register into its home. */
  private settle(place: GuestPlace): void {
    const values = this.recovered(place);
    for (const [word, value] of values) this.setWord(word, value);
    if (values.size > 0) this.charge(ISA_COSTS.recover.units * values.size);
    this.setWord(PC, place.pc);
    this.setWord(NPC, place.npc);
  }
  /** In a delay slot the exception's address is the branch's (EPC with Cause.BD; MIPS32 vol. III). */
  private trapPc(place: GuestPlace): number {
    return place.inSlot ? (place.pc - 4) >>> 0 : place.pc;
  }

  private raise(how: GuestSignal, pc: number, address: number): void {
    const word = this.peek32(pc);
    const what = word === null ? '' : ` (${decode(word, pc).text})`;
    const sentence = `${how.words} at ${hex32(pc)}${what}.`;
    this.events.event('fault', () => ({ pc, signal: how.signal, sentence }));
    this.goTo(pc);
    force(this.kernel, this.process, how.signal, { code: how.code, address, sentence });
  }
  /** The guest goes on at an address, in whatever form it has there. */
  goTo(pc: number): void {
    this.words[ESI] = pc | 0;
    this.words[EIP] = this.translator.entry('head') | 0;
  }

  // --- host faults

  fault(_process: Process, trap: Trap): boolean {
    const write = trap.vector === PFV && (trap.error! & WRITE) !== 0;
    if (write && this.wroteCode(trap.address! >>> 0)) return true;
    const eip = this.words[EIP]! >>> 0;
    if (eip < INTERPRETER || eip >= EMULATOR_END) return false;
    const place = this.place();
    this.settle(place);
    const pc = this.trapPc(place);
    if (trap.vector === PFV) this.memoryFault(trap.address! >>> 0, write, pc);
    else if (trap.vector === GP)
      this.raise({ signal: SIGSEGV, code: 1, words: 'Segmentation fault: access to a kernel address' }, pc, GUEST_END);
    else if (trap.vector === ACV) this.raise({ signal: SIGBUS, code: 1, words: 'Unaligned access' }, pc, pc);
    else return false;
    return true;
  }
  private memoryFault(address: number, write: boolean, pc: number): void {
    const region = regionAt(this.space.regions, address);
    const words = `Segmentation fault: ${address === pc ? 'no code is' : write ? 'write to' : 'read of'} ${address === pc ? 'mapped' : hex32(address)}${region ? ', which is protected' : ''}`;
    this.raise({ signal: SIGSEGV, code: region ? 2 : 1, words }, pc, address);
  }
  /** A write to a page whose writes are trapped because code there was translated: forget the code, let the write happen. */
  private wroteCode(address: number): boolean {
    const region = regionAt(this.space.regions, address);
    if (!region || (region.prot & PROT_WRITE) === 0) return false;
    return this.translator.written(address, address + 1);
  }
  wrote(_process: Process, linear: number): void {
    this.translator.written(linear, linear + 1);
  }

  // --- system calls

  private systemCall(pc: number): void {
    this.systemCalls++;
    let number = this.word(V0) - O32_BASE,
      shift = 0;
    if (number === OWN_CALLS.syscall) {
      number = this.word(A0) - O32_BASE;
      shift = 1;
    }
    const argument: Argument = (index) => this.argument(index + shift);
    this.setWord(PC, pc);
    try {
      this.begin(number, argument);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      this.answer(-error.number, null);
    }
  }
  /** Four in registers, the others on the stack behind their home places (o32). */
  private argument(index: number): number {
    if (index < 4) return this.word(A0 + index);
    const bytes = copyIn(this.kernel, this.process, (this.word(SP) + 4 * index) >>> 0, 4);
    return bytes[0]! | (bytes[1]! << 8) | (bytes[2]! << 16) | (bytes[3]! << 24);
  }

  private begin(number: number, argument: Argument): void {
    if (this.own(number, argument)) return;
    const prepared = prepare(this.kernel, this.process, number, argument);
    if (!prepared) {
      this.unknownCalls++;
      this.events.event('unknowncall', () => ({ number: number + O32_BASE, name: callName(number) }));
      this.fail(MIPS_ENOSYS);
      return;
    }
    this.charge(ISA_COSTS.argument.units * prepared.args.length + ISA_COSTS['structure word'].units * prepared.words);
    this.make(prepared.i386, prepared.args, prepared.pending);
  }
  private make(i386: number, args: readonly number[], pending: Pending): void {
    this.pending = pending;
    const result = this.kernel.syscall(this.process, i386, args);
    if (result !== 'blocked') this.resumed(this.process, result);
  }
  /** Calls that MIPS has in a shape of its own. */
  private own(number: number, argument: Argument): boolean {
    const plain: Pending = { number, outputs: [], result: 'plain' };
    switch (number) {
      case OWN_CALLS.set_thread_area:
        this.called(number, `set_thread_area(${hex32(argument(0))})`);
        this.setWord(USER_LOCAL, argument(0));
        this.answer(0, null);
        return true;
      case OWN_CALLS.sigaction:
      case OWN_CALLS.rt_sigaction:
        if (!homelessSignal(argument(0))) return false;
        this.called(number, `${callName(number)}(${argument(0)})`);
        if (argument(2) !== 0) copyOut(this.kernel, this.process, argument(2), new Uint8Array(ACTION_SIZE));
        this.answer(0, null);
        return true;
      case OWN_CALLS.sysmips:
        this.called(number, `sysmips(${argument(0)}, ${hex32(argument(1))}, ${hex32(argument(2))})`);
        this.succeed(this.sysmips(argument(0), argument(1), argument(2)));
        return true;
      // Writes to translated code are noticed by themselves, but not those through another mapping of the same memory.
      case OWN_CALLS.cacheflush: {
        this.called(number, `cacheflush(${hex32(argument(0))}, ${argument(1)})`);
        const start = argument(0) >>> 0;
        this.translator.written(start, Math.min(start + (argument(1) >>> 0), GUEST_END));
        this.answer(0, null);
        return true;
      }
      case OWN_CALLS.mmap: {
        const offset = argument(5);
        if (offset % PAGE !== 0) throw new Errno('EINVAL');
        this.make(I386_MMAP2, [argument(0), argument(1), argument(2), mapFlagsToI386(argument(3)), argument(4), offset >>> 12], plain);
        return true;
      }
      case OWN_CALLS.rt_sigreturn:
        this.sigreturn(true);
        return true;
      case OWN_CALLS.sigreturn:
        this.sigreturn(false);
        return true;
      case OWN_CALLS.pipe:
        this.make(I386_PIPE, [this.scratch, 0, 0, 0, 0, 0], { ...plain, result: 'pipe' });
        return true;
      default:
        return false;
    }
  }
  /** sysmips(2): what is left of it. */
  private sysmips(command: number, address: number, value: number): number {
    const FLUSH_CACHE = 3,
      FIXADE = 7,
      ATOMIC_SET = 2001;
    if (command === FLUSH_CACHE || command === FIXADE) return 0;
    if (command !== ATOMIC_SET || (address & 3) !== 0) throw new Errno('EINVAL');
    const before = read32(this.kernel, this.process, address >>> 0);
    write32(this.kernel, this.process, address >>> 0, value);
    return before;
  }
  private called(number: number, text: string): void {
    this.events.event('syscall', () => ({ number: number + O32_BASE, name: callName(number), text }));
  }
  private get scratch(): number {
    return this.space.layout.scratch![0];
  }

  resumed(process: Process, result: number): void {
    if (this.start) {
      if (this.start.stack !== 0) this.setWord(SP, this.start.stack);
      if (this.start.tls !== null) this.setWord(USER_LOCAL, this.start.tls);
      this.start = null;
    }
    const pending = this.pending;
    this.pending = null;
    if (!pending) return;
    const done = finish(this.kernel, process, pending, result);
    if (done.words > 0) this.charge(ISA_COSTS['structure word'].units * done.words);
    this.answer(done.result, done.second);
  }
  /** $v0 and $a3 say how it went. */
  private answer(result: number, second: number | null): void {
    if (result < 0 && result > -4096) {
      this.fail(mipsErrno(-result));
      return;
    }
    this.succeed(result);
    if (second !== null) this.setWord(V1, second);
  }
  private succeed(result: number): void {
    this.setWord(V0, result);
    this.setWord(A3, 0);
  }
  private fail(errno: number): void {
    this.setWord(V0, errno);
    this.setWord(A3, 1);
  }

  // --- signals

  /** Sets the guest up to run its handler: at once where the guest stands between two instructions, else when it next does. */
  signal(process: Process, action: SignalAction, one: QueuedSignal): boolean {
    const { siginfo } = LATE.get();
    const request: FrameRequest = {
      signal: signalToMips(one.signal),
      info: STRUCTURES.siginfo.toMips(siginfo(this.kernel, process, one)),
      pc: 0,
      handler: action.handler,
      flags: action.flags,
      mask: process.signals.saved ?? process.signals.blocked,
    };
    const pc = this.safePc();
    if (pc === null) {
      this.waiting = [...this.waiting, request];
      this.translator.interruptSoon(this.pid, this.hostEip);
    } else this.beginHandler(request, pc);
    return true;
  }
  /** The guest's program counter, when all of it is in its homes and no instruction is under way. */
  private safePc(): number | null {
    const eip = this.hostEip,
      esi = this.words[ESI]! >>> 0;
    if (this.behindCall?.eip === (eip | 0)) return this.behindCall.pc;
    if (eip >= this.image.slotEnd && eip < INTERPRETER + this.image.piece.bytes.length) return esi;
    if (eip === this.translator.entry('fetch.plain')) return esi;
    const block = this.translator.blockAt(eip);
    if (block && this.translator.isLookedUp(block, eip)) return esi;
    return block && block.host === eip ? block.start : null;
  }
  private beginHandlers(pc: number): void {
    const requests = this.waiting;
    this.waiting = [];
    this.translator.arrived(this.pid);
    let at = pc;
    for (const request of requests) {
      this.beginHandler(request, at);
      at = request.handler >>> 0;
    }
  }
  /** Throws Errno when the stack cannot be written. */
  private beginHandler(request: FrameRequest, pc: number): void {
    const words = { get: (n: number) => this.word(n), set: (n: number, value: number) => this.setWord(n, value) };
    const sp = this.word(SP) >>> 0,
      { stackFor, altstackBytes } = LATE.get();
    const altstack = STRUCTURES.sigaltstack.toMips(altstackBytes(this.process, sp).done());
    const frame = buildFrame(words, stackFor(this.process, request, sp), { ...request, pc, altstack });
    copyOut(this.kernel, this.process, frame.at, frame.bytes);
    for (const [register, value] of frame.registers) this.setWord(register, value);
    // The kernel's charge for a signal is for a frame of its own; what is converted comes on top.
    this.charge(ISA_COSTS['structure word'].units * FRAME_WORDS);
    this.events.event('signal', () => ({
      signal: request.signal,
      name: MIPS_SIGNALS[request.signal] ?? String(request.signal),
      handler: request.handler,
    }));
    this.goTo(request.handler);
  }
  /** The last system call is made again: its arguments are still in their registers. */
  restart(_process: Process): void {
    this.pending = null;
    if (this.behindCall) this.goTo(this.behindCall.at);
  }
  stackPointer(): number {
    return this.word(SP) >>> 0;
  }
  forked(_process: Process, child: Process, start: ThreadStart): Emulator {
    return this.fork(this, child, start);
  }
  private sigreturn(rt: boolean): void {
    const bytes = copyIn(this.kernel, this.process, this.word(SP) >>> 0, frameSize(rt));
    const words = { get: (n: number) => this.word(n), set: (n: number, value: number) => this.setWord(n, value) };
    const { pc, mask } = readFrame(bytes, rt, words);
    this.setWord(FLOAT_LAST, 0);
    const SIGKILL_BIT = 1 << 8,
      SIGSTOP_BIT = 1 << 18;
    this.process.signals.blocked = [mask[0] & ~(SIGKILL_BIT | SIGSTOP_BIT), mask[1]];
    this.charge(ISA_COSTS['structure word'].units * FRAME_WORDS);
    this.goTo(pc);
  }

  save(): SavedEmulator {
    const { pending, behindCall, waiting, systemCalls, unknownCalls, start } = this;
    return { pending, behindCall, waiting, systemCalls, unknownCalls, start };
  }
  restore(saved: SavedEmulator): void {
    ({
      pending: this.pending,
      behindCall: this.behindCall,
      waiting: this.waiting,
      systemCalls: this.systemCalls,
      unknownCalls: this.unknownCalls,
      start: this.start,
    } = saved);
  }
}

/** Host address behind the gate of a system call; the call's guest address, and where the guest goes on. */
interface BehindCall {
  readonly eip: number;
  readonly at: number;
  readonly pc: number;
}

export interface SavedEmulator {
  readonly pending: Pending | null;
  readonly behindCall: BehindCall | null;
  readonly waiting: readonly FrameRequest[];
  readonly systemCalls: number;
  readonly unknownCalls: number;
  readonly start: ThreadStart | null;
}
