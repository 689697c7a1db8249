/**
 * Routing netlink (rtnetlink(7)): links, addresses, routes and rules of the network namespace, as ip(8) asks for them. Every
 * request is answered at once; answers wait at the asking socket as datagrams.
 *
 * Left out: every protocol but NETLINK_ROUTE, groups (nobody is told of changes), other interfaces than the loopback: making one
 * is refused with EOPNOTSUPP, as by a kernel that has no driver for it.
 */
import { concatBytes, get16, get32, StructWriter } from '../../bits/bytes.ts';
import { latin1 } from '../../bits/utf8.ts';
import { CAP, capableIn } from '../credentials.ts';
import { Errno, fail } from '../errno.ts';
import type { Kernel } from '../kernel.ts';
import type { Process } from '../task.ts';
import { hostBytes, hostBytes6, LOOPBACK6, maskOf, word32 } from './address.ts';
import { HOST_SCOPE, type InterfaceAddress } from './interfaces.ts';
import { ARPHRD_LOOPBACK, IFF_LOWER_UP, IFF_UP, interfaceFlags } from './ioctl.ts';
import { AF_INET, AF_INET6, type Socket } from './socket.ts';

const NLMSG_ERROR = 2,
  NLMSG_DONE = 3;
const NLM_F_REQUEST = 1,
  NLM_F_MULTI = 2,
  NLM_F_ACK = 4,
  NLM_F_ROOT = 0x100,
  NLM_F_MATCH = 0x200,
  NLM_F_EXCL = 0x200;
const RTM = {
  NEWLINK: 16,
  DELLINK: 17,
  GETLINK: 18,
  SETLINK: 19,
  NEWADDR: 20,
  DELADDR: 21,
  GETADDR: 22,
  NEWROUTE: 24,
  DELROUTE: 25,
  GETROUTE: 26,
  NEWNEIGH: 28,
  DELNEIGH: 29,
  GETNEIGH: 30,
  NEWRULE: 32,
  DELRULE: 33,
  GETRULE: 34,
} as const;
const IFLA = { ADDRESS: 1, BROADCAST: 2, IFNAME: 3, MTU: 4, QDISC: 6, TXQLEN: 13, OPERSTATE: 16, LINKMODE: 17, CARRIER: 33 } as const;
const IFA = { ADDRESS: 1, LOCAL: 2, LABEL: 3, CACHEINFO: 6, FLAGS: 8 } as const;
const RTA = { DST: 1, OIF: 4, PREFSRC: 7, TABLE: 15, CACHEINFO: 12, UID: 25 } as const;
const RT_TABLE = { DEFAULT: 253, MAIN: 254, LOCAL: 255 } as const;
const RTN_LOCAL = 2,
  RTN_BROADCAST = 3,
  RT_SCOPE_LINK = 253,
  RTPROT_KERNEL = 2;
const RTM_F_CLONED = 0x200;
const FR_ACT_TO_TBL = 1,
  FRA_PRIORITY = 6,
  FRA_TABLE = 15;
const IF_OPER_DOWN = 2,
  IF_OPER_UNKNOWN = 0,
  IFA_F_PERMANENT = 0x80;

type Attribute = readonly [type: number, value: Uint8Array];
const words = (...list: number[]): Uint8Array => list.reduce((w, n) => w.u32(n), new StructWriter()).done();
const text = (value: string): Uint8Array => new StructWriter().text(value, value.length + 1).done();
const byte = (value: number): Uint8Array => new Uint8Array([value]);

/** Attributes are aligned to four bytes. */
function attributes(list: readonly Attribute[]): Uint8Array {
  const w = new StructWriter();
  for (const [type, value] of list)
    w.u16(value.length + 4)
      .u16(type)
      .bytes(value)
      .pad((w.length + 3) & ~3);
  return w.done();
}

function readAttributes(b: Uint8Array, from: number): Map<number, Uint8Array> {
  const found = new Map<number, Uint8Array>();
  for (let at = from; at + 4 <= b.length;) {
    const length = get16(b, at);
    if (length < 4 || at + length > b.length) break;
    found.set(get16(b, at + 2) & 0x3fff, b.subarray(at + 4, at + length));
    at += (length + 3) & ~3;
  }
  return found;
}

interface Request {
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
  /** Behind the header. */
  readonly body: Uint8Array;
  readonly whole: Uint8Array;
}
/** One answer: its type and what stands behind the header. */
type Answer = readonly [type: number, body: Uint8Array];

