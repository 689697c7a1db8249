/**
 * Views of the operating-system level, as plain structures: one kernel, containers as rooms, their namespaces, control groups,
 * layers and shares. Types only. All times are machine time (host instructions), all sizes bytes unless said; ids are stable
 * while a program is open. Lists are in the order of creation unless said.
 *
 * Names of views: os.processes, os.namespaces, os.cgroups, os.layers, os.syscall, os.allocation, os.containers, os.terminal.
 */

/** The kinds of namespaces, as the names under /proc/PID/ns. */
export type NamespaceKind = 'pid' | 'mnt' | 'uts' | 'ipc' | 'net' | 'user' | 'cgroup';

// ---- containers

export type ContainerStatus = 'created' | 'running' | 'paused' | 'stopped';

/** What the runtime did at start-up, in order, with what it was charged. */
export interface StartPhase {
  /** 'namespaces', 'control group', 'mounts', 'pivot_root', 'capabilities', 'exec'. */
  readonly phase: string;
  readonly units: number;
}

export interface ContainerInfo {
  readonly id: string;
  /** Owner of its time in the ledger. */
  readonly owner: number;
  readonly status: ContainerStatus;
  readonly hostname: string;
  readonly command: string;
  readonly image: string;
  /** Of its first process, as the host numbers it; 0 when there is none. */
  readonly pid: number;
  readonly cgroup: string;
  /** Process numbers alive in it. */
  readonly processes: number;
  /** As the shell would see it; null while it lives. */
  readonly exit: { readonly status: number; readonly sentence: string | null } | null;
  readonly startup: readonly StartPhase[];
  /** Memory charged to it now, and the most so far. */
  readonly memory: number;
  readonly memoryPeak: number;
  /** Frames that it maps now: its own; of the page cache, and of those shared with others; for page tables. */
  readonly frames?: { readonly own: number; readonly cache: number; readonly cacheShared: number; readonly tables: number };
  /** Which namespaces are its own (not the host's). */
  readonly own: readonly NamespaceKind[];
  /** Names of the capabilities its first process was given ('CHOWN', ...). */
  readonly capabilities: readonly string[];
  /** Time by category so far, for its owner. */
  readonly ledger: Readonly<Record<string, number>>;
}
export interface ContainersView {
  readonly containers: readonly ContainerInfo[];
  /** Time of the whole machine by category. */
  readonly ledger: Readonly<Record<string, number>>;
  readonly time: number;
}

// ---- processes: the same ones as the host and as each container number them

export interface ProcessInfo {
  /** As the host numbers it. */
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  readonly command: string;
  readonly state: 'running' | 'ready' | 'waits' | 'stopped' | 'frozen' | 'throttled' | 'zombie';
  /** Container whose room it is in; null: the host's own. */
  readonly container: string | null;
  /** Its numbers in other pid namespaces, from the host's side inwards: namespace id and number. */
  readonly inside: readonly { readonly namespace: number; readonly pid: number }[];
  readonly cgroup: string;
  readonly uid: number;
  /** User id as it sees it itself. */
  readonly insideUid: number;
  readonly threads: number;
  /** Resident pages * 4096. */
  readonly memory: number;
  readonly time: number;
  readonly waitsFor: string | null;
}
export interface ProcessesView {
  readonly processes: readonly ProcessInfo[];
  /** Rooms, in order, with the number of the namespace in which their processes are numbered. */
  readonly rooms: readonly {
    readonly container: string;
    readonly namespace: number;
    readonly hostname: string;
    readonly sees: readonly string[];
  }[];
  /** Host pid of the one that runs now; 0 when nobody does. */
  readonly current: number;
}

// ---- namespaces

export interface NamespaceInfo {
  /** The inode number of /proc/PID/ns/KIND, e.g. 4026531836. */
  readonly id: number;
  readonly kind: NamespaceKind;
  readonly parent: number | null;
  readonly owner: string | null;
  /** Host pids of its members. */
  readonly members: readonly number[];
  /** What it holds, a line each: 'hostname web', '7 mounts', 'tcp 80 listens', '0 1000 1'. */
  readonly holds: readonly string[];
}
export interface NamespacesView {
  readonly namespaces: readonly NamespaceInfo[];
}

