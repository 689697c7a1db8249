/**
 * seccomp(2): what a task may ask the kernel for. In strict mode only read, write, _exit and sigreturn; with filters whatever the programs
 * that it installed answer for a call's number and arguments. Filters are inherited, stay over execve, and are never taken away.
 *
 * Left out: asking another process (SECCOMP_RET_USER_NOTIF, SECCOMP_FILTER_FLAG_NEW_LISTENER) and a tracer (SECCOMP_RET_TRACE answers ENOSYS, as
 * without one); the guests of an emulator, whose calls have other numbers.
 */
import { get16, get32 } from '../bits/bytes.ts';
import { EAX, EIP } from '../isa/x86/state.ts';
import { type BpfProgram, checkProgram, runProgram } from './bpf.ts';
import { CAP, ownCapable } from './credentials.ts';
import { force } from './delivery.ts';
import { fail } from './errno.ts';
import { endThread } from './exit.ts';
import { threadsOf } from './groups.ts';
import type { Kernel } from './kernel.ts';
import { SIGKILL, SIGSYS } from './signal-names.ts';
import type { Process } from './task.ts';
import { copyIn, read32 } from './user.ts';

/** One program that was installed. Threads that have it know it by the same number. */
export interface Filter {
  readonly id: number;
  readonly log: boolean;
  readonly program: BpfProgram;
}
/** Of a task: the oldest filter first. */
export interface Seccomp {
  readonly strict: boolean;
  readonly filters: readonly Filter[];
}

const ARCH_I386 = 0x4000_0003,
  /** struct seccomp_data in words: number, architecture, instruction pointer, six arguments of 64 bits. */
  DATA_WORDS = 16;
const KILL_PROCESS = 0x8000_0000,
  KILL_THREAD = 0,
  TRAP = 0x3_0000,
  ERRNO = 0x5_0000,
  TRACE = 0x7ff0_0000,
  LOG = 0x7ffc_0000,
  ALLOW = 0x7fff_0000,
  USER_NOTIF = 0x7fc0_0000,
  ACTION = 0xffff_0000;
const MAX_ERRNO = 4095,
  ENOSYS = 38,
  SYS_SECCOMP = 1;
/** read, write, exit, sigreturn. */
const STRICT: readonly number[] = [3, 4, 1, 119];

/**
 * Asked before each call of a task that is confined: null when it may be made, else its result, or 'blocked' when there is none because
 * the task has ended or its handler runs.
 */
export function confine(k: Kernel, p: Process, number: number, args: readonly number[]): number | 'blocked' | null {
  const { strict, filters } = p.seccomp!;
  if (strict) {
    if (STRICT.includes(number)) return null;
    endThread(k, p, { code: 0, signal: SIGKILL, sentence: `System call ${number} is forbidden by seccomp.` });
    return 'blocked';
  }
  const answer = ask(k, p, filters, number, args),
    action = (answer & ACTION) >>> 0,
    data = answer & 0xffff;
  switch (action) {
    case ALLOW:
    case LOG:
      return null;
    case ERRNO:
      return -Math.min(data, MAX_ERRNO);
    case TRACE:
    case USER_NOTIF:
      return -ENOSYS;
    case TRAP:
      trap(k, p, number, data);
      return 'blocked';
    default:
      return kill(k, p, number, action);
  }
}

/** All filters are asked, the newest first; the severest answer counts, the first of equal ones. */
function ask(k: Kernel, p: Process, filters: readonly Filter[], number: number, args: readonly number[]): number {
  const words = [number, ARCH_I386, k.registers(p)[EIP]!, 0, ...Array.from({ length: 6 }, (_, i) => [args[i] ?? 0, 0]).flat()];
  let severest = ALLOW;
  for (const { program } of filters.toReversed()) {
    const { result, steps } = runProgram(program, words);
    k.charge('seccomp.step', steps);
    if ((result & ACTION) < (severest & ACTION)) severest = result;
  }
  return severest >>> 0;
}

