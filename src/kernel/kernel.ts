/**
 * The host operating system: Linux's i386 system-call interface as a supervisor above the machine. It answers traps with
 * changes of state and charges, then lets the machine go on.
 *
 * Invariants: no JavaScript frame spans guest execution (a call that must wait is stored as plain data and made again); what
 * `save` returned is never changed afterwards; the same inputs give the same run. Parts stand in modules beside this one:
 * address spaces, files, signals, the system calls by family (sys/), and the file systems (vfs/).
 */
import { clonePlain, type Plain } from '../bits/plain.ts';
import { Random, type RandomState } from '../bits/random.ts';
import { EAX, EBP, EBX, ECX, EDI, EDX, EFLAGS, EIP, ESI, ESP, LAZY_RULE } from '../isa/x86/state.ts';
import type { Elf } from '../formats/elf.ts';
import type { CodeMap, Machine, Supervisor, Trap } from '../machine/types.ts';
import { Console } from './console.ts';
import { KERNEL_COSTS, type KernelCost } from './costs.ts';
import { Errno, ERRNO } from './errno.ts';
import { buildStack, mapSegments } from './exec.ts';
import { addFile, type FileTable, install, O_RDWR, O_WRONLY, release } from './files.ts';
import { Frames, PAGE } from './frames.ts';
import { onFault } from './faults.ts';
import { Block, type Credentials, type Node, type OpenFile, type Pipe, type Process, type SignalAction } from './task.ts';
import { OWN, type Region } from './regions.ts';
import { buildFileSystem } from './rootfs.ts';
import { chooseNext, earliestWake, wakeAll } from './schedule.ts';
import { buildKernelPage, enterIdle, enterPaging, initialWords, type KernelPage, loadTls, loadWords, saveWords } from './segments.ts';
import { deliver, SA_RESTART, type SignalInfo, deliverable } from './signals.ts';
import { AddressSpace, I386_LAYOUT, type Layout, type SavedSpace, type SpaceEnvironment } from './space.ts';
import { renderCall, renderResult } from './strace.ts';
import { SYSCALLS } from './table.ts';
import type { Tree } from './vfs/paths.ts';

/** 2024-01-01T00:00:00Z: when every simulated machine is switched on. */
export const BOOT_TIME = 1_704_067_200;
/** A time slice lasts this many seconds of simulated time when others want to run. */
const SLICE = 0.01;

export interface KernelEvent {
  readonly kind: string;
  readonly time: number;
  readonly retired: number;
  readonly data: { readonly [key: string]: Plain | undefined };
}

/**
 * What makes a process one of another architecture: an emulator that runs in it. It gets faults that the kernel cannot
 * answer by filling a page, and the gates; it may make system calls for its guest with `kernel.syscall`.
 */
export interface Personality {
  /** A fault of simulated code; a page fault only when no page was to be filled. False: the process gets its signal. */
  fault(process: Process, trap: Trap): boolean;
  gate(process: Process, number: number): boolean;
  /** A call that had answered 'blocked' is done. */
  resumed(process: Process, result: number): void;
  /** The kernel is about to write, on behalf of a system call, into a page with `setWriteTrap`. */
  wrote?(process: Process, linear: number): void;
  /** Sets the guest up to run its handler. False: not possible, the signal kills. */
  signal?(process: Process, signal: number, action: SignalAction, info: SignalInfo): boolean;
}

export interface KernelOptions {
  readonly machine: Machine;
  /** Whether standard input and output are a terminal for the program. */
  readonly terminal: boolean;
  /** Standard input, or null when it comes by `input`. */
  readonly stdin: Uint8Array | null;
  readonly hostname?: string;
}

export interface ProcessOptions {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly layout?: Layout;
  readonly credentials?: Credentials;
  readonly cwd?: string;
}

const ROOT: Credentials = { uid: 0, euid: 0, suid: 0, gid: 0, egid: 0, sgid: 0, groups: [] };
const INFINITE = 0xffff_ffff;

export class Kernel implements Supervisor {
  readonly machine: Machine;
  readonly frames: Frames;
  readonly page: KernelPage;
  readonly tree: Tree;
  readonly console: Console;
  readonly hostname: string;
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
  private nextId = 1;
  private sliceEnd = Infinity;
  private readonly random = new Random(0x57a7a);
  private readonly plainCodeMap: CodeMap;
  readonly env: SpaceEnvironment;
  onEvent: ((event: KernelEvent) => void) | null = null;

