/** Numbers of struct termios (asm-generic/termbits.h) and of packet mode (ioctl_tty(2)). */

/** c_iflag. */
export const ISTRIP = 0o40,
  INLCR = 0o100,
  IGNCR = 0o200,
  ICRNL = 0o400,
  IUCLC = 0o1000,
  IXON = 0o2000,
  IXANY = 0o4000,
  IUTF8 = 0o40000;
/** c_lflag. */
export const ISIG = 1,
  ICANON = 2,
  ECHO = 0o10,
  ECHOE = 0o20,
  ECHOK = 0o40,
  ECHONL = 0o100,
  NOFLSH = 0o200,
  TOSTOP = 0o400,
  ECHOCTL = 0o1000,
  ECHOPRT = 0o2000,
  ECHOKE = 0o4000,
  IEXTEN = 0o100000,
  EXTPROC = 0o200000;
/** Places in c_cc. */
export const VTIME = 5,
  VMIN = 6,
  VSTART = 8,
  VSTOP = 9;
/** c_cflag. */
export const CSIZE = 0o60,
  CREAD = 0o200,
  PARENB = 0o400;

/** What the master hears in packet mode (ioctl_tty(2)). */
export const PACKET = { flushRead: 1, flushWrite: 2, stop: 4, start: 8, noStop: 16, doStop: 32, ioctl: 64 } as const;
