/** Terminals as every program asks for them: settings and size (ioctl_tty(2)). The rest is in pty/ioctl.ts and comes late. */
import { StructWriter } from '../../bits/bytes.ts';
import type { Kernel } from '../kernel.ts';
import { LATE } from '../late.ts';
import type { OpenFile, Process } from '../task.ts';
import type { Tty } from '../tty.ts';
import { copyOut } from '../user.ts';

const TCGETS = 0x5401,
  TIOCGWINSZ = 0x5413;

export function ttyIoctl(k: Kernel, p: Process, file: OpenFile, tty: Tty, request: number, at: number): number {
  if (file.hungUp || (request !== TCGETS && request !== TIOCGWINSZ)) return LATE.get().pty.ioctl(k, p, file, tty, request, at);
  if (request === TCGETS) copyOut(k, p, at, tty.termiosBytes());
  else {
    const w = new StructWriter();
    for (const n of tty.size) w.u16(n);
    copyOut(k, p, at, w.done());
  }
  return 0;
}
