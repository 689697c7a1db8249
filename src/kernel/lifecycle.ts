/** How the first process begins, and how a program gets into a process. Fork is in fork.ts, execve in execve.ts, ends in exit.ts. */
import type { Elf } from '../formats/elf.ts';
import { EIP, ESP } from '../isa/x86/state.ts';
import type { ProcessOptions } from './contract.ts';
import { ROOT_CREDENTIALS } from './credentials.ts';
import { buildStack, mapSegments } from './exec.ts';
import { addFile, type FileTable, install, O_RDWR, O_WRONLY } from './files.ts';
import type { Kernel } from './kernel.ts';
import { ROOT } from './rootnode.ts';
import { initialWords, loadWords } from './segments.ts';
import { AddressSpace, I386_LAYOUT } from './space.ts';
import type { Node, Process } from './task.ts';

const INFINITE = 0xffff_ffff;

/** A process with an empty address space, standard files and no program yet. Null when memory is full. */
export function createProcess(k: Kernel, options: ProcessOptions): Process | null {
  const space = AddressSpace.create(k.env, k.nextId++, options.layout ?? I386_LAYOUT);
  if (space === null) return null;
  k.spaces.set(space.id, space);
  const pid = k.nextPid++;
  const files: FileTable = { id: k.nextId++, refs: 1, descriptors: [] };
  k.fileTables.set(files.id, files);
  const p = freshProcess(k, pid, space, files.id, options);
  space.holder = pid;
  k.processes.set(pid, p);
  k.control.began(p);
  if (k.init === 0) k.init = pid;
  p.cwd = k.tree.walk(p, ROOT, options.cwd ?? '/', true).node ?? ROOT;
  for (const node of [p.cwd, p.root]) k.tree.hold(node, 1);
  const tty = k.ttys.get(options.tty ?? 0)!,
    { terminal } = tty.console;
  for (const stream of [0, 1, 2]) {
    const path = terminal ? `/dev/pts/${tty.pts?.index ?? 0}` : `pipe:[${stream}]`;
    install(
      k,
      p,
      addFile(k, { kind: 'console', number: tty.id * 4 + stream, path, flags: terminal ? O_RDWR : stream === 0 ? 0 : O_WRONLY }),
      false,
    );
  }
  if (terminal && tty.session === 0) {
    tty.session = p.sid;
    tty.foreground = p.pgid;
  }
  k.charge('task.create');
  k.emit('process-start', () => ({ pid, name: p.comm }));
  return p;
}

function freshProcess(k: Kernel, pid: number, space: AddressSpace, files: number, options: ProcessOptions): Process {
  return {
    pid,
    tgid: pid,
    ppid: 0,
    pgid: pid,
    sid: pid,
    semUndo: 0,
    exitSignal: 17,
    comm: options.name.split('/').at(-1)!.slice(0, 15),
    argv: options.args,
    env: options.env,
    exe: options.name,
    exeNode: null,
    owner: options.owner ?? pid,
    state: 'runnable',
    words: initialWords(),
    blocked: null,
    result: null,
    loaded: false,
    forGuest: false,
    call: -1,
    space: space.id,
    files,
    fs: k.nextId++,
    sighand: k.nextId++,
    cwd: ROOT,
    root: ROOT,
    umask: 0o022,
    credentials: options.credentials ?? ROOT_CREDENTIALS,
    signals: { actions: {}, blocked: [0, 0], saved: null, queue: [], shared: [], altstack: { at: 0, size: 0, flags: 0 } },
    tls: [null, null, null],
    clearChildTid: 0,
    robustList: 0,
    limits: { 3: { soft: space.layout.stackLimit, hard: INFINITE }, 4: { soft: 0, hard: INFINITE }, 7: { soft: 1024, hard: 4096 } },
    vforkParent: 0,
    ownPages: [],
    startTime: k.machine.time,
    alarm: null,
    userTime: 0,
    systemTime: 0,
    childTime: [0, 0],
    faults: 0,
    switches: 0,
    nice: 0,
    policy: 0,
    vruntime: k.leastVruntime,
    exit: null,
    report: null,
    deathSignal: 0,
    subreaper: false,
    noNewPrivileges: false,
    oomScoreAdjust: 0,
    cgroup: '/',
    namespaces: {},
  };
}

/** Registers of a process anew: those of the machine when it runs. */
export function setRegisters(k: Kernel, p: Process, words: Int32Array): void {
  if (p === k.current) loadWords(k.machine, words);
  else p.words = words;
}

/** Loads an i386 executable that stands in the tree at `path`. Throws Errno when it does not fit. */
export function loadProgram(k: Kernel, p: Process, elf: Elf, path: string, file: Node): void {
  mapSegments(k, k.spaceOf(p), elf, file);
  setExecutable(k, p, path, file);
  const w = initialWords();
  w[ESP] = buildStack(k, p, { args: p.argv, env: p.env, path, platform: 'i686', hwcap: 0, elf });
  w[EIP] = elf.entry;
  setRegisters(k, p, w);
}

/** What /proc/PID/exe leads to. */
export function setExecutable(k: Kernel, p: Process, path: string, file: Node): void {
  k.tree.hold(file, 1);
  if (p.exeNode) k.tree.hold(p.exeNode, -1);
  p.exe = path;
  p.exeNode = file;
}
