/** The system about itself: uname, sysinfo, random bytes, and calls that exist only to say no. */
import { StructWriter } from '../../bits/bytes.ts';
import { fail } from '../errno.ts';
import { PAGE } from '../frames.ts';
import type { Kernel } from '../kernel.ts';
import type { Process } from '../task.ts';
import { KERNEL_RELEASE, KERNEL_VERSION } from '../procfiles.ts';
import { seccomp } from '../seccomp.ts';
import { call, type Family, type Syscall } from '../syscall.ts';
import { copyOut, reachable } from '../user.ts';

function uname(k: Kernel, p: Process, at: number): number {
  const w = new StructWriter();
  for (const field of ['Linux', k.ns.of(p, 'uts').hostname, KERNEL_RELEASE, KERNEL_VERSION, 'i686', k.ns.of(p, 'uts').domainname])
    w.text(field, 65);
  copyOut(k, p, at, w.done());
  return 0;
}

function sysinfo(k: Kernel, p: Process, at: number): number {
  const { total, free } = k.frames;
  const w = new StructWriter()
    .u32(Math.floor(k.uptime()))
    .u32(0)
    .u32(0)
    .u32(0)
    .u32(total * PAGE)
    .u32(free * PAGE)
    .u32(0)
    .u32(0)
    .u32(0)
    .u32(0);
  copyOut(k, p, at, w.u16(k.processes.size).u16(0).u32(0).u32(0).u32(1).pad(64).done());
  return 0;
}

function getrandom(k: Kernel, p: Process, at: number, count: number, flags: number): number {
  if (flags & ~7) fail('EINVAL');
  const length = Math.min(count >>> 0, 0x1ff_ffff, reachable(k, p, at, Math.min(count >>> 0, 0x1ff_ffff)));
  if (length === 0 && count !== 0) fail('EFAULT');
  copyOut(k, p, at, k.randomBytes(length));
  return length;
}

/** Calls that the C library tries and does without: known, and not there. */
const absent = (name: string, args: string): Syscall => call(name, args, () => fail('ENOSYS'));

export const INFO_CALLS: Family = {
  36: call('sync', '', () => 0),
  116: call('sysinfo', 'ptr', (k, p, [at]) => sysinfo(k, p, at!)),
  122: call('uname', 'ptr', (k, p, [at]) => uname(k, p, at!)),
  354: call('seccomp', 'uint uint ptr', (k, p, [operation, flags, at]) => seccomp(k, p, operation!, flags!, at!)),
  355: call('getrandom', 'out size int', (k, p, [at, count, flags]) => getrandom(k, p, at!, count!, flags!)),
  384: absent('arch_prctl', 'int ptr'),
  386: absent('rseq', 'ptr size int uint'),
};
