/**
 * The table of system calls by number (arch/x86/entry/syscalls/syscall_32.tbl), put together from its families. Those of
 * programs that do more than compute, print and read files come late (late.ts).
 */
import { DIRECTORY_CALLS } from './sys/directories.ts';
import { FILE_CALLS } from './sys/files.ts';
import { IDENTITY_CALLS } from './sys/identity.ts';
import { INFO_CALLS } from './sys/info.ts';
import { MEMORY_CALLS } from './sys/memory.ts';
import { PATH_CALLS } from './sys/paths.ts';
import { PROCESS_CALLS } from './sys/tasks.ts';
import { STAT_CALLS } from './sys/stat.ts';
import { TIME_CALLS } from './sys/time.ts';
import { LATE } from './late.ts';
import { type Family, merge, type Syscall } from './syscall.ts';

const FAMILIES: readonly Family[] = [
  FILE_CALLS,
  PATH_CALLS,
  DIRECTORY_CALLS,
  STAT_CALLS,
  MEMORY_CALLS,
  PROCESS_CALLS,
  TIME_CALLS,
  IDENTITY_CALLS,
  INFO_CALLS,
];

const EARLY = merge(FAMILIES);

/** The row of a number, or undefined: there is no such call. */
export const syscallRow = (number: number): Syscall | undefined => EARLY[number] ?? LATE.get().calls[number];
export const syscallNumbers = (): readonly number[] => [...Object.keys(EARLY), ...Object.keys(LATE.get().calls)].map(Number);
