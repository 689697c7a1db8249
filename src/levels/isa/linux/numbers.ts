/**
 * Numbers that mean the same but are written differently on MIPS and on i386: signals, resources, flag words, commands.
 * Source: arch/mips/include/uapi/asm and include/uapi/asm-generic of Linux.
 */

/** i386 signal numbers by MIPS signal number (1..31); from 32 on they agree. 7 (SIGEMT) and those from 65 on have no i386 number. */
const I386_SIGNAL: readonly number[] = [
  0, 1, 2, 3, 4, 5, 6, 0, 8, 9, 7, 11, 31, 13, 14, 15, 10, 12, 17, 30, 28, 23, 29, 19, 20, 18, 21, 22, 26, 27, 24, 25,
];
const MIPS_SIGNAL: readonly number[] = Array.from({ length: 32 }, (_, i386) => Math.max(0, I386_SIGNAL.indexOf(i386)));
/** Signals that only MIPS has; there are 128 numbers. */
export const homelessSignal = (mips: number): boolean => mips === 7 || (mips > 64 && mips <= 128);
export const signalToI386 = (mips: number): number => (mips >= 0 && mips < 32 ? I386_SIGNAL[mips]! || (mips === 0 ? 0 : -1) : mips);
export const signalToMips = (i386: number): number => (i386 >= 0 && i386 < 32 ? MIPS_SIGNAL[i386]! : i386);
export const MIPS_SIGNALS = [
  '',
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGILL',
  'SIGTRAP',
  'SIGABRT',
  'SIGEMT',
  'SIGFPE',
  'SIGKILL',
  'SIGBUS',
  'SIGSEGV',
  'SIGSYS',
  'SIGPIPE',
  'SIGALRM',
  'SIGTERM',
  'SIGUSR1',
  'SIGUSR2',
  'SIGCHLD',
  'SIGPWR',
  'SIGWINCH',
  'SIGURG',
  'SIGIO',
  'SIGSTOP',
  'SIGTSTP',
  'SIGCONT',
  'SIGTTIN',
  'SIGTTOU',
  'SIGVTALRM',
  'SIGPROF',
  'SIGXCPU',
  'SIGXFSZ',
] as const;

export type Mask = readonly [number, number];
function mapMask(mask: Mask, map: (signal: number) => number): Mask {
  const out = [0, 0];
  for (let n = 1; n <= 64; n++) {
    if (((mask[n <= 32 ? 0 : 1] >>> ((n - 1) & 31)) & 1) === 0) continue;
    const to = map(n);
    if (to >= 1 && to <= 64) out[to <= 32 ? 0 : 1]! |= 1 << ((to - 1) & 31);
  }
  return [out[0]!, out[1]!];
}
export const maskToI386 = (mask: Mask): Mask => mapMask(mask, signalToI386);
export const maskToMips = (mask: Mask): Mask => mapMask(mask, signalToMips);

/** SI_ASYNCIO, SI_TIMER and SI_MESGQ are -2, -3, -4 here and -4, -2, -3 there. */
export const siCodeToMips = (code: number): number => (code === -2 ? -3 : code === -3 ? -4 : code === -4 ? -2 : code);
export const siCodeToI386 = (code: number): number => (code === -3 ? -2 : code === -4 ? -3 : code === -2 ? -4 : code);

/** clone's low byte is the signal for the parent. */
export const cloneFlagsToI386 = (flags: number): number => (flags & ~0xff) | Math.max(0, signalToI386(flags & 0xff));
/** The status word of wait: the signal that ended the child, or that stopped it. */
export function statusToMips(status: number): number {
  if ((status & 0xff) === 0x7f) return (signalToMips((status >> 8) & 0xff) << 8) | 0x7f;
  return status === 0xffff ? status : (status & ~0x7f) | signalToMips(status & 0x7f);
}

