/** Views of two tenants on one kernel, as the operating-system level would give them. Only for tests and for looking at the page. */
import type {
  AllocationView,
  CallView,
  CgroupInfo,
  CgroupsView,
  ContainersView,
  LayerFile,
  LayersView,
  NamespacesView,
  ProcessesView,
  ProcessInfo,
  Slice,
  TerminalView,
} from '../../../src/protocol/os-views.ts';

const PID_WEB = 4026532201,
  PID_JOB = 4026532301,
  HOST = 4026531836;

const process = (pid: number, name: string, more: Partial<ProcessInfo> = {}): ProcessInfo => ({
  pid,
  parent: 1,
  name,
  command: `/bin/${name}`,
  state: 'ready',
  container: null,
  inside: [],
  cgroup: '/',
  uid: 0,
  insideUid: 0,
  threads: 1,
  memory: 40_960,
  time: 12_000,
  waitsFor: null,
  ...more,
});
const inWeb = (n: number) => ({ container: 'web', inside: [{ namespace: PID_WEB, pid: n }], cgroup: '/strata/web', uid: 100_000 });
const inJob = (n: number) => ({ container: 'job', inside: [{ namespace: PID_JOB, pid: n }], cgroup: '/strata/job', uid: 200_000 });

export const processes: ProcessesView = {
  processes: [
    process(1, 'init', { parent: 0, state: 'waits', waitsFor: 'children' }),
    process(4117, 'httpd', { ...inWeb(1), state: 'waits', waitsFor: 'accept' }),
    process(4118, 'httpd', inWeb(2)),
    process(4203, 'sh', { ...inJob(1), state: 'running' }),
    process(4210, 'sum', { ...inJob(2), state: 'throttled' }),
  ],
  rooms: [
    { container: 'web', namespace: PID_WEB, hostname: 'web', sees: ['own pids', 'own network', 'own /'] },
    { container: 'job', namespace: PID_JOB, hostname: 'job', sees: ['own pids', 'own network', 'own mounts', 'own users'] },
  ],
  current: 4203,
};

/** A hundred rooms with a process each. */
export const hundred: ProcessesView = {
  processes: [
    processes.processes[0]!,
    ...Array.from({ length: 100 }, (_, i) => process(100 + i, 'server', { container: `c${i}`, inside: [{ namespace: 5000 + i, pid: 1 }] })),
  ],
  rooms: Array.from({ length: 100 }, (_, i) => ({ container: `c${i}`, namespace: 5000 + i, hostname: `c${i}`, sees: ['own pids'] })),
  current: 180,
};

const group = (
  path: string,
  container: string | null,
  more: { cpu?: Partial<CgroupInfo['cpu']>; memory?: Partial<CgroupInfo['memory']>; pids?: Partial<CgroupInfo['pids']> },
): CgroupInfo => ({
  path,
  parent: path === '/' ? null : '/',
  container,
  members: [],
  controllers: ['cpu', 'memory', 'pids'],
  subtreeControl: [],
  cpu: {
    weight: 100,
    quota: null,
    period: 1000,
    usage: 0,
    user: 0,
    system: 0,
    periods: 0,
    throttled: 0,
    throttledTime: 0,
    isThrottled: false,
    left: null,
    periodEnd: null,
    ...more.cpu,
  },
  memory: {
    current: 0,
    peak: 0,
    high: null,
    max: null,
    anonymous: 0,
    file: 0,
    events: { low: 0, high: 0, max: 0, oom: 0, oom_kill: 0 },
    ...more.memory,
  },
  pids: { current: 1, max: null, refused: 0, ...more.pids },
  frozen: false,
});

/** Periods of 100,000 units (1000 microseconds at 100 MHz); job has a fifth of each, in two pieces, and is then throttled. */
const slices: readonly Slice[] = [0, 1, 2].flatMap((p) => {
  const at = p * 100_000;
  return [
    { group: '/strata/web', from: at, to: at + 20_000 },
    { group: '/strata/job', from: at + 20_000, to: at + 30_000 },
    { group: '/strata/web', from: at + 30_000, to: at + 50_000 },
    { group: '/strata/job', from: at + 50_000, to: at + 60_000 },
    { group: '/strata/web', from: at + 60_000, to: at + 100_000 },
  ];
});
export const cgroups: CgroupsView = {
  time: 324_000,
  groups: [
    group('/', null, {}),
    group('/strata', null, {}),
    group('/strata/web', 'web', { cpu: { weight: 200, usage: 240_000 }, memory: { current: 28 * 4096, peak: 30 * 4096 } }),
    group('/strata/job', 'job', {
      cpu: { quota: 200, periods: 3, throttled: 3, throttledTime: 120_000, left: 16_000, periodEnd: 400_000, usage: 64_000 },
      memory: { current: 41 * 4096, peak: 44 * 4096, high: 48 * 4096, max: 64 * 4096 },
      pids: { current: 2, max: 8 },
    }),
  ],
  slices: [...slices, { group: '/strata/web', from: 300_000, to: 320_000 }, { group: '/strata/job', from: 320_000, to: 324_000 }],
  throttles: [0, 1, 2].map((p) => ({ group: '/strata/job', from: p * 100_000 + 60_000, to: p * 100_000 + 100_000 })),
};
/** Two groups that take turns of 100 units: too fine to draw one by one. */
export const fine: CgroupsView = {
  ...cgroups,
  slices: Array.from({ length: 3240 }, (_, i) => ({
    group: i % 4 === 0 ? '/strata/job' : '/strata/web',
    from: i * 100,
    to: i * 100 + 100,
  })),
  throttles: [],
};