  constructor(options: KernelOptions) {
    const { machine } = options;
    this.machine = machine;
    this.plainCodeMap = machine.codeMap;
    this.hostname = options.hostname ?? 'strata';
    this.console = new Console(options.terminal, options.stdin);
    this.frames = new Frames(machine.memory);
    this.page = buildKernelPage(machine, this.frames);
    this.env = {
      memory: machine.memory, frames: this.frames, kernelTable: this.page.table,
      invalidate: (space, linear) => { if (this.current?.space === space.id) machine.invalidatePage(linear | 0); },
      readFile: (node, offset, length) => this.readNode(node, offset, length),
      charge: (cost, count) => this.charge(cost, count),
      wroteTrapped: (space, linear) => this.wroteTrapped(space, linear),
    };
    this.tree = buildFileSystem(this);
    machine.supervisor = this;
  }

  // ---- what other modules use

  charge(cost: KernelCost, count = 1): void {
    this.machine.ledger.charge('kernel', 'service', KERNEL_COSTS[cost].units * count);
  }

  /** The data of an event are made only when somebody listens. */
  emit(kind: string, data: () => KernelEvent['data']): void {
    this.onEvent?.({ kind, time: this.machine.time, retired: this.machine.retired, data: { pid: this.current?.pid ?? 0, ...data() } });
  }

  /** Seconds since the machine was switched on, and since 1970. */
  uptime(): number { return this.machine.time / this.machine.hz; }
  realTime(): number { return BOOT_TIME + this.uptime(); }

  randomBytes(length: number): Uint8Array {
    this.charge('random.word', (length + 3) >> 2);
    return this.random.bytes(length);
  }

  spaceOf(p: Process): AddressSpace { return this.spaces.get(p.space)!; }
  /** Processor words of a process: the machine's while it runs. */
  registers(p: Process): Int32Array { return p === this.current ? this.machine.words : p.words; }
  flagsOf(p: Process): number { return p === this.current ? this.machine.flags : p.words[EFLAGS]!; }
  setFlagsOf(p: Process, flags: number): void {
    if (p === this.current) this.machine.flags = flags;
    else { p.words[EFLAGS] = flags; p.words[LAZY_RULE] = 0; }
  }
  personalitySignal(p: Process, signal: number, action: SignalAction, info: SignalInfo): boolean {
    return this.personalities.get(p.pid)?.signal?.(p, signal, action, info) ?? false;
  }

