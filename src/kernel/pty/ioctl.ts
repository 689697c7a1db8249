/** ioctl_tty(2): what programs ask of terminals, beside their settings and sizes (sys/ttys.ts), and of masters. */
import { get16, get32 } from '../../bits/bytes.ts';
import { CAP, capable } from '../credentials.ts';
import { fail } from '../errno.ts';
import { controllingTty } from '../files.ts';
import { groupMembers } from '../groups.ts';
import type { Kernel } from '../kernel.ts';
import { pidFrom } from '../ns/translate.ts';
import { SIGINT, SIGQUIT, SIGTSTP } from '../signals.ts';
import type { OpenFile, Process } from '../task.ts';
import type { Tty } from '../tty.ts';
import { copyIn, read32, write32 } from '../user.ts';
import { ptsDevice } from '../vfs/devices.ts';
import { openPeer } from './ends.ts';
import { changeFromBackground, giveUpTerminal, hangUp, takeTerminal } from './jobs.ts';
import { Pty } from './pty.ts';
import { PACKET, VSTART, VSTOP } from './termbits.ts';

const TCSETS = 0x5402,
  TCSETSW = 0x5403,
  TCSETSF = 0x5404,
  TCSBRK = 0x5409,
  TCXONC = 0x540a,
  TCFLSH = 0x540b,
  TIOCEXCL = 0x540c,
  TIOCNXCL = 0x540d,
  TIOCSCTTY = 0x540e,
  TIOCGPGRP = 0x540f,
  TIOCSPGRP = 0x5410,
  TIOCOUTQ = 0x5411,
  TIOCSTI = 0x5412,
  TIOCSWINSZ = 0x5414,
  TIOCNOTTY = 0x5422,
  TIOCGETD = 0x5424,
  TCSBRKP = 0x5425,
  TIOCGSID = 0x5429,
  TIOCVHANGUP = 0x5437;
const READ = 0x8004_0000 | 0,
  WRITE = 0x4004_0000;
const TIOCPKT = 0x5420,
  TIOCGPTPEER = 0x5441,
  TIOCGPTN = READ | 0x5430,
  TIOCSPTLCK = WRITE | 0x5431,
  TIOCGDEV = READ | 0x5432,
  TIOCSIG = WRITE | 0x5436,
  TIOCGPKT = READ | 0x5438,
  TIOCGPTLCK = READ | 0x5439,
  TIOCGEXCL = READ | 0x5440;

/** Of either end; what is asked of a master is mostly asked of its slave. */
export function ioctl(k: Kernel, p: Process, file: OpenFile, tty: Tty, request: number, at: number): number {
  if (file.hungUp) fail(request === TIOCSPGRP ? 'ENOTTY' : 'EIO');
  const master = file.kind === 'ptm';
  if (master) {
    const result = ofMaster(k, p, file, tty as Pty, request, at);
    if (result !== null) return result;
  }
  switch (request) {
    case TCSETS:
    case TCSETSW:
    case TCSETSF:
      if (!master) changeFromBackground(k, p, tty);
      tty.setTermios(copyIn(k, p, at, 36), request === TCSETSF);
      k.changes++;
      return 0;
    case TCSBRK:
    case TCSBRKP:
      return 0;
    case TCXONC:
      if (!master) changeFromBackground(k, p, tty);
      return flow(k, tty, master, at);
    case TCFLSH:
      if (!master) changeFromBackground(k, p, tty);
      return flush(k, tty, master, at);
    case TIOCSWINSZ: {
      const b = copyIn(k, p, at, 8);
      tty.setSize(k, [get16(b, 0), get16(b, 2), get16(b, 4), get16(b, 6)]);
      return 0;
    }
    case TIOCOUTQ:
    case TIOCGETD:
      write32(k, p, at, 0);
      return 0;
    case TIOCGDEV:
      write32(k, p, at, ptsDevice(tty.pts?.index ?? 0));
      return 0;
    case TIOCSTI: {
      if (controllingTty(k, p) !== tty && !capable(k, p, CAP.SYS_ADMIN)) fail('EPERM');
      tty.receive(k, copyIn(k, p, at, 1));
      k.changes++;
      return 0;
    }
    case TIOCVHANGUP:
      if (!capable(k, p, CAP.SYS_ADMIN)) fail('EPERM');
      if (tty.isPty) hangUp(k, tty);
      return 0;
    case TIOCEXCL:
    case TIOCNXCL:
      if (tty instanceof Pty) tty.state.exclusive = request === TIOCEXCL;
      return 0;
    case TIOCGEXCL:
      write32(k, p, at, tty instanceof Pty && tty.state.exclusive ? 1 : 0);
      return 0;
    default:
      return session(k, p, file, tty, request, at);
  }
}

