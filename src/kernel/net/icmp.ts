/** Echo on the loopback interface, for raw ICMP sockets: what ping and ping6 need (icmp(7), raw(7)). */
import { concatBytes, get32, StructWriter } from '../../bits/bytes.ts';
import type { Kernel } from '../kernel.ts';
import { netSettings } from '../procsys.ts';
import { hostBytes, hostBytes6, LOOPBACK } from './address.ts';
import { reach } from './names.ts';
import { icmpSent } from './snmp.ts';
import { AF_INET, AF_INET6, type Address, type Socket } from './socket.ts';

const ECHO_REQUEST = 8,
  ECHO_REQUEST_6 = 128,
  ECHO_REPLY_6 = 129,
  IPPROTO_ICMP = 1,
  IPPROTO_ICMPV6 = 58;

/** A request comes back twice to a raw socket: as it was sent, and answered. */
export function echoReply(k: Kernel, s: Socket, to: Address, bytes: Uint8Array): number {
  const host = reach(k, s, to.family === AF_INET ? to.host : LOOPBACK),
    six = s.family === AF_INET6;
  const packet = six && s.protocol === IPPROTO_ICMPV6 ? summed(bytes, host) : bytes;
  const asked = six
    ? packet[0] === ECHO_REQUEST_6 && s.protocol === IPPROTO_ICMPV6
    : packet[0] === ECHO_REQUEST && s.protocol === IPPROTO_ICMP && netSettings(k, s.net, 'net/ipv4/icmp_echo_ignore_all')[0] === 0;
  const packets = asked ? [packet, answer(packet, six, host)] : [packet],
    from: Address = { family: AF_INET, host, port: 0 };
  for (const one of packets) icmpSent(k, s, one[0]!, one.length);
  for (const o of k.sockets.values()) {
    if (o.type !== 3 || o.net !== s.net || o.family !== s.family || o.protocol !== s.protocol) continue;
    const passed = packets.filter((one) => !filtered(o, one[0]!));
    // A raw IPv4 socket sees the header of the packet, a raw IPv6 socket does not.
    const seen = passed.map((one) => (six ? one : withHeader(host, netSettings(k, s.net, 'net/ipv4/ip_default_ttl')[0]!, one)));
    o.datagrams = [...o.datagrams, ...seen.map((one) => ({ from, bytes: one, files: [], sender: s.creator }))];
  }
  k.changes++;
  return bytes.length;
}

/** ICMP6_FILTER and ICMP_FILTER: a bit that is set keeps that type away. */
function filtered(s: Socket, type: number): boolean {
  const word = s.options[`filter${type >> 5}`] ?? 0;
  return ((word >>> (type & 31)) & 1) === 1;
}

function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += (bytes[i]! << 8) | (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** ICMPv6 counts addresses and length in its checksum (RFC 4443); the kernel fills it in. */
function summed(packet: Uint8Array, host: number): Uint8Array {
  const result = packet.slice();
  result[2] = result[3] = 0;
  const address = hostBytes6(host);
  const pseudo = new Uint8Array([...address, ...address, 0, 0, result.length >> 8, result.length & 255, 0, 0, 0, IPPROTO_ICMPV6]);
  const sum = checksum(concatBytes([pseudo, result]));
  result[2] = sum >> 8;
  result[3] = sum & 255;
  return result;
}

function answer(request: Uint8Array, six: boolean, host: number): Uint8Array {
  const reply = request.slice();
  reply[0] = six ? ECHO_REPLY_6 : 0;
  if (six) return summed(reply, host);
  reply[2] = reply[3] = 0;
  const sum = checksum(reply);
  reply[2] = sum >> 8;
  reply[3] = sum & 255;
  return reply;
}

function withHeader(host: number, ttl: number, payload: Uint8Array): Uint8Array {
  const total = payload.length + 20;
  const header = new StructWriter()
    .u8(0x45)
    .u8(0)
    .u8(total >> 8)
    .u8(total)
    .u32(0)
    .u8(ttl)
    .u8(IPPROTO_ICMP)
    .u16(0);
  for (let i = 0; i < 2; i++) header.bytes(hostBytes(host));
  return concatBytes([header.done(), payload]);
}

/** The words of a filter as options. */
export const filterOptions = (bytes: Uint8Array): Record<string, number> =>
  Object.fromEntries(Array.from({ length: Math.min(8, bytes.length >> 2) }, (_, i) => [`filter${i}`, get32(bytes, i * 4)]));
