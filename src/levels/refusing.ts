/** What goes wrong while a program is being loaded, as one clear sentence: formats speak in FormatError, the kernel in Errno. */
import { FormatError } from '../formats/refusal.ts';
import { Errno, ERRNO } from '../kernel/errno.ts';
import { Refusal } from './level.ts';

const REASONS: Readonly<Record<number, string>> = {
  [ERRNO.ENOMEM]: 'it needs more memory than the machine has, or its segments do not fit the address space (ENOMEM)',
  [ERRNO.E2BIG]: 'its arguments and environment are too long (E2BIG)',
  [ERRNO.ENOEXEC]: 'it is not a program that this kernel can run (ENOEXEC)',
};

export function refusing<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof FormatError) throw new Refusal(error.message);
    if (error instanceof Errno)
      throw new Refusal(`The program cannot be loaded: ${REASONS[error.number] ?? `the kernel answers error ${error.number}`}.`);
    throw error;
  }
}