function ofMaster(k: Kernel, p: Process, file: OpenFile, t: Pty, request: number, at: number): number | null {
  const { state } = t,
    give = (value: number): number => {
      write32(k, p, at, value);
      return 0;
    };
  switch (request) {
    case TIOCGPTN:
      return give(t.pts!.index);
    case TIOCSPTLCK:
      state.locked = read32(k, p, at) !== 0;
      return 0;
    case TIOCGPTLCK:
      return give(state.locked ? 1 : 0);
    case TIOCPKT: {
      const on = read32(k, p, at) !== 0;
      if (on && !state.packet) state.status = 0;
      state.packet = on;
      return 0;
    }
    case TIOCGPKT:
      return give(state.packet ? 1 : 0);
    case TIOCSIG:
      if (![SIGINT, SIGQUIT, SIGTSTP].includes(at)) fail('EINVAL');
      t.signal(k, at);
      return 0;
    case TIOCGPTPEER:
      return openPeer(k, p, file, at);
    default:
      return null;
  }
}

/** tcflow: output is stopped and goes on, or the other end is asked to. */
function flow(k: Kernel, tty: Tty, master: boolean, action: number): number {
  if (action < 0 || action > 3) fail('EINVAL');
  if (!(tty instanceof Pty)) return 0;
  k.changes++;
  if (action > 1) {
    // What the slave sends goes to the master as a character; what the master sends is typed.
    const c = tty.termios.cc[action === 2 ? VSTOP : VSTART]!;
    if (c !== 0 && master) tty.receive(k, Uint8Array.of(c));
    else if (c !== 0) tty.send(Uint8Array.of(c));
  } else if (!master && action === 0 && !tty.state.stoppedByProgram) {
    tty.stop();
    tty.state.stoppedByProgram = true;
  } else if (!master && action === 1 && tty.state.stoppedByProgram) {
    tty.state.stoppedByProgram = false;
    tty.start();
  }
  return 0;
}

/** tcflush: the input of an end is the output of the other. */
function flush(k: Kernel, tty: Tty, master: boolean, which: number): number {
  if (which < 0 || which > 2) fail('EINVAL');
  k.changes++;
  if (!(tty instanceof Pty)) {
    if (which !== 1) tty.flushInput();
    return 0;
  }
  const { state } = tty;
  if (master) {
    if (which !== 1) state.out = new Uint8Array(0);
    if (which !== 0) state.pending = new Uint8Array(0);
    return 0;
  }
  if (which !== 1) tty.flushInput();
  if (which !== 0) tty.tell(PACKET.flushWrite);
  return 0;
}

/** Who the terminal belongs to. A master may ask, whatever its own terminal is. */
function session(k: Kernel, p: Process, file: OpenFile, tty: Tty, request: number, at: number): number {
  const master = file.kind === 'ptm',
    own = controllingTty(k, p) === tty;
  switch (request) {
    case TIOCGPGRP:
      if (!own && !master) fail('ENOTTY');
      write32(k, p, at, tty.foreground === 0 ? 0 : k.ns.numberOf(tty.foreground, p));
      return 0;
    case TIOCSPGRP: {
      if (!master) changeFromBackground(k, p, tty);
      const number = get32(copyIn(k, p, at, 4), 0),
        group = number > 0 ? pidFrom(k, p, number) : number;
      if (!own) fail('ENOTTY');
      if (group < 0) fail('EINVAL');
      const members = groupMembers(k, group);
      if (members.length === 0 && !k.processes.has(group)) fail('ESRCH');
      if (!members.some((q) => q.sid === p.sid)) fail('EPERM');
      tty.foreground = group;
      return 0;
    }
    case TIOCGSID:
      if ((!own && !master) || tty.session === 0) fail('ENOTTY');
      write32(k, p, at, k.ns.numberOf(tty.session, p));
      return 0;
    case TIOCSCTTY:
      return takeTerminal(k, p, tty, file, at);
    case TIOCNOTTY:
      return giveUpTerminal(k, p, tty);
    default:
      return fail('ENOTTY');
  }
}
