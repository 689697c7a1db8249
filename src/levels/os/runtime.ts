/**
 * The container runtime: what runc does, with the kernel's own objects and nothing else. A container is a process made with
 * new namespaces, in a control group, on an overlay of its image, its root exchanged by pivot_root, its capabilities dropped.
 *
 * Every phase of the start is charged by the operations that the kernel performs for it, to the container's own account.
 */
import type { Plain } from '../../bits/plain.ts';
import { fromLatin1 } from '../../bits/utf8.ts';
import { NO_CAPS } from '../../kernel/credentials.ts';
import { Errno, fail } from '../../kernel/errno.ts';
import { execve } from '../../kernel/execve.ts';
import type { Kernel, ProcessOptions } from '../../kernel/kernel.ts';
import { CgroupFs } from '../../kernel/cgroup/fs.ts';
import { MS_BIND, MS_REMOUNT, mount, pivotRoot } from '../../kernel/ns/mounting.ts';
import { makeFileSystem } from '../../kernel/ns/systems.ts';
import { umount } from '../../kernel/ns/umount.ts';
import { gidsOf, NO_ID, toKernel } from '../../kernel/ns/usermap.ts';
import { DevptsFs } from '../../kernel/pty/devpts.ts';
import { nameConsole } from '../../kernel/pty/ends.ts';
import { ensureDirectory } from '../../kernel/rootfs.ts';
import { send, SIGKILL } from '../../kernel/signals.ts';
import type { Node, Process } from '../../kernel/task.ts';
import { MS_NODEV, MS_NOEXEC, MS_NOSUID, MS_RDONLY } from '../../kernel/vfs/mounts.ts';
import { S_IFCHR, S_IFDIR, S_IFLNK } from '../../kernel/vfs/types.ts';
import { type Footprint, footprintOf, type Fullest, fullestOf, inGroup, membersOf, sizeOf } from './footprint.ts';
import { capabilitySet, type ContainerSpec, DEFAULT_CAPABILITIES, DEFAULT_DEVICES, DEFAULT_NAMESPACES, FLAGS } from './spec.ts';

export interface Phase {
  readonly phase: string;
  readonly units: number;
}
export interface Container {
  readonly id: string;
  readonly owner: number;
  readonly image: string;
  readonly command: string;
  readonly hostname: string;
  readonly cgroup: string;
  readonly capabilities: readonly string[];
  readonly own: readonly string[];
  /** File system of its root. */
  readonly overlay: number;
  readonly tty: number;
  pid: number;
  status: 'created' | 'running' | 'stopped';
  startup: readonly Phase[];
  exit: Process['exit'];
  /** Processes that `exec` brought in. */
  joined: readonly number[];
  /** Machine time at which it was made. */
  readonly born: number;
  /** What it took of memory when it took most, as far as was looked. */
  largest: Footprint;
}

const RUN = '/run/strata';
export const PARENT_GROUP = '/strata';
const TMPFS_FLAGS = MS_NOSUID | MS_NODEV;
/** The options that runc mounts a container's devpts with; group 5 is `tty`, where the container has one. */
const devptsData = (p: Process): string =>
  `newinstance,ptmxmode=0666,mode=0620${toKernel(gidsOf(p.credentials), 5) === NO_ID ? '' : ',gid=5'}`;

export class Runtime {
  private readonly k: Kernel;
  containers: Container[] = [];
  /** The machine when its containers took most of its memory. */
  fullest: Fullest | null = null;
  /** The process on the host whose children containers are. */
  private readonly host: () => Process;

  constructor(k: Kernel, host: () => Process) {
    this.k = k;
    this.host = host;
  }

  get(id: string): Container | undefined {
    return this.containers.find((c) => c.id === id);
  }