/** Datagrams are 1 and streams 2 here; SOCK_NONBLOCK is O_NONBLOCK. */
export const socketTypeToI386 = (type: number): number => ([0, 2, 1][type & 15] ?? type & 15) | openFlagsToI386(type & ~15);
/** Of SO_TYPE, without flags. */
export const socketTypeToMips = (type: number): number => [0, 2, 1][type] ?? type;
export const MIPS_SOL_SOCKET = 0xffff;
export const socketLevelToI386 = (level: number): number => (level === MIPS_SOL_SOCKET ? 1 : level);
/** SO_* (arch/mips/include/uapi/asm/socket.h to asm-generic/socket.h). */
const SOCKET_OPTION: Readonly<Record<number, number>> = {
  0x0004: 2,
  0x0008: 9,
  0x0010: 5,
  0x0020: 6,
  0x0080: 13,
  0x0100: 10,
  0x0200: 15,
  0x1001: 7,
  0x1002: 8,
  0x1003: 19,
  0x1004: 18,
  0x1005: 21,
  0x1006: 20,
  0x1007: 4,
  0x1008: 3,
  0x1009: 30,
  0x1028: 38,
  0x1029: 39,
  17: 16,
  18: 17,
  30: 31,
  31: 32,
};
export const socketOptionToI386 = (option: number): number => SOCKET_OPTION[option] ?? option;

/** RLIMIT_*: 5 to 9 are NOFILE AS RSS NPROC MEMLOCK here, RSS NPROC NOFILE MEMLOCK AS there. */
const I386_RESOURCE: Readonly<Record<number, number>> = { 5: 7, 6: 9, 7: 5, 8: 6, 9: 8 };
export const resourceToI386 = (mips: number): number => I386_RESOURCE[mips] ?? mips;
/** RLIM_INFINITY of o32 (arch/mips/include/uapi/asm/resource.h), and of i386. */
export const MIPS_INFINITY = 0x7fff_ffff,
  I386_INFINITY = 0xffff_ffff;

type Bits = readonly (readonly [mips: number, i386: number])[];
const OPEN: Bits = [
  [0x8, 0x400],
  [0x10, 0x1000],
  [0x80, 0x800],
  [0x100, 0x40],
  [0x200, 0x200],
  [0x400, 0x80],
  [0x800, 0x100],
  [0x1000, 0x2000],
  [0x2000, 0x8000],
  [0x4000, 0x10_0000],
  [0x8000, 0x4000],
  [0x1_0000, 0x1_0000],
  [0x2_0000, 0x2_0000],
  [0x4_0000, 0x4_0000],
  [0x8_0000, 0x8_0000],
  [0x20_0000, 0x20_0000],
  [0x40_0000, 0x40_0000],
];
const MAP: Bits = [
  [0x1, 0x1],
  [0x2, 0x2],
  [0x10, 0x10],
  [0x400, 0x4000],
  [0x800, 0x20],
  [0x1000, 0x100],
  [0x2000, 0x800],
  [0x4000, 0x1000],
  [0x8000, 0x2000],
  [0x1_0000, 0x8000],
  [0x2_0000, 0x1_0000],
  [0x4_0000, 0x2_0000],
  [0x8_0000, 0x4_0000],
  [0x10_0000, 0x10_0000],
];
const SIGACTION: Bits = [
  [0x1, 0x1],
  [0x8, 0x4],
  [0x1_0000, 0x2],
  [0x0800_0000, 0x0800_0000],
  [0x1000_0000, 0x1000_0000],
  [0x4000_0000, 0x4000_0000],
  [-0x8000_0000, -0x8000_0000],
];
/** c_lflag of termios. */
const LOCAL: Bits = [
  [0x1, 0x1],
  [0x2, 0x2],
  [0x4, 0x4],
  [0x8, 0x8],
  [0x10, 0x10],
  [0x20, 0x20],
  [0x40, 0x40],
  [0x80, 0x80],
  [0x100, 0x8000],
  [0x200, 0x200],
  [0x400, 0x400],
  [0x800, 0x800],
  [0x2000, 0x1000],
  [0x4000, 0x4000],
  [0x8000, 0x100],
  [0x1_0000, 0x1_0000],
];

