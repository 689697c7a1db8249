/**
 * The host operating system: Linux's i386 system-call interface as a supervisor above the machine. It answers traps with
 * changes of state and charges, then lets the machine go on.
 *
 * Invariants: no JavaScript frame spans guest execution (a call that must wait is stored as plain data and made again); what
 * `save` returned is never changed afterwards; the same inputs give the same run. Parts stand in modules beside this one:
 * address spaces, files, signals, the system calls by family (sys/), and the file systems (vfs/).
 */
import type { Plain } from '../bits/plain.ts';
import { Random } from '../bits/random.ts';
import type { Elf } from '../formats/elf.ts';
import { EFLAGS, LAZY_RULE } from '../isa/x86/state.ts';
import type { CodeMap, Machine, Supervisor, Trap } from '../machine/types.ts';
import { restoreKernel, saveKernel } from './checkpoint.ts';
import { Console } from './console.ts';
import { LATE } from './late.ts';
import type { Lock } from './locks.ts';
import type { Settings } from './procsys.ts';
import type { Socket } from './net/socket.ts';
import type { Epoll } from './readiness.ts';
import { SharedPages } from './shared.ts';
import { Timers } from './timers.ts';
import { Tty } from './tty.ts';
import { leave, schedule, setDeadline, waitsLater } from './turns.ts';
import type { BinaryFormat, KernelEvent, KernelOptions, Personality, ProcessOptions } from './contract.ts';
import { KERNEL_COSTS, type KernelCost } from './costs.ts';
import { interrupted, nativeCall, syscall } from './dispatch.ts';
import { deliverable } from './delivery.ts';
import { Errno } from './errno.ts';
import { onFault } from './faults.ts';
import { Cgroups } from './cgroup/control.ts';
import { type FileTable, release } from './files.ts';
import { Frames, PAGE } from './frames.ts';
import { account, anyRunnable, pushesAside } from './fair.ts';
import { endGroup, unshareFiles } from './exit.ts';
import { createProcess, loadProgram } from './lifecycle.ts';
import { Namespaces } from './ns/namespaces.ts';
import { NsFs } from './ns/nsfs.ts';
import { Overlays } from './ns/overlays.ts';
import { OWN, type Region } from './regions.ts';
import { buildFileSystem } from './rootfs.ts';
import { earliestWake, wakeAll } from './schedule.ts';
import { stackMayBe } from './rlimits.ts';
import type { Seldom } from './seldom.ts';
import { buildKernelPage, enterPaging, type KernelPage } from './segments.ts';
import { KERNEL_ENTRY, type AddressSpace, type SpaceEnvironment } from './space.ts';
import type { Node, OpenFile, Pipe, Process, QueuedSignal, SignalAction } from './task.ts';
import type { Tree } from './vfs/paths.ts';
import { DEVPTS_FS } from './vfs/devices.ts';
import { RamDisk } from './vfs/ramdisk.ts';
import type { Stat } from './vfs/types.ts';

export type { BinaryFormat, Control, KernelEvent, KernelOptions, Personality, ProcessOptions } from './contract.ts';

