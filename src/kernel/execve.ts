/**
 * execve(2): another program in the same process. Files come from the tree; `#!` names an interpreter; formats that are not
 * i386 ELF may be taken by somebody who registered for them.
 *
 * Invariant: until the new program is loaded completely nothing of the old one is lost, so that every failure is an answer.
 */
import { EM_386, NeedsInterpreter, parseElf } from '../formats/elf.ts';
import { FormatError } from '../formats/refusal.ts';
import { latin1 } from '../bits/utf8.ts';
import { afterExec } from './credentials.ts';
import { Errno, fail } from './errno.ts';
import { endOthers, leaveSpace, releaseVfork, releaseRobust, unshareFiles } from './exit.ts';
import { closeFd } from './files.ts';
import type { Kernel } from './kernel.ts';
import { loadProgram } from './lifecycle.ts';
import { mayExpand } from './rlimits.ts';
import { enterPaging, loadTls } from './segments.ts';
import { sendTask, SIG_IGN } from './signals.ts';
import { SIGSEGV, SIGTRAP } from './signal-names.ts';
import { AddressSpace, I386_LAYOUT } from './space.ts';
import type { Node, Process } from './task.ts';
import { mayBecomeText } from './texts.ts';
import { MAY_EXEC, permits } from './vfs/paths.ts';
import { isRegular } from './vfs/types.ts';

const MAX_INTERPRETERS = 4,
  S_ISUID = 0o4000,
  S_ISGID = 0o2000,
  MS_NOSUID = 2,
  MS_NOEXEC = 8;

interface Image {
  readonly path: string;
  readonly node: Node;
  readonly bytes: Uint8Array;
  readonly args: readonly string[];
  /** The file whose set-user-ID bits count. */
  readonly first: Node;
}

/** `open` finds the file of a path given by the process; `placeOf` says where it really stands. */
export function execve(
  k: Kernel,
  p: Process,
  node: Node,
  path: string,
  args: readonly string[],
  env: readonly string[],
  open: (path: string) => Node,
  placeOf: (node: Node, path: string) => string,
): number {
  const image = findImage(k, p, node, path, args.length === 0 ? [''] : args, open);
  const old = { space: p.space, argv: p.argv, env: p.env, personality: k.personalities.get(p.pid) };
  const fault = faultOf(image.bytes),
    place = placeOf(image.node, image.path);
  const format = fault === null ? null : (k.formats.find((f) => f.takes(image.bytes)) ?? notExecutable(k, p, fault, open));
  const space = AddressSpace.create(k.env, k.nextId++, format?.layout ?? I386_LAYOUT) ?? fail('ENOMEM');
  space.holder = p.pid;
  k.spaces.set(space.id, space);
  const { credentials } = p,
    words = p === k.current ? null : p.words;
  p.space = space.id;
  p.argv = image.args;
  p.env = env;
  p.credentials = newCredentials(k, p, image.first);
  k.personalities.delete(p.pid);
  try {
    if (format) format.load(p, image.bytes, image.path, image.node);
    else loadProgram(k, p, parseElf(image.bytes, [EM_386]), image.path, image.node);
  } catch (error) {
    if (!(error instanceof Errno || error instanceof FormatError)) throw error;
    space.destroy();
    k.spaces.delete(space.id);
    Object.assign(p, { space: old.space, argv: old.argv, env: old.env, credentials }, words ? { words } : {});
    if (old.personality) k.personalities.set(p.pid, old.personality);
    if (error instanceof Errno) throw error;
    return notExecutable(k, p, error, open);
  }
  p.exe = place;
  becomeNew(k, p, old.space, image);
  // Linux notices when there is no way back: nobody is left to be answered (bprm_execve).
  if (!mayExpand(p, space, 0, true)) k.kill(p, SIGSEGV, `${place} does not fit into what the process may have of addresses.`);
  return 0;
}

