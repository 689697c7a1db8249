/** Opening and closing the two ends of a pseudo-terminal (Linux's drivers/tty/pty.c, ptmx_open and pty_close), and terminals by device. */
import { CAP, capable } from '../credentials.ts';
import { fail } from '../errno.ts';
import { addFile, controllingTty, FIRST_PTS, install, mayRead, O_CLOEXEC, O_CREAT, O_EXCL, O_NOCTTY, O_TRUNC } from '../files.ts';
import type { Kernel } from '../kernel.ts';
import { space } from '../ns/places.ts';
import type { Node, OpenFile, Process } from '../task.ts';
import type { Tty } from '../tty.ts';
import { CONSOLE_DEVICE, isPtsDevice, TTY_DEVICE } from '../vfs/devices.ts';
import { rootOf } from '../vfs/paths.ts';
import { DevptsFs } from './devpts.ts';
import { acquireByOpening, hangUp } from './jobs.ts';
import { Pty } from './pty.ts';

/** Flags that an open file keeps. */
export const kept = (flags: number): number => flags & ~(O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_CLOEXEC);

/** The instance that a ptmx makes terminals in: its own, or that which stands beside it as `pts` (devpts_acquire). */
function instanceOf(k: Kernel, p: Process, ptmx: Node, directory: Node): DevptsFs {
  const own = k.tree.fs(ptmx.fs);
  if (own instanceof DevptsFs) return own;
  const beside = k.tree.walk({ ...p, cwd: directory }, directory, 'pts', true).node ?? fail('ENOENT'),
    fs = k.tree.fs(beside.fs);
  return fs instanceof DevptsFs && beside.ino === fs.root ? fs : fail('ENODEV');
}

/** A new pair; its master gets a descriptor. */
export function openMaster(k: Kernel, p: Process, node: Node, path: string, flags: number): number {
  const fs = instanceOf(k, p, node, k.tree.reached?.parent ?? p.cwd),
    pts = fs.add(p.credentials.fsuid, p.credentials.fsgid),
    id = Math.max(...k.ttys.keys()) + 1,
    t = new Pty(id);
  t.pts = pts;
  const file = addFile(k, { kind: 'ptm', number: id, node, path, flags: kept(flags) }),
    fd = install(k, p, file, (flags & O_CLOEXEC) !== 0);
  k.ttys.set(id, t);
  k.changes++;
  return fd;
}

/** The terminal that opening a device means; null for what is none. A leader without a terminal gets it, unless it says O_NOCTTY. */
export function openTerminal(k: Kernel, p: Process, node: Node, rdev: number, flags: number): Tty | null {
  if (rdev === TTY_DEVICE) return controllingTty(k, p) ?? fail('ENXIO');
  if (rdev === CONSOLE_DEVICE) return controllingTty(k, p) ?? k.ttys.get(0)!;
  if (!isPtsDevice(rdev)) return null;
  const fs = k.tree.fs(node.fs),
    tty = (fs instanceof DevptsFs ? fs.ttyAt(node.ino) : null) ?? fail('EIO');
  openSlave(k, p, tty);
  if ((flags & O_NOCTTY) === 0 && mayRead({ flags } as OpenFile)) acquireByOpening(k, p, tty);
  return tty;
}

function openSlave(k: Kernel, p: Process, tty: Tty): void {
  if (!(tty instanceof Pty)) return;
  const { state } = tty;
  if (state.locked || !state.masterOpen) fail('EIO');
  if (state.exclusive && !capable(k, p, CAP.SYS_ADMIN)) fail('EBUSY');
  state.otherClosed = false;
  k.changes++;
}

/** TIOCGPTPEER: the slave by its master, whatever stands at its name. */
export function openPeer(k: Kernel, p: Process, master: OpenFile, flags: number): number {
  const tty = k.ttys.get(master.number) as Pty,
    { fs, index } = tty.pts!;
  openSlave(k, p, tty);
  if ((flags & O_NOCTTY) === 0 && mayRead({ flags } as OpenFile)) acquireByOpening(k, p, tty);
  const mount = k.tree.mounts.find((m) => m.fs === fs && m.namespace === space(k, p)),
    path = mount ? `${k.tree.pathOf(rootOf(mount), p.root)}/${index}` : `/${index}`,
    node: Node = { fs, ino: index + FIRST_PTS, ...(mount ? { mount: mount.id } : {}) };
  return install(k, p, addFile(k, { kind: 'node', node, path, flags: kept(flags), tty: tty.id }), (flags & O_CLOEXEC) !== 0);
}

// ---- the last descriptor of an end goes

const isOpen = (k: Kernel, id: number): boolean => [...k.files.values()].some((f) => f.tty === id);

export function slaveClosed(k: Kernel, id: number): void {
  if (isOpen(k, id)) return;
  const t = k.ttys.get(id) as Pty;
  k.changes++;
  t.state.exclusive = false;
  if (t.state.masterOpen) t.state.otherClosed = true;
  else k.ttys.delete(id);
}

/** Its name goes, and whoever has the slave open is hung up. */
export function masterClosed(k: Kernel, file: OpenFile): void {
  const t = k.ttys.get(file.number) as Pty;
  t.state.masterOpen = false;
  t.pts = { ...t.pts!, gone: true };
  hangUp(k, t);
  if (!isOpen(k, t.id)) k.ttys.delete(t.id);
}

/** A terminal that is a console of the machine or of a container, under the next number of a devpts. */
export function nameConsole(tty: Tty, fs: DevptsFs, uid: number, gid: number): void {
  if (tty.console.terminal) tty.pts = fs.add(uid, gid);
}