const file = (path: string, more: Partial<LayerFile> = {}): LayerFile => ({
  path,
  kind: 'file',
  size: 512,
  visible: true,
  change: null,
  ...more,
});
export const layers: LayersView = {
  container: 'job',
  mountPoint: '/',
  layers: [
    {
      name: 'upper',
      source: '/var/lib/strata/job/upper',
      writable: true,
      sharedWith: [],
      files: [
        file('/etc/conf', { change: 'copied up' }),
        file('/tmp/out', { change: 'new', size: 10 }),
        file('/etc/issue', { kind: 'whiteout', change: 'deleted', size: 0 }),
      ],
      more: 0,
    },
    {
      name: 'lower 0',
      source: 'app',
      writable: false,
      sharedWith: [],
      files: [file('/etc/conf', { visible: false }), file('/var/log')],
      more: 0,
    },
    {
      name: 'lower 1',
      source: 'base',
      writable: false,
      sharedWith: ['web'],
      files: [
        file('/bin', { kind: 'directory' }),
        file('/bin/sh', { size: 9000 }),
        file('/etc/motd'),
        file('/etc/conf', { visible: false }),
        file('/etc/issue', { visible: false }),
      ],
      more: 3,
    },
  ],
  copyUps: [{ time: 323_990, path: '/etc/conf', from: 'lower 0', bytes: 512, units: 1310 }],
  fresh: true,
  pages: { referenced: 28, held: 14 },
};

export const call: CallView = {
  number: 212,
  name: 'open',
  text: 'open("/etc/conf", O_WRONLY|O_APPEND)',
  pid: 4203,
  insidePid: 1,
  container: 'job',
  result: '3',
  steps: [
    { kind: 'enter', text: 'int 0x80 with eax = 5', allowed: null, units: 120 },
    { kind: 'namespace', text: '/etc/conf in mnt:[4026532302], whose root is /var/lib/strata/job/merged', allowed: null, units: 84 },
    { kind: 'permission', text: 'uid 0 in user:[4026532305] is 200000: may write', allowed: true, units: 24 },
    { kind: 'cgroup', text: '1 page charged to /strata/job: 41 of 64', allowed: true, units: 30 },
    { kind: 'file', text: 'copied up from the app layer, 512 bytes', allowed: null, units: 1310 },
    { kind: 'return', text: 'file descriptor 3', allowed: null, units: 60 },
  ],
  kernel: 204,
  containment: 1424,
};

export const allocation: AllocationView = {
  from: 224_000,
  to: 324_000,
  holders: [
    {
      id: '/strata/web',
      label: 'web',
      cpu: 0.7,
      cpuThrottled: 0,
      cpuWaiting: 0.2,
      frames: 28,
      framesLimit: null,
      read: 4096,
      written: 812,
    },
    { id: '/strata/job', label: 'job', cpu: 0.2, cpuThrottled: 0.4, cpuWaiting: 0.1, frames: 41, framesLimit: 64, read: 512, written: 10 },
  ],
  idle: 0.1,
  framesTotal: 512,
  framesFree: 380,
  framesShared: 14,
  slices: [],
};

export const namespaces: NamespacesView = {
  namespaces: [
    { id: HOST, kind: 'pid', parent: null, owner: null, members: [1, 4117, 4118, 4203, 4210], holds: ['5 processes'] },
    { id: PID_JOB, kind: 'pid', parent: HOST, owner: 'job', members: [4203, 4210], holds: ['2 processes'] },
  ],
};

const ledger = { guest: 306_480, kernel: 13_740, containment: 3780 };
const startup = [
  { phase: 'namespaces', units: 2100 },
  { phase: 'control group', units: 320 },
  { phase: 'mounts', units: 1480 },
  { phase: 'pivot_root', units: 210 },
  { phase: 'capabilities', units: 40 },
  { phase: 'exec', units: 5200 },
];
const container = (id: string, owner: number, pid: number, processCount: number): ContainersView['containers'][number] => ({
  id,
  owner,
  status: 'running',
  hostname: id,
  command: id === 'web' ? '/bin/httpd' : '/bin/sh',
  image: 'app',
  pid,
  cgroup: `/strata/${id}`,
  processes: processCount,
  exit: null,
  startup,
  memory: 41 * 4096,
  memoryPeak: 44 * 4096,
  own: ['pid', 'mnt', 'uts', 'ipc', 'net', 'user', 'cgroup'],
  capabilities: ['CHOWN', 'KILL', 'NET_BIND_SERVICE'],
  ledger,
});
export const containers: ContainersView = {
  containers: [container('web', 1, 4117, 2), container('job', 2, 4203, 2)],
  ledger,
  time: 324_000,
};

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const screen = '# ps\n  PID COMMAND\n    1 sh\n    2 sum\n# echo mode=fast >>/etc/conf\n# ';
export const terminal: TerminalView = {
  container: 'job',
  offset: 0,
  bytes: bytes(screen),
  length: screen.length,
  waiting: true,
  rows: 24,
  columns: 80,
};