/** SIGSYS with the call in its siginfo; the handler finds the registers as they were. */
function trap(k: Kernel, p: Process, number: number, data: number): void {
  const w = k.registers(p);
  w[EAX] = number;
  p.call = -1;
  force(k, p, SIGSYS, {
    code: SYS_SECCOMP,
    address: w[EIP]!,
    more: [number, ARCH_I386],
    errno: data,
    sentence: `Bad system call: ${number} is trapped by a seccomp filter.`,
  });
}

function kill(k: Kernel, p: Process, number: number, action: number): 'blocked' {
  const sentence = `Bad system call: ${number} is forbidden by a seccomp filter.`;
  if (action === KILL_THREAD && threadsOf(k, p).length > 1) endThread(k, p, { code: 0, signal: SIGSYS, sentence });
  else k.kill(p, SIGSYS, sentence);
  return 'blocked';
}

// ---- installing

const SET_STRICT = 0,
  SET_FILTER = 1,
  ACTION_AVAILABLE = 2,
  NOTIF_SIZES = 3;
const TSYNC = 1,
  WITH_LOG = 2,
  SPEC_ALLOW = 4,
  TSYNC_ESRCH = 16;

export function seccomp(k: Kernel, p: Process, operation: number, flags: number, at: number): number {
  switch (operation) {
    case SET_STRICT:
      return flags !== 0 || at !== 0 ? fail('EINVAL') : setStrict(k, p);
    case SET_FILTER:
      return setFilter(k, p, flags, at);
    case ACTION_AVAILABLE: {
      if (flags !== 0) fail('EINVAL');
      const known = [KILL_PROCESS, KILL_THREAD, TRAP, ERRNO, TRACE, LOG, ALLOW].includes(read32(k, p, at) >>> 0);
      return known ? 0 : fail('EOPNOTSUPP');
    }
    case NOTIF_SIZES:
    default:
      return fail('EINVAL');
  }
}

/** PR_GET_SECCOMP: who may ask is not in strict mode. */
export const modeOf = (p: Process): number => (p.seccomp ? (p.seccomp.strict ? 1 : 2) : 0);

export function setStrict(k: Kernel, p: Process): number {
  if (k.personalities.has(p.pid) || p.seccomp) fail('EINVAL');
  p.seccomp = { strict: true, filters: [] };
  return 0;
}

/** struct sock_fprog at `at`: how many instructions, and where they are. */
export function setFilter(k: Kernel, p: Process, flags: number, at: number): number {
  if (flags & ~(TSYNC | WITH_LOG | SPEC_ALLOW | TSYNC_ESRCH) || k.personalities.has(p.pid)) fail('EINVAL');
  const head = copyIn(k, p, at, 8),
    length = get16(head, 0);
  if (length === 0 || length > 4096) fail('EINVAL');
  // Else a set-user-ID program could be led astray.
  if (!p.noNewPrivileges && !ownCapable(k, p, CAP.SYS_ADMIN)) fail('EACCES');
  const b = copyIn(k, p, get32(head, 4), length * 8);
  const program = Array.from({ length }, (_, i) => ({
    code: get16(b, i * 8),
    jt: b[i * 8 + 2]!,
    jf: b[i * 8 + 3]!,
    k: get32(b, i * 8 + 4) >>> 0,
  }));
  checkProgram(program, DATA_WORDS);
  if (p.seccomp?.strict) fail('EINVAL');
  const others = flags & TSYNC ? threadsOf(k, p).filter((t) => t !== p) : [],
    apart = others.find((t) => !isBehind(t, p));
  if (apart) return flags & TSYNC_ESRCH ? fail('ESRCH') : k.ns.numberOf(apart.pid, p);
  const filter: Filter = { id: k.nextId++, log: (flags & WITH_LOG) !== 0, program };
  const filters = [...(p.seccomp?.filters ?? []), filter];
  for (const t of [p, ...others]) {
    t.seccomp = { strict: false, filters };
    if (p.noNewPrivileges) t.noNewPrivileges = true;
  }
  return 0;
}

/** Whether a thread has no filters but such as the other has too (is_ancestor). */
function isBehind(t: Process, p: Process): boolean {
  if (t.seccomp?.strict) return false;
  const own = p.seccomp?.filters ?? [];
  return (t.seccomp?.filters ?? []).every(({ id }, i) => own[i]?.id === id);
}
