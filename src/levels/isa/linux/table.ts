/**
 * System calls of Linux on MIPS o32 and what they are on i386: name, both numbers, and where each i386 argument comes from.
 *
 * An argument is a word: the number of the MIPS argument (0 to 6; from 4 on they lie on the stack), then how it changes:
 * `open map signal resource fcntl ioctl how clone socket level option` map a number; `>struct` is a structure filled by the call, `<struct` one read by
 * it, `<>struct` both; `=n` is a constant. 64-bit arguments take an aligned pair of registers on MIPS, hence the gaps.
 * A row without arguments passes the first six as they are. What is not in the table is unknown: ENOSYS.
 */
export type ArgumentRule =
  | { readonly k: 'plain' | 'open' | 'map' | 'signal' | 'resource' | 'fcntl' | 'ioctl' | 'how' | 'clone' | 'socket' | 'level' | 'option'; readonly from: number }
  | { readonly k: 'structure'; readonly from: number; readonly name: string; readonly reads: boolean; readonly writes: boolean }
  | { readonly k: 'constant'; readonly n: number };

export interface CallRow {
  readonly name: string;
  readonly number: number;
  readonly i386: number;
  readonly arguments: readonly ArgumentRule[];
}

const IDENTITY = '0 1 2 3 4 5';

function parseRule(text: string): ArgumentRule {
  if (text.startsWith('=')) return { k: 'constant', n: Number(text.slice(1)) };
  const match = /^([0-6])(?::?(.*))$/.exec(text);
  if (!match) throw new Error(`argument rule '${text}'`);
  const from = Number(match[1]), rest = match[2]!;
  const structure = /^(<?)(>?)([a-z0-9]+)$/.exec(rest);
  if (rest.startsWith('<') || rest.startsWith('>')) return { k: 'structure', from, name: structure![3]!, reads: structure![1] !== '', writes: structure![2] !== '' };
  return { k: (rest === '' ? 'plain' : rest) as 'plain', from };
}

type Line = readonly [mips: number, name: string, i386: number, rules?: string];

