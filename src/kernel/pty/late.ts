/** What the rest of the kernel asks of pseudo-terminals: it comes with rest.ts. */
import type { Kernel } from '../kernel.ts';
import type { SavedTty, Tty } from '../tty.ts';
import { DEVPTS_FS } from '../vfs/devices.ts';
import { DevptsFs, ROOT_DEVPTS } from './devpts.ts';
import { masterClosed, slaveClosed } from './ends.ts';
import { ioctl } from './ioctl.ts';
import { Pty } from './pty.ts';
import { events, read, readMaster, waiting, write, writeMaster } from './transfer.ts';

export const PTY = {
  read,
  write,
  readMaster,
  writeMaster,
  waiting,
  events,
  ioctl,
  slaveClosed,
  masterClosed,
  /** One of a saved state. */
  made: (saved: SavedTty): Tty => new Pty(saved.id),
  /** The devpts that the machine starts with. */
  root: (k: Kernel): DevptsFs => new DevptsFs(k, DEVPTS_FS, ROOT_DEVPTS),
};