/** 2024-01-01T00:00:00Z: when every simulated machine is switched on. */
export const BOOT_TIME = 1_704_067_200;
export class Kernel implements Supervisor {
  readonly machine: Machine;
  readonly frames: Frames;
  readonly page: KernelPage;
  readonly tree: Tree;
  readonly console: Console;
  processes = new Map<number, Process>();
  spaces = new Map<number, AddressSpace>();
  fileTables = new Map<number, FileTable>();
  files = new Map<number, OpenFile>();
  pipes = new Map<number, Pipe>();
  personalities = new Map<number, Personality>();
  /** Code map by address space; what has none uses the one that the machine had at first. */
  codeMaps = new Map<number, CodeMap>();
  current: Process | null = null;
  /** The process whose end is the end of the run. */
  init = 0;
  nextPid = 1;
  nextFile = 1;
  nextPipe = 1;
  /** Counts what poll could see change: pipes and console input. */
  changes = 0;
  /** For reports. */
  counts = { syscalls: 0, unknownSyscalls: 0, pageFaults: 0, switches: 0 };
  nextId = 1;
  /** When the slice of the running process ends; Infinity while nobody else wants to run. */
  sliceEnd = Infinity;
  /** The smallest virtual run time so far; and up to where use has been given to its task. */
  leastVruntime = 0;
  accounted = { retired: 0, time: 0 };
  /** Since the last look: a task was woken, a signal was sent; and the changes that waits have seen. */
  woken = false;
  signalled = false;
  seenChanges = 0;
  /** What control groups decide; null where there are none. */
  readonly control: Cgroups;
  readonly ns: Namespaces;
  readonly overlays = new Overlays(this);
  readonly nsfs = new NsFs(() => this.realTime());
  /** File systems that stay without a mount: layers of images. */
  keptSystems: readonly number[] = [];
  /** For those who follow what happens: a task is about to end, a whole process has ended; a capability was asked for. */
  onTaskEnd: ((p: Process) => void) | null = null;
  onGroupEnd: ((leader: Process) => void) | null = null;
  /** Whose account the children of a process are on, when not on their own: a container's. */
  ownerOf: ((parent: Process) => number | null) | null = null;
  /** What was charged for containment since the start: for those who look at differences. Not part of a saved state. */
  contained = 0;
  onCheck: ((p: Process, cap: number, allowed: boolean) => void) | null = null;
  /** A question about a file was answered: may it be read, written, executed (4, 2, 1)? */
  onAccess: ((p: Process, file: Stat, want: number, allowed: boolean) => void) | null = null;
  /** Formats of executables beside i386 ELF, tried in order. */
  readonly formats: BinaryFormat[] = [];
  readonly timers = new Timers();
  /** Settings of /proc/sys that were changed, for the whole machine. */
  settings: Settings = {};
  readonly ramDisk = new RamDisk();
  ttys = new Map<number, Tty>();
  locks: readonly Lock[] = [];
  sockets = new Map<number, Socket>();
  /** The next port for who asks for none. */
  nextPort = 32_768;
  readonly shared = new SharedPages(this);
  seldom: Seldom | null = null;
  /** Seconds by which the clock was set since the start. */
  clockOffset = 0;
  epolls = new Map<number, Epoll>();
  eventfds = new Map<number, { readonly id: number; count: number; readonly semaphore: boolean }>();
  /** A page directory with nothing but the kernel's own page, for when the running space goes. */
  readonly idleDirectory: number;
  readonly random = new Random(0x57a7a);
  private readonly plainCodeMap: CodeMap;
  readonly env: SpaceEnvironment;
  onEvent: ((event: KernelEvent) => void) | null = null;

  constructor(options: KernelOptions) {
    const { machine } = options;
    this.machine = machine;
    this.plainCodeMap = machine.codeMap;
    this.ns = new Namespaces(this, options.hostname ?? 'strata');
    this.control = new Cgroups(this);
    this.console = new Console(options.terminal, options.stdin);
    const tty = new Tty(0, this.console, options.echo ?? false);
    if (options.terminal) tty.pts = { fs: DEVPTS_FS, index: 0, mode: 0o620, uid: 0, gid: 5, time: BOOT_TIME };
    this.ttys.set(0, tty);
    this.frames = new Frames(machine.memory);
    this.frames.payer = { anonymous: this.control.payer('anonymous'), file: this.control.payer('mapped') };
    this.frames.onLastUser = (frame) => this.shared.lastUser(frame);
    this.page = buildKernelPage(machine, this.frames);
    this.env = {
      memory: machine.memory,
      frames: this.frames,
      kernelTable: this.page.table,
      invalidate: (space, linear) => {
        if (this.current?.space === space.id) machine.invalidatePage(linear | 0);
      },
      readFile: (node, offset, length) => this.readNode(node, offset, length),
      charge: (cost, count) => this.charge(cost, count),
      hold: (node, by) => {
        this.tree.hold(node, by);
        this.seldom?.ipc.held(node, by);
      },
      takeShared: (node, offset) => this.shared.take(node, offset),
      willWrite: (frame) => this.shared.willWrite(frame),
      stackMayBe: (space, size, more) => stackMayBe(this, space, size, more),
      wroteTrapped: (space, linear) => this.wroteTrapped(space, linear),
    };
    this.idleDirectory = this.frames.allocateZeroed();
    machine.memory.write32(this.idleDirectory + 4 * KERNEL_ENTRY, this.page.table | 3);
    this.tree = buildFileSystem(this);
    machine.supervisor = this;
  }

  // ---- what other modules use

  get madeSeldom(): Seldom {
    return (this.seldom ??= LATE.get().makeSeldom(this));
  }
  get ipc(): Seldom['ipc'] {
    return this.madeSeldom.ipc;
  }
  get interfaces(): Seldom['interfaces'] {
    return this.madeSeldom.interfaces;
  }
  get inotify(): Seldom['inotify'] {
    return this.madeSeldom.inotify;
  }
  get pressure(): Seldom['pressure'] {
    return this.madeSeldom.pressure;
  }
  restoreSeldom(saved: Plain): void {
    if (saved !== null) this.madeSeldom.restore(saved);
    else this.seldom?.restore(null);
  }

