/** ioctls of sockets that are about interfaces, routes and neighbours (netdevice(7)). */
import { get16, get32, StructWriter } from '../../bits/bytes.ts';
import { latin1 } from '../../bits/utf8.ts';
import { CAP, capableIn } from '../credentials.ts';
import { fail } from '../errno.ts';
import type { Kernel } from '../kernel.ts';
import type { Process } from '../task.ts';
import { copyIn, copyOut, read32, write32 } from '../user.ts';
import { addressBytes, ANY, maskOf, word32 } from './address.ts';
import { HOST_SCOPE, type InterfaceAddress } from './interfaces.ts';
import { AF_INET, netOf } from './socket.ts';

export const IFF_UP = 1,
  IFF_LOOPBACK = 8,
  IFF_RUNNING = 0x40,
  IFF_LOWER_UP = 0x1_0000;
export const ARPHRD_LOOPBACK = 772;
const SIOCADDRT = 0x890b,
  SIOCDELRT = 0x890c,
  SIOCGIFNAME = 0x8910,
  SIOCGIFCONF = 0x8912,
  SIOCGIFFLAGS = 0x8913,
  SIOCSIFFLAGS = 0x8914,
  SIOCGIFADDR = 0x8915,
  SIOCSIFADDR = 0x8916,
  SIOCGIFDSTADDR = 0x8917,
  SIOCGIFBRDADDR = 0x8919,
  SIOCSIFBRDADDR = 0x891a,
  SIOCGIFNETMASK = 0x891b,
  SIOCSIFNETMASK = 0x891c,
  SIOCGIFMETRIC = 0x891d,
  SIOCGIFMTU = 0x8921,
  SIOCSIFMTU = 0x8922,
  SIOCSIFHWADDR = 0x8924,
  SIOCGIFHWADDR = 0x8927,
  SIOCGIFINDEX = 0x8933,
  SIOCGIFTXQLEN = 0x8942,
  SIOCSIFTXQLEN = 0x8943,
  SIOCDARP = 0x8953,
  SIOCGARP = 0x8954,
  SIOCSARP = 0x8955,
  SIOCGIFMAP = 0x8970;
const IFREQ = 32,
  LEAST_MTU = 68;

function administer(k: Kernel, p: Process): void {
  if (!capableIn(k, p, k.ns.of(p, 'net').owner, CAP.NET_ADMIN)) fail('EPERM');
}

export const interfaceFlags = (up: boolean): number => (up ? IFF_UP | IFF_RUNNING : 0) | IFF_LOOPBACK;

/** null: not one of them. */
export function interfaceIoctl(k: Kernel, p: Process, request: number, at: number): number | null {
  const net = netOf(p);
  if (request === SIOCADDRT || request === SIOCDELRT) {
    administer(k, p);
    return fail(request === SIOCADDRT ? 'ENETUNREACH' : 'ESRCH');
  }
  if (request < 0x8910 || request > 0x8980) return null;
  if (request === SIOCGIFCONF) return listInterfaces(k, p, at);
  if (request === SIOCGARP) return fail('ENXIO');
  if (request === SIOCSARP || request === SIOCDARP) {
    administer(k, p);
    return fail('ENODEV');
  }
  if (request === SIOCGIFNAME) {
    if (read32(k, p, at + 16) !== 1) fail('ENODEV');
    copyOut(k, p, at, new StructWriter().text('lo', 16).done());
    return 0;
  }
  const b = copyIn(k, p, at, IFREQ),
    label = latin1(b.subarray(0, 16)).split('\0')[0]!;
  if (label.split(':')[0] !== 'lo') fail('ENODEV');
  return change(k, p, net, request, label, b) ?? ask(k, p, net, request, label, at + 16);
}

