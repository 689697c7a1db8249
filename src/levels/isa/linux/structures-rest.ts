/** Structures that only some programs pass; they are loaded late. Same form as in structures.ts. */
import { StructWriter, get32, put32 } from '../../../bits/bytes.ts';
import { mipsErrno } from './errno.ts';
import { openFlagsToI386, siCodeToMips, signalToI386, signalToMips, socketTypeToMips, statusToMips } from './numbers.ts';
import { byes, layout, sigaction, sigset, type Structure } from './structures.ts';

const word = get32;

/** struct flock64 is packed on i386, as is struct epoll_event. */
const flock64 = layout(24, 32, '0 . 4 8 12 16 20 .'),
  flock = layout(16, 36, '0 4 8 . 12'),
  epollevent = layout(12, 16, '0 . 4 8');

/** The int that wait fills. */
const waitstatus: Structure = { i386: 4, mips: 4, toMips: (s) => new StructWriter().u32(statusToMips(word(s, 0))).done() };

/** What the calls from before Linux 2.2 take: one word of mask; flags, handler and such a mask (arch/mips/kernel/signal.c). */
const oldsigset: Structure = {
  i386: 8,
  mips: 4,
  toMips: (s) => sigset.toMips(s).subarray(0, 4),
  toI386: (s) => new StructWriter().bytes(sigset.toI386!(new StructWriter().bytes(s).pad(16).done())).done(),
};
const oldsigaction: Structure = {
  i386: 20,
  mips: 24,
  toMips: (s) => sigaction.toMips(s),
  toI386: (s) => sigaction.toI386!(new StructWriter().bytes(s.subarray(0, 12)).pad(24).done()),
};

/** struct sigevent of timer_create: value, signal, and how. */
const sigevent: Structure = {
  i386: 64,
  mips: 64,
  toMips: (s) => s,
  toI386: (s) => {
    const out = s.slice();
    put32(out, 4, signalToI386(word(s, 4)));
    return out;
  },
};
/** struct open_how of openat2: 64 bits of flags, mode, what may be resolved. */
const openhow: Structure = {
  i386: 24,
  mips: 24,
  toMips: (s) => s,
  toI386: (s) => {
    const out = s.slice();
    put32(out, 0, openFlagsToI386(word(s, 0)));
    return out;
  },
};
/** struct signalfd_siginfo: signal, errno, code, and how a child ended. */
const SSI_STATUS = 40;
const signalrecord: Structure = {
  i386: 128,
  mips: 128,
  toMips: (s) => {
    const out = s.slice(),
      [signal, code] = [word(s, 0), word(s, 8)];
    put32(out, 0, signalToMips(signal));
    put32(out, 4, mipsErrno(word(s, 4)));
    put32(out, 8, siCodeToMips(code));
    if (byes(signal, code)) put32(out, SSI_STATUS, signalToMips(word(s, SSI_STATUS)));
    return out;
  },
};
const signalword: Structure = { i386: 4, mips: 4, toMips: (s) => new StructWriter().u32(signalToMips(word(s, 0))).done() };
/** Words that getsockopt gives: SO_ERROR and SO_TYPE. */
const errorword: Structure = { i386: 4, mips: 4, toMips: (s) => new StructWriter().u32(mipsErrno(word(s, 0))).done() };
const socketword: Structure = { i386: 4, mips: 4, toMips: (s) => new StructWriter().u32(socketTypeToMips(word(s, 0))).done() };

/** struct semid64_ds: the high words of the times stand last (arch/mips/include/uapi/asm/sembuf.h). */
const semid64 = layout(64, 56, '0 4 8 12 16 20 24 28 32 36 44 52 40 48');
/** Bytes of struct ipc64_perm, which is alike; of what follows, IPC_SET reads nothing. */
const PERM = 36;
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

export const RARE_STRUCTURES = {
  semid64,
  shmid64,
  sigevent,
  openhow,
  epollevent,
  oldsigset,
  oldsigaction,
  errorword,
  signalword,
  signalrecord,
  socketword,
  waitstatus,
  flock64,
  flock,
} as const satisfies Record<string, Structure>;
