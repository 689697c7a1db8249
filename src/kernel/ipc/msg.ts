/**
 * Queues of messages (msgget(2), msgsnd(2), msgrcv(2), msgctl(2); ipc/msg.c). A message goes straight to whoever waits for one
 * like it; a sender for whom there is no room is woken when there is and looks again.
 */
import { put32, StructWriter } from '../../bits/bytes.ts';
import { CAP, capable } from '../credentials.ts';
import { ERRNO, fail } from '../errno.ts';
import type { Kernel } from '../kernel.ts';
import { Block, type Process } from '../task.ts';
import { copyIn, copyOut, read32 } from '../user.ts';
import type { Plain } from '../../bits/plain.ts';
import {
  begin,
  changedOwner,
  checkAccess,
  checkOwner,
  get,
  kernelMemory,
  limitOf,
  READ,
  sleepOn,
  tell,
  waitersOf,
  worldOf,
  WRITE,
} from './access.ts';
import { type Format, readOwner, readQueueLimit, writeQueue } from './layouts.ts';
import type { World } from './state.ts';
import { idOf, IPC_INFO, IPC_NOWAIT, IPC_RMID, IPC_SET, IPC_STAT, type Message, NO_PID, type Queue } from './types.ts';

const MSG_STAT = 11,
  MSG_INFO = 12,
  MSG_STAT_ANY = 13;
const MSG_NOERROR = 0o10000,
  MSG_EXCEPT = 0o20000,
  MSG_COPY = 0o40000;
/** Fields of struct msginfo that mean nothing any more (MSGPOOL; MSGMAP and MSGTQL). */
const POOL = 512_000,
  MAP = 16_384;
/** struct msg_msg, that the kernel keeps beside the text. */
const HEADER = 24;

/** Which messages a receiver takes (convert_mode). */
interface Wanted {
  readonly how: 'any' | 'equal' | 'except' | 'lowest' | 'number';
  readonly type: number;
}
/** What a waiting task remembers, and what it is told. */
type Memory =
  | { readonly role: 'sender'; readonly message: Message }
  | { readonly role: 'receiver'; readonly wanted: Wanted; readonly most: number }
  | { readonly role: 'given'; readonly message: Message }
  /** Look again; or (`error`) the call is over. */
  | { readonly role: 'again' }
  | { readonly role: 'over'; readonly error: number };

const plain = (memory: Memory): Plain => memory as unknown as Plain;
const objectOf = (world: World, q: Queue): string => `msg:${world.namespace}:${idOf(q)}`;
const found = (world: World, id: number): Queue => (id < 0 ? undefined : world.queues.byId(id)) ?? fail('EINVAL');

export function msgget(k: Kernel, p: Process, key: number, flags: number): number {
  const { queues } = worldOf(k, p);
  return get(
    k,
    p,
    queues,
    key,
    flags,
    () => true,
    () => ({
      ...begin(k, p, queues, key, flags, limitOf(k, p, 'msgmni')),
      messages: [],
      bytes: 0,
      limit: limitOf(k, p, 'msgmnb'),
      stime: 0,
      rtime: 0,
      lspid: NO_PID,
      lrpid: NO_PID,
    }),
  );
}

// ---- sending

const fits = (q: Queue, size: number): boolean => size + q.bytes <= q.limit && 1 + q.messages.length <= q.limit;

export function msgsnd(k: Kernel, p: Process, id: number, at: number, size: number, flags: number, memory: Plain): number {
  const world = worldOf(k, p);
  if (memory !== null) return sendAgain(k, p, world, id, flags, memory as unknown as Memory);
  const type = read32(k, p, at);
  if (size < 0 || size > limitOf(k, p, 'msgmax') || id < 0 || type < 1) fail('EINVAL');
  const message = { type, bytes: copyIn(k, p, at + 4, size) };
  return send(k, p, world, found(world, id), message, flags);
}