  /** Contents of a file for a mapping; nothing when the file is gone. */
  private readNode(node: Node, offset: number, length: number): Uint8Array {
    try {
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
    const space = AddressSpace.create(this.env, this.nextId++, options.layout ?? I386_LAYOUT);
    if (space === null) return null;
    this.spaces.set(space.id, space);
    const pid = this.nextPid++;
    const root: Node = { fs: 1, ino: 1 };
    const files: FileTable = { id: this.nextId++, refs: 1, descriptors: [] };
    this.fileTables.set(files.id, files);
    const credentials = options.credentials ?? ROOT;
    const p: Process = {
      pid, ppid: 0, pgid: pid, sid: pid, comm: options.name.split('/').at(-1)!.slice(0, 15), argv: options.args, env: options.env, exe: options.name, exeNode: null, owner: pid,
      state: 'runnable', words: initialWords(), blocked: null, forGuest: false, call: -1,
      space: space.id, files: files.id, cwd: root, root, umask: 0o022, credentials,
      signals: { actions: {}, blocked: [0, 0], pending: [0, 0] }, tls: [null, null, null], clearChildTid: 0, robustList: 0,
      limits: { 3: { soft: space.layout.stackLimit, hard: INFINITE }, 6: { soft: 1024, hard: 1024 }, 7: { soft: 1024, hard: 4096 } },
      startTime: this.machine.time, alarm: null, userTime: 0, faults: 0, exit: null, cgroup: '/', namespaces: {},
    };
    this.processes.set(pid, p);
    if (this.init === 0) this.init = pid;
    p.cwd = this.tree.walk(p, root, options.cwd ?? '/', true).node ?? root;
    for (const stream of [0, 1, 2]) {
      const terminal = this.console.terminal;
      const path = terminal ? '/dev/pts/0' : `pipe:[${stream}]`;
      install(this, p, addFile(this, { kind: 'console', number: stream, path, flags: terminal ? O_RDWR : stream === 0 ? 0 : O_WRONLY }), false);
    }
    this.charge('task.create');
    this.emit('process-start', () => ({ pid, name: p.comm }));
    return p;
  }

  /** Loads an i386 executable that stands in the tree at `path`. Throws Errno when it does not fit. */
  loadProgram(p: Process, elf: Elf, path: string, file: Node): void {
    mapSegments(this, this.spaceOf(p), elf, file);
    this.tree.fs(file.fs).hold(file.ino, 1);
    p.exe = path;
    p.exeNode = file;
    const w = this.registers(p);
    w.set(initialWords());
    w[ESP] = buildStack(this, p, { args: p.argv, env: p.env, path, platform: 'i686', hwcap: 0, elf });
    w[EIP] = elf.entry;
  }

  /** Maps a region for an emulator or a loader, in reach of the process or (`own`) not. */
  mapRegion(p: Process, start: number, length: number, prot: number, name: string, own = false, file: Region['file'] = null): void {
    this.spaceOf(p).map({ start, end: start + length, prot, flags: own ? OWN : 0, name, file });
  }

  /** Begins to run. Paging is on from here. */
  start(): void {
    enterPaging(this.machine, this.spaceOf(this.processes.get(this.init)!).directory);
    this.schedule();
  }

  kill(p: Process, signal: number, sentence: string): void {
    this.terminate(p, { code: 0, signal, sentence });
  }

  /** Ends a process: its files are closed; the address space of the first process stays for those who look at it afterwards. */
  terminate(p: Process, exit: NonNullable<Process['exit']>): void {
    if (p.state === 'zombie') return;
    this.charge('task.exit');
    p.exit = exit;
    p.state = 'zombie';
    p.blocked = null;
    p.alarm = null;
    const files = this.fileTables.get(p.files)!;
    if (--files.refs === 0) {
      for (const d of files.descriptors) if (d) release(this, this.files.get(d.file)!);
      this.fileTables.delete(files.id);
    }
    this.emit('process-exit', () => ({ code: exit.code, signal: exit.signal, sentence: exit.sentence }));
  }

  /** How the first process ended, or null. */
  get exit(): Process['exit'] { return this.processes.get(this.init)?.exit ?? null; }
  /** Nothing can go on before `input` is given. */
  get waitsForInput(): boolean {
    return this.current === null && this.exit === null && this.waitsLater();
  }

  // ---- supervisor port

  takes(): boolean { return true; }

  trap(_machine: Machine, trap: Trap): void {
    const p = this.current;
    if (p === null) return;
    if (trap.kind === 'software' && trap.vector === 0x80 && !this.personalities.has(p.pid)) this.nativeCall(p);
    else {
      this.charge('trap');
      onFault(this, p, trap);
    }
    this.leave(p);
  }

  gate(_machine: Machine, number: number): boolean {
    const p = this.current;
    const taken = p !== null && (this.personalities.get(p.pid)?.gate(p, number) ?? false);
    if (taken) this.leave(p);
    return taken;
  }

  /** Idle, and the machine was asked to run all the same: only `input` can change that. */
  halted(): void { this.machine.requestStop(this.exit === null ? 'input' : 'exit'); }

  deadline(): void { this.schedule(); }

  /** On the way back to the process: signals, and a change of process when it cannot go on. */
  private leave(p: Process): void {
    if (p.state === 'runnable' && deliverable(p) !== 0) deliver(this, p);
    if (p.state !== 'runnable') this.schedule();
  }

  input(bytes: Uint8Array | null): void {
    this.console.input(bytes);
    this.changes++;
    if (this.current === null && this.exit === null) this.schedule();
  }

  // ---- system calls

  private nativeCall(p: Process): void {
    const w = this.machine.words;
    const args = [w[EBX]!, w[ECX]!, w[EDX]!, w[ESI]!, w[EDI]!, w[EBP]!];
    const result = this.invoke(p, w[EAX]!, args, null, false);
    if (result !== 'blocked') w[EAX] = result;
  }

  /**
   * A system call of Linux on i386, made by a personality for its guest: pointers are addresses of the process. The result
   * (negative error number on failure), or 'blocked' when it comes later by `resumed`, or never because the process ended.
   */
  syscall(p: Process, number: number, args: readonly number[]): number | 'blocked' {
    return this.invoke(p, number, args, null, true);
  }

  private invoke(p: Process, number: number, args: readonly number[], memory: Plain | null, forGuest: boolean): number | 'blocked' {
    const row = SYSCALLS[number];
    const again = memory !== null || p.blocked !== null;
    p.call = number;
    if (!again) this.counts.syscalls++;
    this.charge('syscall');
    if (this.onEvent && !again) this.emit('syscall', () => ({ number, name: row?.name ?? `syscall_${number}`, text: renderCall(this, p, number, row, args) }));
    let result: number;
    try {
      if (row) result = row.run(this, p, args, memory) | 0;
      else result = this.unknown(number);
    } catch (error) {
      if (error instanceof Block) {
        p.blocked = { number, args: [...args], wait: error.wait, memory: error.memory };
        p.forGuest = forGuest;
        p.state = 'blocked';
        if (!again) this.emit('block', () => ({ name: row?.name ?? '', wait: error.wait.kind }));
        return 'blocked';
      }
      if (!(error instanceof Errno)) throw error;
      result = -error.number;
    }
    p.blocked = null;
    if (p.state === 'zombie') return 'blocked';
    p.call = -1;
    if (this.onEvent) this.emit('syscall.return', () => ({ number, name: row?.name ?? `syscall_${number}`, result, text: renderResult(this, p, row, args, result) }));
    return result;
  }

  private unknown(number: number): number {
    this.counts.unknownSyscalls++;
    this.emit('syscall.unknown', () => ({ number }));
    return -ERRNO.ENOSYS;
  }

  /** Makes a blocked call again; true when it is over. */
  private retry(p: Process): boolean {
    const { number, args, memory } = p.blocked!;
    const result = this.invoke(p, number, args, memory, p.forGuest);
    if (result === 'blocked') return false;
    this.giveResult(p, result);
    return true;
  }

  private giveResult(p: Process, result: number): void {
    if (p.forGuest) this.personalities.get(p.pid)?.resumed(p, result);
    else this.registers(p)[EAX] = result;
    p.forGuest = false;
  }

  /** A signal ends the wait of a blocked call: EINTR, or the call is made anew after the handler (SA_RESTART, signal(7)). */
  interrupt(p: Process): void {
    const { number, wait } = p.blocked!;
    const action = p.signals.actions[deliverable(p)];
    p.blocked = null;
    p.state = 'runnable';
    p.call = -1;
    const restart = action !== undefined && (action.flags & SA_RESTART) !== 0 && (wait.kind === 'input' || wait.kind === 'pipe') && !p.forGuest;
    if (restart) {
      const w = this.registers(p);
      w[EIP] = w[EIP]! - 2;
      w[EAX] = number;
    } else this.giveResult(p, -ERRNO.EINTR);
  }

  // ---- scheduling

  /** Chooses who runs next and sets the deadline; when nobody can, lets time jump or goes idle until input comes. */
  schedule(): void {
    this.charge('schedule');
    for (;;) {
      wakeAll(this);
      if (this.exit !== null) return this.idle('exit');
      const next = chooseNext(this);
      if (next !== null) {
        this.switchTo(next);
        if (next.blocked !== null && !this.retry(next)) continue;
        if (next.state === 'runnable') deliver(this, next);
        if (next.state !== 'runnable') continue;
        this.setDeadline();
        return;
      }
      const time = earliestWake(this);
      if (time === Infinity) return this.idle(this.waitsLater() ? 'input' : 'deadlock');
      this.emit('idle', () => ({ until: time }));
      this.machine.ledger.setOwner(0);
      this.machine.skipTo(time);
    }
  }

  private waitsLater(): boolean {
    return [...this.processes.values()].some(({ blocked }) => blocked?.wait.kind === 'input' || blocked?.wait.kind === 'poll');
  }

  private switchTo(p: Process): void {
    if (p === this.current) return;
    if (this.current) {
      saveWords(this.machine, this.current.words);
      this.charge('switch');
      this.counts.switches++;
      this.emit('switch', () => ({ to: p.pid }));
    }
    const space = this.spaceOf(p);
    this.current = p;
    loadWords(this.machine, p.words);
    loadTls(this.machine, this.page, p.tls);
    enterPaging(this.machine, space.directory);
    this.machine.codeMap = this.codeMaps.get(space.id) ?? this.plainCodeMap;
    this.machine.ledger.setOwner(p.owner);
  }

  private idle(reason: string): void {
    if (this.current) saveWords(this.machine, this.current.words);
    this.current = null;
    this.machine.ledger.setOwner(0);
    enterIdle(this.machine);
    this.machine.idle();
    this.machine.deadline = Infinity;
    this.machine.requestStop(reason);
  }

  private setDeadline(): void {
    let others = 0;
    for (const p of this.processes.values()) if (p.state === 'runnable') others++;
    this.sliceEnd = others > 1 ? this.machine.time + Math.round(SLICE * this.machine.hz) : Infinity;
    this.machine.deadline = Math.min(this.sliceEnd, earliestWake(this));
  }

  /** sched_yield: the slice is over at the next instruction, when somebody else wants to run. */
  yieldNow(): void {
    if ([...this.processes.values()].some((p) => p !== this.current && p.state === 'runnable')) this.machine.deadline = this.machine.time;
  }

  /** After something that a timer waits for was changed. */
  timersChanged(): void {
    this.machine.deadline = Math.min(this.sliceEnd, earliestWake(this));
  }

  // ---- checkpoints

  save(): Plain {
    const state: SavedKernel = {
      frames: this.frames.save(), systems: this.tree.all().map((fs) => ({ id: fs.id, state: fs.save() })), mounts: this.tree.mounts as unknown as Plain,
      console: this.console.save(), random: this.random.save(),
      processes: [...this.processes.values()].map(clonePlain), spaces: [...this.spaces.values()].map((s) => s.save()),
      fileTables: [...this.fileTables.values()].map(clonePlain), files: [...this.files.values()].map((f) => ({ ...f })), pipes: [...this.pipes.values()].map((p) => ({ ...p })),
      current: this.current?.pid ?? 0, init: this.init, nextPid: this.nextPid, nextFile: this.nextFile, nextPipe: this.nextPipe, nextId: this.nextId,
      changes: this.changes, counts: { ...this.counts }, sliceEnd: this.sliceEnd,
    };
    return state as unknown as Plain;
  }

  /** The machine itself is restored by its owner. Personalities and code maps stay: their owners restore them. */
  restore(saved: Plain): void {
    const s = saved as unknown as SavedKernel;
    this.frames.restore(s.frames);
    for (const { id, state } of s.systems) this.tree.fs(id).restore(state);
    this.tree.mounts = s.mounts as unknown as Tree['mounts'];
    this.console.restore(s.console);
    this.random.restore(s.random);
    this.processes = new Map(s.processes.map((p) => [p.pid, clonePlain(p)]));
    this.spaces = new Map(s.spaces.map((space) => [space.id, AddressSpace.restore(this.env, space)]));
    this.fileTables = new Map(s.fileTables.map((t) => [t.id, clonePlain(t)]));
    this.files = new Map(s.files.map((f) => [f.id, { ...f }]));
    this.pipes = new Map(s.pipes.map((p) => [p.id, { ...p }]));
    this.current = this.processes.get(s.current) ?? null;
    ({ init: this.init, nextPid: this.nextPid, nextFile: this.nextFile, nextPipe: this.nextPipe, nextId: this.nextId, changes: this.changes, sliceEnd: this.sliceEnd } = s);
    this.counts = { ...s.counts };
    if (this.current) this.machine.codeMap = this.codeMaps.get(this.current.space) ?? this.plainCodeMap;
  }

  /** Most memory ever in use, in bytes. */
  get peakMemory(): number { return this.frames.peak * PAGE; }
}

interface SavedKernel {
  readonly frames: ReturnType<Frames['save']>;
  readonly systems: readonly { readonly id: number; readonly state: Plain }[];
  readonly mounts: Plain;
  readonly console: Plain;
  readonly random: RandomState;
  readonly processes: readonly Process[];
  readonly spaces: readonly SavedSpace[];
  readonly fileTables: readonly FileTable[];
  readonly files: readonly OpenFile[];
  readonly pipes: readonly Pipe[];
  readonly current: number;
  readonly init: number;
  readonly nextPid: number;
  readonly nextFile: number;
  readonly nextPipe: number;
  readonly nextId: number;
  readonly changes: number;
  readonly counts: Kernel['counts'];
  readonly sliceEnd: number;
}