/** What asks for a change; null for what does not. */
function change(k: Kernel, p: Process, net: number, request: number, label: string, b: Uint8Array): number | null {
  const setters = [SIOCSIFFLAGS, SIOCSIFADDR, SIOCSIFNETMASK, SIOCSIFBRDADDR, SIOCSIFMTU, SIOCSIFHWADDR, SIOCSIFTXQLEN];
  if (!setters.includes(request)) return null;
  administer(k, p);
  const { interfaces } = k,
    host = word32(b, 20),
    now = interfaces.of(net).addresses.find((a) => a.label === label);
  switch (request) {
    case SIOCSIFFLAGS:
      interfaces.setUp(net, (get16(b, 16) & IFF_UP) !== 0);
      break;
    case SIOCSIFADDR:
      if (get16(b, 16) !== AF_INET) fail('EINVAL');
      interfaces.replace(net, label, host === ANY ? null : withHost(host, label));
      if (host !== ANY) interfaces.setUp(net, true);
      break;
    case SIOCSIFNETMASK: {
      if (!now) return fail('EADDRNOTAVAIL');
      const prefix = prefixOf(host);
      interfaces.replace(net, label, { ...now, prefix });
      break;
    }
    case SIOCSIFBRDADDR:
      if (!now) return fail('EADDRNOTAVAIL');
      break;
    case SIOCSIFMTU:
      if (get32(b, 16) < LEAST_MTU) fail('EINVAL');
      interfaces.setMtu(net, get32(b, 16));
      break;
    case SIOCSIFTXQLEN:
      interfaces.setQueue(net, get32(b, 16));
      break;
    default:
      return fail('EOPNOTSUPP');
  }
  k.changes++;
  return 0;
}

/** The mask of the address's class, as ifconfig expects it. */
function withHost(host: number, label: string): InterfaceAddress {
  const top = host >>> 24;
  return { host, prefix: top < 128 ? 8 : top < 192 ? 16 : 24, scope: top === 127 ? HOST_SCOPE : 0, label };
}

function prefixOf(mask: number): number {
  for (let n = 0; n <= 32; n++) if (maskOf(n) === mask) return n;
  return fail('EINVAL');
}

function ask(k: Kernel, p: Process, net: number, request: number, label: string, at: number): number {
  const put = (bytes: Uint8Array): number => {
    copyOut(k, p, at, bytes);
    return 0;
  };
  const word = (n: number): number => put(new StructWriter().u32(n).done()),
    address = (host: number): number => put(addressBytes(AF_INET, { family: AF_INET, host, port: 0 }));
  const link = k.interfaces.of(net),
    now = link.addresses.find((a) => a.label === label);
  switch (request) {
    case SIOCGIFFLAGS:
      return put(new StructWriter().u16(interfaceFlags(link.up)).done());
    case SIOCGIFADDR:
    case SIOCGIFDSTADDR:
      return address((now ?? fail('EADDRNOTAVAIL')).host);
    case SIOCGIFNETMASK:
      return address(maskOf((now ?? fail('EADDRNOTAVAIL')).prefix));
    case SIOCGIFBRDADDR:
      return now ? address(0) : fail('EADDRNOTAVAIL');
    case SIOCGIFMETRIC:
      return word(0);
    case SIOCGIFMTU:
      return word(link.mtu);
    case SIOCGIFINDEX:
      return word(1);
    case SIOCGIFTXQLEN:
      return word(link.queue);
    case SIOCGIFHWADDR:
      return put(new StructWriter().u16(ARPHRD_LOOPBACK).pad(16).done());
    case SIOCGIFMAP:
      return put(new Uint8Array(16));
    default:
      return fail('EINVAL');
  }
}

/** Interfaces with an address, as many as there is room for. */
function listInterfaces(k: Kernel, p: Process, at: number): number {
  const room = read32(k, p, at),
    buffer = read32(k, p, at + 4);
  const all = k.interfaces.of(netOf(p)).addresses.map(({ label, host }) =>
    new StructWriter()
      .text(label, 16)
      .bytes(addressBytes(AF_INET, { family: AF_INET, host, port: 0 }))
      .pad(IFREQ)
      .done(),
  );
  const fitting = buffer === 0 ? all : all.slice(0, Math.floor(room / IFREQ));
  if (buffer !== 0) fitting.forEach((bytes, i) => copyOut(k, p, buffer + i * IFREQ, bytes));
  write32(k, p, at, fitting.length * IFREQ);
  return 0;
}
