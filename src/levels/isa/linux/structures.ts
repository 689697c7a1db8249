/**
 * Structures that system calls pass, between the layouts of MIPS o32 and i386. Most are a matter of order: `layout` says where
 * each word of the MIPS structure stands in that of i386, once for both directions. The others are written field by field. Those that
 * only some programs pass come late (structures-rest.ts).
 */
import { StructWriter, get32, put32 } from '../../../bits/bytes.ts';
import { mipsErrno } from './errno.ts';
import { LINUX } from './late.ts';
import {
  I386_INFINITY,
  MIPS_INFINITY,
  localFlagsToI386,
  localFlagsToMips,
  maskToI386,
  maskToMips,
  sigactionFlagsToI386,
  sigactionFlagsToMips,
  siCodeToI386,
  siCodeToMips,
  signalToI386,
  signalToMips,
} from './numbers.ts';
import type { RARE_STRUCTURES } from './structures-rest.ts';

export interface Structure {
  /** Bytes of the i386 and of the MIPS structure. */
  readonly i386: number;
  readonly mips: number;
  readonly toMips: (i386: Uint8Array) => Uint8Array;
  readonly toI386?: (mips: Uint8Array) => Uint8Array;
}

const word = get32;

/** `words`: for each MIPS word the offset of its i386 word, or a dot for a word that i386 does not have. Zeros up to `mips` bytes. */
export function layout(i386: number, mips: number, words: string): Structure {
  const from = words.split(' ').map((at) => (at === '.' ? null : Number(at)));
  return {
    i386,
    mips,
    toMips: (s) => {
      const out = new Uint8Array(mips);
      from.forEach((at, i) => at !== null && put32(out, 4 * i, word(s, at)));
      return out;
    },
    toI386: (s) => {
      const out = new Uint8Array(i386);
      from.forEach((at, i) => at !== null && put32(out, at, word(s, 4 * i)));
      return out;
    },
  };
}

/** struct stat64 (arch/x86/include/uapi/asm/stat.h to arch/mips/include/uapi/asm/stat.h), and the older one, from the same call. */
const stat64 = layout(96, 104, '0 . . . 88 92 16 20 24 28 32 . . . 44 48 64 68 72 76 80 84 52 . 56 60'),
  stat = layout(96, 144, '0 . . . 88 16 20 24 28 32 . . 44 . 64 68 72 76 80 84 52 56');
/** struct statfs: i386 has fragment size and flags last. */
const statfs = layout(64, 68, '0 4 40 8 12 20 24 16 28 32 36 44'),
  statfs64 = layout(84, 88, '0 4 60 . 8 12 16 20 32 36 40 44 24 28 48 52 56 64');
/** stack_t: sp, size, flags here; sp, flags, size there. */
const sigaltstack = layout(12, 12, '0 8 4');
const clampLimit = (n: number, from: number, to: number): number => (n >>> 0 === from ? to : n);
const rlimit: Structure = {
  i386: 8,
  mips: 8,
  toMips: (s) =>
    new StructWriter()
      .u32(clampLimit(word(s, 0), I386_INFINITY, MIPS_INFINITY))
      .u32(clampLimit(word(s, 4), I386_INFINITY, MIPS_INFINITY))
      .done(),
  toI386: (s) =>
    new StructWriter()
      .u32(clampLimit(word(s, 0), MIPS_INFINITY, I386_INFINITY))
      .u32(clampLimit(word(s, 4), MIPS_INFINITY, I386_INFINITY))
      .done(),
};
/** sigset_t: 128 bits here, 64 there. */
export const sigset: Structure = {
  i386: 8,
  mips: 16,
  toMips: (s) => {
    const m = maskToMips([word(s, 0), word(s, 4)]);
    return new StructWriter().u32(m[0]).u32(m[1]).u32(0).u32(0).done();
  },
  toI386: (s) => {
    const m = maskToI386([word(s, 0), word(s, 4)]);
    return new StructWriter().u32(m[0]).u32(m[1]).done();
  },
};
/** struct sigaction of rt_sigaction: flags, handler, mask here; handler, flags, restorer, mask there. */
export const sigaction: Structure = {
  i386: 20,
  mips: 24,
  toMips: (s) =>
    new StructWriter()
      .u32(sigactionFlagsToMips(word(s, 4)))
      .u32(word(s, 0))
      .bytes(sigset.toMips(s.subarray(12)))
      .done(),
  toI386: (s) =>
    new StructWriter()
      .u32(word(s, 4))
      .u32(sigactionFlagsToI386(word(s, 0)))
      .u32(0)
      .bytes(sigset.toI386!(s.subarray(8)))
      .done(),
};
const SIGCHLD = 17,
  STATUS = 20;
