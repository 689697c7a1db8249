/** Who has which address: binding, ports, and finding the socket that an address means. One table a network namespace. */
import { S_IFSOCK } from '../vfs/types.ts';
import { CAP, capableIn } from '../credentials.ts';
import { fail } from '../errno.ts';
import type { Kernel } from '../kernel.ts';
import type { Process } from '../task.ts';
import { MAY_WRITE, permits, sameNode } from '../vfs/paths.ts';
import { netSettings } from '../procsys.ts';
import { ANY, is6, LOOPBACK, LOOPBACK6 } from './address.ts';
import { AF_INET, AF_INET6, AF_UNIX, isInet, SOCK_STREAM, type Address, type InetAddress, type Socket } from './socket.ts';

const inet = (a: Address | null): InetAddress | null => (a?.family === AF_INET ? a : null);

/** Sockets of the same namespace and type that have a port. */
function bound(k: Kernel, s: Socket): Socket[] {
  return [...k.sockets.values()].filter((o) => o !== s && o.net === s.net && isInet(o) && o.type === s.type && o.local !== null);
}

/** Whether a socket of this family at `host` hears what is sent to `to`: ipv6(7), IPV6_V6ONLY. */
function hears(s: Socket, host: number, to: number): boolean {
  if (is6(to)) return s.family === AF_INET6 && (host === ANY || host === to);
  if (s.family === AF_INET6 && s.options['only6']) return false;
  return host === ANY || host === to;
}
/** Two sockets with a port in common stand in each other's way when one host would mean both. */
function clash(a: Socket, at: number, b: Socket, other: number): boolean {
  const hosts = [at, other, LOOPBACK, LOOPBACK6].filter((host) => host !== ANY);
  return hosts.some((host) => hears(a, at, host) && hears(b, other, host));
}

/** `strict`: SO_REUSEADDR is for those who bind, not for a port that is chosen when connecting. */
function taken(k: Kernel, s: Socket, a: InetAddress, strict = false): boolean {
  return bound(k, s).some((o) => {
    const other = inet(o.local)!;
    if (other.port !== a.port || !clash(s, a.host, o, other.host)) return false;
    if (s.options['reusePort'] && o.options['reusePort']) return false;
    return strict || !(s.options['reuse'] && o.options['reuse'] && o.state !== 'listening');
  });
}

/** The next port of ip_local_port_range that is free; `none` says what is wrong when none is. */
function freePort(k: Kernel, s: Socket, host: number, none: 'EADDRINUSE' | 'EADDRNOTAVAIL' = 'EADDRINUSE'): number {
  const [first, last] = netSettings(k, s.net, 'net/ipv4/ip_local_port_range') as readonly [number, number],
    start = Math.max(0, k.nextPort - first);
  for (let i = 0; i <= last - first; i++) {
    const port = first + ((start + i) % (last - first + 1));
    if (taken(k, s, { family: AF_INET, host, port }, none === 'EADDRNOTAVAIL')) continue;
    k.nextPort = port + 1;
    return port;
  }
  return fail(none);
}

export function bindInet(k: Kernel, p: Process, s: Socket, a: InetAddress): void {
  if (s.local !== null && inet(s.local)!.port !== 0) fail('EINVAL');
  if (a.host !== ANY && !isLocal(k, s, a.host)) fail('EADDRNOTAVAIL');
  if (
    a.port > 0 &&
    a.port < netSettings(k, s.net, 'net/ipv4/ip_unprivileged_port_start')[0]! &&
    !capableIn(k, p, k.ns.of(p, 'net').owner, CAP.NET_BIND_SERVICE)
  )
    fail('EACCES');
  if (a.port !== 0 && taken(k, s, a)) fail('EADDRINUSE');
  s.local = { ...a, port: a.port || freePort(k, s, a.host) };
  s.options = { ...s.options, boundHost: a.host === ANY ? 0 : 1 };
}

/** A socket that sends without a name gets one. */
export function bindImplicitly(k: Kernel, s: Socket, host = ANY): void {
  if (s.local === null) s.local = { family: AF_INET, host, port: s.type === 3 ? 0 : freePort(k, s, host, 'EADDRNOTAVAIL') };
}

/** An address of this machine, as far as the namespace's interfaces are up. */
export const isLocal = (k: Kernel, s: Socket, host: number): boolean => k.interfaces.isLocal(s.net, host);

/** Where a packet to `host` goes: ENETUNREACH when nowhere. */
export function reach(k: Kernel, s: Socket, host: number): number {
  const to = host !== ANY ? host : s.family === AF_INET6 ? LOOPBACK6 : LOOPBACK;
  if (s.family === AF_INET6 && s.options['only6'] && !is6(to)) fail('ENETUNREACH');
  return isLocal(k, s, to) ? to : fail('ENETUNREACH');
}

/** The listening or receiving socket that an address means: the one bound to it, else one bound to all addresses. */
export function socketAt(k: Kernel, s: Socket, a: InetAddress): Socket | null {
  let any: Socket | null = null;
  for (const o of k.sockets.values()) {
    if (o.net !== s.net || !isInet(o) || o.type !== s.type) continue;
    if (s.type === SOCK_STREAM && o.state !== 'listening') continue;
    const local = inet(o.local);
    if (!local || local.port !== a.port) continue;
    const from = inet(o.remote),
      own = inet(s.local);
    // A connected datagram socket hears only its own partner.
    if (s.type !== SOCK_STREAM && from && own && from.port !== own.port) continue;
    if (!hears(o, local.host, a.host)) continue;
    if (local.host !== ANY) return o;
    any ??= o;
  }
  return any;
}

/** The unix socket of a path or an abstract name. */
export function unixAt(k: Kernel, p: Process, s: Socket, path: string): Socket | null {
  if (path.startsWith('\0')) {
    for (const o of k.sockets.values()) if (o.local?.family === AF_UNIX && o.local.path === path && o.net === s.net) return o;
    return null;
  }
  const node = k.tree.walk(p, p.cwd, path, true).node ?? fail('ENOENT');
  if ((k.tree.stat(node).mode & 0o170000) !== S_IFSOCK) fail('ECONNREFUSED');
  if (!permits(k.tree.stat(node), p.credentials, MAY_WRITE)) fail('EACCES');
  for (const o of k.sockets.values())
    if (o.local?.family === AF_UNIX && o.local.node && sameNode(o.local.node, node) && o.peerCredentials === null) return o;
  return null;
}

export function receiverOf(k: Kernel, p: Process, s: Socket, a: Address): Socket | null {
  if (a.family === AF_UNIX) {
    const found = unixAt(k, p, s, a.path) ?? fail('ECONNREFUSED');
    return found.type === s.type ? found : fail('EPROTOTYPE');
  }
  return socketAt(k, s, { ...a, host: reach(k, s, a.host) });
}
