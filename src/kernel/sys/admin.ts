/** Calls of administrators: the kernel's log, its clock's discipline, modules, execution domains; and room for files. */
import { StructWriter } from '../../bits/bytes.ts';
import { CAP, capable, capableIn } from '../credentials.ts';
import { fail } from '../errno.ts';
import { addFile, controllingTty, fileOf, install, mayWrite, O_APPEND, O_LARGEFILE, O_RDWR } from '../files.ts';
import type { Kernel } from '../kernel.ts';
import { FIRST } from '../ns/namespaces.ts';
import { settingOf } from '../procsys.ts';
import { hangUp } from '../pty/jobs.ts';
import { call, type Family } from '../syscall.ts';
import type { Process } from '../task.ts';
import { mayLengthen } from '../rlimits.ts';
import { mayResize, SEAL, seal, sealsOf } from '../seals.ts';
import { SHM_FS } from '../shared.ts';
import { copyOut, read32, readString } from '../user.ts';
import { isRegular, S_IFREG } from '../vfs/types.ts';

const SYSLOG = { READ: 2, READ_ALL: 3, READ_CLEAR: 4, CLEAR: 5, SIZE_UNREAD: 9, SIZE_BUFFER: 10 } as const;
const LOG_SIZE = 1 << 17;

/** syslog(2): nothing was ever logged. */
function syslog(k: Kernel, p: Process, type: number): number {
  const open = (type === SYSLOG.READ_ALL || type === SYSLOG.SIZE_BUFFER) && settingOf(k, p, 'kernel/dmesg_restrict') === 0;
  if (!open && !capable(k, p, CAP.SYSLOG)) fail('EPERM');
  if (type < 0 || type > SYSLOG.SIZE_BUFFER) fail('EINVAL');
  if (type === SYSLOG.READ) fail('EAGAIN');
  return type === SYSLOG.SIZE_BUFFER ? LOG_SIZE : 0;
}

const STA_UNSYNC = 0x40,
  TIME_ERROR = 5,
  TICK = 10_000;

/** adjtimex(2): the clock is never adjusted; it can be looked at. */
function adjtimex(k: Kernel, p: Process, at: number, wide: boolean): number {
  const modes = read32(k, p, at);
  if (modes !== 0) return fail(capable(k, p, CAP.SYS_TIME) ? 'EINVAL' : 'EPERM');
  const now = k.realTime(),
    seconds = Math.floor(now);
  // modes, offset, freq, maxerror, esterror, status, constant, precision, tolerance, time, tick
  const words = [0, 0, 0, 16_000_000, 16_000_000, STA_UNSYNC, 2, 1, 32_768_000, seconds, Math.floor((now - seconds) * 1e6), TICK];
  const w = new StructWriter();
  for (const n of words)
    if (wide) w.u64(n);
    else w.u32(n);
  copyOut(k, p, at, w.pad(wide ? 208 : 128).done());
  return TIME_ERROR;
}

/** No module is ever loaded. */
const deleteModule = (k: Kernel, p: Process): never => fail(capableIn(k, p, FIRST.user, CAP.SYS_MODULE) ? 'ENOENT' : 'EPERM');

const PER_LINUX = 0,
  PER_LINUX32 = 8,
  ADDR_NO_RANDOMIZE = 0x4_0000;

/** personality(2): Linux for 32 bits is what this is; addresses are never randomised. */
function personality(wanted: number): number {
  if (wanted === -1) return PER_LINUX;
  const known = [PER_LINUX, PER_LINUX32].includes(wanted & 0xff) && (wanted & ~(0xff | ADDR_NO_RANDOMIZE)) === 0;
  return known ? PER_LINUX : fail('EINVAL');
}

const IOPRIO_WHO_PROCESS = 1,
  IOPRIO_CLASS_SHIFT = 13,
  IOPRIO_CLASS_RT = 1,
  IOPRIO_CLASS_IDLE = 3;

const ioTarget = (k: Kernel, p: Process, which: number, who: number): Process => {
  if (which !== IOPRIO_WHO_PROCESS) fail('EINVAL');
  return who === 0 ? p : (k.processes.get(who) ?? fail('ESRCH'));
};

function ioprioSet(k: Kernel, p: Process, which: number, who: number, value: number): number {
  const kind = value >> IOPRIO_CLASS_SHIFT,
    target = ioTarget(k, p, which, who);
  if (kind < 0 || kind > IOPRIO_CLASS_IDLE || (value & 0x1fff) > 7) fail('EINVAL');
  if (kind === IOPRIO_CLASS_RT && !capable(k, p, CAP.SYS_ADMIN)) fail('EPERM');
  if (target.credentials.uid !== p.credentials.euid && !capable(k, p, CAP.SYS_NICE)) fail('EPERM');
  target.ioPriority = value;
  return 0;
}

const FALLOC = { KEEP_SIZE: 1, PUNCH_HOLE: 2, COLLAPSE: 8, ZERO_RANGE: 16, INSERT: 32, UNSHARE: 64 } as const;

