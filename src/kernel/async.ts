/**
 * Signal-driven input and output: who owns an open file with O_ASYNC hears by SIGIO, or by the signal of F_SETSIG with what happened
 * in its siginfo (kill_fasync, send_sigio). Told of pipes and sockets; terminals do not tell.
 */
import { groupMembers } from './groups.ts';
import type { Kernel } from './kernel.ts';
import { send, sendTask, SI_KERNEL } from './signals.ts';
import type { OpenFile, Process, QueuedSignal } from './task.ts';

export const O_ASYNC = 0o20000;
const SIGIO = 29,
  TID = 0,
  PGRP = 2;
/** si_code POLL_IN, POLL_OUT, POLL_HUP, and si_band of each. */
export const POLL_IN = 1,
  POLL_OUT = 2,
  POLL_HUP = 6;
const BAND: Readonly<Record<number, number>> = { [POLL_IN]: 0x41, [POLL_OUT]: 0x304, [POLL_HUP]: 0x18 };

/** Something has happened to a pipe's end or to a socket. */
export function tellOwners(k: Kernel, kind: 'pipe' | 'socket', number: number, reason: number, end?: OpenFile['end']): void {
  for (const file of k.files.values())
    if (file.flags & O_ASYNC && file.kind === kind && file.number === number && (end === undefined || file.end === end))
      tell(k, file, reason);
}

function tell(k: Kernel, file: OpenFile, reason: number): void {
  const owner = file.async;
  if (!owner || owner.id === 0) return;
  const info: Omit<QueuedSignal, 'signal'> =
    owner.signal === 0 ? { code: SI_KERNEL, fields: [] } : { code: reason, fields: [BAND[reason]!, owner.fd] };
  const may = ({ credentials: c }: Process): boolean =>
    owner.euid === 0 || [owner.uid, owner.euid].some((id) => id === c.uid || id === c.suid);
  const target = k.processes.get(owner.id),
    signal = owner.signal || SIGIO;
  if (owner.type === PGRP) {
    for (const p of groupMembers(k, owner.id)) if (may(p)) send(k, p, signal, info);
  } else if (target && may(target)) (owner.type === TID ? sendTask : send)(k, target, signal, info);
}