  /** What its work is for. Only while a level boots: making its program ready, until `start`. */
  purpose: 'kernel' | 'load' = 'kernel';

  charge(cost: KernelCost, count = 1): void {
    this.machine.ledger.charge(this.purpose, 'service', KERNEL_COSTS[cost].units * count);
  }

  /** The data of an event are made only when somebody listens. */
  emit(kind: string, data: () => KernelEvent['data']): void {
    this.onEvent?.({ kind, time: this.machine.time, retired: this.machine.retired, data: { pid: this.current?.pid ?? 0, ...data() } });
  }

  /** Seconds since the machine was switched on, and since 1970. */
  uptime(): number {
    return this.machine.time / this.machine.hz;
  }
  realTime(): number {
    return BOOT_TIME + this.clockOffset + this.uptime();
  }

  randomBytes(length: number): Uint8Array {
    this.charge('random.word', (length + 3) >> 2);
    return this.random.bytes(length);
  }

  spaceOf(p: Process): AddressSpace {
    return this.spaces.get(p.space)!;
  }
  /** Processor words of a process: the machine's while it runs. */
  registers(p: Process): Int32Array {
    return p === this.current ? this.machine.words : p.words;
  }
  flagsOf(p: Process): number {
    return p === this.current ? this.machine.flags : p.words[EFLAGS]!;
  }
  setFlagsOf(p: Process, flags: number): void {
    if (p === this.current) this.machine.flags = flags;
    else {
      p.words[EFLAGS] = flags;
      p.words[LAZY_RULE] = 0;
    }
  }
  personalitySignal(p: Process, action: SignalAction, one: QueuedSignal): boolean {
    return this.personalities.get(p.pid)?.signal?.(p, action, one) ?? false;
  }
  interrupted(p: Process, number: number, args: readonly number[], memory: Plain): number | null {
    return interrupted(this, p, number, args, memory);
  }

  /** One holder of an open file fewer. */
  releaseFile(id: number): void {
    release(this, this.files.get(id)!);
  }

  /** Contents of a file for a mapping; nothing when the file is gone. */
  private readNode(node: Node, offset: number, length: number): Uint8Array {
    try {
      this.shared.flush(node, offset, length);
      return this.tree.fs(node.fs).read(node.ino, offset, length);
    } catch (error) {
      if (error instanceof Errno) return new Uint8Array(0);
      throw error;
    }
  }

  private wroteTrapped(space: AddressSpace, linear: number): void {
    for (const [pid, personality] of this.personalities) {
      const p = this.processes.get(pid);
      if (p?.space === space.id) personality.wrote?.(p, linear);
    }
  }

  // ---- processes

  /** A process with an empty address space, standard files and no program yet. Null when memory is full. */
  createProcess(options: ProcessOptions): Process | null {
    return createProcess(this, options);
  }

  /** Loads an i386 executable that stands in the tree at `path`. Throws Errno when it does not fit. */
  loadProgram(p: Process, elf: Elf, path: string, file: Node): void {
    loadProgram(this, p, elf, path, file);
  }

  /** Maps a region for an emulator or a loader, in reach of the process or (`own`) not. */
  mapRegion(p: Process, start: number, length: number, prot: number, name: string, own = false, file: Region['file'] = null): void {
    this.spaceOf(p).map({ start, end: start + length, prot, flags: own ? OWN : 0, name, file });
  }

  /** Begins to run. Paging is on from here. */
  start(): void {
    enterPaging(this.machine, this.spaceOf(this.processes.get(this.init)!).directory);
    this.schedule();
    this.purpose = 'kernel';
  }

  kill(p: Process, signal: number, sentence: string): void {
    endGroup(this, p, { code: 0, signal, sentence });
  }

  /** How the first process ended, or null. */
  get exit(): Process['exit'] {
    return this.processes.get(this.init)?.exit ?? null;
  }
  /** Nothing can go on before `input` is given. */
  get waitsForInput(): boolean {
    return this.current === null && this.exit === null && waitsLater(this);
  }

