/**
 * System calls as strace(1) writes them: `write(1, "hello\n", 6) = 6`. Reading arguments here fills no page and charges
 * nothing, so that a trace changes nothing.
 */
import { hexC } from '../bits/hex.ts';
import { errorName } from './errno.ts';
import type { Kernel } from './kernel.ts';
import type { Process } from './task.ts';
import { signalName } from './signals.ts';
import type { ArgumentKind, Syscall } from './syscall.ts';

const SHOWN = 32;

export function renderCall(k: Kernel, p: Process, number: number, row: Syscall | undefined, args: readonly number[]): string {
  if (!row) return `syscall_${hexC(number)}(${args.map(hexC).join(', ')})`;
  return `${row.name}(${row.args.map((kind, i) => (kind === 'out' ? hexC(args[i]!) : render(k, p, kind, args, i))).join(', ')})`;
}

/** The whole line, with what the call put into its buffer. */
export function renderResult(k: Kernel, p: Process, row: Syscall | undefined, args: readonly number[], result: number): string {
  const failed = result < 0 && result > -4096;
  const answer = failed
    ? `-1 ${errorName(-result)}`
    : row && (row.name.startsWith('mmap') || row.name === 'brk' || row.name === 'mremap')
      ? hexC(result)
      : String(result);
  if (!row) return `= ${answer}`;
  const shown = row.args.map((kind, i) => {
    if (kind !== 'out') return render(k, p, kind, args, i);
    return failed ? hexC(args[i]!) : quoted(k, p, args[i]!, result);
  });
  return `${row.name}(${shown.join(', ')}) = ${answer}`;
}

function render(k: Kernel, p: Process, kind: ArgumentKind, args: readonly number[], i: number): string {
  const value = args[i]!;
  switch (kind) {
    case 'dirfd':
      return value === -100 ? 'AT_FDCWD' : String(value);
    case 'uint':
    case 'size':
      return String(value >>> 0);
    case 'ptr':
    case 'out':
    case 'strings':
      return value === 0 ? 'NULL' : hexC(value);
    case 'path':
    case 'string':
      return value === 0 ? 'NULL' : quoted(k, p, value, null);
    case 'in':
      return value === 0 ? 'NULL' : quoted(k, p, value, args[i + 1]! >>> 0);
    case 'octal':
      return `0${(value >>> 0).toString(8)}`;
    case 'open':
      return openFlags(value);
    case 'prot':
      return names(value, ['PROT_READ', 'PROT_WRITE', 'PROT_EXEC'], 'PROT_NONE');
    case 'map':
      return names(
        value,
        [
          'MAP_SHARED',
          'MAP_PRIVATE',
          '',
          '',
          'MAP_FIXED',
          'MAP_ANONYMOUS',
          '',
          '',
          'MAP_GROWSDOWN',
          '',
          '',
          'MAP_DENYWRITE',
          '',
          '',
          'MAP_NORESERVE',
          'MAP_POPULATE',
          '',
          'MAP_STACK',
        ],
        '0',
      );
    case 'signal':
      return signalName(value);
    case 'whence':
      return ['SEEK_SET', 'SEEK_CUR', 'SEEK_END'][value] ?? String(value);
    case 'clock':
      return (
        [
          'CLOCK_REALTIME',
          'CLOCK_MONOTONIC',
          'CLOCK_PROCESS_CPUTIME_ID',
          'CLOCK_THREAD_CPUTIME_ID',
          'CLOCK_MONOTONIC_RAW',
          'CLOCK_REALTIME_COARSE',
          'CLOCK_MONOTONIC_COARSE',
          'CLOCK_BOOTTIME',
        ][value] ?? String(value)
      );
    case 'access':
      return names(value, ['X_OK', 'W_OK', 'R_OK'], 'F_OK');
    default:
      return String(value);
  }
}

function names(value: number, bits: readonly string[], none: string): string {
  const set = bits.flatMap((name, i) => (value & (1 << i) ? [name || hexC(1 << i)] : []));
  const rest = value & ~((1 << bits.length) - 1);
  if (rest !== 0) set.push(hexC(rest));
  return set.join('|') || none;
}

function openFlags(value: number): string {
  const access = ['O_RDONLY', 'O_WRONLY', 'O_RDWR', 'O_ACCMODE'][value & 3]!;
  const bits: [number, string][] = [
    [0o100, 'O_CREAT'],
    [0o200, 'O_EXCL'],
    [0o400, 'O_NOCTTY'],
    [0o1000, 'O_TRUNC'],
    [0o2000, 'O_APPEND'],
    [0o4000, 'O_NONBLOCK'],
    [0o100000, 'O_LARGEFILE'],
    [0o200000, 'O_DIRECTORY'],
    [0o400000, 'O_NOFOLLOW'],
    [0o2000000, 'O_CLOEXEC'],
    [0o10000000, 'O_PATH'],
  ];
  return [access, ...bits.filter(([bit]) => value & bit).map(([, name]) => name)].join('|');
}

/** Text at an address: of `length` bytes, or (null) up to its zero byte; cut after 32 characters as strace does. */
function quoted(k: Kernel, p: Process, address: number, length: number | null): string {
  const bytes: number[] = [];
  const wanted = length === null ? SHOWN + 1 : Math.min(length, SHOWN + 1);
  for (let at = address >>> 0; bytes.length < wanted; at++) {
    const physical = k.spaceOf(p).peek(at);
    if (physical === 0) return bytes.length === 0 ? hexC(address) : `"${escape(bytes)}"...`;
    const byte = k.machine.memory.bytes[physical]!;
    if (length === null && byte === 0) return `"${escape(bytes)}"`;
    bytes.push(byte);
  }
  const cut = bytes.length > SHOWN;
  return `"${escape(bytes.slice(0, SHOWN))}"${cut ? '...' : ''}`;
}

const ESCAPES: Readonly<Record<number, string>> = { 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r', 34: '\\"', 92: '\\\\' };

function escape(bytes: readonly number[]): string {
  return bytes
    .map((b, i) => {
      if (ESCAPES[b]) return ESCAPES[b];
      if (b >= 32 && b < 127) return String.fromCharCode(b);
      const digit = bytes[i + 1];
      return digit !== undefined && digit >= 48 && digit < 56 ? `\\${b.toString(8).padStart(3, '0')}` : `\\${b.toString(8)}`;
    })
    .join('');
}
