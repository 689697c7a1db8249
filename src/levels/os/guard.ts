/** The kernel's errors as sentences. */
import { Errno, errorName } from '../../kernel/errno.ts';
import { Refusal } from '../level.ts';

/** The kernel's errors at the runtime's own work become one sentence. */
export function guarded<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof Errno) throw new Refusal(`${what}: ${REASONS[errorName(error.number)] ?? errorName(error.number)}.`);
    throw error;
  }
}
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'the image has no such file (ENOENT)',
  ENOEXEC: 'it is not a program that this kernel can run (ENOEXEC)',
  EACCES: 'the file may not be executed (EACCES)',
  ENOMEM: 'there is not enough memory (ENOMEM)',
  EINVAL: 'the kernel does not take it, or not now (EINVAL)',
  EBUSY: 'it is still in use (EBUSY)',
  ESRCH: 'no process of it is there any more (ESRCH)',
  ERANGE: 'the value is out of range (ERANGE)',
  EEXIST: 'there is one already (EEXIST)',
  ELOOP: 'a symbolic link leads in a circle (ELOOP)',
  ENAMETOOLONG: 'a name is too long (ENAMETOOLONG)',
  E2BIG: 'the arguments are too long (E2BIG)',
  ENOTDIR: 'a part of a path is not a directory (ENOTDIR)',
};