/** Number by which the socket is known: the process's, unless another socket has it. */
export function portOf(k: Kernel, p: Process, s: Socket): number {
  if (s.options['port'] === undefined) {
    const used = (n: number): boolean => [...k.sockets.values()].some((o) => o !== s && o.family === s.family && o.options['port'] === n);
    let port = k.ns.numberOf(p.tgid, p);
    while (used(port)) port = (port + 0x1000_0000) >>> 0;
    s.options = { ...s.options, port };
  }
  return s.options['port']!;
}

/** What was sent is answered into the socket itself. */
export function askNetlink(k: Kernel, p: Process, s: Socket, bytes: Uint8Array): number {
  const port = portOf(k, p, s);
  for (let at = 0; at + 16 <= bytes.length;) {
    const length = get32(bytes, at);
    if (length < 16 || at + length > bytes.length) break;
    const whole = bytes.subarray(at, at + length);
    answer(k, p, s, port, {
      type: get16(whole, 4),
      flags: get16(whole, 6),
      sequence: get32(whole, 8),
      body: whole.subarray(16),
      whole,
    });
    at += (length + 3) & ~3;
  }
  return bytes.length;
}

function answer(k: Kernel, p: Process, s: Socket, port: number, r: Request): void {
  const dump = (r.flags & (NLM_F_ROOT | NLM_F_MATCH)) !== 0 && (r.type & 3) === 2;
  const message = (type: number, flags: number, body: Uint8Array): Uint8Array =>
    concatBytes([
      new StructWriter()
        .u32(16 + body.length)
        .u16(type)
        .u16(flags)
        .u32(r.sequence)
        .u32(port)
        .done(),
      body,
      new Uint8Array(-body.length & 3),
    ]);
  const give = (list: readonly Uint8Array[]): void => {
    const datagram = { from: null, bytes: concatBytes(list), files: [], sender: { pid: 0, uid: 0, gid: 0 } };
    s.datagrams = [...s.datagrams, datagram];
    k.changes++;
  };
  try {
    const answers = respond(k, p, s.net, r, dump);
    if (dump) {
      give(answers.map(([type, body]) => message(type, NLM_F_MULTI, body)));
      give([message(NLMSG_DONE, NLM_F_MULTI, words(0))]);
      // Without answers there is one message less: an empty datagram would be taken for the end.
      s.datagrams = s.datagrams.filter(({ bytes }) => bytes.length > 0);
      return;
    }
    for (const [type, body] of answers) give([message(type, 0, body)]);
    if (r.flags & NLM_F_ACK) give([message(NLMSG_ERROR, 0, concatBytes([words(0), r.whole.subarray(0, 16)]))]);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    give([message(NLMSG_ERROR, 0, concatBytes([words(-error.number), r.whole]))]);
  }
}

function respond(k: Kernel, p: Process, net: number, r: Request, dump: boolean): readonly Answer[] {
  if ((r.flags & NLM_F_REQUEST) === 0) return [];
  if (r.type < RTM.NEWLINK) return [];
  // Whoever asks for more than to see needs the right over the namespace (rtnetlink_rcv_msg).
  if ((r.type & 3) !== 2 && !capableIn(k, p, k.ns.of(p, 'net').owner, CAP.NET_ADMIN)) fail('EPERM');
  const family = r.body[0] ?? 0;
  switch (r.type) {
    case RTM.GETLINK:
      if (!dump && !namesLoopback(r)) fail('ENODEV');
      return [linkAnswer(k, net)];
    case RTM.GETADDR:
      return dump ? addressAnswers(k, net, family) : fail('EOPNOTSUPP');
    case RTM.GETROUTE:
      return dump ? routeAnswers(k, net, family) : [routeTo(k, net, r)];
    case RTM.GETNEIGH:
      return dump ? [] : fail('ENOENT');
    case RTM.GETRULE:
      return family === AF_INET6 ? ruleAnswers(AF_INET6, [RT_TABLE.LOCAL, RT_TABLE.MAIN]) : ruleAnswers(AF_INET);
    case RTM.NEWLINK:
    case RTM.SETLINK:
      return setLink(k, net, r);
    case RTM.DELLINK:
      return fail(namesLoopback(r) ? 'EOPNOTSUPP' : 'ENODEV');
    case RTM.NEWADDR:
    case RTM.DELADDR:
      return changeAddress(k, net, r);
    case RTM.NEWROUTE:
      return fail('ENETUNREACH');
    case RTM.DELROUTE:
      return fail('ESRCH');
    default:
      return fail('EOPNOTSUPP');
  }
}