const LINES: readonly Line[] = [
  [1, 'exit', 1, '0'], [2, 'fork', 2], [7, 'waitpid', 7, '0 1>waitstatus 2'], [11, 'execve', 11], [3, 'read', 3], [4, 'write', 4], [5, 'open', 5, '0 1:open 2'], [6, 'close', 6], [8, 'creat', 8], [9, 'link', 9], [10, 'unlink', 10],
  [12, 'chdir', 12], [13, 'time', 13], [14, 'mknod', 14], [15, 'chmod', 15], [16, 'lchown', 198], [19, 'lseek', 19], [20, 'getpid', 20], [23, 'setuid', 213],
  [24, 'getuid', 199], [27, 'alarm', 27], [29, 'pause', 29], [30, 'utime', 30], [33, 'access', 33], [36, 'sync', 36], [37, 'kill', 37, '0 1:signal'],
  [38, 'rename', 38], [39, 'mkdir', 39], [40, 'rmdir', 40], [41, 'dup', 41], [43, 'times', 43], [45, 'brk', 45], [46, 'setgid', 214], [47, 'getgid', 200],
  [49, 'geteuid', 201], [50, 'getegid', 202], [54, 'ioctl', 54, '0 1:ioctl 2'], [55, 'fcntl', 55, '0 1:fcntl 2'], [57, 'setpgid', 57], [60, 'umask', 60],
  [61, 'chroot', 61], [63, 'dup2', 63], [64, 'getppid', 64], [65, 'getpgrp', 65], [66, 'setsid', 66], [70, 'setreuid', 203], [71, 'setregid', 204],
  [75, 'setrlimit', 75, '0:resource 1<rlimit'], [76, 'getrlimit', 191, '0:resource 1>rlimit'], [77, 'getrusage', 77], [78, 'gettimeofday', 78],
  [80, 'getgroups', 205], [81, 'setgroups', 206], [83, 'symlink', 83], [85, 'readlink', 85], [91, 'munmap', 91], [92, 'truncate', 92],
  [93, 'ftruncate', 93], [94, 'fchmod', 94], [95, 'fchown', 207], [96, 'getpriority', 96], [97, 'setpriority', 97], [99, 'statfs', 99, '0 1>statfs'],
  [100, 'fstatfs', 100, '0 1>statfs'], [104, 'setitimer', 104], [105, 'getitimer', 105], [106, 'stat', 195, '0 1>stat'], [107, 'lstat', 196, '0 1>stat'],
  [108, 'fstat', 197, '0 1>stat'], [116, 'sysinfo', 116], [118, 'fsync', 118], [122, 'uname', 122, '0>utsname'], [125, 'mprotect', 125],
  [132, 'getpgid', 132], [133, 'fchdir', 133], [140, '_llseek', 140], [141, 'getdents', 141], [142, '_newselect', 142], [143, 'flock', 143],
  [144, 'msync', 144], [145, 'readv', 145], [146, 'writev', 146], [151, 'getsid', 147], [152, 'fdatasync', 148], [154, 'mlock', 150], [155, 'munlock', 151],
  [162, 'sched_yield', 158], [166, 'nanosleep', 162], [167, 'mremap', 163], [185, 'setresuid', 208], [186, 'getresuid', 209], [188, 'poll', 168],
  [190, 'setresgid', 210], [191, 'getresgid', 211], [192, 'prctl', 172], [194, 'rt_sigaction', 174, '0:signal 1<sigaction 2>sigaction =8'],
  [195, 'rt_sigprocmask', 175, '0:how 1<sigset 2>sigset =8'], [196, 'rt_sigpending', 176, '0>sigset =8'], [199, 'rt_sigsuspend', 179, '0<sigset =8'],
  [200, 'pread64', 180, '0 1 2 4 5'], [201, 'pwrite64', 181, '0 1 2 4 5'], [202, 'chown', 212], [203, 'getcwd', 183],
  [206, 'sigaltstack', 186, '0<sigaltstack 1>sigaltstack'], [210, 'mmap2', 192, '0 1 2 3:map 4 5'], [211, 'truncate64', 193, '0 2 3'],
  [212, 'ftruncate64', 194, '0 2 3'], [213, 'stat64', 195, '0 1>stat64'], [214, 'lstat64', 196, '0 1>stat64'], [215, 'fstat64', 197, '0 1>stat64'],
  [217, 'mincore', 218], [218, 'madvise', 219], [219, 'getdents64', 220], [220, 'fcntl64', 221, '0 1:fcntl 2'], [222, 'gettid', 224], [236, 'tkill', 238, '0 1:signal'],
  [237, 'sendfile64', 239], [238, 'futex', 240], [240, 'sched_getaffinity', 242], [246, 'exit_group', 252, '0'], [252, 'set_tid_address', 258],
  [254, 'fadvise64', 272, '0 2 3 4 5 6'], [255, 'statfs64', 268, '0 =84 2>statfs64'], [256, 'fstatfs64', 269, '0 =84 2>statfs64'],
  [263, 'clock_gettime', 265], [264, 'clock_getres', 266], [265, 'clock_nanosleep', 267], [266, 'tgkill', 270, '0 1 2:signal'],
  [288, 'openat', 295, '0 1 2:open 3'], [289, 'mkdirat', 296], [290, 'mknodat', 297], [291, 'fchownat', 298], [293, 'fstatat64', 300, '0 1 2>stat64 3'],
  [294, 'unlinkat', 301], [295, 'renameat', 302], [296, 'linkat', 303], [297, 'symlinkat', 304], [298, 'readlinkat', 305], [299, 'fchmodat', 306],
  [300, 'faccessat', 307], [301, 'pselect6', 308], [302, 'ppoll', 309, '0 1 2 3<sigset =8'], [309, 'set_robust_list', 311], [312, 'getcpu', 318],
  [316, 'utimensat', 320], [327, 'dup3', 330, '0 1 2:open'], [328, 'pipe2', 331, '0 1:open'], [330, 'preadv', 333], [331, 'pwritev', 334],
  [338, 'prlimit64', 340, '0 1:resource 2 3'], [351, 'renameat2', 353], [353, 'getrandom', 355], [366, 'statx', 383],
  [403, 'clock_gettime64', 403], [406, 'clock_getres_time64', 406], [407, 'clock_nanosleep_time64', 407], [412, 'utimensat_time64', 412],
  [413, 'pselect6_time64', 413], [414, 'ppoll_time64', 414, '0 1 2 3<sigset =8'], [422, 'futex_time64', 422], [436, 'close_range', 436], [439, 'faccessat2', 439],
  [21, 'mount', 21], [22, 'umount', 22], [25, 'stime', 25], [34, 'nice', 34], [52, 'umount2', 52], [62, 'ustat', 62], [74, 'sethostname', 74],
  [79, 'settimeofday', 79], [88, 'reboot', 88], [102, 'socketcall', 102], [114, 'wait4', 114, '0 1>waitstatus 2 3'], [120, 'clone', 120, '0:clone 1 2 3 4'], [121, 'setdomainname', 121],
  [138, 'setfsuid', 215], [139, 'setfsgid', 216], [168, 'accept', 364, '0 1 2 =0'], [169, 'bind', 361], [170, 'connect', 362], [171, 'getpeername', 368],
  [172, 'getsockname', 367], [173, 'getsockopt', 365, '0 1:level 2:option 3 4'], [174, 'listen', 363], [175, 'recv', 371, '0 1 2 3 =0 =0'], [176, 'recvfrom', 371], [177, 'recvmsg', 372],
  [178, 'send', 369, '0 1 2 3 =0 =0'], [179, 'sendmsg', 370], [180, 'sendto', 369], [181, 'setsockopt', 366, '0 1:level 2:option 3 4'], [182, 'shutdown', 373],
  [183, 'socket', 359, '0 1:socket 2'], [184, 'socketpair', 360, '0 1:socket 2 3'], [197, 'rt_sigtimedwait', 177, '0<sigset 1 2 =8'], [204, 'capget', 184], [205, 'capset', 185],
  [216, 'pivot_root', 217], [248, 'epoll_create', 254], [249, 'epoll_ctl', 255], [250, 'epoll_wait', 256], [257, 'timer_create', 259], [258, 'timer_settime', 260],
  [259, 'timer_gettime', 261], [260, 'timer_getoverrun', 262], [261, 'timer_delete', 263], [278, 'waitid', 284], [303, 'unshare', 310], [313, 'epoll_pwait', 319, '0 1 2 3 4<sigset =8'],
  [319, 'eventfd', 323], [321, 'timerfd_create', 322], [322, 'timerfd_gettime', 326], [323, 'timerfd_settime', 325], [325, 'eventfd2', 328, '0 1:open'], [326, 'epoll_create1', 329, '0:open'],
  [334, 'accept4', 364, '0 1 2 3:open'], [344, 'setns', 346], [354, 'memfd_create', 356], [356, 'execveat', 358], [421, 'rt_sigtimedwait_time64', 421, '0<sigset 1 2 =8'],
];

/** MIPS o32 numbers begin at 4000. */
export const O32_BASE = 4000;

export const CALLS: ReadonlyMap<number, CallRow> = new Map(LINES.map(([number, name, i386, rules]) =>
  [number, { name, number, i386, arguments: (rules ?? IDENTITY).split(' ').map(parseRule) }]));

/** Calls that the level answers itself; see calls.ts. */
export const OWN_CALLS = { syscall: 0, pipe: 42, mmap: 90, sigreturn: 119, cacheflush: 147, rt_sigreturn: 193, set_thread_area: 283 } as const;

/** Names of calls that are known to exist but are not answered, for the trace. */
const OTHERS: Readonly<Record<number, string>> = {
  117: 'ipc', 149: 'sysmips', 284: 'inotify_init', 320: 'fallocate', 367: 'rseq', 435: 'clone3',
};
const OWN_NAMES = new Map<number, string>(Object.entries(OWN_CALLS).map(([name, number]) => [number, name]));
export const callName = (number: number): string => CALLS.get(number)?.name ?? OWN_NAMES.get(number) ?? OTHERS[number] ?? `syscall_${number + O32_BASE}`;
