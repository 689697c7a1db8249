/** Beginning: other tasks (fork, vfork, clone), other programs (execve), and the futexes that threads meet at. */
import { fail } from '../errno.ts';
import type { Kernel } from '../kernel.ts';
import { execve } from '../execve.ts';
import { account } from '../fair.ts';
import { clone, CLONE, type CloneRequest } from '../fork.ts';
import { futex } from '../futex.ts';
import type { Node, Process } from '../task.ts';
import { sameNode } from '../vfs/paths.ts';
import { call, type Family, returning } from '../syscall.ts';
import { copyIn, readString, readStrings } from '../user.ts';
import { get32, get64 } from '../../bits/bytes.ts';
import { AT_FDCWD, AT_SYMLINK_NOFOLLOW, existing, named } from './paths.ts';
import { readTimespec32, readTimespec64, sleepUntil } from './time.ts';

/** struct clone_args as it is now; CLONE_CLEAR_SIGHAND in the high word of flags. */
const CLONE_ARGS = 88,
  CLEAR_SIGHAND = 1;
const CSIGNAL = 0xff,
  SIGCHLD = 17;
const forkRequest = (flags: number): CloneRequest => ({ flags, exitSignal: SIGCHLD, stack: 0, parentTid: 0, childTid: 0, tls: 0 });

const padded = (b: Uint8Array): Uint8Array => {
  const whole = new Uint8Array(Math.max(b.length, CLONE_ARGS));
  whole.set(b);
  return whole;
};

/** clone3(2): struct clone_args, of which the first 64 bytes must be there, and what the kernel does not know must be zero. */
function clone3(k: Kernel, p: Process, at: number, size: number, memory: unknown): number {
  if (memory !== null) return clone(k, p, forkRequest(0), memory);
  if (size >>> 0 < 64) fail('EINVAL');
  if (size >>> 0 > 4096) fail('E2BIG');
  const b = padded(copyIn(k, p, at, size)),
    field = (n: number): number => get64(b, n * 8) | 0;
  if (b.subarray(CLONE_ARGS).some((byte) => byte !== 0)) fail('E2BIG');
  // set_tid: a number of the caller's choice; and clone into a control group.
  const high = get32(b, 4);
  if (field(9) !== 0 || high & ~CLEAR_SIGHAND || (high && field(0) & CLONE.SIGHAND)) fail('EINVAL');
  const stack = field(5);
  if ((stack === 0) !== (field(6) === 0)) fail('EINVAL');
  if (field(0) & CSIGNAL) fail('EINVAL');
  return clone(
    k,
    p,
    {
      flags: field(0),
      exitSignal: field(4),
      stack: stack === 0 ? 0 : (stack + field(6)) | 0,
      parentTid: field(3),
      childTid: field(2),
      tls: field(7),
      pidfd: field(1),
      clearHandlers: high !== 0,
    },
    memory,
  );
}

/** Where an executable really stands, links resolved: what /proc/PID/exe says. */
function placeOf(k: Kernel, p: Process, file: Node, path: string): string {
  if (p.exeNode && sameNode(file, p.exeNode)) return p.exe;
  const found = path === '' ? null : k.tree.walk(p, p.cwd, path, true);
  if (!found || found.name === '') return path;
  const above = k.tree.pathOf(found.parent, p.root);
  return `${above === '/' ? '' : above}/${found.name}`;
}

function exec(k: Kernel, p: Process, dirfd: number, path: string, argv: number, envp: number, flags: number): number {
  const node = named(k, p, dirfd, path, flags);
  const args = readStrings(k, p, argv),
    env = readStrings(k, p, envp);
  const shown = path === '' ? `/dev/fd/${dirfd}` : path.startsWith('/') || dirfd === AT_FDCWD ? path : `/dev/fd/${dirfd}/${path}`;
  account(k);
  return execve(
    k,
    p,
    node,
    shown,
    args,
    env,
    (name) => existing(k, p, AT_FDCWD, name, true),
    (file, name) => placeOf(k, p, file, name),
  );
}

/** set_thread_area(2): entry -1 asks for a free one, whose number is written back. */
const bare =
  (k: Kernel, time: number, read: (k: Kernel, p: Process, at: number) => number) =>
  (p: Process, operation: number) =>
  (): number | null => {
    if (time === 0) return null;
    const seconds = read(k, p, time),
      command = operation & 0x7f;
    // FUTEX_WAIT has a time from now, FUTEX_WAIT_BITSET one of a clock
    const now = operation & 0x100 ? k.realTime() : k.uptime();
    return sleepUntil(k, Math.max(0, command === 0 ? seconds : seconds - now));
  };

function futexCall(read: (k: Kernel, p: Process, at: number) => number) {
  return (k: Kernel, p: Process, [at, operation, value, time, at2, value3]: readonly number[], memory: unknown): number =>
    futex(
      k,
      p,
      {
        address: at! >>> 0,
        operation: operation!,
        value: value!,
        until: bare(k, time!, read)(p, operation!),
        value2: time!,
        address2: at2! >>> 0,
        value3: value3!,
      },
      memory,
    );
}

export const PROGRAM_CALLS: Family = {
  2: returning(
    'pid',
    call('fork', '', (k, p) => clone(k, p, forkRequest(0), null)),
  ),
  11: call('execve', 'path strings strings', (k, p, [path, argv, envp]) => exec(k, p, AT_FDCWD, readString(k, p, path!), argv!, envp!, 0)),
  120: returning(
    'pid',
    call('clone', 'uint ptr ptr ptr ptr', (k, p, [flags, stack, parentTid, tls, childTid], memory) =>
      clone(
        k,
        p,
        { flags: flags! & ~CSIGNAL, exitSignal: flags! & CSIGNAL, stack: stack!, parentTid: parentTid!, childTid: childTid!, tls: tls! },
        memory,
      ),
    ),
  ),
  190: returning(
    'pid',
    call('vfork', '', (k, p, _args, memory) => clone(k, p, forkRequest(CLONE.VM | CLONE.VFORK), memory)),
  ),
  240: call('futex', 'ptr int int ptr ptr int', futexCall(readTimespec32)),
  358: call('execveat', 'dirfd path strings strings int', (k, p, [dirfd, path, argv, envp, flags]) =>
    exec(k, p, dirfd!, readString(k, p, path!), argv!, envp!, flags! & ~AT_SYMLINK_NOFOLLOW),
  ),
  422: call('futex_time64', 'ptr int int ptr ptr int', futexCall(readTimespec64)),
  435: returning(
    'pid',
    call('clone3', 'ptr size', (k, p, [at, size], memory) => clone3(k, p, at!, size!, memory)),
  ),
};
