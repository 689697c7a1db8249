/** What a container is made of: a small part of the OCI runtime specification (config.json), with runc's defaults. */
import { CAP } from '../../kernel/credentials.ts';
import type { NamespaceKind } from '../../kernel/ns/namespaces.ts';
import type { Bits64 } from '../../kernel/task.ts';
import type { Image } from './image.ts';

export interface ContainerSpec {
  readonly id: string;
  readonly image: Image;
  /** Path of the program in the image, and its arguments from argv[0] on. */
  readonly path: string;
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly cwd?: string;
  readonly hostname?: string;
  /** Kinds of namespaces of its own; all but user unless said. */
  readonly namespaces?: readonly NamespaceKind[];
  /** With a user namespace: its ids 0 to count - 1 are these on the host. */
  readonly userMap?: { readonly first: number; readonly count: number };
  /** Names of capabilities; docker's usual ones unless said. */
  readonly capabilities?: readonly string[];
  /** Files of its control group by name: { 'cpu.max': '20000 100000' }. */
  readonly limits?: Readonly<Record<string, string>>;
  readonly readOnlyRoot?: boolean;
  /** Devices that it may open; runc's usual ones unless said, null for all. */
  readonly devices?: readonly string[] | null;
  /** The terminal of its program; the machine's first unless said. */
  readonly tty?: number;
}

export const DEFAULT_NAMESPACES: readonly NamespaceKind[] = ['pid', 'mnt', 'uts', 'ipc', 'net', 'cgroup'];
/** Those that docker and podman leave a container. */
export const DEFAULT_CAPABILITIES: readonly string[] = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FSETID',
  'FOWNER',
  'MKNOD',
  'NET_RAW',
  'SETGID',
  'SETUID',
  'SETFCAP',
  'SETPCAP',
  'NET_BIND_SERVICE',
  'SYS_CHROOT',
  'KILL',
  'AUDIT_WRITE',
];

export function capabilitySet(names: readonly string[]): Bits64 {
  let low = 0,
    high = 0;
  for (const name of names) {
    const n = CAP[name as keyof typeof CAP];
    if (n < 32) low |= 1 << n;
    else high |= 1 << (n - 32);
  }
  return [low, high];
}
export const isCapability = (name: string): boolean => Object.hasOwn(CAP, name);

export const FLAGS: Readonly<Record<NamespaceKind, number>> = {
  mnt: 0x2_0000,
  uts: 0x400_0000,
  ipc: 0x800_0000,
  net: 0x4000_0000,
  pid: 0x2000_0000,
  user: 0x1000_0000,
  cgroup: 0x200_0000,
};

/** What a process in a container finds in its environment when nobody says. */
export const USUAL_ENV: readonly string[] = ['PATH=/bin:/usr/bin', 'TERM=xterm', 'HOME=/root'];

/** Devices that runc lets every container open: null, zero, full, random, urandom, tty, console, ptmx and terminals. */
export const DEFAULT_DEVICES: readonly string[] = ['c 1:3', 'c 1:5', 'c 1:7', 'c 1:8', 'c 1:9', 'c 5:0', 'c 5:1', 'c 5:2', 'c 136:*'];
