/**
 * A guest's system call made on the host: arguments from MIPS registers and stack, mapped as table.ts says, structures
 * converted through the scratch area above the guest's memory, then result and error number back.
 *
 * Invariant: a call that must wait is plain data (`Pending`): what is to be converted when its result comes.
 */
import { get32 } from '../../../bits/bytes.ts';
import { Errno, fail } from '../../../kernel/errno.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import type { Process } from '../../../kernel/task.ts';
import { copyIn, copyOut, read32, write32 } from '../../../kernel/user.ts';
import { SCRATCH } from '../layout.ts';
import {
  MIPS_SOL_SOCKET,
  cloneFlagsToI386,
  fcntlToI386,
  ioctlToI386,
  socketLevelToI386,
  socketOptionToI386,
  socketTypeToI386,
  mapFlagsToI386,
  openFlagsToI386,
  openFlagsToMips,
  resourceToI386,
  signalToI386,
  TCGETS,
  TCSETS,
  TCSETSF,
} from './numbers.ts';
import { STRUCTURES } from './structures.ts';
import type { StructureName } from './structures.ts';
import { CALLS } from './table.ts';
import type { ArgumentRule } from './table.ts';

/** What is to be done with the result. */
export interface Pending {
  readonly number: number;
  /** Structures that the call fills: from the scratch area to the guest. */
  readonly outputs: readonly { readonly structure: StructureName; readonly scratch: number; readonly guest: number }[];
  readonly result: 'plain' | 'pipe' | 'flags';
}

export interface Prepared {
  readonly i386: number;
  readonly args: readonly number[];
  readonly pending: Pending;
  /** Words of structures converted on the way in. */
  readonly words: number;
}

/** The guest's argument by position. */
export type Argument = (index: number) => number;

/** Answers the mapped call, or null when the table does not have it. Throws Errno for pointers that do not work. */
export function prepare(k: Kernel, p: Process, number: number, argument: Argument): Prepared | null {
  const row = CALLS.get(number);
  if (!row) return null;
  if (number === 55 || number === 220) return prepareFcntl(k, p, number, row.i386, argument);
  if (number === 54) return prepareIoctl(k, p, row.i386, argument);
  if (number === 117 || number === 394 || number === 396) return prepareIpc(k, p, number, row.i386, argument);
  return new Mapper(k, p).map(number, row.i386, row.arguments, argument);
}

class Mapper {
  private scratch = SCRATCH;
  private words = 0;
  private readonly outputs: { structure: StructureName; scratch: number; guest: number }[] = [];
  private readonly k: Kernel;
  private readonly p: Process;
  constructor(k: Kernel, p: Process) {
    this.k = k;
    this.p = p;
  }

  map(number: number, i386: number, rules: readonly ArgumentRule[], argument: Argument, result: Pending['result'] = 'plain'): Prepared {
    const args = rules.map((rule) => this.one(rule, argument));
    while (args.length < 6) args.push(0);
    return { i386, args, pending: { number, outputs: this.outputs, result }, words: this.words };
  }

  private one(rule: ArgumentRule, argument: Argument): number {
    switch (rule.k) {
      case 'constant':
        return rule.n;
      case 'plain':
        return argument(rule.from);
      case 'open':
        return openFlagsToI386(argument(rule.from));
      case 'map':
        return mapFlagsToI386(argument(rule.from));
      case 'signal':
        return signalToI386(argument(rule.from));
      case 'resource':
        return resourceToI386(argument(rule.from));
      case 'fcntl':
        return fcntlToI386(argument(rule.from));
      case 'ioctl':
        return ioctlToI386(argument(rule.from));
      case 'clone':
        return cloneFlagsToI386(argument(rule.from));
      case 'socket':
        return socketTypeToI386(argument(rule.from));
      case 'level':
        return socketLevelToI386(argument(rule.from));
      case 'option':
        return argument(rule.from - 1) === MIPS_SOL_SOCKET ? socketOptionToI386(argument(rule.from)) : argument(rule.from);
      // SIG_BLOCK, SIG_UNBLOCK, SIG_SETMASK are 1, 2, 3 on MIPS
      case 'how':
        return argument(rule.from) - 1;
      case 'structure':
        return this.structure(rule.name as StructureName, argument(rule.from), rule.reads, rule.writes);
    }
  }

  /** The structure of an IPC object, when the command has to do with it. */
  object(name: 'semid64' | 'shmid64', command: number, guest: number, stats: readonly number[]): number {
    if (command === IPC_SET) return this.structure(name, guest, true, false);
    return stats.includes(command) ? this.structure(name, guest, false, true) : guest;
  }
  /** The scratch address of a word for the call. */
  word(value: number): number {
    const at = this.scratch;
    this.scratch += 16;
    write32(this.k, this.p, at, value);
    return at;
  }

  /** The scratch address at which the call finds, or leaves, the i386 structure. */
  structure(name: StructureName, guest: number, reads: boolean, writes: boolean): number {
    if (guest === 0) return 0;
    const structure = STRUCTURES[name],
      at = this.scratch;
    this.scratch += (structure.i386 + 15) & ~15;
    if (reads) {
      const bytes = copyIn(this.k, this.p, guest, structure.mips);
      copyOut(this.k, this.p, at, (structure as { toI386?: (b: Uint8Array) => Uint8Array }).toI386!(bytes));
      this.words += structure.mips >> 2;
    }
    if (writes) this.outputs.push({ structure: name, scratch: at, guest });
    return at;
  }
}

