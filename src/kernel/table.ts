/** The table of system calls by number (arch/x86/entry/syscalls/syscall_32.tbl), put together from its families. */
import { DIRECTORY_CALLS } from './sys/directories.ts';
import { FILE_CALLS } from './sys/files.ts';
import { IDENTITY_CALLS } from './sys/identity.ts';
import { INFO_CALLS } from './sys/info.ts';
import { MEMORY_CALLS } from './sys/memory.ts';
import { PATH_CALLS } from './sys/paths.ts';
import { PROCESS_CALLS } from './sys/tasks.ts';
import { SIGNAL_CALLS } from './sys/signals.ts';
import { STAT_CALLS } from './sys/stat.ts';
import { TIME_CALLS } from './sys/time.ts';
import { WAIT_CALLS } from './sys/wait.ts';
import { NAMESPACE_CALLS } from './ns/calls.ts';
import { POLL_CALLS } from './sys/poll.ts';
import { EVENT_CALLS } from './sys/events.ts';
import { SOCKET_CALLS } from './sys/sockets.ts';
import type { Family, Syscall } from './syscall.ts';

const FAMILIES: readonly Family[] = [
  FILE_CALLS,
  PATH_CALLS,
  DIRECTORY_CALLS,
  STAT_CALLS,
  MEMORY_CALLS,
  PROCESS_CALLS,
  SIGNAL_CALLS,
  TIME_CALLS,
  IDENTITY_CALLS,
  INFO_CALLS,
  WAIT_CALLS,
  NAMESPACE_CALLS,
  POLL_CALLS,
  EVENT_CALLS,
  SOCKET_CALLS,
];

function build(): Readonly<Record<number, Syscall>> {
  const table: Record<number, Syscall> = {};
  for (const family of FAMILIES) {
    for (const [number, row] of Object.entries(family)) {
      if (table[Number(number)]) throw new Error(`system call ${number} stands in two families`);
      table[Number(number)] = row;
    }
  }
  return table;
}

export const SYSCALLS = build();
