/** What stands in a /sys: by path, for the network namespace `net`. */
import type { Kernel } from './kernel.ts';
import { interfaceFlags } from './net/ioctl.ts';
import type { MadeFile } from './vfs/made.ts';
import { RAM_DISK_BYTES } from './vfs/ramdisk.ts';

const EMPTY = ['dev/', 'firmware/', 'fs/bpf/', 'fs/cgroup/', 'fs/pstore/', 'hypervisor/', 'module/', 'power/', 'bus/'];

export function sysfsFiles(k: Kernel, net: number): Record<string, MadeFile> {
  const file = (make: () => string | number): MadeFile => ({ text: () => `${make()}\n` });
  const lo = 'class/net/lo/',
    link = (): ReturnType<typeof k.interfaces.of> => k.interfaces.of(net);
  const statistics = Object.fromEntries(
    ['rx', 'tx'].flatMap((way) => [
      [`${lo}statistics/${way}_bytes`, file(() => link().bytes)],
      [`${lo}statistics/${way}_packets`, file(() => link().packets)],
      [`${lo}statistics/${way}_errors`, file(() => 0)],
      [`${lo}statistics/${way}_dropped`, file(() => 0)],
    ]),
  );
  return {
    ...Object.fromEntries(EMPTY.map((path) => [path, file(() => '')])),
    'block/ram0/size': file(() => RAM_DISK_BYTES / 512),
    'block/ram0/dev': file(() => '1:0'),
    'block/ram0/ro': file(() => 0),
    [`${lo}address`]: file(() => '00:00:00:00:00:00'),
    [`${lo}addr_len`]: file(() => 6),
    [`${lo}broadcast`]: file(() => '00:00:00:00:00:00'),
    [`${lo}carrier`]: file(() => 1),
    [`${lo}flags`]: file(() => `0x${(interfaceFlags(link().up) & ~0x40).toString(16)}`),
    [`${lo}ifindex`]: file(() => 1),
    [`${lo}iflink`]: file(() => 1),
    [`${lo}mtu`]: file(() => link().mtu),
    [`${lo}operstate`]: file(() => (link().up ? 'unknown' : 'down')),
    [`${lo}tx_queue_len`]: file(() => link().queue),
    [`${lo}type`]: file(() => 772),
    ...statistics,
    'devices/system/cpu/online': file(() => 0),
    'devices/system/cpu/possible': file(() => 0),
    'devices/system/cpu/present': file(() => 0),
    'devices/system/cpu/cpu0/topology/core_id': file(() => 0),
    'kernel/uevent_seqnum': file(() => 0),
  };
}