/** Locks have structures; F_GETFL and F_SETFL pass the flags of open. */
function prepareFcntl(k: Kernel, p: Process, number: number, i386: number, argument: Argument): Prepared {
  const F_GETFL = 3,
    F_SETFL = 4,
    F_GETLK = 5,
    F_SETLKW = 7,
    F_GETLK64 = 12,
    F_SETLKW64 = 14;
  const mapper = new Mapper(k, p),
    command = fcntlToI386(argument(1));
  let third = argument(2);
  if (command === F_SETFL) third = openFlagsToI386(third);
  else if (command >= F_GETLK && command <= F_SETLKW) third = mapper.structure('flock', third, true, command === F_GETLK);
  else if (command >= F_GETLK64 && command <= F_SETLKW64) third = mapper.structure('flock64', third, true, command === F_GETLK64);
  const rules: ArgumentRule[] = [
    { k: 'plain', from: 0 },
    { k: 'constant', n: command },
    { k: 'constant', n: third },
  ];
  return mapper.map(number, i386, rules, argument, command === F_GETFL ? 'flags' : 'plain');
}

function prepareIoctl(k: Kernel, p: Process, i386: number, argument: Argument): Prepared {
  const mapper = new Mapper(k, p),
    request = ioctlToI386(argument(1));
  let third = argument(2);
  if (request === TCGETS) third = mapper.structure('termios', third, false, true);
  else if (request >= TCSETS && request <= TCSETSF) third = mapper.structure('termios', third, true, false);
  const rules: ArgumentRule[] = [
    { k: 'plain', from: 0 },
    { k: 'constant', n: request },
    { k: 'constant', n: third },
  ];
  return mapper.map(54, i386, rules, argument);
}

const IPC_SET = 1,
  IPC_64 = 0x100;
/** Commands of semctl and shmctl that fill a structure of the object: IPC_STAT, and those by place. */
const SEM_STATS: readonly number[] = [2, 18, 20],
  SHM_STATS: readonly number[] = [2, 13, 15];

/** Sets of semaphores and segments have structures of their own; those of queues are alike. */
function prepareIpc(k: Kernel, p: Process, number: number, i386: number, argument: Argument): Prepared {
  const mapper = new Mapper(k, p),
    args = [0, 1, 2, 3, 4, 5].map(argument) as [number, number, number, number, number, number];
  if (number === 394) args[3] = mapper.object('semid64', args[2], args[3], SEM_STATS);
  else if (number === 396) args[2] = mapper.object('shmid64', args[1], args[2], SHM_STATS);
  else multiplexed(k, p, mapper, args);
  return mapper.map(
    number,
    i386,
    args.map((n) => ({ k: 'constant', n })),
    argument,
  );
}

/** ipc(what, first, second, third, pointer, fifth): the argument of semctl lies where the pointer leads. */
function multiplexed(k: Kernel, p: Process, mapper: Mapper, args: [number, number, number, number, number, number]): void {
  const SEMCTL = 3,
    MSGCTL = 14,
    SHMCTL = 24;
  const what = args[0] & 0xffff,
    command = what === SEMCTL ? args[3] : args[2];
  if (![SEMCTL, MSGCTL, SHMCTL].includes(what)) return;
  const plain = command & ~IPC_64,
    named = plain === IPC_SET || (what === SEMCTL ? SEM_STATS : what === SHMCTL ? SHM_STATS : [2, 11, 13]).includes(plain);
  // Structures from before Linux 2.4 are not converted.
  if (!named || args[4] === 0) return;
  if (command === plain) fail('EINVAL');
  if (what === SHMCTL) args[4] = mapper.object('shmid64', plain, args[4], SHM_STATS);
  else if (what === SEMCTL) args[4] = mapper.word(mapper.object('semid64', plain, read32(k, p, args[4]), SEM_STATS));
}

export interface Finished {
  /** Result for $v0, or a negative i386 error number. */
  readonly result: number;
  /** Second result in $v1 (pipe). */
  readonly second: number | null;
  /** Words of structures converted on the way out. */
  readonly words: number;
}

/** Converts what the call left, when it succeeded. */
export function finish(k: Kernel, p: Process, pending: Pending, result: number): Finished {
  if (result < 0 && result > -4096) return { result, second: null, words: 0 };
  let words = 0;
  try {
    for (const { structure, scratch, guest } of pending.outputs) {
      const { i386, toMips } = STRUCTURES[structure];
      const bytes = toMips(copyIn(k, p, scratch, i386));
      copyOut(k, p, guest, bytes);
      words += bytes.length >> 2;
    }
    if (pending.result === 'flags') return { result: openFlagsToMips(result), second: null, words };
    if (pending.result !== 'pipe') return { result, second: null, words };
    const ends = copyIn(k, p, SCRATCH, 8);
    return { result: get32(ends, 0), second: get32(ends, 4), words };
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return { result: -error.number, second: null, words };
  }
}