/** CLD_KILLED to CLD_CONTINUED: si_status is a signal. */
export const byes = (signal: number, code: number): boolean => signal === SIGCHLD && code >= 2 && code <= 6;
/** siginfo_t: signal, code, errno here; signal, errno, code there. What follows is alike but for numbers of signals. */
const siginfo: Structure = {
  i386: 128,
  mips: 128,
  toMips: (s) => {
    const out = s.slice(),
      [signal, code] = [word(s, 0), word(s, 8)];
    put32(out, 0, signalToMips(signal));
    put32(out, 4, siCodeToMips(code));
    put32(out, 8, mipsErrno(word(s, 4)));
    if (byes(signal, code)) put32(out, STATUS, signalToMips(word(s, STATUS)));
    return out;
  },
  toI386: (s) => {
    const out = s.slice(),
      [signal, code] = [signalToI386(word(s, 0)), siCodeToI386(word(s, 4))];
    put32(out, 0, signal);
    put32(out, 4, word(s, 8));
    put32(out, 8, code);
    if (byes(signal, code)) put32(out, STATUS, signalToI386(word(s, STATUS)));
    return out;
  },
};
/** Places of the control characters of i386's termios (VINTR ... VEOL2) in that of MIPS. */
const CONTROL: readonly number[] = [0, 1, 2, 3, 16, 5, 4, 7, 8, 9, 10, 17, 12, 13, 14, 15, 6];
const termios: Structure = {
  i386: 36,
  mips: 40,
  toMips: (s) => {
    const out = new Uint8Array(40);
    for (let i = 0; i < 12; i += 4) put32(out, i, word(s, i));
    put32(out, 12, localFlagsToMips(word(s, 12)));
    out[16] = s[16]!;
    CONTROL.forEach((to, from) => {
      out[17 + to] = s[17 + from]!;
    });
    return out;
  },
  toI386: (s) => {
    const out = new Uint8Array(36);
    for (let i = 0; i < 12; i += 4) put32(out, i, word(s, i));
    put32(out, 12, localFlagsToI386(word(s, 12)));
    out[16] = s[16]!;
    CONTROL.forEach((from, to) => {
      out[17 + to] = s[17 + from]!;
    });
    return out;
  },
};
/** struct utsname: the machine is another. */
const utsname: Structure = {
  i386: 390,
  mips: 390,
  toMips: (s) => {
    const out = s.slice();
    out.fill(0, 4 * 65, 5 * 65);
    out.set([0x6d, 0x69, 0x70, 0x73], 4 * 65);
    return out;
  },
};

export const STRUCTURES = {
  siginfo,
  stat64,
  stat,
  statfs,
  statfs64,
  rlimit,
  sigset,
  sigaction,
  sigaltstack,
  termios,
  utsname,
} as const satisfies Record<string, Structure>;
export type StructureName = keyof typeof STRUCTURES | keyof typeof RARE_STRUCTURES;

export const structureOf = (name: StructureName): Structure =>
  (STRUCTURES as { readonly [N in StructureName]?: Structure })[name] ?? LINUX.get().structures[name as keyof typeof RARE_STRUCTURES];