  /** Everything but the program's first instruction. */
  create(spec: ContainerSpec): Container {
    const { k } = this,
      host = this.host(),
      phases: Phase[] = [],
      kinds = spec.namespaces ?? DEFAULT_NAMESPACES,
      capabilities = spec.capabilities ?? DEFAULT_CAPABILITIES,
      before = k.machine.ledger.owner;
    if (this.get(spec.id)) fail('EEXIST');
    const phase = <T>(name: string, action: () => T): T => {
      const start = k.machine.time,
        result = action();
      phases.push({ phase: name, units: k.machine.time - start });
      return result;
    };
    const p = k.control.onBehalf('/', () => phase('process', () => this.newProcess(spec)));
    k.machine.ledger.setOwner(p.owner);
    try {
      const cgroup = phase('control group', () => this.joinGroup(spec, p));
      const inGroup = <T>(name: string, action: () => T): T => k.control.onBehalf(cgroup, () => phase(name, action));
      inGroup('namespaces', () => this.enterNamespaces(spec, p, kinds));
      const root = inGroup('mounts', () => this.mountRoot(spec, p));
      inGroup('pivot_root', () => this.enterRoot(spec, p, root.path, kinds.includes('mnt')));
      inGroup('capabilities', () => this.dropPrivileges(p, capabilities));
      const hostname = spec.hostname ?? spec.id;
      if (kinds.includes('uts')) k.ns.put({ ...k.ns.of(p, 'uts'), hostname });
      inGroup('exec', () => this.load(spec, p));
      const made: Container = {
        id: spec.id,
        owner: p.owner,
        image: spec.image.name,
        command: spec.args.join(' '),
        hostname: k.ns.hostname(p),
        cgroup,
        capabilities,
        own: kinds,
        overlay: root.fs,
        tty: spec.tty ?? 0,
        pid: p.pid,
        status: 'created',
        startup: phases,
        exit: null,
        joined: [],
        born: k.machine.time - phases.reduce((sum, { units }) => sum + units, 0),
        largest: footprintOf(k, cgroup),
      };
      this.containers.push(made);
      this.fullest = this.fuller();
      k.emit('container', () => ({ what: 'create', id: spec.id, container: spec.id }));
      return made;
    } finally {
      k.machine.ledger.setOwner(before);
      if (p.ppid === host.pid && p.state !== 'zombie' && !this.get(spec.id)) k.kill(p, SIGKILL, 'The container could not be made.');
    }
  }

  private newProcess(spec: ContainerSpec): Process {
    const p = this.k.createProcess({ name: spec.path, args: spec.args, env: spec.env, tty: spec.tty ?? 0 }) ?? fail('ENOMEM');
    p.ppid = this.host().pid;
    p.state = 'stopped';
    return p;
  }

  private joinGroup(spec: ContainerSpec, p: Process): string {
    const { control } = this.k,
      parent = control.tree.get(PARENT_GROUP) ?? control.make(control.tree.root, PARENT_GROUP.slice(1));
    control.tree.root.subtreeControl = parent.subtreeControl = ['cpu', 'memory', 'pids'];
    const g = control.make(parent, spec.id);
    g.devices = spec.devices === undefined ? DEFAULT_DEVICES : spec.devices;
    for (const [file, value] of Object.entries(spec.limits ?? {})) this.setLimit(g.path, file, value);
    control.move(p, g);
    return g.path;
  }

  /** Writes a file of a control group, as `echo VALUE > FILE` on the host. */
  setLimit(group: string, file: string, value: string): void {
    const { k } = this,
      fs = this.cgroupFs(),
      g = k.control.tree.get(group) ?? fail('ENOENT');
    const ino = fs.lookup(fs.inoOf(g), file) ?? fail('ENOENT');
    fs.write(ino, 0, fromLatin1(value));
  }

  private cgroupFs(): CgroupFs {
    const there = this.k.tree.all().find((fs) => fs instanceof CgroupFs);
    return there instanceof CgroupFs ? there : (makeFileSystem(this.k, 'cgroup2', null) as CgroupFs);
  }

  private enterNamespaces(spec: ContainerSpec, p: Process, kinds: readonly string[]): void {
    const { k } = this,
      flags = kinds.reduce((all, kind) => all | FLAGS[kind as keyof typeof FLAGS], 0);
    const host = this.host(),
      group = host.cgroup;
    // The cgroup namespace's root is the group of the process that it is made for.
    host.cgroup = p.cgroup;
    const born = k.newNamespaces(host, flags);
    host.cgroup = group;
    const held = [p.cwd, p.root];
    born(p);
    for (const node of held) k.tree.hold(node, -1);
    for (const node of [p.cwd, p.root]) k.tree.hold(node, 1);
    if (kinds.includes('user')) this.mapUsers(spec, p);
  }

