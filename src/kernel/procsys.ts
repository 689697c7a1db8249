/**
 * /proc/sys: settings of the kernel as files (proc(5)). A setting belongs to the machine, or to the uts, ipc or net namespace of
 * whoever reads it. Texts, ranges and errors are those of Linux 6.1 (kernel/sysctl.c, proc_dointvec and its like).
 *
 * These decide something: pid_max, nr_open, the limits of System V IPC, the namespaces' maxima, somaxconn,
 * icmp_echo_ignore_all, bindv6only and those of ip_*. The others are read back as written and no more, because what they tune
 * (swapping, writing back, overcommitting, POSIX message queues, forwarding) does not happen on this machine. What would weaken
 * a protection when it lied is left out.
 */
import { LAST_CAP } from './credentials.ts';
import { fail } from './errno.ts';
import type { Kernel } from './kernel.ts';
import { KERNEL_RELEASE, KERNEL_VERSION } from './procmachine.ts';
import type { IpcNamespace, NetNamespace } from './ns/namespaces.ts';
import type { Process } from './task.ts';
import type { MadeFile } from './vfs/made.ts';

/** Whose the value is. */
type Home = 'machine' | 'ipc' | 'net';

export interface Setting {
  readonly home: Home;
  readonly initial: readonly number[];
  readonly least: number;
  readonly most: number;
}

const INT_MAX = 0x7fff_ffff;
const setting = (initial: number | readonly number[], least = -INT_MAX - 1, most = INT_MAX, home: Home = 'machine'): Setting => ({
  home,
  initial: typeof initial === 'number' ? [initial] : initial,
  least,
  most,
});
const ipc = (initial: number | readonly number[], least = 0, most = INT_MAX): Setting => setting(initial, least, most, 'ipc');
const net = (initial: number | readonly number[], least = 0, most = INT_MAX): Setting => setting(initial, least, most, 'net');
const MOST_NAMESPACES = 15_000;