// ---- links

/** struct ifinfomsg: family, type, index, flags, change. */
function namesLoopback(r: Request): boolean {
  const index = get32(r.body, 4),
    name = readAttributes(r.body, 16).get(IFLA.IFNAME);
  return index === 1 || (index === 0 && name !== undefined && latin1(name).split('\0')[0] === 'lo');
}

function linkAnswer(k: Kernel, net: number): Answer {
  const { up, mtu, queue } = k.interfaces.of(net),
    none = new Uint8Array(6);
  const head = new StructWriter()
    .u8(0)
    .u8(0)
    .u16(ARPHRD_LOOPBACK)
    .u32(1)
    .u32(interfaceFlags(up) | (up ? IFF_LOWER_UP : 0))
    .u32(0)
    .done();
  const rows: Attribute[] = [
    [IFLA.IFNAME, text('lo')],
    [IFLA.TXQLEN, words(queue)],
    [IFLA.OPERSTATE, byte(up ? IF_OPER_UNKNOWN : IF_OPER_DOWN)],
    [IFLA.LINKMODE, byte(0)],
    [IFLA.MTU, words(mtu)],
    [IFLA.CARRIER, byte(1)],
    [IFLA.QDISC, text(up ? 'noqueue' : 'noop')],
    [IFLA.ADDRESS, none],
    [IFLA.BROADCAST, none],
  ];
  return [RTM.NEWLINK, concatBytes([head, attributes(rows)])];
}

/** Up or down, and the largest packet; there is no driver to make another interface. */
function setLink(k: Kernel, net: number, r: Request): readonly Answer[] {
  if (!namesLoopback(r)) fail(r.type === RTM.NEWLINK && get32(r.body, 4) === 0 ? 'EOPNOTSUPP' : 'ENODEV');
  if (r.flags & NLM_F_EXCL && r.type === RTM.NEWLINK) fail('EEXIST');
  const flags = get32(r.body, 8),
    change = get32(r.body, 12),
    mtu = readAttributes(r.body, 16).get(IFLA.MTU);
  if (mtu) k.interfaces.setMtu(net, get32(mtu, 0));
  if (change & IFF_UP || (change === 0 && flags !== 0)) k.interfaces.setUp(net, (flags & IFF_UP) !== 0);
  k.changes++;
  return [];
}

// ---- addresses

/** struct ifaddrmsg: family, prefix length, flags, scope, index. */
function addressAnswers(k: Kernel, net: number, family: number): readonly Answer[] {
  const { up, addresses } = k.interfaces.of(net);
  const answerOf = (of: number, host: Uint8Array, prefix: number, scope: number, label: string | null): Answer => {
    const head = new StructWriter().u8(of).u8(prefix).u8(IFA_F_PERMANENT).u8(scope).u32(1).done();
    const rows: Attribute[] = [[IFA.ADDRESS, host]];
    if (label !== null) rows.push([IFA.LOCAL, host], [IFA.LABEL, text(label)]);
    rows.push([IFA.FLAGS, words(IFA_F_PERMANENT)], [IFA.CACHEINFO, words(-1, -1, 0, 0)]);
    return [RTM.NEWADDR, concatBytes([head, attributes(rows)])];
  };
  const four = addresses.map((a) => answerOf(AF_INET, hostBytes(a.host), a.prefix, a.scope, a.label));
  const six = up ? [answerOf(AF_INET6, hostBytes6(LOOPBACK6), 128, HOST_SCOPE, null)] : [];
  return family === AF_INET ? four : family === AF_INET6 ? six : [...four, ...six];
}

