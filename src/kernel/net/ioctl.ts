/** What programs ask about network interfaces through a socket (netdevice(7)). */
import { get16, StructWriter } from '../../bits/bytes.ts';
import { latin1 } from '../../bits/utf8.ts';
import { CAP, capableIn } from '../credentials.ts';
import { fail } from '../errno.ts';
import type { Kernel } from '../kernel.ts';
import type { Process } from '../task.ts';
import { copyIn, copyOut, read32, write32 } from '../user.ts';
import { addressBytes, LOOPBACK } from './address.ts';
import { AF_INET, netOf } from './socket.ts';

export const IFF_UP = 1,
  IFF_LOOPBACK = 8,
  IFF_RUNNING = 0x40;
const SIOCGIFNAME = 0x8910,
  SIOCGIFCONF = 0x8912,
  SIOCGIFFLAGS = 0x8913,
  SIOCSIFFLAGS = 0x8914,
  SIOCGIFADDR = 0x8915,
  SIOCSIFADDR = 0x8916,
  SIOCGIFDSTADDR = 0x8917,
  SIOCGIFBRDADDR = 0x8919,
  SIOCGIFNETMASK = 0x891b,
  SIOCSIFNETMASK = 0x891c,
  SIOCGIFMETRIC = 0x891d,
  SIOCGIFMTU = 0x8921,
  SIOCGIFHWADDR = 0x8927,
  SIOCGIFINDEX = 0x8933,
  SIOCGIFTXQLEN = 0x8942,
  SIOCGIFMAP = 0x8970;
const IFREQ = 32,
  ARPHRD_LOOPBACK = 772,
  MTU = 65_536;

/** Null: not a request about interfaces. */
export function interfaceIoctl(k: Kernel, p: Process, request: number, at: number): number | null {
  if (request < 0x8910 || request > 0x8980) return null;
  const net = netOf(p);
  if (request === SIOCGIFCONF) return listInterfaces(k, p, at);
  if (request === SIOCGIFNAME) {
    if (read32(k, p, at + 16) !== 1) fail('ENODEV');
    copyOut(k, p, at, new StructWriter().text('lo', 16).done());
    return 0;
  }
  const b = copyIn(k, p, at, IFREQ),
    name = latin1(b.subarray(0, 16)).split('\0')[0]!;
  if (name.split(':')[0] !== 'lo') fail('ENODEV');
  const put = (bytes: Uint8Array): number => {
    copyOut(k, p, at + 16, bytes);
    return 0;
  };
  const word = (n: number): number => put(new StructWriter().u32(n).done()),
    address = (host: number): number => put(addressBytes(AF_INET, { family: AF_INET, host, port: 0 }));
  const up = k.interfaces.isUp(net, 'lo');
  switch (request) {
    case SIOCGIFFLAGS:
      return put(new StructWriter().u16((up ? IFF_UP | IFF_RUNNING : 0) | IFF_LOOPBACK).done());
    case SIOCSIFFLAGS:
      if (!capableIn(k, p, k.ns.of(p, 'net').owner, CAP.NET_ADMIN)) fail('EPERM');
      k.interfaces.setUp(net, (get16(b, 16) & IFF_UP) !== 0);
      return 0;
    case SIOCSIFADDR:
    case SIOCSIFNETMASK:
      if (!capableIn(k, p, k.ns.of(p, 'net').owner, CAP.NET_ADMIN)) fail('EPERM');
      if (request === SIOCSIFADDR) k.interfaces.setUp(net, true);
      return 0;
    case SIOCGIFADDR:
    case SIOCGIFDSTADDR:
      return up ? address(LOOPBACK) : fail('EADDRNOTAVAIL');
    case SIOCGIFNETMASK:
      return up ? address(0xff00_0000) : fail('EADDRNOTAVAIL');
    case SIOCGIFBRDADDR:
      return up ? address(0) : fail('EADDRNOTAVAIL');
    case SIOCGIFMETRIC:
      return word(0);
    case SIOCGIFMTU:
      return word(MTU);
    case SIOCGIFINDEX:
      return word(1);
    case SIOCGIFTXQLEN:
      return word(1000);
    case SIOCGIFHWADDR:
      return put(new StructWriter().u16(ARPHRD_LOOPBACK).pad(16).done());
    case SIOCGIFMAP:
      return put(new Uint8Array(16));
    default:
      return fail('EINVAL');
  }
}

function listInterfaces(k: Kernel, p: Process, at: number): number {
  const room = read32(k, p, at),
    buffer = read32(k, p, at + 4);
  const up = k.interfaces.isUp(netOf(p), 'lo');
  if (buffer !== 0 && up && room >= IFREQ) {
    const address = addressBytes(AF_INET, { family: AF_INET, host: LOOPBACK, port: 0 });
    copyOut(k, p, buffer, new StructWriter().text('lo', 16).bytes(address).pad(IFREQ).done());
  }
  write32(k, p, at, up ? IFREQ : 0);
  return 0;
}
