/**
 * System calls whose arguments say what the others mean: commands of fcntl and ioctl, objects of System V IPC, options and
 * messages of sockets, arrays of events. Each entry answers the argument rules for this very call.
 *
 * Left out: structures of IPC from before Linux 2.4, struct termio, and levels in the messages of recvmmsg and sendmmsg.
 */
import { get32, put32 } from '../../../bits/bytes.ts';
import { fail } from '../../../kernel/errno.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import type { Process } from '../../../kernel/task.ts';
import { copyIn, read32, write32 } from '../../../kernel/user.ts';
import type { Argument, Mapper, ResultRule } from './calls.ts';
import {
  MIPS_SOL_SOCKET,
  TCGETS,
  TCSETS,
  TCSETSF,
  TIOCGPTPEER,
  TIOCSIG,
  fcntlToI386,
  ioctlToI386,
  openFlagsToI386,
  signalToI386,
  socketLevelToI386,
  socketOptionToI386,
} from './numbers.ts';
import type { StructureName } from './structures.ts';
import { RARE_STRUCTURES } from './structures-rest.ts';
import type { ArgumentRule, CallRow } from './table.ts';

interface Ruled {
  readonly rules: readonly ArgumentRule[];
  readonly result?: ResultRule;
}
export type Special = (mapper: Mapper, argument: Argument, row: CallRow) => Ruled;

const is = (n: number): ArgumentRule => ({ k: 'constant', n });
const same = (from: number): ArgumentRule => ({ k: 'plain', from });

/** Locks have structures; F_GETFL and F_SETFL pass the flags of open, F_GETSIG and F_SETSIG a signal. */
function fcntl(mapper: Mapper, argument: Argument): Ruled {
  const F_GETFL = 3,
    F_SETFL = 4,
    F_SETSIG = 10,
    F_GETSIG = 11,
    LOCKS = [5, 6, 7],
    LOCKS64 = [12, 13, 14, 36, 37, 38];
  const command = fcntlToI386(argument(1)),
    third = argument(2);
  // The first command of each three fills the structure.
  const lock = (name: StructureName, commands: readonly number[]): number =>
    mapper.structure(name, third, true, commands.indexOf(command) % 3 === 0);
  const given = LOCKS.includes(command)
    ? lock('flock', LOCKS)
    : LOCKS64.includes(command)
      ? lock('flock64', LOCKS64)
      : command === F_SETFL
        ? openFlagsToI386(third)
        : command === F_SETSIG
          ? signalToI386(third)
          : third;
  return { rules: [same(0), is(command), is(given)], result: command === F_GETFL ? 'flags' : command === F_GETSIG ? 'signal' : 'plain' };
}

function ioctl(mapper: Mapper, argument: Argument): Ruled {
  const request = ioctlToI386(argument(1)),
    third = argument(2);
  const given =
    request === TCGETS
      ? mapper.structure('termios', third, false, true)
      : request >= TCSETS && request <= TCSETSF
        ? mapper.structure('termios', third, true, false)
        : request === TIOCGPTPEER
          ? openFlagsToI386(third)
          : request === TIOCSIG
            ? signalToI386(third)
            : third;
  return { rules: [same(0), is(request), is(given)] };
}

const IPC_SET = 1,
  IPC_64 = 0x100;
/** Commands of semctl and shmctl that fill a structure of the object: IPC_STAT, and those by place. */
const SEM_STATS: readonly number[] = [2, 18, 20],
  SHM_STATS: readonly number[] = [2, 13, 15],
  MSG_STATS: readonly number[] = [2, 11, 13];

/** The structure of an IPC object, when the command has to do with it. Those of queues are alike. */
function ipcObject(mapper: Mapper, name: 'semid64' | 'shmid64', command: number, guest: number): number {
  if (command === IPC_SET) return mapper.structure(name, guest, true, false);
  return (name === 'semid64' ? SEM_STATS : SHM_STATS).includes(command) ? mapper.structure(name, guest, false, true) : guest;
}
const semctl: Special = (mapper, argument) => ({
  rules: [same(0), same(1), same(2), is(ipcObject(mapper, 'semid64', argument(2), argument(3)))],
});
const shmctl: Special = (mapper, argument) => ({
  rules: [same(0), same(1), is(ipcObject(mapper, 'shmid64', argument(1), argument(2)))],
});

/** ipc(what, first, second, third, pointer, fifth): the argument of semctl lies where the pointer leads. */
function ipc(mapper: Mapper, argument: Argument, row: CallRow): Ruled {
  const SEMCTL = 3,
    MSGCTL = 14,
    SHMCTL = 24;
  const what = argument(0) & 0xffff,
    command = argument(what === SEMCTL ? 3 : 2),
    plain = command & ~IPC_64,
    pointer = argument(4);
  const stats = what === SEMCTL ? SEM_STATS : what === SHMCTL ? SHM_STATS : MSG_STATS;
  const named = [SEMCTL, MSGCTL, SHMCTL].includes(what) && pointer !== 0 && (plain === IPC_SET || stats.includes(plain));
  if (!named || what === MSGCTL) {
    if (named && command === plain) fail('EINVAL');
    return { rules: row.arguments };
  }
  if (command === plain) fail('EINVAL');
  const given =
    what === SHMCTL
      ? ipcObject(mapper, 'shmid64', plain, pointer)
      : mapper.put(wordOf(ipcObject(mapper, 'semid64', plain, read32(mapper.k, mapper.p, pointer))));
  return { rules: [same(0), same(1), same(2), same(3), is(given), same(5)] };
}
function wordOf(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  put32(bytes, 0, value);
  return bytes;
}