  private mapUsers(spec: ContainerSpec, p: Process): void {
    const { first, count } = spec.userMap ?? { first: 100_000, count: 65_536 },
      range = [[0, first, count]] as const,
      ns = this.k.ns.of(p, 'user');
    this.k.ns.put({ ...ns, uidMap: range, gidMap: range, uids: range, gids: range });
    p.credentials = {
      ...p.credentials,
      user: { ns: ns.id, uids: range, gids: range },
      uid: first,
      euid: first,
      suid: first,
      fsuid: first,
      gid: first,
      egid: first,
      sgid: first,
      fsgid: first,
    };
  }

  /** The overlay of the image, and what a container finds below /proc, /dev and /sys. */
  private mountRoot(spec: ContainerSpec, p: Process): { readonly path: string; readonly fs: number } {
    const { k } = this,
      base = `${RUN}/${spec.id}`,
      root = `${base}/root`;
    const owner = { uid: p.credentials.fsuid, gid: p.credentials.fsgid };
    for (const name of ['upper', 'work', 'root']) {
      const node = ensureDirectory(k, `${base}/${name}`);
      k.tree.fs(node.fs).setAttributes(node.ino, owner);
    }
    const lower = spec.image.layers
      .map(({ path }) => path)
      .toReversed()
      .join(':');
    const at = (path: string): string => `${root}${path}`;
    const mnt = (source: string, target: string, type: string, flags = 0, data = ''): void => {
      mount(k, p, { source, target: at(target), type, flags, data });
    };
    mnt('overlay', '', 'overlay', 0, `lowerdir=${lower},upperdir=${base}/upper,workdir=${base}/work`);
    for (const name of ['/proc', '/dev', '/sys', '/.old']) this.directory(p, at(name));
    mnt('proc', '/proc', 'proc', MS_NOSUID | MS_NODEV | MS_NOEXEC);
    mnt('tmpfs', '/dev', 'tmpfs', MS_NOSUID, 'mode=755,size=65536k');
    this.fillDev(p, at('/dev'));
    this.directory(p, at('/dev/pts'));
    mnt('devpts', '/dev/pts', 'devpts', MS_NOSUID | MS_NOEXEC, devptsData(p));
    this.nameConsole(p, at('/dev/pts'), spec.tty ?? 0);
    this.directory(p, at('/dev/shm'));
    mnt('shm', '/dev/shm', 'tmpfs', TMPFS_FLAGS | MS_NOEXEC, 'mode=1777,size=65536k');
    mnt('sysfs', '/sys', 'sysfs', MS_NOSUID | MS_NODEV | MS_NOEXEC);
    for (const name of ['/sys/fs', '/sys/fs/cgroup']) this.directory(p, at(name));
    mnt('cgroup', '/sys/fs/cgroup', 'cgroup2', MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY);
    // The group itself can be written by the host; this mount of it cannot.
    mount(k, p, {
      source: 'cgroup',
      target: at('/sys/fs/cgroup'),
      type: '',
      flags: MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC,
      data: '',
    });
    return { path: root, fs: k.tree.walk(p, p.cwd, root, true).node!.fs };
  }

  private directory(p: Process, path: string): void {
    const found = this.k.tree.walk(p, p.cwd, path, true);
    if (!found.node)
      this.k.tree
        .fs(found.parent.fs)
        .create(found.parent.ino, found.name, { mode: S_IFDIR | 0o755, uid: p.credentials.fsuid, gid: p.credentials.fsgid });
  }

  private fillDev(p: Process, path: string): void {
    const node = this.k.tree.walk(p, p.cwd, path, true).node!,
      fs = this.k.tree.fs(node.fs),
      uid = p.credentials.fsuid,
      gid = p.credentials.fsgid;
    for (const [name, rdev] of [
      ['null', 0x103],
      ['zero', 0x105],
      ['full', 0x107],
      ['random', 0x108],
      ['urandom', 0x109],
      ['tty', 0x500],
    ] as const)
      fs.create(node.ino, name, { mode: S_IFCHR | 0o666, uid, gid, rdev });
    for (const [name, target] of [
      ['ptmx', 'pts/ptmx'],
      ['fd', '/proc/self/fd'],
      ['stdin', '/proc/self/fd/0'],
      ['stdout', '/proc/self/fd/1'],
      ['stderr', '/proc/self/fd/2'],
    ] as const)
      fs.create(node.ino, name, { mode: S_IFLNK | 0o777, uid, gid, target });
  }

