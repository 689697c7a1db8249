/**
 * The table of system calls by number (arch/x86/entry/syscalls/syscall_32.tbl), put together from its families. Those of
 * programs that do more than compute and print come late (late.ts).
 */
import { FILE_CALLS } from './sys/files.ts';
import { MEMORY_CALLS } from './sys/memory.ts';
import { PROCESS_CALLS } from './sys/tasks.ts';
import { LATE } from './late.ts';
import { type Family, merge, type Syscall } from './syscall.ts';

const FAMILIES: readonly Family[] = [FILE_CALLS, MEMORY_CALLS, PROCESS_CALLS];

const EARLY = merge(FAMILIES);

/** The row of a number, or undefined: there is no such call. */
export const syscallRow = (number: number): Syscall | undefined => EARLY[number] ?? LATE.get().calls[number];
export const syscallNumbers = (): readonly number[] => [...Object.keys(EARLY), ...Object.keys(LATE.get().calls)].map(Number);
