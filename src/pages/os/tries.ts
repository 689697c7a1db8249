/**
 * The book's section 3.1.3 as things to do: two benefits, two mechanisms, one drawback; and attempts to break out of a room. A plan is a list of actions on the machine that is
 * open; what happens is for the kernel to say.
 */
import type { Below } from '../../panels/containers/state.ts';
import type { OsAction } from '../../protocol/os-views.ts';

export interface Plan {
  readonly actions: readonly OsAction[];
  /** The container to look at afterwards. */
  readonly look: string;
}
export interface Try {
  readonly id: string;
  readonly title: string;
  readonly says: string;
  readonly button: string;
  /** Where to look when it is done. */
  readonly look: string;
  readonly below?: Below;
  /** The machine runs on afterwards. */
  readonly run: boolean;
  readonly plan: (running: readonly string[], image: string) => Plan;
}

const free = (taken: readonly string[], base: string): string => {
  for (let n = 1; ; n++) if (!taken.includes(base + n)) return base + n;
};
const type = (id: string, text: string): OsAction => ({ act: 'type', id, text: `${text}\n` });
const first = (running: readonly string[]): string => running[0] ?? '';

export const TRIES: readonly Try[] = [
  {
    id: 'cheap',
    title: 'Benefit: a start costs almost nothing',
    says: 'No kernel boots. A container is made of objects of the kernel that runs already, and files that others have open are in memory once.',
    button: 'Start one more',
    look: 'Under Containers, unfold its start: every phase with its charge. Under Layers, the pages held once.',
    below: 'overlay',
    run: true,
    plan: (running, image) => {
      const id = free(running, 'more');
      return { look: id, actions: [{ act: 'create', id, image, args: ['/bin/sh'], start: true }] };
    },
  },
  {
    id: 'synchronous',
    title: 'Benefit: host and container keep in step',
    says: 'There is one kernel, so the host sees each process of a container at once, under its own number, and can act on it.',
    button: 'A shell without a room lists all',
    look: 'Its terminal lists the processes of every container. In the container’s own terminal, ps lists only its own.',
    run: true,
    plan: (running, image) => {
      const id = free(running, 'host');
      return { look: id, actions: [{ act: 'create', id, image, args: ['/bin/sh'], namespaces: ['mnt'], start: true }, type(id, 'ps')] };
    },
  },
  {
    id: 'kernel',
    title: 'Mechanism: one kernel for all',
    says: 'Every container asks the same kernel; only the answers differ with the namespaces.',
    button: 'Ask in each for name and kernel',
    look: 'Go through the terminals: the host names differ, the kernel is the same. Step back, and the picture of the system call shows where each answer came from.',
    below: 'syscall',
    run: true,
    plan: (running) => ({ look: first(running), actions: running.slice(0, 3).map((id) => type(id, 'hostname; cat /proc/version')) }),
  },
  {
    id: 'copy',
    title: 'Mechanism: read what is shared, write a copy',
    says: 'A container reads the files of its image. The first write to one copies it into the container’s own layer; the others go on reading the old one.',
    button: 'Write to a file of the image',
    look: 'The layers show the copy up, and what it cost. In another container the file is as it was.',
    below: 'overlay',
    run: true,
    plan: (running) => ({ look: first(running), actions: [type(first(running), 'echo 10.0.0.7 mine >>/etc/hosts; cat /etc/hosts')] }),
  },
  {
    id: 'family',
    title: 'Drawback: one family of systems',
    says: 'The kernel is shared, so a container cannot bring another. A Windows program has no kernel to ask here.',
    button: 'Try a Windows program',
    look: 'The kernel knows only its own formats of programs: it refuses.',
    run: true,
    plan: (running) => ({
      look: first(running),
      actions: [type(first(running), '/opt/windows.exe')],
    }),
  },
  {
    id: 'walls',
    title: 'And the walls? Attempts to break out',
    says: 'Root of a room sees no foreign process, leaves its root directory nowhere, and may neither mount nor make a disk nor raise its own limits.',
    button: 'Try nine ways out',
    look: 'Each line in the terminal says what was tried and what the kernel answered. Step back, and the picture of the system call shows who refused.',
    below: 'syscall',
    run: true,
    plan: (running) => ({
      look: first(running),
      actions: [type(first(running), WAYS_OUT.map((way) => `escape ${way}`).join('; '))],
    }),
  },
];

/** Arguments of the supplied program `escape`. */
const WAYS_OUT: readonly string[] = [
  'see init',
  'dotdot /run/strata/job/upper',
  'chroot /run/strata/job/upper',
  'setns 1',
  'device 8 0',
  'mount',
  'cgroup /sys/fs/cgroup/memory.max max',
  'hostname',
  'clock',
];