// ---- control groups

export interface CgroupInfo {
  /** Path from the root of the hierarchy: '/', '/strata/job'. */
  readonly path: string;
  readonly parent: string | null;
  readonly container: string | null;
  /** Host pids directly in it. */
  readonly members: readonly number[];
  readonly controllers: readonly string[];
  readonly subtreeControl: readonly string[];
  /** Durations are microseconds, as in the files of the group; moments (periodEnd) are machine time. */
  readonly cpu: {
    readonly weight: number;
    /** Microseconds of each period; null: no quota. */
    readonly quota: number | null;
    readonly period: number;
    readonly usage: number;
    readonly user: number;
    readonly system: number;
    readonly periods: number;
    readonly throttled: number;
    readonly throttledTime: number;
    readonly isThrottled: boolean;
    /** Microseconds left of the quota in this period; null: no quota. */
    readonly left: number | null;
    /** When the current period ends; null: no quota or not begun. */
    readonly periodEnd: number | null;
  };
  readonly memory: {
    readonly current: number;
    readonly peak: number;
    /** null: no limit. */
    readonly high: number | null;
    readonly max: number | null;
    readonly anonymous: number;
    readonly file: number;
    readonly events: Readonly<Record<'low' | 'high' | 'max' | 'oom' | 'oom_kill', number>>;
  };
  readonly pids: { readonly current: number; readonly max: number | null; readonly refused: number };
  readonly frozen: boolean;
}
export interface CgroupsView {
  readonly time: number;
  /** Parents before children. */
  readonly groups: readonly CgroupInfo[];
  /** Who had the processor, in time order: merged runs of one group; and when a group was throttled. */
  readonly slices: readonly Slice[];
  readonly throttles: readonly Slice[];
}
/** [from, to) of machine time. `group`: path of the control group; '' is idle. */
export interface Slice {
  readonly group: string;
  readonly from: number;
  readonly to: number;
}

// ---- layers of an overlay file system

export interface LayerFile {
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'link' | 'device' | 'whiteout' | 'opaque directory';
  readonly size: number;
  /** Seen in the merged view; false: hidden by a higher layer. */
  readonly visible: boolean;
  /** In the upper layer: 'new', 'copied up', 'deleted'; null in lower ones. */
  readonly change: 'new' | 'copied up' | 'deleted' | null;
}
export interface LayerInfo {
  /** 'upper', 'lower 0' (the highest), ... */
  readonly name: string;
  /** What to call it: the layer's name in its image. */
  readonly source: string;
  readonly writable: boolean;
  /** Other containers that stand on the same layer. */
  readonly sharedWith: readonly string[];
  readonly files: readonly LayerFile[];
  /** Files of it beyond those listed. */
  readonly more: number;
}
export interface CopyUp {
  readonly time: number;
  readonly path: string;
  /** Name of the layer it came from. */
  readonly from: string;
  readonly bytes: number;
  /** What it was charged. */
  readonly units: number;
}
/** Pages of one image file in the page cache: one frame each, however many map it. */
export interface CachedFile {
  readonly path: string;
  /** Name of the layer that it lies in, as in `layers`. */
  readonly layer: string;
  /** Which pages of the file (numbers from 0), and in which frames. */
  readonly pages: readonly { readonly page: number; readonly frame: number }[];
  /** Containers that map pages of it, and how many. */
  readonly mappedBy: readonly { readonly container: string; readonly pages: number }[];
  /** Groups that pay for its frames: who touched them first. */
  readonly chargedTo: readonly { readonly group: string; readonly pages: number }[];
}
/** Parameters: `container`; `path` (a directory; files below it are listed, '/' unless said). */
export interface LayersView {
  readonly container: string;
  readonly mountPoint: string;
  /** Highest first. */
  readonly layers: readonly LayerInfo[];
  readonly copyUps: readonly CopyUp[];
  /** The last of them is also the last thing that happened in the machine. */
  readonly fresh?: boolean;
  /** Mapped file pages of all containers: as many as they would hold each alone, and as many frames as there are. */
  readonly pages: { readonly referenced: number; readonly held: number };
  /** Files of these layers that are mapped now. */
  readonly cached?: readonly CachedFile[];
}