function sendAgain(k: Kernel, p: Process, world: World, id: number, flags: number, memory: Memory): number {
  if (memory.role === 'over') return memory.error;
  if (memory.role !== 'sender') return fail('EINVAL');
  return send(k, p, world, world.queues.byId(id) ?? fail('EIDRM'), memory.message, flags);
}

function send(k: Kernel, p: Process, world: World, q: Queue, message: Message, flags: number): number {
  checkAccess(k, p, q, WRITE);
  const size = message.bytes.length;
  if (!fits(q, size)) {
    if (flags & IPC_NOWAIT) fail('EAGAIN');
    throw sleepOn(k, objectOf(world, q), null, plain({ role: 'sender', message }));
  }
  kernelMemory(k, size + HEADER);
  const sent = world.queues.put({ ...q, lspid: k.ipc.pid(p), stime: k.ipc.now() });
  if (handOver(k, world, sent, message)) return 0;
  const messages = k.ipc.ownMessages(q.messages);
  messages.push(message);
  world.queues.put({ ...sent, messages, bytes: q.bytes + size });
  return 0;
}

const takes = ({ how, type }: Wanted, m: Message): boolean =>
  how === 'any' ||
  how === 'number' ||
  (how === 'lowest' && m.type <= type) ||
  (how === 'equal' && m.type === type) ||
  (how === 'except' && m.type !== type);

/** To the first waiting receiver that takes it (pipelined_send); those for whom it is too long are told so. */
function handOver(k: Kernel, world: World, q: Queue, message: Message): boolean {
  for (const { task, memory } of waitersOf<Memory>(k, objectOf(world, q))) {
    if (memory.role !== 'receiver' || !takes(memory.wanted, message)) continue;
    if (memory.most < message.bytes.length) {
      tell(k, task, plain({ role: 'over', error: -ERRNO.E2BIG }));
      continue;
    }
    world.queues.put({ ...q, lrpid: k.ipc.pid(task), rtime: k.ipc.now() });
    tell(k, task, plain({ role: 'given', message }));
    return true;
  }
  return false;
}

// ---- receiving

export interface ReceiveCall {
  readonly id: number;
  readonly at: number;
  readonly size: number;
  readonly type: number;
  readonly flags: number;
}

function wantedBy({ type, flags }: ReceiveCall): Wanted {
  if (flags & MSG_COPY) return { how: 'number', type };
  if (type === 0) return { how: 'any', type };
  if (type < 0) return { how: 'lowest', type: Math.min(-type, 0x7fff_ffff) };
  return { how: flags & MSG_EXCEPT ? 'except' : 'equal', type };
}

export function msgrcv(k: Kernel, p: Process, c: ReceiveCall, memory: Plain): number {
  const told = memory as unknown as Memory | null;
  if (told?.role === 'given') return deliver(k, p, c, told.message);
  if (told?.role === 'over') return told.error;
  if (told?.role === 'receiver') throw new Block(p.blocked!.wait, memory);
  if (c.id < 0 || c.size < 0) fail('EINVAL');
  if (c.flags & MSG_COPY && (c.flags & MSG_EXCEPT || !(c.flags & IPC_NOWAIT))) fail('EINVAL');
  const world = worldOf(k, p),
    q = found(world, c.id),
    wanted = wantedBy(c);
  checkAccess(k, p, q, READ);
  const message = find(q, wanted);
  if (!message) {
    if (c.flags & IPC_NOWAIT) fail('ENOMSG');
    const most = c.flags & MSG_NOERROR ? 0x7fff_ffff : c.size;
    throw sleepOn(k, objectOf(world, q), null, plain({ role: 'receiver', wanted, most }));
  }
  if (c.size < message.bytes.length && !(c.flags & MSG_NOERROR)) fail('E2BIG');
  if (!(c.flags & MSG_COPY)) take(k, p, world, q, message);
  return deliver(k, p, c, message);
}

function find({ messages }: Queue, wanted: Wanted): Message | undefined {
  if (wanted.how === 'number') return messages[wanted.type];
  if (wanted.how !== 'lowest') return messages.find((m) => takes(wanted, m));
  let best: Message | undefined;
  for (const m of messages) if (m.type <= wanted.type && (!best || m.type < best.type)) best = m;
  return best;
}

