/** Who has which address: binding, ports, and finding the socket that an address means. One table a network namespace. */
import { S_IFSOCK } from '../vfs/types.ts';
import { CAP, capableIn } from '../credentials.ts';
import { fail } from '../errno.ts';
import type { Kernel } from '../kernel.ts';
import type { Process } from '../task.ts';
import { MAY_WRITE, permits, sameNode } from '../vfs/paths.ts';
import { ANY, isLoopback, LOOPBACK } from './address.ts';
import { AF_INET, AF_UNIX, SOCK_STREAM, type Address, type InetAddress, type Socket } from './socket.ts';

/** Ports for those who ask for none (ip_local_port_range). */
const FIRST_PORT = 32_768,
  LAST_PORT = 60_999;

const inet = (a: Address | null): InetAddress | null => (a?.family === AF_INET ? a : null);

/** Sockets of the same namespace, family and type that have an address. */
function bound(k: Kernel, s: Socket): Socket[] {
  return [...k.sockets.values()].filter(
    (o) => o !== s && o.net === s.net && o.family === s.family && o.type === s.type && o.local !== null,
  );
}

function taken(k: Kernel, s: Socket, a: InetAddress): boolean {
  return bound(k, s).some((o) => {
    const other = inet(o.local)!;
    if (other.port !== a.port || (other.host !== a.host && other.host !== ANY && a.host !== ANY)) return false;
    if (s.options['reusePort'] && o.options['reusePort']) return false;
    return !(s.options['reuse'] && o.options['reuse'] && o.state !== 'listening');
  });
}

function freePort(k: Kernel, s: Socket, host: number): number {
  for (let i = 0; i <= LAST_PORT - FIRST_PORT; i++) {
    const port = FIRST_PORT + ((k.nextPort - FIRST_PORT + i) % (LAST_PORT - FIRST_PORT + 1));
    if (taken(k, s, { family: AF_INET, host, port })) continue;
    k.nextPort = port + 1;
    return port;
  }
  return fail('EADDRINUSE');
}

export function bindInet(k: Kernel, p: Process, s: Socket, a: InetAddress): void {
  if (s.local !== null && inet(s.local)!.port !== 0) fail('EINVAL');
  if (a.host !== ANY && !isLocal(k, s, a.host)) fail('EADDRNOTAVAIL');
  if (a.port > 0 && a.port < 1024 && !capableIn(k, p, k.ns.of(p, 'net').owner, CAP.NET_BIND_SERVICE)) fail('EACCES');
  if (a.port !== 0 && taken(k, s, a)) fail('EADDRINUSE');
  s.local = { ...a, port: a.port || freePort(k, s, a.host) };
  s.options = { ...s.options, boundHost: a.host === ANY ? 0 : 1 };
}

/** A socket that sends without a name gets one. */
export function bindImplicitly(k: Kernel, s: Socket, host = ANY): void {
  if (s.local === null) s.local = { family: AF_INET, host, port: s.type === 3 ? 0 : freePort(k, s, host) };
}

/** An address of this machine, as far as the namespace's interfaces are up. */
export const isLocal = (k: Kernel, s: Socket, host: number): boolean => isLoopback(host) && k.interfaces.isUp(s.net, 'lo');

/** Where a packet to `host` goes: ENETUNREACH when nowhere. */
export function reach(k: Kernel, s: Socket, host: number): number {
  const to = host === ANY ? LOOPBACK : host;
  return isLocal(k, s, to) ? to : fail('ENETUNREACH');
}

/** The listening or receiving socket that an address means: the one bound to it, else one bound to all addresses. */
export function socketAt(k: Kernel, s: Socket, a: InetAddress): Socket | null {
  let any: Socket | null = null;
  for (const o of k.sockets.values()) {
    if (o.net !== s.net || o.family !== AF_INET || o.type !== s.type) continue;
    if (s.type === SOCK_STREAM && o.state !== 'listening') continue;
    const local = inet(o.local);
    if (!local || local.port !== a.port) continue;
    const from = inet(o.remote),
      own = inet(s.local);
    // A connected datagram socket hears only its own partner.
    if (s.type !== SOCK_STREAM && from && own && from.port !== own.port) continue;
    if (local.host === a.host) return o;
    if (local.host === ANY) any ??= o;
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
