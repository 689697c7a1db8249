/**
 * Structures that system calls pass, between the layouts of MIPS o32 and i386. Each is converted through plain bytes: reading
 * one layout and writing the other, field by field in the order of the target.
 */
import { StructWriter, get32, put32 } from '../../../bits/bytes.ts';
import {
  I386_INFINITY,
  MIPS_INFINITY,
  statusToMips,
  localFlagsToI386,
  localFlagsToMips,
  maskToI386,
  maskToMips,
  sigactionFlagsToI386,
  sigactionFlagsToMips,
} from './numbers.ts';

export interface Structure {
  /** Bytes of the i386 and of the MIPS structure. */
  readonly i386: number;
  readonly mips: number;
  readonly toMips: (i386: Uint8Array) => Uint8Array;
  readonly toI386?: (mips: Uint8Array) => Uint8Array;
}

const word = get32;

/** struct stat64 (arch/x86/include/uapi/asm/stat.h to arch/mips/include/uapi/asm/stat.h). */
const stat64: Structure = {
  i386: 96,
  mips: 104,
  toMips: (s) =>
    new StructWriter()
      .u32(word(s, 0))
      .u32(0)
      .u32(0)
      .u32(0)
      .u32(word(s, 88))
      .u32(word(s, 92))
      .u32(word(s, 16))
      .u32(word(s, 20))
      .u32(word(s, 24))
      .u32(word(s, 28))
      .u32(word(s, 32))
      .u32(0)
      .u32(0)
      .u32(0)
      .u32(word(s, 44))
      .u32(word(s, 48))
      .u32(word(s, 64))
      .u32(word(s, 68))
      .u32(word(s, 72))
      .u32(word(s, 76))
      .u32(word(s, 80))
      .u32(word(s, 84))
      .u32(word(s, 52))
      .u32(0)
      .u32(word(s, 56))
      .u32(word(s, 60))
      .done(),
};
/** The older struct stat of MIPS, from the same call. */
const stat: Structure = {
  i386: 96,
  mips: 144,
  toMips: (s) =>
    new StructWriter()
      .u32(word(s, 0))
      .u32(0)
      .u32(0)
      .u32(0)
      .u32(word(s, 88))
      .u32(word(s, 16))
      .u32(word(s, 20))
      .u32(word(s, 24))
      .u32(word(s, 28))
      .u32(word(s, 32))
      .u32(0)
      .u32(0)
      .u32(word(s, 44))
      .u32(0)
      .u32(word(s, 64))
      .u32(word(s, 68))
      .u32(word(s, 72))
      .u32(word(s, 76))
      .u32(word(s, 80))
      .u32(word(s, 84))
      .u32(word(s, 52))
      .u32(word(s, 56))
      .pad(144)
      .done(),
};
/** struct statfs: i386 has fragment size and flags last. */
const statfs: Structure = {
  i386: 64,
  mips: 68,
  toMips: (s) =>
    new StructWriter()
      .u32(word(s, 0))
      .u32(word(s, 4))
      .u32(word(s, 40))
      .u32(word(s, 8))
      .u32(word(s, 12))
      .u32(word(s, 20))
      .u32(word(s, 24))
      .u32(word(s, 16))
      .u32(word(s, 28))
      .u32(word(s, 32))
      .u32(word(s, 36))
      .u32(word(s, 44))
      .pad(68)
      .done(),
};
const statfs64: Structure = {
  i386: 84,
  mips: 88,
  toMips: (s) =>
    new StructWriter()
      .u32(word(s, 0))
      .u32(word(s, 4))
      .u32(word(s, 60))
      .u32(0)
      .bytes(s.subarray(8, 24))
      .bytes(s.subarray(32, 48))
      .bytes(s.subarray(24, 32))
      .bytes(s.subarray(48, 56))
      .u32(word(s, 56))
      .u32(word(s, 64))
      .pad(88)
      .done(),
};
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
/** The int that wait fills. */
const waitstatus: Structure = { i386: 4, mips: 4, toMips: (s) => new StructWriter().u32(statusToMips(word(s, 0))).done() };
/** sigset_t: 128 bits here, 64 there. */
const sigset: Structure = {
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
const sigaction: Structure = {
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
/** stack_t: sp, size, flags here; sp, flags, size there. */
const sigaltstack: Structure = {
  i386: 12,
  mips: 12,
  toMips: (s) => new StructWriter().u32(word(s, 0)).u32(word(s, 8)).u32(word(s, 4)).done(),
  toI386: (s) => new StructWriter().u32(word(s, 0)).u32(word(s, 8)).u32(word(s, 4)).done(),
};
/** struct flock64 is packed on i386. */
const flock64: Structure = {
  i386: 24,
  mips: 32,
  toMips: (s) =>
    new StructWriter()
      .u32(word(s, 0))
      .u32(0)
      .u32(word(s, 4))
      .u32(word(s, 8))
      .u32(word(s, 12))
      .u32(word(s, 16))
      .u32(word(s, 20))
      .u32(0)
      .done(),
  toI386: (s) =>
    new StructWriter().u32(word(s, 0)).u32(word(s, 8)).u32(word(s, 12)).u32(word(s, 16)).u32(word(s, 20)).u32(word(s, 24)).done(),
};
const flock: Structure = {
  i386: 16,
  mips: 36,
  toMips: (s) => new StructWriter().u32(word(s, 0)).u32(word(s, 4)).u32(word(s, 8)).u32(0).u32(word(s, 12)).pad(36).done(),
  toI386: (s) => new StructWriter().u32(word(s, 0)).u32(word(s, 4)).u32(word(s, 8)).u32(word(s, 16)).done(),
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

/** struct ipc64_perm is alike; of what follows, IPC_SET reads nothing. */
const PERM = 36;
/** struct semid64_ds: the high words of the times stand last (arch/mips/include/uapi/asm/sembuf.h). */
const semid64: Structure = {
  i386: 64,
  mips: 56,
  toMips: (s) =>
    new StructWriter()
      .bytes(s.subarray(0, PERM + 4))
      .u32(word(s, 44))
      .u32(word(s, 52))
      .u32(word(s, 40))
      .u32(word(s, 48))
      .done(),
  toI386: (s) => new StructWriter().bytes(s.subarray(0, PERM)).pad(64).done(),
};
/** struct shmid64_ds: the high halves of the times, 16 bits each, stand last (arch/mips/include/uapi/asm/shmbuf.h). */
const shmid64: Structure = {
  i386: 84,
  mips: 72,
  toMips: (s) =>
    new StructWriter()
      .bytes(s.subarray(0, PERM + 8))
      .u32(word(s, 48))
      .u32(word(s, 56))
      .bytes(s.subarray(64, 76))
      .u16(word(s, 44))
      .u16(word(s, 52))
      .u16(word(s, 60))
      .pad(72)
      .done(),
  toI386: (s) => new StructWriter().bytes(s.subarray(0, PERM)).pad(84).done(),
};

export const STRUCTURES = {
  semid64,
  shmid64,
  waitstatus,
  stat64,
  stat,
  statfs,
  statfs64,
  rlimit,
  sigset,
  sigaction,
  sigaltstack,
  flock64,
  flock,
  termios,
  utsname,
} as const satisfies Record<string, Structure>;
export type StructureName = keyof typeof STRUCTURES;
