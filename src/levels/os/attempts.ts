/**
 * Attempts of one container to interfere with others or to get out, as data: what is tried, what holds it, what Linux does. Each
 * is carried out inside a container and, as a control, outside of one (battery.ts), where it must succeed: else it would show
 * nothing. Those that no kernel shared by all can hold are here too, and say why.
 *
 * Lines are for our own shell and programs (public/programs/os). $VICTIM is the number on the host of a process of root's there.
 */
import type { NamespaceKind } from '../../kernel/ns/namespaces.ts';

export interface Attempt {
  readonly id: string;
  readonly title: string;
  /** What the shell of the container runs. */
  readonly line: string;
  /** Outside, when it has to be said otherwise there. */
  readonly control?: string;
  /** Where the control runs: as root on the host, or in a container made with chroot alone. */
  readonly outside: 'host' | 'chroot';
  /** What somebody on the host does when the attempt has ended, or has run for a while: what he sees then is what counts. */
  readonly after?: string;
  /** In what was printed this shows that it succeeded (a regular expression). */
  readonly success: string;
  readonly limits?: Readonly<Record<string, string>>;
  /** Every capability, and every device: a privileged container. */
  readonly privileged?: boolean;
  readonly namespaces?: readonly NamespaceKind[];
  /** What holds it; null: nothing does. */
  readonly heldBy: string | null;
  /** What Linux does, and why. */
  readonly linux: string;
}

const ALL: readonly NamespaceKind[] = ['pid', 'mnt', 'uts', 'ipc', 'net', 'cgroup'];