/** By path below /proc/sys. */
export const SETTINGS: Readonly<Record<string, Setting>> = {
  // Numbers of processes: fork counts up to it and begins again.
  'kernel/pid_max': setting(32_768, 301, 32_768),
  'kernel/threads-max': setting(11_700, 20, INT_MAX),
  'kernel/panic': setting(0),
  'kernel/sysrq': setting(0, 0),
  'kernel/randomize_va_space': setting(0, 0, 2),
  'kernel/core_uses_pid': setting(0),
  'kernel/dmesg_restrict': setting(1, 0, 1),
  'kernel/kptr_restrict': setting(0, 0, 2),
  'kernel/printk': setting([7, 4, 1, 7]),
  // How many pseudo-terminals, and how many of them only the first devpts may make.
  'kernel/pty/max': setting(4096, 0, 1 << 20),
  'kernel/pty/reserve': setting(1024, 0, 1 << 20),
  'kernel/shmmax': ipc(4_278_190_079, 0, 0xffff_ffff),
  'kernel/shmall': ipc(4_278_190_079, 0, 0xffff_ffff),
  'kernel/shmmni': ipc(4096, 0, 32_768),
  'kernel/msgmax': ipc(8192),
  'kernel/msgmnb': ipc(16_384),
  'kernel/msgmni': ipc(32_000, 0, 32_768),
  'kernel/sem': ipc([32_000, 1_024_000_000, 500, 32_000]),
  'fs/nr_open': setting(1_048_576, 32, 1_073_741_816),
  'fs/file-max': setting(INT_MAX, 0),
  'fs/pipe-max-size': setting(1_048_576, 4096),
  'fs/inotify/max_user_instances': setting(128, 0),
  'fs/inotify/max_user_watches': setting(8192, 0),
  'fs/inotify/max_queued_events': setting(16_384, 0),
  'fs/lease-break-time': setting(45, 0),
  'fs/mqueue/msg_default': ipc(10, 1, 65_536),
  'fs/mqueue/msg_max': ipc(10, 1, 65_536),
  'fs/mqueue/msgsize_default': ipc(8192, 128),
  'fs/mqueue/msgsize_max': ipc(8192, 128),
  'fs/mqueue/queues_max': ipc(256),
  'vm/overcommit_memory': setting(0, 0, 2),
  'vm/overcommit_ratio': setting(50, 0),
  'vm/swappiness': setting(60, 0, 200),
  'vm/max_map_count': setting(65_530, 0),
  'vm/dirty_ratio': setting(20, 0, 100),
  'vm/dirty_background_ratio': setting(10, 0, 100),
  'vm/panic_on_oom': setting(0, 0, 2),
  'vm/oom_kill_allocating_task': setting(0),
  'vm/min_free_kbytes': setting(1024, 0),
  'vm/vfs_cache_pressure': setting(100, 0),
  'net/core/somaxconn': net(4096, 0, 65_535),
  'net/ipv4/ip_forward': net(0),
  'net/ipv4/ip_default_ttl': net(64, 1, 255),
  'net/ipv4/ip_unprivileged_port_start': net(1024, 0, 65_535),
  'net/ipv4/ip_local_port_range': net([32_768, 60_999], 1, 65_535),
  'net/ipv4/icmp_echo_ignore_all': net(0, 0, 1),
  'net/ipv4/tcp_syncookies': net(1, 0, 2),
  'net/ipv6/bindv6only': net(0, 0, 1),
  // How many namespaces of a kind there may be: unshare and clone answer ENOSPC beyond.
  ...Object.fromEntries(
    ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'time', 'user', 'uts'].map((kind) => [
      `user/max_${kind}_namespaces`,
      setting(MOST_NAMESPACES, 0),
    ]),
  ),
  'user/max_inotify_instances': setting(128, 0),
  'user/max_inotify_watches': setting(8192, 0),
  'user/max_fanotify_groups': setting(128, 0),
  'user/max_fanotify_marks': setting(8192, 0),
};

/** Values as plain numbers, by path; what is not there has its initial value. */
export type Settings = { readonly [path: string]: readonly number[] };

function homeOf(k: Kernel, p: Process | null, home: Home): IpcNamespace | NetNamespace | null {
  if (home === 'machine') return null;
  const id = p === null ? 0 : k.ns.idOf(p, home);
  return home === 'ipc' ? k.ns.kind('ipc', id) : k.ns.kind('net', id);
}

/** The values of a setting as a process meets it. */
export function settingsOf(k: Kernel, p: Process | null, path: string): readonly number[] {
  const { home, initial } = SETTINGS[path]!;
  const kept = home === 'machine' ? k.settings : homeOf(k, p, home)!.settings;
  return kept?.[path] ?? initial;
}
export const settingOf = (k: Kernel, p: Process | null, path: string): number => settingsOf(k, p, path)[0]!;
/** For net namespaces, whose number is all that a socket knows. */
export const netSettings = (k: Kernel, id: number, path: string): readonly number[] =>
  k.ns.kind('net', id).settings?.[path] ?? SETTINGS[path]!.initial;

function change(k: Kernel, path: string, values: readonly number[]): void {
  const { home } = SETTINGS[path]!;
  if (home === 'machine') k.settings = { ...k.settings, [path]: values };
  else {
    const ns = homeOf(k, k.current, home)!;
    k.ns.put({ ...ns, settings: { ...ns.settings, [path]: values } });
  }
}

/** Numbers in decimal, octal or hexadecimal; fewer than there are leave the rest, more are not looked at (do_proc_dointvec). */
function numbers(text: string, count: number): number[] {
  const words = text
    .split('\0')[0]!
    .split(/[ \t\n]+/)
    .filter((w) => w !== '');
  const result: number[] = [];
  for (const word of words.slice(0, count)) {
    const [, sign, digits] = /^(-?)(0x[0-9a-fA-F]+|0[0-7]*|[1-9]\d*)$/.exec(word) ?? [];
    if (digits === undefined) {
      if (result.length > 0) break;
      return fail('EINVAL');
    }
    const n = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
    result.push(sign === '-' ? -n : n);
  }
  return result;
}

