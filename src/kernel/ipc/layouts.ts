/**
 * Structures of System V IPC as i386 has them: the present ones with 32-bit users (IPC_64, asm-generic/{ipc,shm,msg}buf.h,
 * arch/x86/include/uapi/asm/sembuf.h), and those before Linux 2.4 with 16 bits (linux/{ipc,shm,sem,msg}.h).
 */
import { get16, get32, StructWriter } from '../../bits/bytes.ts';
import type { Kernel } from '../kernel.ts';
import { seenGid, seenUid } from '../ns/usermap.ts';
import type { Process } from '../task.ts';
import { copyIn, copyOut } from '../user.ts';
import { type NewOwner, seenPid } from './access.ts';
import type { IpcObject, Queue, Segment, SemaphoreSet } from './types.ts';

/** Whether the caller asked for the present structures. */
export type Format = 'now' | 'old';

const LONG_OLD = 0xffff;

function permissions(p: Process, o: IpcObject, format: Format): StructWriter {
  const { perm } = o,
    ids = [
      seenUid(p.credentials, perm.uid),
      seenGid(p.credentials, perm.gid),
      seenUid(p.credentials, perm.cuid),
      seenGid(p.credentials, perm.cgid),
    ];
  const w = new StructWriter().u32(perm.key);
  if (format === 'old') {
    // What does not fit into 16 bits is shown as nobody (high2lowuid).
    for (const id of ids) w.u16(id > LONG_OLD ? 0xfffe : id);
    return w.u16(perm.mode).u16(o.sequence);
  }
  for (const id of ids) w.u32(id);
  return w.u32(perm.mode).u32(o.sequence).u32(0).u32(0);
}

export function writeSegment(k: Kernel, p: Process, at: number, s: Segment, format: Format): void {
  const w = permissions(p, s, format).u32(s.size),
    [cpid, lpid, attached] = [seenPid(k, p, s.cpid), seenPid(k, p, s.lpid), k.ipc.attached(s)];
  if (format === 'old') w.u32(s.atime).u32(s.dtime).u32(s.ctime).u16(cpid).u16(lpid).u16(attached).pad(48);
  else w.u64(s.atime).u64(s.dtime).u64(s.ctime).u32(cpid).u32(lpid).u32(attached).pad(84);
  copyOut(k, p, at, w.done());
}

export function writeSet(k: Kernel, p: Process, at: number, s: SemaphoreSet, format: Format): void {
  const w = permissions(p, s, format);
  if (format === 'old') w.u32(s.otime).u32(s.ctime).pad(40).u16(s.semaphores.length).pad(44);
  else w.u64(s.otime).u64(s.ctime).u32(s.semaphores.length).pad(64);
  copyOut(k, p, at, w.done());
}

export function writeQueue(k: Kernel, p: Process, at: number, q: Queue, format: Format): void {
  const w = permissions(p, q, format),
    pids = [seenPid(k, p, q.lspid), seenPid(k, p, q.lrpid)] as const,
    short = (n: number): number => Math.min(n, LONG_OLD);
  if (format === 'old') {
    w.pad(24).u32(q.stime).u32(q.rtime).u32(q.ctime).u32(q.bytes).u32(q.limit);
    w.u16(short(q.bytes)).u16(short(q.messages.length)).u16(short(q.limit)).u16(pids[0]).u16(pids[1]).pad(56);
  } else {
    w.u64(q.stime).u64(q.rtime).u64(q.ctime).u32(q.bytes).u32(q.messages.length).u32(q.limit);
    w.u32(pids[0]).u32(pids[1]).pad(88);
  }
  copyOut(k, p, at, w.done());
}

/** What IPC_SET takes from the structure; `length` of the present one. */
export function readOwner(k: Kernel, p: Process, at: number, length: number, format: Format): NewOwner {
  if (format === 'old') {
    const b = copyIn(k, p, at, 16),
      wide = (n: number): number => (n === LONG_OLD ? -1 : n);
    return { uid: wide(get16(b, 4)), gid: wide(get16(b, 6)), mode: get16(b, 12) };
  }
  const b = copyIn(k, p, at, length);
  return { uid: get32(b, 4), gid: get32(b, 8), mode: get16(b, 20) };
}

export function readQueueLimit(k: Kernel, p: Process, at: number, format: Format): number {
  if (format === 'now') return get32(copyIn(k, p, at, 88), 68) >>> 0;
  const b = copyIn(k, p, at, 56);
  return get16(b, 48) || get32(b, 40) >>> 0;
}