// ---- one system call followed

export interface CallStep {
  readonly kind: 'enter' | 'namespace' | 'permission' | 'cgroup' | 'file' | 'work' | 'return';
  /** Plain words: 'pid 1 in pid:[4026532201] is 4203', 'CAP_SYS_ADMIN: not held: EPERM'. */
  readonly text: string;
  readonly allowed: boolean | null;
  readonly units: number;
}
export interface CallView {
  /** Counts calls from boot on. */
  readonly number: number;
  readonly name: string;
  /** As strace(1) writes it. */
  readonly text: string;
  /** Host pid, number inside, container; null: the host. */
  readonly pid: number;
  readonly insidePid: number;
  readonly container: string | null;
  readonly result: string | null;
  readonly steps: readonly CallStep[];
  /** Charged for it: by the kernel as natively, and for containment. */
  readonly kernel: number;
  readonly containment: number;
}

// ---- allocation: CPU, memory and I/O on one scale (shared with the hardware level's panel)

export interface Holder {
  /** Path of the control group, or name of a virtual machine. */
  readonly id: string;
  readonly label: string;
  /** 0..1 of the machine's processor time within the window. */
  readonly cpu: number;
  readonly cpuThrottled: number;
  readonly cpuWaiting: number;
  /** Frames of 4 KiB. */
  readonly frames: number;
  readonly framesLimit: number | null;
  /** Bytes read and written by files, terminals and sockets within the window. */
  readonly read: number;
  readonly written: number;
}
/** Parameters: `window` in units of time (10 periods unless said). */
export interface AllocationView {
  readonly from: number;
  readonly to: number;
  readonly holders: readonly Holder[];
  readonly idle: number;
  readonly framesTotal: number;
  readonly framesFree: number;
  /** Frames that more than one process maps. */
  readonly framesShared: number;
  readonly slices: readonly Slice[];
}

// ---- terminals

/** Parameters: `container`. What its terminal has printed, and whether somebody waits for input there. */
export interface TerminalView {
  readonly container: string;
  /** Bytes that programs wrote, control sequences included, from `offset` on: a parameter, 0 unless said. */
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly length: number;
  readonly waiting: boolean;
  readonly rows: number;
  readonly columns: number;
}

export interface OsViews {
  'os.containers': ContainersView;
  'os.processes': ProcessesView;
  'os.namespaces': NamespacesView;
  'os.cgroups': CgroupsView;
  'os.layers': LayersView;
  'os.syscall': CallView;
  'os.allocation': AllocationView;
  'os.terminal': TerminalView;
}

// ---- what a learner does: each is a logged input, repeated on replay

/** Given to the level as text of JSON by the request `act` (see messages). Refusals are one clear sentence. */
export type OsAction =
  | {
      readonly act: 'create';
      readonly id: string;
      readonly image: string;
      readonly args: readonly string[];
      /** Kinds that are its own; all unless said. */
      readonly namespaces?: readonly NamespaceKind[];
      readonly capabilities?: readonly string[];
      /** Files of the control group to be written at start, by name: { 'cpu.max': '20000 100000' }. */
      readonly limits?: Readonly<Record<string, string>>;
      readonly start?: boolean;
    }
  | { readonly act: 'start' | 'pause' | 'resume' | 'delete'; readonly id: string }
  | { readonly act: 'kill'; readonly id: string; readonly signal: number }
  | { readonly act: 'exec'; readonly id: string; readonly args: readonly string[] }
  | { readonly act: 'limit'; readonly id: string; readonly file: string; readonly value: string }
  | { readonly act: 'type'; readonly id: string; readonly text: string };