/** epoll_wait and epoll_pwait: as many events as the result says. */
function epollWait(mapper: Mapper, argument: Argument, row: CallRow): Ruled {
  const { i386 } = RARE_STRUCTURES.epollevent,
    most = Math.min(argument(2), 4096);
  if (most <= 0) return { rules: row.arguments };
  const scratch = mapper.room(most * i386);
  mapper.after({ structure: 'epollevent', scratch, guest: argument(1), array: 'count' });
  return { rules: [same(0), is(scratch), is(most), ...row.arguments.slice(3)] };
}

/** read of a signalfd: whole records, converted where they lie. */
export const readSignals: Special = (mapper, argument, row) => {
  mapper.after({ structure: 'signalrecord', scratch: argument(1), guest: argument(1), array: 'bytes' });
  return { rules: row.arguments };
};

/** SO_ERROR and SO_TYPE are numbers that differ. */
function getsockopt(mapper: Mapper, argument: Argument): Ruled {
  const SO_TYPE = 0x1008,
    SO_ERROR = 0x1007;
  const level = argument(1),
    option = argument(2),
    mine = level === MIPS_SOL_SOCKET;
  const word = mine && option === SO_TYPE ? 'socketword' : mine && option === SO_ERROR ? 'errorword' : null;
  return {
    rules: [
      same(0),
      is(socketLevelToI386(level)),
      is(mine ? socketOptionToI386(option) : option),
      word ? is(mapper.structure(word, argument(3), false, true)) : same(3),
      same(4),
    ],
  };
}

const CONTROL = 16,
  CONTROL_LENGTH = 20,
  MSGHDR = 28;
/** Places of the levels in control messages, each behind its length. */
function* levels(control: Uint8Array): Generator<number> {
  for (let at = 0; at + 12 <= control.length; at += (get32(control, at) + 3) & ~3) {
    if (get32(control, at) < 12) return;
    yield at + 4;
  }
}
/** Messages pass as they are but for the level of what goes beside them. */
function sendmsg(mapper: Mapper, argument: Argument, row: CallRow): Ruled {
  const { k, p } = mapper,
    message = copyIn(k, p, argument(1), MSGHDR),
    length = get32(message, CONTROL_LENGTH);
  if (get32(message, CONTROL) === 0 || length < 12) return { rules: row.arguments };
  if (length > 0x1_0000) fail('ENOBUFS');
  const control = copyIn(k, p, get32(message, CONTROL), length);
  for (const at of levels(control)) put32(control, at, socketLevelToI386(get32(control, at)));
  put32(message, CONTROL, mapper.put(control));
  return { rules: [same(0), is(mapper.put(message)), same(2)] };
}
function recvmsg(mapper: Mapper, argument: Argument, row: CallRow): Ruled {
  mapper.after({ structure: 'levels', scratch: 0, guest: argument(1) });
  return { rules: row.arguments };
}
/** What recvmsg left: the levels become those of MIPS. Answers how many words were changed. */
export function levelsToMips(k: Kernel, p: Process, guest: number): number {
  const at = read32(k, p, guest + CONTROL),
    length = read32(k, p, guest + CONTROL_LENGTH);
  if (at === 0 || length < 12) return 0;
  let words = 0;
  const control = copyIn(k, p, at, length);
  for (const place of levels(control)) {
    if (get32(control, place) !== 1) continue;
    write32(k, p, at + place, MIPS_SOL_SOCKET);
    words++;
  }
  return words;
}

/** PR_SET_PDEATHSIG takes a signal, PR_GET_PDEATHSIG gives one. */
function prctl(mapper: Mapper, argument: Argument, row: CallRow): Ruled {
  if (argument(0) === 1) return { rules: [same(0), is(signalToI386(argument(1)))] };
  return { rules: argument(0) === 2 ? [same(0), is(mapper.structure('signalword', argument(1), false, true))] : row.arguments };
}
const taken: Special = (_mapper, _argument, row) => ({ rules: row.arguments, result: 'signal' });

/** By MIPS number less 4000. */
export const SPECIAL: Readonly<Record<number, Special>> = {
  54: ioctl,
  55: fcntl,
  117: ipc,
  173: getsockopt,
  177: recvmsg,
  179: sendmsg,
  192: prctl,
  197: taken,
  220: fcntl,
  250: epollWait,
  313: epollWait,
  394: semctl,
  396: shmctl,
  421: taken,
  441: epollWait,
};
