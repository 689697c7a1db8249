/** ptrace(2): attaching, looking into memory and registers of a stopped task, letting it go on. The stops are in trace.ts. */
import { get32, StructWriter } from '../../bits/bytes.ts';
import { EAX, EBP, EBX, ECX, EDI, EDX, EIP, ESI, ESP } from '../../isa/x86/state.ts';
import { fail } from '../errno.ts';
import { mayInspect } from '../inspect.ts';
import type { Kernel } from '../kernel.ts';
import { SIGKILL, SIGSTOP, sendTask } from '../signals.ts';
import { call, type Family } from '../syscall.ts';
import type { Process } from '../task.ts';
import { continueTraced, detach } from '../trace.ts';
import { copyIn, copyOut, read32, write32 } from '../user.ts';

const PTRACE = {
  TRACEME: 0,
  PEEKTEXT: 1,
  PEEKDATA: 2,
  POKETEXT: 4,
  POKEDATA: 5,
  CONT: 7,
  KILL: 8,
  GETREGS: 12,
  SETREGS: 13,
  ATTACH: 16,
  DETACH: 17,
  SETOPTIONS: 0x4200,
} as const;
/** struct user_regs_struct: which word of the processor each is; null for segments and others that stay. */
const REGISTERS: readonly (number | null)[] = [EBX, ECX, EDX, ESI, EDI, EBP, EAX, null, null, null, null, null, EIP, null, null, ESP, null];
const USER_CS = 0x73,
  USER_DS = 0x7b;

function attach(k: Kernel, p: Process, target: Process): number {
  if (target.tgid === p.tgid || target.state === 'zombie') fail('EPERM');
  if (target.trace || k.personalities.has(target.pid) || !mayInspect(k, target)) fail('EPERM');
  target.trace = { by: p.tgid, stop: null, told: false, pass: false };
  sendTask(k, target, SIGSTOP);
  return 0;
}

function registersOf(k: Kernel, target: Process): Uint8Array {
  const words = k.registers(target),
    w = new StructWriter();
  const others: Readonly<Record<number, number>> = {
    7: USER_DS,
    8: USER_DS,
    10: 0x33,
    11: target.blocked?.number ?? -1,
    13: USER_CS,
    16: USER_DS,
  };
  REGISTERS.forEach((at, i) => w.u32(at !== null ? words[at]! : i === 14 ? k.flagsOf(target) : (others[i] ?? 0)));
  return w.done();
}

function setRegisters(k: Kernel, target: Process, bytes: Uint8Array): void {
  const words = k.registers(target);
  REGISTERS.forEach((at, i) => {
    if (at !== null) words[at] = get32(bytes, i * 4);
  });
}

function ptrace(k: Kernel, p: Process, request: number, pid: number, at: number, data: number): number {
  if (request === PTRACE.TRACEME) {
    if (p.trace || p.ppid === 0) fail('EPERM');
    p.trace = { by: p.ppid, stop: null, told: false, pass: false };
    return 0;
  }
  const target = k.processes.get(pid) ?? fail('ESRCH');
  if (request === PTRACE.ATTACH) return attach(k, p, target);
  if (target.trace?.by !== p.tgid) fail('ESRCH');
  if (request === PTRACE.KILL) {
    sendTask(k, target, SIGKILL);
    return 0;
  }
  if (target.state !== 'stopped') fail('ESRCH');
  if (data >>> 0 > 64 && (request === PTRACE.CONT || request === PTRACE.DETACH)) fail('EIO');
  switch (request) {
    // The kernel puts the word where `data` points; the C library makes it the result.
    case PTRACE.PEEKTEXT:
    case PTRACE.PEEKDATA:
      write32(k, p, data, read32(k, target, at));
      return 0;
    case PTRACE.POKETEXT:
    case PTRACE.POKEDATA:
      write32(k, target, at, data);
      return 0;
    case PTRACE.GETREGS:
      copyOut(k, p, data, registersOf(k, target));
      return 0;
    case PTRACE.SETREGS:
      setRegisters(k, target, copyIn(k, p, data, REGISTERS.length * 4));
      return 0;
    case PTRACE.CONT:
      continueTraced(k, target, data);
      return 0;
    case PTRACE.DETACH:
      detach(k, target, data);
      return 0;
    case PTRACE.SETOPTIONS:
      return data === 0 ? 0 : fail('EINVAL');
    default:
      return fail('EIO');
  }
}

export const PTRACE_CALLS: Family = {
  26: call('ptrace', 'int pid ptr ptr', (k, p, [request, pid, at, data]) => ptrace(k, p, request!, pid!, at!, data!)),
};
