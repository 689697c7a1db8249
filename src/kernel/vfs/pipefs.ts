/**
 * Pipes without a name as files: what the links of /proc/PID/fd lead to, so that they can be opened again (/dev/stdin, /dev/fd/63).
 * An inode's number is that of the pipe, or stands for a standard stream that is no terminal, or for any socket (which cannot be
 * opened again). Nothing is stored here.
 */
import { NamelessFs } from './nameless.ts';
import { S_IFIFO, S_IFSOCK } from './types.ts';

export const PIPE_FS = 5;
/** Inodes from here on are standard streams. */
const STREAMS = 0x4000_0000;
export const streamInode = (number: number): number => STREAMS + number;
export const streamOf = (ino: number): number | null => (ino >= STREAMS ? ino - STREAMS : null);
export const A_SOCKET = STREAMS - 1;

export class PipeFs extends NamelessFs {
  readonly id = PIPE_FS;
  readonly type = 'pipefs';

  protected modeOf(ino: number): number {
    return ino === A_SOCKET ? S_IFSOCK | 0o777 : S_IFIFO | 0o600;
  }
}