  /** The terminal of a container is the next number in its own devpts. */
  private nameConsole(p: Process, path: string, tty: number): void {
    const { k } = this,
      at = this.isThere(p, path) ? k.tree.walk(p, p.root, path, true).node : null,
      fs = at && k.tree.fs(at.fs);
    if (fs instanceof DevptsFs) nameConsole(k.ttys.get(tty)!, fs, p.credentials.fsuid, p.credentials.fsgid);
  }

  /** pivot_root and the old root detached; without a mount namespace of its own chroot has to do, as with runc. */
  private enterRoot(spec: ContainerSpec, p: Process, root: string, own: boolean): void {
    const { k } = this,
      node = k.tree.walk(p, p.cwd, root, true).node!;
    if (own) pivotRoot(k, p, root, `${root}/.old`);
    this.moveTo(p, node);
    if (own) umount(k, p, '/.old', 2);
    k.tree.fs(node.fs).remove(node.ino, '.old');
    if (spec.readOnlyRoot) mount(k, p, { source: '', target: '/', type: '', flags: MS_REMOUNT | MS_BIND | MS_RDONLY, data: '' });
    if (spec.cwd && spec.cwd !== '/') {
      const at = k.tree.walk(p, p.root, spec.cwd, true).node ?? fail('ENOENT');
      k.tree.hold(p.cwd, -1);
      p.cwd = at;
      k.tree.hold(at, 1);
    }
  }

  private moveTo(p: Process, node: Node): void {
    for (const which of ['cwd', 'root'] as const) {
      this.k.tree.hold(p[which], -1);
      this.k.tree.hold(node, 1);
      p[which] = node;
    }
  }

  private dropPrivileges(p: Process, names: readonly string[]): void {
    const set = capabilitySet(names);
    p.credentials = { ...p.credentials, bounding: set, permitted: set, effective: set, inheritable: NO_CAPS };
    p.noNewPrivileges = true;
  }

  private load(spec: ContainerSpec, p: Process): void {
    const { k } = this;
    const open = (path: string) => k.tree.walk(p, p.cwd, path, true).node ?? fail('ENOENT');
    const path = this.find(spec, p);
    execve(k, p, open(path), path, spec.args, spec.env, open, (_node, at) => at);
    p.loaded = false;
  }

  /** A bare name is looked for in the folders of PATH, as execvp(3) does. */
  private find(spec: ContainerSpec, p: Process): string {
    if (spec.path.includes('/')) return spec.path;
    const path = spec.env.find((e) => e.startsWith('PATH='))?.slice(5) ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
    const there = path.split(':').map((folder) => `${folder}/${spec.path}`);
    return there.find((at) => this.isThere(p, at)) ?? fail('ENOENT');
  }
  private isThere(p: Process, path: string): boolean {
    try {
      return this.k.tree.walk(p, p.cwd, path, true).node !== null;
    } catch (error) {
      if (error instanceof Errno) return false;
      throw error;
    }
  }

  start(c: Container): void {
    const p = this.k.processes.get(c.pid);
    if (c.status !== 'created' || !p) fail('EINVAL');
    p!.state = 'runnable';
    p!.vruntime = this.k.control.floor(p!);
    c.status = 'running';
    this.k.woken = true;
    this.k.emit('container', () => ({ what: 'start', id: c.id, container: c.id, pid: c.pid }));
  }

  /** Another program in a container that runs: joins its namespaces and its control group (as `docker exec`). */
  exec(c: Container, path: string, args: readonly string[], env: readonly string[], tty = 0): Process {
    const { k } = this,
      init = k.processes.get(c.pid);
    if (c.status !== 'running' || !init) return fail('ESRCH');
    const before = k.machine.ledger.owner;
    k.machine.ledger.setOwner(c.owner);
    try {
      return k.control.onBehalf(c.cgroup, () => this.join(c, init, { name: path, args, env, tty, owner: c.owner }));
    } finally {
      k.machine.ledger.setOwner(before);
    }
  }

