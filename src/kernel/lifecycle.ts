/** How processes begin and end. Fork, clone and execve find their place here. */
import type { Elf } from '../formats/elf.ts';
import { EIP, ESP } from '../isa/x86/state.ts';
import type { ProcessOptions } from './contract.ts';
import { buildStack, mapSegments } from './exec.ts';
import { addFile, type FileTable, install, O_RDWR, O_WRONLY, release } from './files.ts';
import type { Kernel } from './kernel.ts';
import { initialWords } from './segments.ts';
import { AddressSpace, I386_LAYOUT } from './space.ts';
import type { Credentials, Node, Process } from './task.ts';

const ROOT: Credentials = { uid: 0, euid: 0, suid: 0, gid: 0, egid: 0, sgid: 0, groups: [] };
const ROOT_NODE: Node = { fs: 1, ino: 1 };
const INFINITE = 0xffff_ffff;

/** A process with an empty address space, standard files and no program yet. Null when memory is full. */
export function createProcess(k: Kernel, options: ProcessOptions): Process | null {
  const space = AddressSpace.create(k.env, k.nextId++, options.layout ?? I386_LAYOUT);
  if (space === null) return null;
  k.spaces.set(space.id, space);
  const pid = k.nextPid++;
  const files: FileTable = { id: k.nextId++, refs: 1, descriptors: [] };
  k.fileTables.set(files.id, files);
  const p = freshProcess(pid, space, files.id, k.machine.time, options);
  k.processes.set(pid, p);
  if (k.init === 0) k.init = pid;
  p.cwd = k.tree.walk(p, ROOT_NODE, options.cwd ?? '/', true).node ?? ROOT_NODE;
  for (const stream of [0, 1, 2]) {
    const terminal = k.console.terminal;
    const path = terminal ? '/dev/pts/0' : `pipe:[${stream}]`;
    install(k, p, addFile(k, { kind: 'console', number: stream, path, flags: terminal ? O_RDWR : stream === 0 ? 0 : O_WRONLY }), false);
  }
  k.charge('task.create');
  k.emit('process-start', () => ({ pid, name: p.comm }));
  return p;
}

function freshProcess(pid: number, space: AddressSpace, files: number, time: number, options: ProcessOptions): Process {
  return {
    pid,
    ppid: 0,
    pgid: pid,
    sid: pid,
    comm: options.name.split('/').at(-1)!.slice(0, 15),
    argv: options.args,
    env: options.env,
    exe: options.name,
    exeNode: null,
    owner: pid,
    state: 'runnable',
    words: initialWords(),
    blocked: null,
    forGuest: false,
    call: -1,
    space: space.id,
    files,
    cwd: ROOT_NODE,
    root: ROOT_NODE,
    umask: 0o022,
    credentials: options.credentials ?? ROOT,
    signals: { actions: {}, blocked: [0, 0], pending: [0, 0] },
    tls: [null, null, null],
    clearChildTid: 0,
    robustList: 0,
    limits: { 3: { soft: space.layout.stackLimit, hard: INFINITE }, 6: { soft: 1024, hard: 1024 }, 7: { soft: 1024, hard: 4096 } },
    startTime: time,
    alarm: null,
    userTime: 0,
    faults: 0,
    exit: null,
    cgroup: '/',
    namespaces: {},
  };
}

/** Loads an i386 executable that stands in the tree at `path`. Throws Errno when it does not fit. */
export function loadProgram(k: Kernel, p: Process, elf: Elf, path: string, file: Node): void {
  mapSegments(k, k.spaceOf(p), elf, file);
  k.tree.fs(file.fs).hold(file.ino, 1);
  p.exe = path;
  p.exeNode = file;
  const w = k.registers(p);
  w.set(initialWords());
  w[ESP] = buildStack(k, p, { args: p.argv, env: p.env, path, platform: 'i686', hwcap: 0, elf });
  w[EIP] = elf.entry;
}

/** Ends a process: its files are closed; the address space of the first process stays for those who look at it afterwards. */
export function terminate(k: Kernel, p: Process, exit: NonNullable<Process['exit']>): void {
  if (p.state === 'zombie') return;
  k.charge('task.exit');
  p.exit = exit;
  p.state = 'zombie';
  p.blocked = null;
  p.alarm = null;
  const files = k.fileTables.get(p.files)!;
  if (--files.refs === 0) {
    for (const d of files.descriptors) if (d) release(k, k.files.get(d.file)!);
    k.fileTables.delete(files.id);
  }
  k.emit('process-exit', () => ({ code: exit.code, signal: exit.signal, sentence: exit.sentence }));
}