  /** The process that gets the children of one that ends: its nearest ancestor that asked for them, else the first process. */
  reaperOf(p: Process): number {
    const init = this.ns.of(p, 'pid').init;
    if (init !== 0 && init !== p.pid && this.processes.get(init)?.exit === null) {
      for (let at = this.processes.get(p.ppid); at && at.pid !== init; at = this.processes.get(at.ppid))
        if (at.subreaper && at.exit === null) return at.pid;
      return init;
    }
    for (let at = this.processes.get(p.ppid); at; at = this.processes.get(at.ppid)) if (at.subreaper && at.exit === null) return at.pid;
    return this.init;
  }
  /** A whole process has ended: what hangs on processes hears of it here. */
  groupEnded(leader: Process): void {
    if (!this.ns.isHost(leader)) LATE.get().endPidNamespace(this, leader);
    this.onGroupEnd?.(leader);
  }
  unshareFiles(p: Process): void {
    unshareFiles(this, p);
  }
  /** A task has left the table. */
  taskGone(p: Process): void {
    this.control.ended(p);
    if (!this.ns.isHost(p)) LATE.get().leaveNamespaces(this, p);
  }
  /** Namespaces that clone asks for; answers what is to be done with the child. */
  newNamespaces(p: Process, flags: number): (child: Process) => void {
    return LATE.get().namespacesForChild(this, p, flags);
  }
  /** A question of privilege was answered: for those who follow a call. */
  asked(p: Process, cap: number, allowed: boolean): boolean {
    this.onCheck?.(p, cap, allowed);
    return allowed;
  }

  // ---- supervisor port

  takes(): boolean {
    return true;
  }

  trap(_machine: Machine, trap: Trap): void {
    const p = this.current;
    if (p === null) return;
    if (trap.kind === 'software' && trap.vector === 0x80 && !this.personalities.has(p.pid)) nativeCall(this, p);
    else {
      this.charge('trap');
      onFault(this, p, trap);
    }
    leave(this, p);
  }

  gate(_machine: Machine, number: number): boolean {
    const p = this.current;
    const taken = p !== null && (this.personalities.get(p.pid)?.gate(p, number) ?? false);
    if (taken) leave(this, p);
    return taken;
  }

  /**
   * Idle, and the machine was asked to run all the same: only `input` can change that. When every process waits for what
   * cannot happen, nothing is done here, and the machine says that it is halted for good.
   */
  halted(): void {
    if (this.exit !== null) this.machine.requestStop('exit');
    else if (waitsLater(this)) this.machine.requestStop('input');
  }

  deadline(): void {
    account(this);
    wakeAll(this);
    const p = this.current;
    if (
      p === null ||
      p.state !== 'runnable' ||
      this.machine.time >= this.sliceEnd ||
      pushesAside(this, p) ||
      this.control?.mayRun(p) === false
    )
      this.schedule();
    else {
      this.woken = this.signalled = false;
      if (deliverable(this, p) !== 0) leave(this, p);
      // The machine forgot its deadline when it was reached: the next timer needs a new one, handler or not.
      if (p === this.current) setDeadline(this, p);
    }
  }

  input(bytes: Uint8Array | null): void {
    this.ttys.get(0)!.receive(this, bytes);
    this.changes++;
    if (this.current === null && this.exit === null) this.schedule();
  }

  // ---- system calls

  /**
   * A system call of Linux on i386, made by a personality for its guest: pointers are addresses of the process. The result
   * (negative error number on failure), or 'blocked' when it comes later by `resumed`, or never because the process ended.
   */
  syscall(p: Process, number: number, args: readonly number[]): number | 'blocked' {
    return syscall(this, p, number, args);
  }

  // ---- scheduling

  /** Chooses who runs next; when nobody can, lets time jump or goes idle until input comes. */
  schedule(): void {
    schedule(this);
  }

  /** The code map of the space that now runs. */
  useCodeMap(): void {
    if (this.current) this.machine.codeMap = this.codeMaps.get(this.current.space) ?? this.plainCodeMap;
  }

  /** sched_yield: the slice is over at the next instruction, when somebody else wants to run. */
  yieldNow(): void {
    if (this.current && anyRunnable(this, this.current)) this.sliceEnd = this.machine.deadline = this.machine.time;
  }

  /** After something that a timer waits for was changed. */
  timersChanged(): void {
    this.machine.deadline = Math.min(this.sliceEnd, earliestWake(this));
  }

  // ---- checkpoints
  save(): Plain {
    return saveKernel(this);
  }

  /** The machine itself is restored by its owner. Personalities and code maps stay: their owners restore them. */
  restore(saved: Plain): void {
    restoreKernel(this, saved);
  }

  /** Most memory ever in use, in bytes. */
  get peakMemory(): number {
    return this.frames.peak * PAGE;
  }
}