export const ATTEMPTS: readonly Attempt[] = [
  {
    id: 'see',
    title: 'See processes of others',
    line: 'escape see 77',
    outside: 'host',
    success: 'seen in /proc',
    heldBy: 'pid namespace',
    linux: '/proc shows the processes of the pid namespace that it was mounted for.',
  },
  {
    id: 'kill',
    title: 'Kill a process of the host',
    line: 'escape kill $VICTIM',
    outside: 'host',
    success: 'allowed',
    heldBy: 'pid namespace',
    linux: 'kill(2) looks the number up in the namespace of the caller, where it is not (ESRCH).',
  },
  {
    id: 'dotdot',
    title: 'Read a file of the host by ..',
    line: 'escape dotdot /etc/secret',
    outside: 'host',
    success: 'the secret of the host',
    heldBy: 'mount namespace',
    linux: '.. of the root directory is the root directory itself (path_resolution(7)).',
  },
  {
    id: 'chroot',
    title: 'Climb out by a second chroot',
    line: 'escape chroot /etc/secret',
    outside: 'chroot',
    success: 'the secret of the host',
    heldBy: 'pivot_root',
    linux:
      'chroot(2) only moves the root of the process, so a second one leads out; after pivot_root(2) there is nothing outside to get to.',
  },
  {
    id: 'proc-root',
    title: 'Read a file of the host by /proc/PID/root',
    line: 'escape root $VICTIM /etc/secret',
    outside: 'host',
    success: 'the secret of the host',
    heldBy: 'pid namespace',
    linux: 'The process is not in this /proc; if it were, following the link would need ptrace rights over it.',
  },
  {
    id: 'setns',
    title: 'Enter the namespaces of the host',
    line: 'escape setns $VICTIM',
    outside: 'host',
    success: 'entered',
    heldBy: 'pid namespace',
    linux: 'There is no /proc/PID/ns of a process that the namespace does not know.',
  },
  {
    id: 'setns-right',
    title: 'Enter them when their processes can be seen',
    line: 'escape setns $VICTIM',
    outside: 'host',
    success: 'entered',
    namespaces: ALL.filter((kind) => kind !== 'pid'),
    heldBy: 'capabilities',
    linux: 'setns(2) needs CAP_SYS_ADMIN over the namespace, and reading the link ptrace rights over the process (EACCES, EPERM).',
  },
  {
    id: 'mount',
    title: 'Mount a file system',
    line: 'mkdir -p /mnt; escape mount',
    outside: 'host',
    success: ': mounted',
    heldBy: 'capabilities',
    linux: 'mount(2) needs CAP_SYS_ADMIN in the user namespace that owns the mount namespace (EPERM).',
  },
  {
    id: 'remount',
    title: 'Make what is mounted read-only writable',
    line: 'escape remount /sys/fs/cgroup',
    control: 'mount -t tmpfs t /mnt; escape remount /mnt',
    outside: 'host',
    success: 'mounted again, and written',
    heldBy: 'capabilities',
    linux: 'A remount needs CAP_SYS_ADMIN as a mount does (EPERM).',
  },
  {
    id: 'cgroup',
    title: "Raise one's own limit",
    line: 'escape cgroup /sys/fs/cgroup/memory.max max',
    control: 'mount -t cgroup2 none /sys/fs/cgroup; escape cgroup /sys/fs/cgroup/cgroup.max.depth max',
    outside: 'host',
    limits: { 'memory.max': '8M' },
    success: 'limit: written',
    heldBy: 'read-only mount',
    linux: 'Container engines mount cgroup2 read-only (EROFS), with the cgroup namespace on top of it.',
  },
  {
    id: 'device',
    title: 'Read the disk by a device node of its own',
    line: 'escape device 1 0',
    outside: 'host',
    success: 'the disk of the host',
    heldBy: 'device rules',
    linux: 'No namespace holds devices: CAP_MKNOD makes the node, a BPF program on the control group forbids to open it (EPERM).',
  },
  {
    id: 'device-privileged',
    title: 'The same in a privileged container',
    line: 'escape device 1 0',
    outside: 'host',
    privileged: true,
    success: 'the disk of the host',
    heldBy: null,
    linux: 'There is one device with that number and one driver: who may open it is past all containment. So it is on Linux.',
  },
  {
    id: 'fork-bomb',
    title: 'Use up the process table',
    line: 'forkbomb 60',
    outside: 'host',
    limits: { 'pids.max': '20' },
    success: 'none refused',
    heldBy: 'pids.max',
    linux: 'fork(2) fails with EAGAIN in the group only; others are not concerned.',
  },
  {
    id: 'memory',
    title: 'Use up memory',
    line: 'memhog 20',
    outside: 'host',
    limits: { 'memory.max': '6M' },
    success: 'ends by itself',
    heldBy: 'memory.max',
    linux: 'The OOM killer looks for its victim inside the group (status 137).',
  },
  {
    id: 'disk',
    title: 'Fill the disk',
    line: 'escape disk 16',
    outside: 'host',
    limits: { 'memory.max': '8M' },
    success: 'MiB written',
    heldBy: 'memory.max',
    linux:
      'Layers stand in memory here, where pages of files are charged to memory.max (as on a tmpfs). On a disk file system overlayfs knows no quota of its own: Linux then needs project quotas of ext4 or XFS.',
  },
  {
    id: 'cpu',
    title: 'Take the processor from others',
    line: 'cpuhog 3 & cpuhog 3 & cpuhog 3 & cpuhog 3 & wait',
    outside: 'host',
    after: 'cpuhog 1 victim',
    limits: { 'cpu.max': '30000 100000' },
    success: ' [0-3]\\d% of a processor',
    heldBy: 'cpu.max',
    linux: 'The group stands still until its period ends when its quota is used up, however many tasks it has.',
  },
  {
    id: 'port',
    title: 'Answer on a port of the host',
    line: 'server 80 1',
    outside: 'host',
    after: 'client 80 hello',
    success: 'you said "hello"',
    heldBy: 'net namespace',
    linux: 'Ports belong to a network namespace; the one of the container has a loopback of its own.',
  },
  {
    id: 'hostname',
    title: 'Rename the machine, with every capability',
    line: 'escape hostname',
    outside: 'host',
    after: 'hostname',
    privileged: true,
    success: 'stolen',
    heldBy: 'uts namespace',
    linux: 'sethostname(2) changes the name in the namespace of the caller.',
  },
  {
    id: 'image',
    title: 'Change a program that others run',
    line: 'echo broken > /bin/wc',
    outside: 'host',
    after: 'hostname > /tmp/h; wc /tmp/h',
    success: 'format error',
    heldBy: 'overlay',
    linux: 'overlayfs copies the file up before it is written; the layer stays as it is.',
  },
  {
    id: 'clock',
    title: 'Set the clock',
    line: 'escape clock',
    outside: 'host',
    success: 'for everybody',
    heldBy: 'capabilities',
    linux: 'settimeofday(2) needs CAP_SYS_TIME, which engines do not give (EPERM).',
  },
  {
    id: 'clock-privileged',
    title: 'Set the clock, with every capability',
    line: 'escape clock',
    outside: 'host',
    privileged: true,
    success: 'for everybody',
    heldBy: null,
    linux: 'One kernel keeps one wall clock; time namespaces only move the monotonic and the boot clock (time_namespaces(7)).',
  },
  {
    id: 'module',
    title: 'Load code into the kernel',
    line: 'escape module',
    outside: 'host',
    success: 'allowed',
    heldBy: 'capabilities',
    linux: 'init_module(2) needs CAP_SYS_MODULE (EPERM). Who has it is in everybody’s kernel.',
  },
  {
    id: 'look',
    title: 'Look at the memory of the whole machine',
    line: 'cat /proc/meminfo',
    outside: 'host',
    limits: { 'memory.max': '8M' },
    success: 'MemTotal: +(2\\d|3\\d)\\d{3} kB',
    heldBy: null,
    linux: '/proc/meminfo, loadavg and uptime know no namespace: a container sees the load of all others (lxcfs exists for that reason).',
  },
  {
    id: 'see-shared',
    title: 'See processes of the host when its pid namespace is shared',
    line: 'escape see 77',
    outside: 'host',
    namespaces: ALL.filter((kind) => kind !== 'pid'),
    success: 'seen in /proc',
    heldBy: null,
    linux: 'What a container does not get for itself is the host’s (docker run --pid=host).',
  },
];
