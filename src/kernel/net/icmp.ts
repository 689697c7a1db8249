/** Echo on the loopback interface, for raw ICMP sockets: what ping needs (icmp(7), raw(7)). */
import { concatBytes, StructWriter } from '../../bits/bytes.ts';
import type { Kernel } from '../kernel.ts';
import { LOOPBACK } from './address.ts';
import { reach } from './names.ts';
import { AF_INET, type Address, type Socket } from './socket.ts';

const ECHO_REQUEST = 8,
  IPPROTO_ICMP = 1;

/** A request comes back twice to a raw socket: as it was sent, and answered. */
export function echoReply(k: Kernel, s: Socket, to: Address, bytes: Uint8Array): number {
  const host = reach(k, s, to.family === AF_INET ? to.host : LOOPBACK);
  for (const o of k.sockets.values()) {
    if (o.type !== 3 || o.net !== s.net || o.protocol !== s.protocol) continue;
    const answers = bytes[0] === ECHO_REQUEST && s.protocol === IPPROTO_ICMP ? [bytes, answer(bytes)] : [bytes];
    const from: Address = { family: AF_INET, host, port: 0 };
    o.datagrams = [...o.datagrams, ...answers.map((b) => ({ from, bytes: withHeader(host, b), files: [], sender: s.creator }))];
  }
  k.changes++;
  return bytes.length;
}

/** Type 0 instead of 8; the checksum changes by as much. */
function answer(request: Uint8Array): Uint8Array {
  const reply = request.slice();
  reply[0] = reply[2] = reply[3] = 0;
  let sum = 0;
  for (let i = 0; i < reply.length; i += 2) sum += (reply[i]! << 8) | (reply[i + 1] ?? 0);
  sum = (sum & 0xffff) + (sum >>> 16);
  sum = ~((sum & 0xffff) + (sum >>> 16)) & 0xffff;
  reply[2] = sum >> 8;
  reply[3] = sum & 255;
  return reply;
}

function withHeader(host: number, payload: Uint8Array): Uint8Array {
  const total = payload.length + 20;
  const header = new StructWriter()
    .u8(0x45)
    .u8(0)
    .u8(total >> 8)
    .u8(total)
    .u32(0)
    .u8(64)
    .u8(IPPROTO_ICMP)
    .u16(0);
  for (let i = 0; i < 2; i++) for (const shift of [24, 16, 8, 0]) header.u8((host >>> shift) & 255);
  return concatBytes([header.done(), payload]);
}
