/** The socket behind a descriptor, and the levels of its options. */
import { fail } from '../errno.ts';
import { fileOf } from '../files.ts';
import type { Kernel } from '../kernel.ts';
import { socketOf, type Socket } from '../net/socket.ts';
import type { OpenFile, Process } from '../task.ts';

export const SOL_SOCKET = 1,
  SOL_IPV6 = 41,
  SOL_ICMPV6 = 58,
  SOL_RAW = 255;

export interface Open {
  readonly file: OpenFile;
  readonly s: Socket;
}
export function opened(k: Kernel, p: Process, fd: number): Open {
  const file = fileOf(k, p, fd);
  return { file, s: socketOf(k, file) ?? fail('ENOTSOCK') };
}
