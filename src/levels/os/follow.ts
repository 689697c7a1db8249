/**
 * One system call followed on its way through the kernel: what was looked up in namespaces, which rights were asked for, what
 * was charged to which group. It keeps the newest call of every container.
 */
import type { Plain } from '../../bits/plain.ts';
import type { Kernel, KernelEvent } from '../../kernel/kernel.ts';
import { CAP } from '../../kernel/credentials.ts';
import type { CallStep, CallView } from '../../protocol/os-views.ts';
import { containerOf } from './captions.ts';
import type { Runtime } from './runtime.ts';

const CAP_NAMES = new Map<number, string>(Object.entries(CAP).map(([name, n]) => [n, name]));

/** Of a question about a file: 4, 2, 1. */
const wish = (want: number): string =>
  [want & 4 ? 'read' : '', want & 2 ? 'write' : '', want & 1 ? 'execute' : ''].filter((word) => word !== '').join(' and ');

interface Draft {
  readonly number: number;
  readonly name: string;
  readonly text: string;
  readonly pid: number;
  readonly insidePid: number;
  readonly container: string | null;
  readonly kernel: number;
  readonly containment: number;
  readonly steps: readonly CallStep[];
}

export class CallFollower {
  private readonly k: Kernel;
  private readonly runtime: Runtime;
  private calls = 0;
  private open: Draft | null = null;
  private done: readonly CallView[] = [];

  constructor(k: Kernel, runtime: Runtime) {
    this.k = k;
    this.runtime = runtime;
    k.onCheck = (_p, cap, allowed) =>
      this.step('permission', `CAP_${CAP_NAMES.get(cap) ?? cap}: ${allowed ? 'held' : 'not held'}`, allowed);
    k.onAccess = (p, file, want, allowed) =>
      this.step(
        'permission',
        `user ${p.credentials.fsuid} wants to ${wish(want)} what belongs to user ${file.uid}, mode ${(file.mode & 0o7777).toString(8)}`,
        allowed,
      );
  }

  private spent(category: string): number {
    return this.k.machine.ledger
      .entries()
      .filter((e) => e.category === category && e.kind === 'service')
      .reduce((sum, e) => sum + e.units, 0);
  }

  private step(kind: CallStep['kind'], text: string, allowed: boolean | null): void {
    if (this.open) this.open = { ...this.open, steps: [...this.open.steps.slice(-40), { kind, text, allowed, units: 0 }] };
  }

  event(event: KernelEvent): void {
    const { data } = event;
    switch (event.kind) {
      case 'syscall':
        return this.begin(event);
      case 'syscall.return':
        return this.finish(String(data['text'] ?? data['result']));
      case 'copy-up':
        return this.step(
          'file',
          `copied ${String(data['path'])} up from layer ${String(data['layer'])}: ${String(data['bytes'])} bytes`,
          null,
        );
      case 'mount':
        return this.step('work', `${String(data['what'])} ${String(data['target'])} in mount namespace ${String(data['namespace'])}`, null);
      case 'namespace':
        return this.step('namespace', `${String(data['what'])} ${String(data['kind'])} namespace ${String(data['id'])}`, null);
      case 'oom':
        return this.step('cgroup', `memory.max of ${String(data['group'])} reached: ${String(data['name'])} is killed`, false);
      case 'pids':
        return this.step('cgroup', `pids.max of ${String(data['group'])} is ${String(data['max'])}: refused`, false);
      case 'block':
        return this.step('work', `waits (${String(data['wait'])})`, null);
      default:
    }
  }

  private begin({ data }: KernelEvent): void {
    const pid = Number(data['pid']),
      p = this.k.processes.get(pid);
    if (!p) return;
    const number = ++this.calls,
      ns = this.k.ns.idOf(p, 'pid'),
      insidePid = this.k.ns.numberOf(pid, p);
    this.open = {
      number,
      name: String(data['name']),
      text: String(data['text']),
      pid,
      insidePid,
      container: containerOf(this.runtime, p.cgroup),
      kernel: this.spent('kernel'),
      containment: this.spent('containment'),
      steps: [{ kind: 'enter', text: `process ${pid} enters the kernel`, allowed: null, units: 0 }],
    };
    if (insidePid !== pid) this.step('namespace', `process ${insidePid} in pid:[${ns}] is ${pid} on the host`, null);
    if (this.k.ns.idOf(p, 'mnt') !== this.k.ns.idOf(this.k.processes.get(this.k.init) ?? p, 'mnt') && /\/|"/.test(String(data['text'])))
      this.step('namespace', `paths begin at the root of mnt:[${this.k.ns.idOf(p, 'mnt')}]`, null);
    if (p.cgroup !== '/') this.step('cgroup', `charged to ${p.cgroup}`, null);
  }

  private finish(result: string): void {
    const o = this.open;
    if (!o) return;
    this.open = null;
    const kernel = this.spent('kernel') - o.kernel,
      containment = this.spent('containment') - o.containment;
    const steps: readonly CallStep[] = [
      ...o.steps,
      { kind: 'return', text: result, allowed: !result.startsWith('-1 '), units: kernel + containment },
    ];
    const view: CallView = { ...o, steps, result, kernel, containment };
    this.done = [...this.done.filter((d) => d.container !== o.container), view];
  }

  /** The newest call of a container (null: the host; undefined: of anybody). */
  view(container: string | null | undefined): CallView | null {
    const open = this.open && (container === undefined || this.open.container === container) ? this.open : null;
    if (open)
      return {
        ...open,
        result: null,
        kernel: this.spent('kernel') - open.kernel,
        containment: this.spent('containment') - open.containment,
      };
    return this.done.findLast((d) => container === undefined || d.container === container) ?? null;
  }

  save(): Plain {
    return { calls: this.calls, open: this.open, done: this.done } as unknown as Plain;
  }
  restore(state: Plain): void {
    const s = state as unknown as { calls: number; open: Draft | null; done: readonly CallView[] };
    ({ calls: this.calls, open: this.open, done: this.done } = s);
  }
}
