/** Terminals and their sessions: ioctl_tty(2). */
import { StructWriter, get16 } from '../../bits/bytes.ts';
import { CAP, capable } from '../credentials.ts';
import { fail } from '../errno.ts';
import { isBackground } from '../files.ts';
import { groupMembers, isOrphaned } from '../groups.ts';
import type { Kernel } from '../kernel.ts';
import { pidFrom } from '../ns/translate.ts';
import { has, ignores, send, SIGTTOU } from '../signals.ts';
import { Block, type Process } from '../task.ts';
import type { Tty } from '../tty.ts';
import { copyIn, copyOut, read32, write32 } from '../user.ts';

const TCGETS = 0x5401,
  TCSETS = 0x5402,
  TCSETSW = 0x5403,
  TCSETSF = 0x5404,
  TCSBRK = 0x5409,
  TCXONC = 0x540a,
  TCFLSH = 0x540b,
  TIOCSCTTY = 0x540e,
  TIOCGPGRP = 0x540f,
  TIOCSPGRP = 0x5410,
  TIOCOUTQ = 0x5411,
  TIOCGWINSZ = 0x5413,
  TIOCSWINSZ = 0x5414,
  TIOCNOTTY = 0x5422,
  TIOCGSID = 0x5429;

export function ttyIoctl(k: Kernel, p: Process, tty: Tty, request: number, at: number): number {
  switch (request) {
    case TCGETS:
      copyOut(k, p, at, tty.termiosBytes());
      return 0;
    case TCSETS:
    case TCSETSW:
    case TCSETSF:
      changeFromBackground(k, p, tty);
      tty.setTermios(copyIn(k, p, at, 36), request === TCSETSF);
      k.changes++;
      return 0;
    case TCSBRK:
    case TCXONC:
      return 0;
    case TCFLSH:
      if (at !== 1) tty.flushInput();
      return 0;
    case TIOCGWINSZ:
      copyOut(k, p, at, new StructWriter().u16(tty.rows).u16(tty.columns).u16(0).u16(0).done());
      return 0;
    case TIOCSWINSZ: {
      const b = copyIn(k, p, at, 8);
      tty.setSize(k, get16(b, 0), get16(b, 2));
      return 0;
    }
    case TIOCOUTQ:
      write32(k, p, at, 0);
      return 0;
    default:
      return control(k, p, tty, request, at);
  }
}

/** Who the terminal belongs to. */
function control(k: Kernel, p: Process, tty: Tty, request: number, at: number): number {
  switch (request) {
    case TIOCGPGRP:
      if (tty.session !== p.sid) fail('ENOTTY');
      write32(k, p, at, tty.foreground === 0 ? 0 : k.ns.numberOf(tty.foreground, p));
      return 0;
    case TIOCSPGRP: {
      const number = read32(k, p, at),
        group = number > 0 ? pidFrom(k, p, number) : number;
      if (tty.session !== p.sid) fail('ENOTTY');
      if (group < 0) fail('EINVAL');
      if (!groupMembers(k, group).some((q) => q.sid === p.sid)) fail('EPERM');
      changeFromBackground(k, p, tty);
      tty.foreground = group;
      return 0;
    }
    case TIOCGSID:
      if (tty.session !== p.sid) fail('ENOTTY');
      write32(k, p, at, k.ns.numberOf(tty.session, p));
      return 0;
    case TIOCSCTTY:
      return takeTerminal(k, p, tty, at);
    case TIOCNOTTY:
      if (tty.session !== p.sid) fail('ENOTTY');
      if (p.sid === p.pid) tty.session = tty.foreground = 0;
      return 0;
    default:
      return fail('ENOTTY');
  }
}

function takeTerminal(k: Kernel, p: Process, tty: Tty, force: number): number {
  if (tty.session === p.sid && p.sid === p.pid) return 0;
  if (p.sid !== p.pid || [...k.ttys.values()].some((t) => t.session === p.sid)) fail('EPERM');
  if (tty.session !== 0 && !(force === 1 && capable(k, p, CAP.SYS_ADMIN))) fail('EPERM');
  tty.session = p.sid;
  tty.foreground = p.pgid;
  return 0;
}

/** A change from the background stops the process, unless it does not want to hear of that. */
function changeFromBackground(k: Kernel, p: Process, tty: Tty): void {
  if (!isBackground(tty, p) || ignores(p, SIGTTOU) || has(p.signals.blocked, SIGTTOU)) return;
  if (isOrphaned(k, p.pgid)) fail('EIO');
  for (const q of groupMembers(k, p.pgid)) send(k, q, SIGTTOU);
  // Made again when the process goes on.
  throw new Block({ kind: 'until', time: k.machine.time }, 'stopped');
}
