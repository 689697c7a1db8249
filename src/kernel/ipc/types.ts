/**
 * Objects of System V IPC (sysvipc(7)) as plain data: segments of shared memory, sets of semaphores, queues of messages.
 *
 * Invariant: records are replaced, never changed, so that what a checkpoint holds stays true; only lists of messages grow and
 * shrink in place while no checkpoint holds them (Ipc.ownMessages). Users, groups and processes
 * stand in them by the kernel's own numbers.
 */
import type { Node } from '../task.ts';

export const IPC_PRIVATE = 0,
  IPC_CREAT = 0o1000,
  IPC_EXCL = 0o2000,
  IPC_NOWAIT = 0o4000;
export const IPC_RMID = 0,
  IPC_SET = 1,
  IPC_STAT = 2,
  IPC_INFO = 3;

/** What cannot be changed (include/uapi/linux/{shm,sem}.h); what can is in /proc/sys/kernel, for each namespace. */
export const SHMMIN = 1,
  SEMVMX = 32_767;

/** A process as the record keeps it after its end: its number, and those it had in pid namespaces ([namespace, number]). */
export interface PidRecord {
  readonly pid: number;
  readonly inside: readonly (readonly [number, number])[];
}
export const NO_PID: PidRecord = { pid: 0, inside: [] };

/** struct kern_ipc_perm. */
export interface Permissions {
  readonly key: number;
  readonly uid: number;
  readonly gid: number;
  readonly cuid: number;
  readonly cgid: number;
  readonly mode: number;
}

export interface IpcObject {
  /** Its place in the table, and how often the table had come round: together its id. */
  readonly index: number;
  readonly sequence: number;
  readonly perm: Permissions;
  /** Seconds since 1970. */
  readonly ctime: number;
}

export interface Segment extends IpcObject {
  readonly size: number;
  /** The nameless file that it is. */
  readonly node: Node;
  readonly atime: number;
  readonly dtime: number;
  readonly cpid: PidRecord;
  readonly lpid: PidRecord;
}

export interface Semaphore {
  readonly value: number;
  readonly pid: PidRecord;
}
export interface SemaphoreSet extends IpcObject {
  readonly semaphores: readonly Semaphore[];
  readonly otime: number;
}

export interface Message {
  readonly type: number;
  readonly bytes: Uint8Array;
}
export interface Queue extends IpcObject {
  readonly messages: readonly Message[];
  readonly bytes: number;
  /** msg_qbytes: the most that may lie here. */
  readonly limit: number;
  readonly stime: number;
  readonly rtime: number;
  readonly lspid: PidRecord;
  readonly lrpid: PidRecord;
}

/** What semop with SEM_UNDO takes back at the end of whoever holds the list: by set, one number a semaphore. */
export interface Undo {
  readonly namespace: number;
  readonly id: number;
  readonly adjust: readonly number[];
}

/** An id is sequence * 32768 + index (IPCMNI_SHIFT of ipc/util.h). */
const SHIFT = 15;
export const idOf = (o: IpcObject): number => (o.sequence << SHIFT) | o.index;
export const indexOf = (id: number): number => id & ((1 << SHIFT) - 1);
export const SEQUENCES = 1 << (31 - SHIFT);
