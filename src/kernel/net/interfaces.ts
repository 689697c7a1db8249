/**
 * Network interfaces by namespace: each has its own loopback, with addresses, a largest packet and counters. The first
 * namespace's is up from the start, as an init system leaves it; a new one's is down.
 *
 * Invariant: records are replaced, never changed. Left out: every interface but `lo`.
 */
import { inPrefix, isLoopback, LOOPBACK, LOOPBACK6 } from './address.ts';

export interface InterfaceAddress {
  readonly host: number;
  readonly prefix: number;
  /** 254 within the machine, 0 everywhere. */
  readonly scope: number;
  readonly label: string;
}
export interface Link {
  readonly up: boolean;
  readonly mtu: number;
  readonly queue: number;
  readonly addresses: readonly InterfaceAddress[];
  readonly packets: number;
  readonly bytes: number;
  /** Counters of protocols by table and name (snmp.ts); what is missing is 0. */
  readonly counters: Readonly<Record<string, number>>;
}
export const HOST_SCOPE = 254;
const OWN_ADDRESS: InterfaceAddress = { host: LOOPBACK, prefix: 8, scope: HOST_SCOPE, label: 'lo' };
const DOWN: Link = { up: false, mtu: 65_536, queue: 1000, addresses: [], packets: 0, bytes: 0, counters: {} };

const INITIAL: ReadonlyMap<number, Link> = new Map([[0, { ...DOWN, up: true, addresses: [OWN_ADDRESS] }]]);

export class Interfaces {
  private links = INITIAL;

  of(net: number): Link {
    return this.links.get(net) ?? DOWN;
  }
  private put(net: number, change: Partial<Link>): void {
    this.links = new Map([...this.links, [net, { ...this.of(net), ...change }]]);
  }

  isUp(net: number, name: string): boolean {
    return name === 'lo' && this.of(net).up;
  }
  /** A loopback that comes up gets its usual address (net/ipv4/devinet.c, inetdev_event). */
  setUp(net: number, up: boolean): void {
    this.put(net, { up });
    if (up && !this.of(net).addresses.some((a) => a.host === LOOPBACK)) this.add(net, OWN_ADDRESS);
  }
  setMtu(net: number, mtu: number): void {
    this.put(net, { mtu });
  }
  setQueue(net: number, queue: number): void {
    this.put(net, { queue });
  }
  /** Narrower scopes stand before wider ones. */
  add(net: number, address: InterfaceAddress): void {
    const { addresses } = this.of(net);
    const at = addresses.findLastIndex((a) => address.scope <= a.scope);
    this.put(net, { addresses: addresses.toSpliced(at + 1, 0, address) });
  }
  remove(net: number, address: InterfaceAddress): void {
    this.put(net, { addresses: this.of(net).addresses.filter((a) => a !== address) });
  }
  /** SIOCSIFADDR: one address takes the place of that with the label. */
  replace(net: number, label: string, address: InterfaceAddress | null): void {
    this.put(net, { addresses: this.of(net).addresses.filter((a) => a.label !== label) });
    if (address) this.add(net, address);
  }
  /** A packet over the loopback: sent and received. */
  count(net: number, bytes: number): void {
    const { packets, bytes: before } = this.of(net);
    this.put(net, { packets: packets + 1, bytes: before + bytes });
  }

  bump(net: number, name: string): void {
    const { counters } = this.of(net);
    this.put(net, { counters: { ...counters, [name]: (counters[name] ?? 0) + 1 } });
  }

  /** Whether a packet to this host stays on the machine: on a loopback a whole prefix is local. */
  isLocal(net: number, host: number): boolean {
    const { up, addresses } = this.of(net);
    if (!up) return false;
    return host === LOOPBACK6 || addresses.some((a) => inPrefix(host, a.host, a.prefix));
  }
  /** The address that a packet to `host` comes from: on a loopback the host itself. */
  sourceFor(net: number, host: number): number {
    if (isLoopback(host) || host === LOOPBACK6) return host;
    return this.of(net).addresses.find((a) => inPrefix(host, a.host, a.prefix))?.host ?? host;
  }

  /** A namespace that is no more. */
  forget(net: number): void {
    this.links = new Map([...this.links].filter(([id]) => id !== net));
  }
  get isInitial(): boolean {
    return this.links === INITIAL;
  }
  reset(): void {
    this.links = INITIAL;
  }
  save(): readonly (readonly [number, Link])[] {
    return [...this.links];
  }
  restore(links: readonly (readonly [number, Link])[]): void {
    this.links = new Map(links);
  }
}
