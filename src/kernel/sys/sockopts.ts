/** Options of sockets (socket(7), ip(7), ipv6(7), tcp(7)): kept as numbers, and those that mean something. */
import { StructWriter } from '../../bits/bytes.ts';
import { latin1 } from '../../bits/utf8.ts';
import { fail } from '../errno.ts';
import type { Kernel } from '../kernel.ts';
import { filterOptions } from '../net/icmp.ts';
import { AF_INET6, AF_UNIX, isInet, SOCK_RAW, SOCK_STREAM, type Socket } from '../net/socket.ts';
import type { Process } from '../task.ts';
import { copyIn, copyOut, read32, read64, write32 } from '../user.ts';
import { opened, SOL_ICMPV6, SOL_IPV6, SOL_RAW, SOL_SOCKET } from './opensocket.ts';

/** Options that are kept as numbers, by level and number. */
const KEPT: Readonly<Record<string, string>> = {
  '1:2': 'reuse',
  '1:5': 'dontRoute',
  '1:6': 'broadcast',
  '1:7': 'sendBuffer',
  '1:8': 'receiveBuffer',
  '1:9': 'keepalive',
  '1:10': 'outOfBand',
  '1:12': 'priority',
  '1:15': 'reusePort',
  '1:16': 'passCredentials',
  '1:18': 'receiveLow',
  '1:32': 'sendBuffer',
  '1:33': 'receiveBuffer',
  '1:42': 'peekOffset',
  '1:46': 'busyPoll',
  '6:1': 'noDelay',
  '6:2': 'maxSegment',
  '6:3': 'cork',
  '6:4': 'keepIdle',
  '6:5': 'keepInterval',
  '6:6': 'keepCount',
  '6:9': 'deferAccept',
  '6:18': 'userTimeout',
  '0:1': 'typeOfService',
  '0:2': 'timeToLive',
  '0:8': 'packetInfo',
  '0:10': 'mtuDiscover',
  '0:11': 'receiveErrors',
  '0:32': 'multicastInterface',
  '0:33': 'multicastTtl',
  '41:7': 'checksumAt',
  '41:8': 'hopLimit2292',
  '41:16': 'hops',
  '41:26': 'only6',
  '41:49': 'packetInfo6',
  '41:51': 'hopLimit',
  '41:67': 'trafficClass',
  '255:7': 'checksumAt',
  '270:10': 'capAcknowledge',
  '270:11': 'extendedAcknowledge',
  '270:12': 'strict',
};
const BUFFER = 212_992;
/** SO_RCVTIMEO and SO_SNDTIMEO, with times of 32 bits and of 64. */
const TIMEOUTS: Readonly<Record<number, string>> = { 20: 'receiveTimeout', 21: 'sendTimeout', 66: 'receiveTimeout', 67: 'sendTimeout' };
const SO_BINDTODEVICE = 25;

