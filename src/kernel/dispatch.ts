/**
 * System calls from the request to the result: look-up, trace, errors, waiting. A call that must wait leaves plain data in its
 * process and is made again when the wait is over.
 */
import type { Plain } from '../bits/plain.ts';
import { EAX, EBP, EBX, ECX, EDI, EDX, ESI } from '../isa/x86/state.ts';
import { Errno, ERRNO } from './errno.ts';
import type { Kernel } from './kernel.ts';
import { LATE } from './late.ts';
import { runInside } from './ns/translate.ts';
import { renderCall, renderResult } from './strace.ts';
import { syscallRow } from './table.ts';
import { Block, type Process } from './task.ts';
import { giveResult } from './waiting.ts';

export function nativeCall(k: Kernel, p: Process): void {
  const w = k.machine.words;
  const args = [w[EBX]!, w[ECX]!, w[EDX]!, w[ESI]!, w[EDI]!, w[EBP]!];
  const result = invoke(k, p, w[EAX]!, args, null, false);
  if (result !== 'blocked') w[EAX] = result;
}

/**
 * A system call of Linux on i386, made by a personality for its guest: pointers are addresses of the process. The result
 * (negative error number on failure), or 'blocked' when it comes later by `resumed`, or never because the process ended.
 */
export function syscall(k: Kernel, p: Process, number: number, args: readonly number[]): number | 'blocked' {
  return invoke(k, p, number, args, null, true);
}

function invoke(
  k: Kernel,
  p: Process,
  number: number,
  args: readonly number[],
  memory: Plain | null,
  forGuest: boolean,
): number | 'blocked' {
  const row = syscallRow(number);
  const again = memory !== null || p.blocked !== null;
  p.call = number;
  if (!again) k.counts.syscalls++;
  k.charge('syscall');
  if (k.onEvent && !again)
    k.emit('syscall', () => ({ number, name: row?.name ?? `syscall_${number}`, text: renderCall(k, p, number, row, args) }));
  if (p.seccomp && !again) {
    const refused = LATE.get().confine(k, p, number, args);
    if (refused !== null) return refused;
  }
  let result: number;
  try {
    if (row) result = k.ns.isHost(p) ? row.run(k, p, args, memory) | 0 : runInside(k, p, row, args, memory);
    else result = unknown(k, number);
  } catch (error) {
    if (error instanceof Block) {
      p.blocked = { number, args: [...args], wait: error.wait, memory: error.memory };
      p.forGuest = forGuest;
      if (p.state === 'runnable') p.state = 'blocked';
      if (!again) k.emit('block', () => ({ name: row?.name ?? '', wait: error.wait.kind }));
      return 'blocked';
    }
    if (!(error instanceof Errno)) throw error;
    result = -error.number;
  }
  p.blocked = null;
  if (p.state === 'zombie' || p.loaded) {
    // Nobody is there to take a result: the process has ended, or runs another program.
    p.loaded = false;
    return 'blocked';
  }
  p.call = -1;
  if (k.onEvent)
    k.emit('syscall.return', () => ({
      number,
      name: row?.name ?? `syscall_${number}`,
      result,
      text: renderResult(k, p, row, args, result),
    }));
  return result;
}

function unknown(k: Kernel, number: number): number {
  k.counts.unknownSyscalls++;
  k.emit('syscall.unknown', () => ({ number }));
  return -ERRNO.ENOSYS;
}

/** Makes a blocked call again; true when it is over. A signal may decide otherwise while it still waits. */
export function retry(k: Kernel, p: Process): boolean {
  const { number, args, memory } = p.blocked!;
  const result = invoke(k, p, number, args, memory, p.forGuest);
  if (result === 'blocked') return false;
  giveResult(k, p, result);
  return true;
}

/** What a call leaves behind when a handler ends its wait: nanosleep writes the time that remained, a write says how much went. */
export function interrupted(k: Kernel, p: Process, number: number, args: readonly number[], memory: Plain): number | null {
  return syscallRow(number)?.interrupted?.(k, p, args, memory) ?? null;
}