function store(k: Kernel, path: string, text: string): void {
  const { least, most } = SETTINGS[path]!,
    old = settingsOf(k, k.current, path);
  const given = numbers(text, old.length);
  if (given.length === 0) return;
  if (given.some((n) => n < least || n > most)) fail('EINVAL');
  const values = [...given, ...old.slice(given.length)];
  if (path === 'net/ipv4/ip_local_port_range' && values[0]! > values[1]!) fail('EINVAL');
  change(k, path, values);
}

// ---- names

/** proc_do_uts_string: up to 64 bytes of the first line. */
function storeName(k: Kernel, which: 'hostname' | 'domainname', text: string): void {
  if (k.current) k.ns.put({ ...k.ns.of(k.current, 'uts'), [which]: text.split(/[\0\n]/)[0]!.slice(0, 64) });
}
const name = (k: Kernel, which: 'hostname' | 'domainname'): MadeFile => ({
  text: () => `${k.current ? k.ns.of(k.current, 'uts')[which] : ''}\n`,
  store: (_of, text) => storeName(k, which, text),
});

/** 16 random bytes as a version 4 UUID. */
function uuid(bytes: Uint8Array): string {
  const b = bytes.slice();
  b[6] = (b[6]! & 15) | 0x40;
  b[8] = (b[8]! & 0x3f) | 0x80;
  const hex = [...b].map((n) => n.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}\n`;
}
/** The same for the whole run: every machine of this kind is switched on once. */
const BOOT_ID = '5a7a0001-0000-4000-8000-000000000001\n';

const fixed = (value: string | number): MadeFile => ({ text: () => `${value}\n` });

/** The files of /proc/sys, by path from /proc on. */
export function sysFiles(k: Kernel): Record<string, MadeFile> {
  const files: Record<string, MadeFile> = {
    'sys/crypto/': fixed(''),
    'sys/debug/': fixed(''),
    'sys/dev/': fixed(''),
    'sys/kernel/ostype': fixed('Linux'),
    'sys/kernel/osrelease': fixed(KERNEL_RELEASE),
    'sys/kernel/version': fixed(KERNEL_VERSION),
    'sys/kernel/hostname': name(k, 'hostname'),
    'sys/kernel/domainname': name(k, 'domainname'),
    'sys/kernel/cap_last_cap': fixed(LAST_CAP),
    'sys/kernel/ngroups_max': fixed(65_536),
    'sys/kernel/overflowuid': fixed(65_534),
    'sys/kernel/overflowgid': fixed(65_534),
    'sys/kernel/core_pattern': fixed('core'),
    'sys/kernel/tainted': fixed(0),
    'sys/kernel/pty/nr': { text: () => `${[...k.ttys.values()].filter((t) => t.isPty).length}\n` },
    'sys/kernel/random/boot_id': { text: () => BOOT_ID },
    'sys/kernel/random/uuid': { text: () => uuid(k.randomBytes(16)) },
    'sys/kernel/random/entropy_avail': fixed(256),
    'sys/kernel/random/poolsize': fixed(256),
    'sys/fs/file-nr': { text: () => `${k.files.size}\t0\t${settingOf(k, null, 'fs/file-max')}\n` },
    'sys/fs/inode-nr': { text: () => `${k.files.size}\t0\n` },
    'sys/fs/overflowuid': fixed(65_534),
    'sys/fs/overflowgid': fixed(65_534),
  };
  for (const path of Object.keys(SETTINGS))
    files[`sys/${path}`] = {
      text: () => `${settingsOf(k, k.current, path).join('\t')}\n`,
      store: (_of, text) => store(k, path, text),
    };
  return files;
}
