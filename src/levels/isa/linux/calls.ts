/**
 * A guest's system call made on the host: arguments from MIPS registers and stack, mapped as table.ts says, structures
 * converted through the scratch area above the guest's memory, then result and error number back.
 *
 * Invariant: a call that must wait is plain data (`Pending`): what is to be converted when its result comes.
 */
import { StructWriter, get32 } from '../../../bits/bytes.ts';
import { Errno, fail } from '../../../kernel/errno.ts';
import { kindOf } from '../../../kernel/files.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import type { Process } from '../../../kernel/task.ts';
import { copyIn, copyOut } from '../../../kernel/user.ts';
import { SCRATCH, SCRATCH_SIZE } from '../layout.ts';
import {
  MIPS_SOL_SOCKET,
  cloneFlagsToI386,
  fcntlToI386,
  ioctlToI386,
  mapFlagsToI386,
  openFlagsToI386,
  openFlagsToMips,
  resourceToI386,
  signalToI386,
  signalToMips,
  socketLevelToI386,
  socketOptionToI386,
  socketTypeToI386,
} from './numbers.ts';
import { LINUX } from './late.ts';
import { structureOf } from './structures.ts';
import type { StructureName } from './structures.ts';
import { callRow } from './table.ts';
import type { ArgumentRule } from './table.ts';

/** What is to be done with the result. */
export interface Pending {
  readonly number: number;
  /** Structures that the call fills: from the scratch area to the guest. */
  readonly outputs: readonly Output[];
  readonly result: ResultRule;
}

/** `flags` of open, a `signal`; `pipe` leaves two results in the scratch area. */
export type ResultRule = 'plain' | 'pipe' | 'flags' | 'signal';
/** `array`: as many as the result says, or as fill the bytes that it says; `levels`: control messages of the guest's msghdr, whose levels are to be its own. */
export interface Output {
  readonly structure: StructureName | 'levels';
  readonly scratch: number;
  readonly guest: number;
  readonly array?: 'count' | 'bytes';
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

const READ = 3;
/** Answers the mapped call, or null when the table does not have it. Throws Errno for pointers that do not work. */
export function prepare(k: Kernel, p: Process, number: number, argument: Argument): Prepared | null {
  const row = callRow(number);
  if (!row) return null;
  const mapper = new Mapper(k, p);
  // What is read from a signalfd has numbers of signals.
  const special = number === READ && kindOf(k, p, argument(0)) === 'signalfd' ? LINUX.get().readSignals : row.special;
  const { rules, result } = special?.(mapper, argument, row) ?? { rules: row.arguments };
  return mapper.map(number, row.i386, rules, argument, result);
}

export class Mapper {
  private top = SCRATCH;
  private words = 0;
  private readonly outputs: Output[] = [];
  readonly k: Kernel;
  readonly p: Process;
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
      case 'pair':
        return this.pair(argument(rule.from));
      case 'structure':
        return this.structure(rule.name as StructureName, argument(rule.from), rule.reads, rule.writes);
    }
  }

  /** Room in the scratch area. Throws Errno when there is none. */
  room(bytes: number): number {
    const at = this.top;
    this.top += (bytes + 15) & ~15;
    if (bytes < 0 || this.top > SCRATCH + SCRATCH_SIZE) fail('EINVAL');
    return at;
  }
  /** The scratch address of bytes for the call. */
  put(bytes: Uint8Array): number {
    const at = this.room(bytes.length);
    copyOut(this.k, this.p, at, bytes);
    this.words += bytes.length >> 2;
    return at;
  }
  /** What is to be done when the call has succeeded. */
  after(output: Output): void {
    this.outputs.push(output);
  }
  /** pselect's last argument: where the mask is, and its size. */
  private pair(guest: number): number {
    if (guest === 0) return 0;
    const b = copyIn(this.k, this.p, guest, 8);
    if (get32(b, 0) !== 0 && get32(b, 4) !== 16) fail('EINVAL');
    return this.put(
      new StructWriter()
        .u32(this.structure('sigset', get32(b, 0), true, false))
        .u32(8)
        .done(),
    );
  }

  /** The scratch address at which the call finds, or leaves, the i386 structure. */
  structure(name: StructureName, guest: number, reads: boolean, writes: boolean): number {
    if (guest === 0) return 0;
    const structure = structureOf(name),
      at = this.room(structure.i386);
    if (reads) {
      const bytes = copyIn(this.k, this.p, guest, structure.mips);
      copyOut(this.k, this.p, at, structure.toI386!(bytes));
      this.words += structure.mips >> 2;
    }
    if (writes) this.outputs.push({ structure: name, scratch: at, guest });
    return at;
  }
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
  try {
    const words = pending.outputs.reduce((sum, output) => sum + bringOut(k, p, output, result), 0);
    if (pending.result === 'flags') return { result: openFlagsToMips(result), second: null, words };
    if (pending.result === 'signal') return { result: signalToMips(result), second: null, words };
    if (pending.result !== 'pipe') return { result, second: null, words };
    const ends = copyIn(k, p, SCRATCH, 8);
    return { result: get32(ends, 0), second: get32(ends, 4), words };
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return { result: -error.number, second: null, words: 0 };
  }
}

/** Answers how many words were converted. */
function bringOut(k: Kernel, p: Process, { structure, scratch, guest, array }: Output, result: number): number {
  if (structure === 'levels') return LINUX.get().levelsToMips(k, p, guest);
  const { i386, mips, toMips } = structureOf(structure),
    count = array === 'count' ? result : array === 'bytes' ? Math.floor(result / i386) : 1;
  for (let i = 0; i < count; i++) copyOut(k, p, guest + mips * i, toMips(copyIn(k, p, scratch + i386 * i, i386)));
  return (mips * count) >> 2;
}