function changeAddress(k: Kernel, net: number, r: Request): readonly Answer[] {
  const [family, prefix] = r.body as unknown as readonly [number, number],
    given = readAttributes(r.body, 8);
  if (family !== AF_INET) fail('EOPNOTSUPP');
  if (get32(r.body, 4) !== 1) fail('ENODEV');
  const bytes = given.get(IFA.LOCAL) ?? given.get(IFA.ADDRESS) ?? fail('EINVAL'),
    host = word32(bytes, 0),
    label = given.get(IFA.LABEL);
  const known = k.interfaces.of(net).addresses.find((a) => a.host === host && a.prefix === prefix);
  if (r.type === RTM.DELADDR) {
    k.interfaces.remove(net, known ?? fail('EADDRNOTAVAIL'));
    return [];
  }
  if (known) fail('EEXIST');
  const added: InterfaceAddress = { host, prefix, scope: r.body[3]!, label: label ? latin1(label).split('\0')[0]! : 'lo' };
  k.interfaces.add(net, added);
  k.changes++;
  return [];
}

// ---- routes: those that the kernel makes for the addresses of a loopback

interface Route {
  readonly type: number;
  readonly scope: number;
  readonly host: number;
  readonly prefix: number;
  readonly source: number;
}

export function localRoutes(k: Kernel, net: number): readonly Route[] {
  const { up, addresses } = k.interfaces.of(net);
  if (!up) return [];
  return addresses.flatMap(({ host, prefix }) => {
    const network = (host & maskOf(prefix)) >>> 0,
      last = (network | ~maskOf(prefix)) >>> 0;
    const own: Route = { type: RTN_LOCAL, scope: HOST_SCOPE, host, prefix: 32, source: host };
    if (prefix === 32) return [own];
    const whole: Route = { type: RTN_LOCAL, scope: HOST_SCOPE, host: network, prefix, source: host };
    const all: Route = { type: RTN_BROADCAST, scope: RT_SCOPE_LINK, host: last, prefix: 32, source: host };
    return prefix === 31 ? [whole, own] : [whole, own, all];
  });
}

/** struct rtmsg: family, lengths of destination and source, tos, table, protocol, scope, type, flags. */
function routeAnswer(route: Route, flags = 0, more: readonly Attribute[] = []): Answer {
  // Without RTM_F_LOOKUP_TABLE the answer about one destination names the main table (inet_rtm_getroute).
  const table = flags & RTM_F_CLONED ? RT_TABLE.MAIN : RT_TABLE.LOCAL;
  const head = new StructWriter()
    .u8(AF_INET)
    .u8(route.prefix)
    .u8(0)
    .u8(0)
    .u8(table)
    .u8(RTPROT_KERNEL)
    .u8(route.scope)
    .u8(route.type)
    .u32(flags)
    .done();
  const rows: Attribute[] = [
    [RTA.TABLE, words(table)],
    [RTA.DST, hostBytes(route.host)],
    [RTA.PREFSRC, hostBytes(route.source)],
    [RTA.OIF, words(1)],
    ...more,
  ];
  return [RTM.NEWROUTE, concatBytes([head, attributes(rows)])];
}

function routeAnswers(k: Kernel, net: number, family: number): readonly Answer[] {
  return family === AF_INET6 ? [] : localRoutes(k, net).map((route) => routeAnswer(route));
}

/** ip route get: where a packet to this host goes. */
function routeTo(k: Kernel, net: number, r: Request): Answer {
  const to = readAttributes(r.body, 12).get(RTA.DST) ?? fail('EINVAL');
  if (r.body[0] !== AF_INET || to.length !== 4) return fail('ENETUNREACH');
  const host = word32(to, 0);
  if (!k.interfaces.isLocal(net, host)) fail('ENETUNREACH');
  const source = k.interfaces.sourceFor(net, host);
  const route: Route = { type: RTN_LOCAL, scope: 0, host, prefix: 32, source };
  return routeAnswer(route, RTM_F_CLONED, [
    [RTA.UID, words(0)],
    [RTA.CACHEINFO, words(0, 0, 0, 0, 0, 0, 0, 0)],
  ]);
}

/** struct fib_rule_hdr: family, lengths, tos, table, two bytes, action, flags. */
function ruleAnswers(family: number, tables: readonly number[] = [RT_TABLE.LOCAL, RT_TABLE.MAIN, RT_TABLE.DEFAULT]): readonly Answer[] {
  return tables.map((table, i): Answer => {
    const head = new StructWriter().u8(family).u8(0).u8(0).u8(0).u8(table).u8(0).u8(0).u8(FR_ACT_TO_TBL).u32(0).done();
    const priority: Attribute[] = i === 0 ? [] : [[FRA_PRIORITY, words(32_765 + i)]];
    return [RTM.NEWRULE, concatBytes([head, attributes([[FRA_TABLE, words(table)], ...priority])])];
  });
}
