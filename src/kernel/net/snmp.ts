/**
 * Counters of the protocols of a network namespace, and /proc/net/snmp (RFC 1213 and what Linux adds): what connections, segments,
 * datagrams and echoes there were over IPv4. The loopback loses nothing and nothing is broken on it, so counters of errors stay at zero.
 */
import type { Kernel } from '../kernel.ts';
import { netSettings } from '../procsys.ts';
import { AF_INET, isStream, type Socket } from './socket.ts';

const TABLES: Readonly<Record<string, string>> = {
  Ip: 'Forwarding DefaultTTL InReceives InHdrErrors InAddrErrors ForwDatagrams InUnknownProtos InDiscards InDelivers OutRequests OutDiscards OutNoRoutes ReasmTimeout ReasmReqds ReasmOKs ReasmFails FragOKs FragFails FragCreates',
  Icmp: 'InMsgs InErrors InCsumErrors InDestUnreachs InTimeExcds InParmProbs InSrcQuenchs InRedirects InEchos InEchoReps InTimestamps InTimestampReps InAddrMasks InAddrMaskReps OutMsgs OutErrors OutRateLimitGlobal OutRateLimitHost OutDestUnreachs OutTimeExcds OutParmProbs OutSrcQuenchs OutRedirects OutEchos OutEchoReps OutTimestamps OutTimestampReps OutAddrMasks OutAddrMaskReps',
  IcmpMsg: '',
  Tcp: 'RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs OutSegs RetransSegs InErrs OutRsts InCsumErrors',
  Udp: 'InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors IgnoredMulti MemErrors',
  UdpLite: 'InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors IgnoredMulti MemErrors',
};

/** Counters that grow by one. A socket of IPv6 has tables of its own, which are not kept. */
function bump(k: Kernel, s: Socket, ...names: readonly string[]): void {
  if (s.family !== AF_INET) return;
  for (const name of names) k.interfaces.bump(s.net, name);
}

/** Packets that went out over the loopback and came in again, with their whole lengths. */
function packets(k: Kernel, s: Socket, ...lengths: readonly number[]): void {
  for (const length of lengths) {
    k.interfaces.count(s.net, length);
    bump(k, s, 'Ip.InReceives', 'Ip.InDelivers', 'Ip.OutRequests');
  }
}

const HEAD = 52,
  SYN = 60,
  RST = 40;
function segments(k: Kernel, s: Socket, ...lengths: readonly number[]): void {
  packets(k, s, ...lengths);
  for (const _one of lengths) bump(k, s, 'Tcp.InSegs', 'Tcp.OutSegs');
}

export const tcp = {
  /** Three segments make a connection. */
  connected: (k: Kernel, s: Socket): void => {
    bump(k, s, 'Tcp.ActiveOpens', 'Tcp.PassiveOpens');
    segments(k, s, SYN, SYN, HEAD);
  },
  refused: (k: Kernel, s: Socket): void => {
    bump(k, s, 'Tcp.ActiveOpens', 'Tcp.AttemptFails', 'Tcp.OutRsts');
    segments(k, s, SYN, RST);
  },
  /** Bytes and their acknowledgement. */
  sent: (k: Kernel, s: Socket, bytes: number): void => segments(k, s, bytes + HEAD, HEAD),
  /** One direction ends. */
  ended: (k: Kernel, s: Socket): void => segments(k, s, HEAD, HEAD),
  reset: (k: Kernel, s: Socket): void => {
    bump(k, s, 'Tcp.OutRsts', 'Tcp.EstabResets');
    segments(k, s, RST);
  },
};

export const udp = {
  arrived: (k: Kernel, s: Socket, bytes: number): void => {
    bump(k, s, 'Udp.OutDatagrams', 'Udp.InDatagrams');
    packets(k, s, bytes + 28);
  },
  /** Nobody is there: the answer is an ICMP message with the head of the datagram. */
  nobody: (k: Kernel, s: Socket, bytes: number): void => {
    bump(k, s, 'Udp.OutDatagrams', 'Udp.NoPorts', 'Icmp.OutMsgs', 'Icmp.OutDestUnreachs', 'Icmp.InMsgs', 'Icmp.InDestUnreachs');
    bump(k, s, 'IcmpMsg.InType3', 'IcmpMsg.OutType3');
    packets(k, s, bytes + 28, Math.min(bytes + 56, 576));
  },
  full: (k: Kernel, s: Socket, bytes: number): void => {
    bump(k, s, 'Udp.OutDatagrams', 'Udp.InErrors', 'Udp.RcvbufErrors');
    packets(k, s, bytes + 28);
  },
};

const ECHO: Readonly<Record<number, string>> = { 0: 'EchoReps', 8: 'Echos' };

/** An ICMP message of a type, and how long it is without the head of its packet. */
export function icmpSent(k: Kernel, s: Socket, type: number, bytes: number): void {
  bump(k, s, 'Icmp.OutMsgs', 'Icmp.InMsgs', `IcmpMsg.InType${type}`, `IcmpMsg.OutType${type}`);
  const name = ECHO[type];
  if (name) bump(k, s, `Icmp.In${name}`, `Icmp.Out${name}`);
  packets(k, s, bytes + (s.family === AF_INET ? 20 : 40));
}

/** The text of /proc/net/snmp. */
export function snmp(k: Kernel, net: number): string {
  const { counters } = k.interfaces.of(net);
  const established = [...k.sockets.values()].filter(
    (s) => s.net === net && s.family === AF_INET && isStream(s) && s.state === 'connected' && !s.writeEnd,
  ).length;
  const fixed: Readonly<Record<string, number>> = {
    'Ip.Forwarding': 2,
    'Ip.DefaultTTL': netSettings(k, net, 'net/ipv4/ip_default_ttl')[0]!,
    'Tcp.RtoAlgorithm': 1,
    'Tcp.RtoMin': 200,
    'Tcp.RtoMax': 120_000,
    'Tcp.MaxConn': -1,
    'Tcp.CurrEstab': established,
  };
  // Types of messages are shown when there were any, those that came in before those that went out.
  const types = (way: string): string[] =>
    Object.keys(counters)
      .filter((name) => name.startsWith(`IcmpMsg.${way}`))
      .map((name) => name.slice(8))
      .toSorted((a, b) => Number(a.replace(/\D/g, '')) - Number(b.replace(/\D/g, '')));
  return Object.entries(TABLES)
    .map(([table, columns]) => {
      const names = table === 'IcmpMsg' ? [...types('In'), ...types('Out')] : columns.split(' ');
      if (names.length === 0) return '';
      const values = names.map((name) => fixed[`${table}.${name}`] ?? counters[`${table}.${name}`] ?? 0);
      return `${table}: ${names.join(' ')}\n${table}: ${values.join(' ')}\n`;
    })
    .join('');
}
