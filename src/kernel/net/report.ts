/** /proc/net of a network namespace (proc(5)): as Linux 6.1 writes it. */
import type { Kernel } from '../kernel.ts';
import type { MadeFile } from '../vfs/made.ts';
import { hostBytes, hostBytes6 } from './address.ts';
import { snmp } from './snmp.ts';
import { AF_INET, AF_INET6, AF_NETLINK, AF_UNIX, SOCK_DGRAM, SOCK_RAW, SOCK_STREAM, type Address, type Socket } from './socket.ts';

const hex = (n: number, width: number): string => (n >>> 0).toString(16).toUpperCase().padStart(width, '0');

function device(k: Kernel, net: number): string {
  const { packets, bytes } = k.interfaces.of(net),
    counters = `${String(bytes).padStart(8)} ${String(packets).padStart(7)}    0    0    0`;
  return [
    'Inter-|   Receive                                                |  Transmit',
    ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed',
    `    lo: ${counters}     0          0         0 ${counters}     0       0          0`,
    '',
  ].join('\n');
}

/** Words of an address, each with its bytes in the order of memory. */
function addressText(s: Socket, a: Address | null): string {
  const { host, port } = a?.family === AF_INET ? a : { host: 0, port: 0 };
  const bytes = s.family === AF_INET6 ? hostBytes6(host) : hostBytes(host);
  let text = '';
  for (let i = 0; i < bytes.length; i += 4)
    text += hex(bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24), 8);
  return `${text}:${hex(port, 4)}`;
}

const ESTABLISHED = 1,
  FIN_WAIT2 = 5,
  CLOSE = 7,
  CLOSE_WAIT = 8,
  LISTEN = 10;

function stateOf(s: Socket): number {
  if (s.type !== SOCK_STREAM) return s.state === 'connected' ? ESTABLISHED : CLOSE;
  if (s.state === 'listening') return LISTEN;
  if (s.state === 'new') return CLOSE;
  return s.readEnd ? CLOSE_WAIT : s.writeEnd ? FIN_WAIT2 : ESTABLISHED;
}

const sockets = (k: Kernel, net: number, family: number, type: number): Socket[] =>
  [...k.sockets.values()].filter((s) => s.net === net && s.family === family && s.type === type && (type === SOCK_RAW || s.local !== null));

const waiting = (s: Socket): number =>
  s.state === 'listening' ? s.queue.length : s.stream.length + s.datagrams.reduce((sum, d) => sum + d.bytes.length, 0);

const TCP_HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
  UDP_HEAD = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops`,
  TCP6_HEAD =
    '  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
  UDP6_HEAD =
    '  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops';

/** tcp, udp and raw, in IPv4 and IPv6. */
function internet(k: Kernel, net: number, family: number, type: number): string {
  const stream = type === SOCK_STREAM,
    six = family === AF_INET6;
  const head = (stream ? (six ? TCP6_HEAD : TCP_HEAD) : six ? UDP6_HEAD : UDP_HEAD).padEnd(six ? 0 : stream ? 149 : 127);
  const rows = sockets(k, net, family, type).map((s, i) => {
    const place = String(i).padStart(stream ? 4 : 5),
      addresses = `${addressText(s, s.local)} ${addressText(s, s.remote)}`;
    const row = `${place}: ${addresses} ${hex(stateOf(s), 2)} 00000000:${hex(waiting(s), 8)} 00:00000000 00000000 ${String(s.creator.uid).padStart(5)}        0 ${s.id} `;
    const tail = stream ? (s.state === 'listening' ? '1 00000000 100 0 0 10 0' : '1 00000000 20 0 0 10 -1') : '2 00000000 0';
    return `${(row + tail).padEnd(six ? 0 : stream ? 149 : 127)}\n`;
  });
  return `${head}\n${rows.join('')}`;
}

function unix(k: Kernel, net: number): string {
  const rows = [...k.sockets.values()]
    .filter((s) => s.family === AF_UNIX && s.net === net)
    .map((s) => {
      const path = s.local?.family === AF_UNIX ? s.local.path.replaceAll('\0', '@') : '';
      const state = s.state === 'connected' ? '03' : '01';
      return `00000000: 00000002 00000000 ${hex(s.state === 'listening' ? 0x1_0000 : 0, 8)} ${hex(s.type, 4)} ${state} ${String(s.id).padStart(5)}${path === '' ? '' : ` ${path}`}\n`;
    });
  return `Num       RefCount Protocol Flags    Type St Inode Path\n${rows.join('')}`;
}

function netlink(k: Kernel, net: number): string {
  const rows = [...k.sockets.values()]
    .filter((s) => s.family === AF_NETLINK && s.net === net)
    .map(
      (s) =>
        `00000000 ${String(s.protocol).padEnd(3)} ${String(s.options['port'] ?? 0).padEnd(10)} 00000000 0        0        0     2        0        ${s.id}\n`,
    );
  return `sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode\n${rows.join('')}`;
}

const ROUTE_HEAD = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT';

function sockstat(k: Kernel, net: number): string {
  const count = (family: number, type: number): number => sockets(k, net, family, type).length;
  const all = [...k.sockets.values()].filter((s) => s.net === net).length;
  return [
    `sockets: used ${all}`,
    `TCP: inuse ${count(AF_INET, SOCK_STREAM)} orphan 0 tw 0 alloc ${count(AF_INET, SOCK_STREAM) + count(AF_INET6, SOCK_STREAM)} mem 0`,
    `UDP: inuse ${count(AF_INET, SOCK_DGRAM)} mem 0`,
    'UDPLITE: inuse 0',
    `RAW: inuse ${count(AF_INET, SOCK_RAW)}`,
    'FRAG: inuse 0 memory 0',
    '',
  ].join('\n');
}

/** Files below /proc/PID/net; `netOf` says which namespace a process has. */
export function netFiles(k: Kernel, netOf: (pid: number) => number): Record<string, MadeFile> {
  const file = (make: (net: number) => string): MadeFile => ({ text: (pid) => make(netOf(pid)) });
  const of = (family: number, type: number): MadeFile => file((net) => internet(k, net, family, type));
  return {
    'net/arp': file(() => 'IP address       HW type     Flags       HW address            Mask     Device\n'),
    'net/dev': file((net) => device(k, net)),
    'net/if_inet6': file((net) => (k.interfaces.of(net).up ? '00000000000000000000000000000001 01 80 10 80       lo\n' : '')),
    'net/netlink': file((net) => netlink(k, net)),
    'net/packet': file(() => 'sk       RefCnt Type Proto  Iface R Rmem   User   Inode\n'),
    'net/raw': of(AF_INET, SOCK_RAW),
    'net/raw6': of(AF_INET6, SOCK_RAW),
    // The loopback's own routes are in another table: this one shows the main table, which is empty.
    'net/route': file(() => `${ROUTE_HEAD.padEnd(127)}\n`),
    'net/snmp': file((net) => snmp(k, net)),
    'net/sockstat': file((net) => sockstat(k, net)),
    'net/tcp': of(AF_INET, SOCK_STREAM),
    'net/tcp6': of(AF_INET6, SOCK_STREAM),
    'net/udp': of(AF_INET, SOCK_DGRAM),
    'net/udp6': of(AF_INET6, SOCK_DGRAM),
    'net/unix': file((net) => unix(k, net)),
  };
}