export function setsockopt(k: Kernel, p: Process, fd: number, level: number, name: number, at: number, length: number): number {
  const { s } = opened(k, p, fd);
  if (level === SOL_SOCKET && TIMEOUTS[name]) {
    const wide = name > 21;
    if (length < (wide ? 16 : 8)) fail('EINVAL');
    const seconds = wide ? read64(k, p, at) : read32(k, p, at),
      micro = read32(k, p, at + (wide ? 8 : 4));
    if (micro < 0 || micro >= 1e6) fail('EDOM');
    s.options = { ...s.options, [TIMEOUTS[name]!]: seconds < 0 ? 1e-9 : seconds + micro / 1e6 };
    return 0;
  }
  if (level === SOL_SOCKET && name === SO_BINDTODEVICE) {
    const device = latin1(copyIn(k, p, at, Math.min(length, 15))).split('\0')[0]!;
    if (device !== '' && device !== 'lo') fail('ENODEV');
    s.options = { ...s.options, device: device === '' ? 0 : 1 };
    return 0;
  }
  if (level === SOL_SOCKET && name === 13) {
    s.options = { ...s.options, linger: read32(k, p, at), lingerTime: read32(k, p, at + 4) };
    return 0;
  }
  if ((level === SOL_ICMPV6 || level === SOL_RAW) && name === 1) {
    if (s.type !== SOCK_RAW) fail('ENOPROTOOPT');
    s.options = { ...s.options, ...filterOptions(copyIn(k, p, at, Math.min(length, 32))) };
    return 0;
  }
  // A filter: whoever asks for one must know that it is not here.
  if (level === SOL_SOCKET && name === 26) return fail('EINVAL');
  const kept = KEPT[`${level}:${name}`];
  if (kept === undefined || (level === 6 && !isInet(s)) || (level === SOL_IPV6 && s.family !== AF_INET6))
    fail(s.family === AF_UNIX && level !== SOL_SOCKET ? 'EOPNOTSUPP' : 'ENOPROTOOPT');
  if (length < 4 && level === SOL_SOCKET) fail('EINVAL');
  if (kept === 'peekOffset' && s.family !== AF_UNIX) fail('EOPNOTSUPP');
  const value = length >= 4 ? read32(k, p, at) : copyIn(k, p, at, 1)[0]!;
  s.options = {
    ...s.options,
    [kept!]:
      kept === 'receiveLow'
        ? value < 0
          ? 0x7fff_ffff
          : value || 1
        : kept === 'sendBuffer' || kept === 'receiveBuffer'
          ? Math.max(2048, Math.min(value * 2, BUFFER * 2))
          : value,
  };
  return 0;
}

export function getsockopt(k: Kernel, p: Process, fd: number, level: number, name: number, at: number, lengthAt: number): number {
  const { s } = opened(k, p, fd),
    room = read32(k, p, lengthAt);
  if (room < 0) fail('EINVAL');
  const bytes = optionBytes(s, level, name);
  copyOut(k, p, at, bytes.subarray(0, room));
  write32(k, p, lengthAt, Math.min(room, bytes.length));
  return 0;
}

function optionBytes(s: Socket, level: number, name: number): Uint8Array {
  const words = (...list: number[]): Uint8Array => list.reduce((w, n) => w.u32(n), new StructWriter()).done();
  if (level === SOL_SOCKET) {
    switch (name) {
      case 3:
        return words(s.type);
      case 4: {
        const { error } = s;
        s.error = 0;
        return words(error);
      }
      case 13:
        return words(s.options['linger'] ?? 0, s.options['lingerTime'] ?? 0);
      case 17: {
        const c = s.peerCredentials ?? { pid: 0, uid: -1, gid: -1 };
        return words(c.pid, c.uid, c.gid);
      }
      case 20:
      case 21:
      case 66:
      case 67: {
        const time = s.options[TIMEOUTS[name]!] ?? 0,
          [seconds, micro] = [Math.floor(time), Math.round((time % 1) * 1e6)];
        return name > 21 ? new StructWriter().u64(seconds).u64(micro).done() : words(seconds, micro);
      }
      case 19:
        return words(1);
      case SO_BINDTODEVICE:
        return s.options['device'] ? Uint8Array.of(0x6c, 0x6f, 0) : new Uint8Array(0);
      case 42:
        return s.family === AF_UNIX ? words(s.options['peekOffset'] ?? -1) : fail('EOPNOTSUPP');
      // SO_INCOMING_CPU: there is one.
      case 49:
        return words(0);
      case 30:
        return words(s.state === 'listening' ? 1 : 0);
      case 38:
        return words(s.protocol || (isInet(s) ? (s.type === SOCK_STREAM ? 6 : 17) : 0));
      case 39:
        return words(s.family);
    }
  }
  if (level === 6 && name === 11)
    return new StructWriter()
      .u8(s.state === 'connected' ? 1 : s.state === 'listening' ? 10 : 7)
      .pad(104)
      .done();
  const kept = KEPT[`${level}:${name}`] ?? fail(level === SOL_SOCKET || isInet(s) ? 'ENOPROTOOPT' : 'EOPNOTSUPP');
  const initial = kept === 'sendBuffer' || kept === 'receiveBuffer' ? BUFFER : kept === 'timeToLive' ? 64 : kept === 'receiveLow' ? 1 : 0;
  return words(s.options[kept] ?? initial);
}