/** Why it is no i386 executable; null when it is one. */
function faultOf(bytes: Uint8Array): FormatError | null {
  try {
    parseElf(bytes, [EM_386]);
    return null;
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
}

/** A dynamic executable whose interpreter is missing is itself not found, as on Linux; one whose interpreter is there is not modelled. */
function notExecutable(k: Kernel, p: Process, fault: FormatError, open: (path: string) => Node): never {
  if (!(fault instanceof NeedsInterpreter)) return fail('ENOEXEC');
  readExecutable(k, p, open(fault.path));
  return fail('ELIBBAD');
}

/** Everything of the old program goes that execve(2) lists. */
function becomeNew(k: Kernel, p: Process, oldSpace: number, image: Image): void {
  endOthers(k, p);
  becomeLeader(k, p);
  const space = p.space;
  p.space = oldSpace;
  releaseVfork(k, p);
  if (p === k.current) enterPaging(k.machine, k.spaces.get(space)!.directory);
  releaseRobust(k, p);
  leaveSpace(k, p);
  p.space = space;
  k.spaces.get(space)!.holder = p.pid;
  unshareFiles(k, p);
  k.fileTables.get(p.files)!.descriptors.forEach((d, fd) => {
    if (d?.cloexec) closeFd(k, p, fd);
  });
  p.sighand = k.nextId++;
  p.signals.actions = Object.fromEntries(Object.entries(p.signals.actions).filter(([, a]) => a.handler === SIG_IGN));
  p.signals.altstack = { at: 0, size: 0, flags: 0 };
  p.signals.saved = null;
  if (!k.personalities.has(p.pid)) p.tls = [null, null, null];
  p.clearChildTid = 0;
  p.deathSignal = 0;
  p.exitSignal = 17;
  p.comm = (image.path.split('/').at(-1) ?? '').slice(0, 15);
  p.loaded = true;
  if (p.trace) sendTask(k, p, SIGTRAP);
  k.timers.removeOf(p.pid, false);
  if (p === k.current) {
    loadTls(k.machine, k.page, p.tls);
    k.useCodeMap();
  }
  k.charge('task.exec');
  k.emit('exec', () => ({ path: image.path, args: image.args.join(' ') }));
}

/** A thread that calls execve becomes its group's leader. */
function becomeLeader(k: Kernel, p: Process): void {
  if (p.pid === p.tgid) return;
  const leader = k.processes.get(p.tgid)!;
  const personality = k.personalities.get(p.pid);
  k.processes.delete(p.pid);
  k.personalities.delete(p.pid);
  p.pid = p.tgid;
  p.exitSignal = leader.exitSignal;
  p.signals.shared = leader.signals.shared;
  p.childTime = leader.childTime;
  p.alarm = leader.alarm;
  k.processes.set(p.pid, p);
  if (personality) k.personalities.set(p.pid, personality);
}

function findImage(k: Kernel, p: Process, node: Node, path: string, args: readonly string[], open: (path: string) => Node): Image {
  const first = node;
  for (let depth = 0; ; depth++) {
    if (depth > MAX_INTERPRETERS) fail('ELOOP');
    const bytes = readExecutable(k, p, node);
    if (bytes[0] !== 0x23 || bytes[1] !== 0x21) return { path, node, bytes, args, first: depth === 0 ? first : node };
    const line = latin1(bytes.subarray(2, 256)).split('\n')[0]!.trim();
    const [, interpreter, argument] = /^(\S+)\s*(.*)$/.exec(line) ?? fail('ENOEXEC');
    args = [interpreter!, ...(argument ? [argument] : []), path, ...args.slice(1)];
    path = interpreter!;
    node = open(path);
  }
}

function readExecutable(k: Kernel, p: Process, node: Node): Uint8Array {
  const stat = k.tree.stat(node);
  if (!isRegular(stat)) fail('EACCES');
  if (!permits(stat, p.credentials, MAY_EXEC)) fail('EACCES');
  if (k.tree.mountFlags(node) & MS_NOEXEC) fail('EACCES');
  mayBecomeText(k, node);
  k.charge('file.page', 1 + (stat.size >> 12));
  return k.tree.fs(node.fs).read(node.ino, 0, stat.size);
}

/** Set-user-ID and set-group-ID files change who the process is, then capabilities follow. */
function newCredentials(k: Kernel, p: Process, node: Node): Process['credentials'] {
  const stat = k.tree.stat(node);
  let c = p.credentials;
  const honoured = !p.noNewPrivileges && (k.tree.mountFlags(node) & MS_NOSUID) === 0;
  if (honoured && stat.mode & S_ISUID) c = { ...c, euid: stat.uid };
  if (honoured && (stat.mode & (S_ISGID | 0o10)) === (S_ISGID | 0o10)) c = { ...c, egid: stat.gid };
  c = { ...c, suid: c.euid, fsuid: c.euid, sgid: c.egid, fsgid: c.egid };
  const { uid, gid } = p.credentials;
  return afterExec(c, c.euid !== uid || c.egid !== gid);
}