function take(k: Kernel, p: Process, world: World, q: Queue, message: Message): void {
  const messages = k.ipc.ownMessages(q.messages);
  messages.splice(messages.indexOf(message), 1);
  const left = { ...q, messages, bytes: q.bytes - message.bytes.length, rtime: k.ipc.now(), lrpid: k.ipc.pid(p) };
  wakeSenders(k, world, world.queues.put(left));
}

/** Everybody for whose message there is room now looks again. */
function wakeSenders(k: Kernel, world: World, q: Queue): void {
  for (const { task, memory } of waitersOf<Memory>(k, objectOf(world, q)))
    if (memory.role === 'sender' && fits(q, memory.message.bytes.length)) tell(k, task, plain(memory));
}

function deliver(k: Kernel, p: Process, { at, size }: ReceiveCall, { type, bytes }: Message): number {
  const length = Math.min(size, bytes.length),
    all = new Uint8Array(4 + length);
  put32(all, 0, type);
  all.set(bytes.subarray(0, length), 4);
  copyOut(k, p, at, all);
  return length;
}

// ---- msgctl

export function msgctl(k: Kernel, p: Process, id: number, command: number, at: number, format: Format): number {
  const world = worldOf(k, p);
  if (id < 0 || command < 0) fail('EINVAL');
  switch (command) {
    case IPC_INFO:
    case MSG_INFO:
      return info(k, p, world, command, at);
    case IPC_STAT:
    case MSG_STAT:
    case MSG_STAT_ANY: {
      const q = command === IPC_STAT ? found(world, id) : (world.queues.at(id) ?? fail('EINVAL'));
      if (command !== MSG_STAT_ANY) checkAccess(k, p, q, READ);
      writeQueue(k, p, at, q, format);
      return command === IPC_STAT ? 0 : idOf(q);
    }
    case IPC_SET:
      return change(k, p, world, id, at, format);
    case IPC_RMID: {
      const q = found(world, id);
      checkOwner(k, p, q);
      world.queues.remove(q);
      for (const { task } of waitersOf(k, objectOf(world, q))) tell(k, task, plain({ role: 'over', error: -ERRNO.EIDRM }));
      return 0;
    }
    default:
      return fail('EINVAL');
  }
}

function change(k: Kernel, p: Process, world: World, id: number, at: number, format: Format): number {
  const to = readOwner(k, p, at, 88, format),
    limit = readQueueLimit(k, p, at, format),
    q = found(world, id);
  checkOwner(k, p, q);
  if (limit > limitOf(k, p, 'msgmnb') && !capable(k, p, CAP.SYS_RESOURCE)) fail('EPERM');
  const next = world.queues.put({ ...q, perm: changedOwner(p, q.perm, to), limit, ctime: k.ipc.now() });
  // Whoever waits may no longer be allowed to, or may have room now.
  for (const { task, memory } of waitersOf<Memory>(k, objectOf(world, q)))
    if (memory.role === 'receiver') tell(k, task, plain({ role: 'again' }));
  wakeSenders(k, world, next);
  return 0;
}

function info(k: Kernel, p: Process, world: World, command: number, at: number): number {
  const queues = world.queues.all(),
    sum = (of: (q: Queue) => number): number => queues.reduce((total, q) => total + of(q), 0);
  const [pool, map, total] = command === MSG_INFO ? [queues.length, sum((q) => q.messages.length), sum((q) => q.bytes)] : [POOL, MAP, MAP];
  const [max, mnb, mni] = ['msgmax', 'msgmnb', 'msgmni'].map((name) => limitOf(k, p, name)) as [number, number, number];
  const w = new StructWriter().u32(pool).u32(map).u32(max).u32(mnb).u32(mni).u32(16).u32(total).u16(0xffff);
  copyOut(k, p, at, w.pad(32).done());
  return world.queues.highest();
}