  private join(c: Container, init: Process, options: ProcessOptions): Process {
    const { k } = this,
      { name: path, args, env } = options;
    if (options.tty) this.nameConsole(init, '/dev/pts', options.tty);
    const p = k.createProcess(options) ?? fail('ENOMEM');
    p.ppid = this.host().pid;
    k.control.move(p, k.control.group(c.cgroup));
    for (const which of ['cwd', 'root'] as const) k.tree.hold(p[which], -1);
    p.namespaces = init.namespaces;
    p.credentials = init.credentials;
    p.cwd = p.root = init.root;
    for (const which of ['cwd', 'root'] as const) k.tree.hold(p[which], 1);
    p.noNewPrivileges = true;
    k.ns.number(p.pid, k.ns.idOf(p, 'pid'));
    this.load({ id: c.id, path, args, env, image: { name: c.image, layers: [] } }, p);
    c.joined = [...c.joined, p.pid];
    k.woken = true;
    k.emit('container', () => ({ what: 'exec', id: c.id, container: c.id, pid: p.pid }));
    return p;
  }

  /** A process of the machine itself, outside all containers, as root: for what is to be compared with them. */
  onHost(path: string, args: readonly string[], env: readonly string[], tty: number): Process {
    const { k } = this,
      host = this.host();
    return k.control.onBehalf('/', () => {
      const p = k.createProcess({ name: path, args, env, tty, owner: host.owner }) ?? fail('ENOMEM');
      p.ppid = host.pid;
      this.load({ id: '', path, args, env, image: { name: '', layers: [] } }, p);
      k.woken = true;
      return p;
    });
  }

  pause(c: Container, on: boolean): void {
    this.k.control.freeze(this.k.control.group(c.cgroup), on);
  }

  kill(c: Container, signal: number): void {
    const p = this.k.processes.get(c.pid);
    if (!p || c.status === 'stopped') fail('ESRCH');
    send(this.k, p!, signal);
    if (c.status === 'created') this.k.kill(p!, signal, 'It was killed before it was started.');
  }

  /** A task is about to end: what its container holds is looked at when it may be more than ever. */
  ending(p: Process): void {
    const c = this.containers.find((one) => inGroup(p, one.cgroup));
    if (!c) return;
    const pages = new Map(membersOf(this.k, c.cgroup).map((q) => [q.space, this.k.spaces.get(q.space)?.resident ?? 0]));
    const { own, cache } = c.largest;
    if ([...pages.values()].reduce((sum, n) => sum + n, 0) > own + cache) c.largest = this.larger(c);
    this.fullest = this.fuller();
  }
  /** The largest footprint so far, the present one among them. */
  larger(c: Container): Footprint {
    const now = footprintOf(this.k, c.cgroup);
    return sizeOf(now) > sizeOf(c.largest) ? now : c.largest;
  }
  fuller(): Fullest {
    const { fullest, k } = this;
    return fullest === null || k.frames.used > fullest.used ? fullestOf(k, PARENT_GROUP) : fullest;
  }

  /** A process of the machine has ended: was it a container's first? */
  ended(leader: Process): Container | null {
    const c = this.containers.find((one) => one.pid === leader.pid && one.status !== 'stopped');
    if (!c) return null;
    c.status = 'stopped';
    c.exit = leader.exit;
    this.k.emit('container', () => ({ what: 'exit', id: c.id, container: c.id, code: leader.exit!.code, signal: leader.exit!.signal }));
    return c;
  }

  /** What is left of a container that has stopped: its group and its upper layer. */
  delete(c: Container): void {
    if (c.status !== 'stopped') fail('EBUSY');
    const { k } = this,
      g = k.control.tree.get(c.cgroup);
    if (g) k.control.remove(g);
    const run = ensureDirectory(k, RUN),
      fs = k.tree.fs(run.fs);
    const clear = (directory: number, name: string): void => {
      const ino = fs.lookup(directory, name);
      if (ino === null) return;
      if ((fs.stat(ino).mode & 0o170000) === S_IFDIR) for (const e of fs.list(ino, 0)) clear(ino, e.name);
      fs.remove(directory, name);
    };
    clear(run.ino, c.id);
    this.containers = this.containers.filter((one) => one !== c);
  }

  save(): Plain {
    return { containers: this.containers.map((c) => ({ ...c })), fullest: this.fullest } as unknown as Plain;
  }
  restore(state: Plain): void {
    const saved = state as unknown as Pick<Runtime, 'containers' | 'fullest'>;
    this.containers = saved.containers.map((c) => ({ ...c }));
    this.fullest = saved.fullest;
  }
}