/** fallocate(2), as tmpfs has it: room that is taken, and holes; the other modes are EOPNOTSUPP. */
function fallocate(k: Kernel, p: Process, fd: number, mode: number, offset: number, length: number): number {
  const file = fileOf(k, p, fd),
    keeps = (mode & FALLOC.KEEP_SIZE) !== 0;
  if (offset < 0 || length <= 0) fail('EINVAL');
  if (mode & ~127 || mode & 4 || (mode & FALLOC.PUNCH_HOLE && (!keeps || mode & FALLOC.ZERO_RANGE))) fail('EOPNOTSUPP');
  for (const alone of [FALLOC.COLLAPSE, FALLOC.INSERT]) if (mode & alone && mode !== alone) fail('EINVAL');
  if (mode & FALLOC.UNSHARE && mode & ~(FALLOC.UNSHARE | FALLOC.KEEP_SIZE)) fail('EINVAL');
  if (!mayWrite(file)) fail('EBADF');
  if (mode & ~FALLOC.KEEP_SIZE && file.flags & O_APPEND) fail('EPERM');
  if (file.kind === 'pipe') fail('ESPIPE');
  if (file.kind !== 'node' || !isRegular(k.tree.stat(file.node))) return fail('ENODEV');
  const fs = k.tree.fs(file.node.fs),
    { size } = k.tree.stat(file.node),
    end = offset + length;
  if (end > 0x7fff_ffff) fail('EFBIG');
  if (mode & ~(FALLOC.KEEP_SIZE | FALLOC.PUNCH_HOLE) || !fs.punch) fail('EOPNOTSUPP');
  if (mode & FALLOC.PUNCH_HOLE) {
    if (sealsOf(k, file.node) & (SEAL.WRITE | SEAL.FUTURE_WRITE)) fail('EPERM');
    k.shared.flush(file.node, offset, length);
    fs.punch!(file.node.ino, offset, end);
    k.shared.wrote(file.node, offset, new Uint8Array(Math.max(0, Math.min(end, size) - offset)));
    return 0;
  }
  if (!keeps) mayLengthen(k, size, end);
  mayResize(k, file.node, size, Math.max(size, end));
  fs.reserve?.(file.node.ino, offset, end);
  if (!keeps && end > size) fs.truncate(file.node.ino, end);
  return 0;
}

const MFD_CLOEXEC = 1,
  MFD_ALLOW_SEALING = 2,
  LONGEST_NAME = 249;

/** memfd_create(2): a file in memory without a name. With MFD_ALLOW_SEALING it may be sealed (seals.ts). */
function memfdCreate(k: Kernel, p: Process, nameAt: number, flags: number): number {
  const name = readString(k, p, nameAt, LONGEST_NAME + 1);
  if (flags & ~(MFD_CLOEXEC | MFD_ALLOW_SEALING)) fail('EINVAL');
  const fs = k.tree.fs(SHM_FS),
    label = `memfd-${k.nextId++}`;
  const ino = fs.create(fs.root, label, { mode: S_IFREG | 0o777, uid: p.credentials.fsuid, gid: p.credentials.fsgid });
  const file = addFile(k, { kind: 'node', node: { fs: SHM_FS, ino }, path: `/memfd:${name} (deleted)`, flags: O_RDWR | O_LARGEFILE });
  fs.remove(fs.root, label);
  if (flags & MFD_ALLOW_SEALING) seal(k, { fs: SHM_FS, ino }, 0);
  return install(k, p, file, (flags & MFD_CLOEXEC) !== 0);
}

const joined = (low: number, high: number): number => high * 0x1_0000_0000 + (low >>> 0);

export const ADMIN_CALLS: Family = {
  103: call('syslog', 'int ptr int', (k, p, [type]) => syslog(k, p, type!)),
  111: call('vhangup', '', (k, p) => {
    if (!capable(k, p, CAP.SYS_TTY_CONFIG)) fail('EPERM');
    const tty = controllingTty(k, p);
    if (tty?.isPty) hangUp(k, tty);
    return 0;
  }),
  124: call('adjtimex', 'ptr', (k, p, [at]) => adjtimex(k, p, at!, false)),
  129: call('delete_module', 'string uint', (k, p) => deleteModule(k, p)),
  136: call('personality', 'uint', (_k, _p, [wanted]) => personality(wanted!)),
  289: call('ioprio_set', 'int pid int', (k, p, [which, who, value]) => ioprioSet(k, p, which!, who!, value!)),
  290: call('ioprio_get', 'int pid', (k, p, [which, who]) => ioTarget(k, p, which!, who!).ioPriority ?? 0),
  343: call('clock_adjtime', 'clock ptr', (k, p, [clock, at]) => (clock === 0 ? adjtimex(k, p, at!, false) : fail('EOPNOTSUPP'))),
  405: call('clock_adjtime64', 'clock ptr', (k, p, [clock, at]) => (clock === 0 ? adjtimex(k, p, at!, true) : fail('EOPNOTSUPP'))),
  356: call('memfd_create', 'string uint', (k, p, [name, flags]) => memfdCreate(k, p, name!, flags!)),
  324: call('fallocate', 'fd int int int int int', (k, p, [fd, mode, low, high, length, lengthHigh]) =>
    fallocate(k, p, fd!, mode!, joined(low!, high!), joined(length!, lengthHigh!)),
  ),
};