const toI386 = (bits: Bits, value: number): number => bits.reduce((sum, [mips, i386]) => (value & mips ? sum | i386 : sum), 0);
const toMips = (bits: Bits, value: number): number => bits.reduce((sum, [mips, i386]) => (value & i386 ? sum | mips : sum), 0);

/** O_ACCMODE agrees. */
export const openFlagsToI386 = (flags: number): number => (flags & 3) | toI386(OPEN, flags);
export const openFlagsToMips = (flags: number): number => (flags & 3) | toMips(OPEN, flags);
export const mapFlagsToI386 = (flags: number): number => toI386(MAP, flags);
export const sigactionFlagsToI386 = (flags: number): number => toI386(SIGACTION, flags);
export const sigactionFlagsToMips = (flags: number): number => toMips(SIGACTION, flags);
export const localFlagsToI386 = (flags: number): number => toI386(LOCAL, flags);
export const localFlagsToMips = (flags: number): number => toMips(LOCAL, flags);

/** Commands of fcntl. */
const FCNTL: Readonly<Record<number, number>> = { 14: 5, 6: 6, 7: 7, 24: 8, 23: 9, 33: 12, 34: 13, 35: 14 };
export const fcntlToI386 = (command: number): number => FCNTL[command] ?? command;

/** Requests of ioctl whose numbers follow no rule (arch/mips/include/uapi/asm/ioctls.h, sockios.h). */
const IOCTL: Readonly<Record<number, number>> = {
  0x5401: 0x5405,
  0x5402: 0x5406,
  0x5403: 0x5407,
  0x5404: 0x5408,
  0x5405: 0x5409,
  0x5406: 0x540a,
  0x5407: 0x540b,
  0x540d: 0x5401,
  0x540e: 0x5402,
  0x540f: 0x5403,
  0x5410: 0x5404,
  0x5470: 0x5420,
  0x5471: 0x5422,
  0x5472: 0x5412,
  0x5480: 0x540e,
  0x5481: 0x5419,
  0x5482: 0x541a,
  0x5483: 0x541c,
  0x5484: 0x541e,
  0x5485: 0x541f,
  0x5486: 0x5425,
  0x7400: 0x5424,
  0x7401: 0x5423,
  0x740d: 0x540c,
  0x740e: 0x540d,
  0x7416: 0x5429,
  0x741a: 0x5418,
  0x741b: 0x5416,
  0x741c: 0x5417,
  0x741d: 0x5415,
  0x7472: 0x5411,
  0x467f: 0x541b,
  0x6601: 0x5451,
  0x6602: 0x5450,
  0x667d: 0x5452,
  0x667e: 0x5421,
  0x667f: 0x5460,
  0x4004_7307: 0x8905,
  0x4004_7309: 0x8904,
  [0x8004_7308 | 0]: 0x8902,
  0x4004_667b: 0x8903,
  [0x8004_667c | 0]: 0x8901,
  0x4008_7468: 0x5413,
  [0x8008_7467 | 0]: 0x5414,
  0x4004_7477: 0x540f,
  [0x8004_7476 | 0]: 0x5410,
  [0x8004_7478 | 0]: 0x541d,
};
/** Others say direction, size, type and number: none 1, read 2, write 4 in three bits here, write 1, read 2 in two bits there. */
function codedToI386(request: number): number {
  const direction = request >>> 29;
  if (direction === 0) return request;
  return ((direction & 2) << 30) | ((direction & 4) << 28) | (request & 0x1fff_ffff);
}
export const ioctlToI386 = (request: number): number => IOCTL[request] ?? codedToI386(request);
export const TCGETS = 0x5401,
  TCSETS = 0x5402,
  TCSETSF = 0x5404,
  TIOCGPTPEER = 0x5441,
  TIOCSIG = 0x4004_5436;
