/** What has just happened, in plain words. */
import type { Kernel, KernelEvent } from '../../kernel/kernel.ts';
import type { Runtime } from './runtime.ts';

/** The container that a process of the host is in, by its control group. */
export function containerOf(runtime: Runtime, cgroup: string): string | null {
  return runtime.containers.find((c) => cgroup === c.cgroup || cgroup.startsWith(`${c.cgroup}/`))?.id ?? null;
}

export function captionOf(event: KernelEvent | null, runtime: Runtime, k: Kernel): string {
  if (!event) return '';
  const { data } = event,
    pid = Number(data['pid'] ?? 0),
    p = k.processes.get(pid),
    id = p ? containerOf(runtime, p.cgroup) : null,
    who = id === null || !p ? `Process ${pid}` : `Process ${k.ns.numberOf(pid, p)} of ${id}, ${pid} on the host,`;
  switch (event.kind) {
    case 'syscall':
      return `${who} asked the kernel: ${String(data['text'])}.`;
    case 'syscall.return':
      return `The kernel answered ${who.replace(/^P/, 'p').replace(/,$/, '')}: ${String(data['text'])}.`;
    case 'copy-up':
      return `The overlay copied ${String(data['path'])} up: ${String(data['bytes'])} bytes. Other containers still read the old one.`;
    case 'throttle':
      return `${String(data['group'])} has used up its quota and stands still to the end of the period.`;
    case 'oom':
      return `${String(data['group'])} is full: the kernel killed ${String(data['name'])} inside it.`;
    case 'pids':
      return `${String(data['group'])} may have no more than ${String(data['max'])} processes: fork fails.`;
    case 'container':
      return `Container ${String(data['id'])}: ${String(data['what'])}.`;
    case 'mount':
      return `${who} changed its mounts: ${String(data['what'])} ${String(data['target'])}.`;
    case 'namespace':
      return `A ${String(data['kind'])} namespace: ${String(data['what'])}.`;
    default:
      return '';
  }
}
