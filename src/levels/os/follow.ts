/**
 * System calls followed on their way through the kernel: what was looked up in namespaces, which rights were asked for, what was
 * charged to which group. It keeps the calls that are under way, one a task, and the newest finished one of every container.
 *
 * Invariant: the units of a finished call's steps are what it was charged in all. What is charged between two events belongs to
 * the step that the second one makes; a call that waits is charged nothing until its task is back.
 */
import type { Plain } from '../../bits/plain.ts';
import type { Kernel, KernelEvent } from '../../kernel/kernel.ts';
import { KERNEL_COSTS } from '../../kernel/costs.ts';
import { CAP } from '../../kernel/credentials.ts';
import type { CallStep, CallView } from '../../protocol/os-views.ts';
import { containerOf } from './captions.ts';
import type { Runtime } from './runtime.ts';

const CAP_NAMES = new Map<number, string>(Object.entries(CAP).map(([name, n]) => [n, name]));

/** Of a question about a file: 4, 2, 1. */
const wish = (want: number): string =>
  [want & 4 ? 'read' : '', want & 2 ? 'write' : '', want & 1 ? 'execute' : ''].filter((word) => word !== '').join(' and ');

const MOST_STEPS = 40;

interface Draft extends Omit<CallView, 'result'> {
  /** Charged since the last step. */
  readonly pending: number;
  readonly waits: boolean;
}

export class CallFollower {
  private readonly k: Kernel;
  private readonly runtime: Runtime;
  private calls = 0;
  private open = new Map<number, Draft>();
  private done: readonly CallView[] = [];
  /** Charges of the machine, and those for containment, when the last event came. */
  private mark = { all: 0, containment: 0 };

  constructor(k: Kernel, runtime: Runtime) {
    this.k = k;
    this.runtime = runtime;
    k.onCheck = (p, cap, allowed) => {
      this.settle(p.pid);
      this.step(p.pid, 'permission', `CAP_${CAP_NAMES.get(cap) ?? cap}: ${allowed ? 'held' : 'not held'}`, allowed);
    };
    k.onAccess = (p, file, want, allowed) => {
      this.settle(p.pid);
      this.step(
        p.pid,
        'permission',
        `user ${p.credentials.fsuid} wants to ${wish(want)} what belongs to user ${file.uid}, mode ${(file.mode & 0o7777).toString(8)}`,
        allowed,
      );
    };
  }

  /** Gives what was charged since the last event to the task's call. */
  private settle(pid: number): void {
    const { machine, contained: containment } = this.k,
      all = machine.time - machine.retired,
      spent = all - this.mark.all,
      contained = containment - this.mark.containment,
      call = this.open.get(pid);
    this.mark = { all, containment };
    if (call && !call.waits)
      this.open.set(pid, {
        ...call,
        pending: call.pending + spent,
        kernel: call.kernel + spent - contained,
        containment: call.containment + contained,
      });
  }

  private step(pid: number, kind: CallStep['kind'], text: string, allowed: boolean | null): void {
    const call = this.open.get(pid);
    if (call) this.open.set(pid, { ...call, pending: 0, steps: [...call.steps, { kind, text, allowed, units: call.pending }] });
  }

  event(event: KernelEvent): void {
    const { data } = event,
      pid = Number(data['pid']);
    if (event.kind === 'syscall.return') this.back(pid);
    this.settle(pid);
    const step = (kind: CallStep['kind'], text: string, allowed: boolean | null): void => this.step(pid, kind, text, allowed);
    switch (event.kind) {
      case 'syscall':
        return this.begin(event);
      case 'syscall.return':
        return this.finish(pid, String(data['text'] ?? data['result']));
      case 'copy-up':
        return step('file', `copied ${String(data['path'])} up from layer ${String(data['layer'])}: ${String(data['bytes'])} bytes`, null);
      case 'mount':
        return step('work', `${String(data['what'])} ${String(data['target'])} in mount namespace ${String(data['namespace'])}`, null);
      case 'namespace':
        return step('namespace', `${String(data['what'])} ${String(data['kind'])} namespace ${String(data['id'])}`, null);
      case 'oom':
        return step('cgroup', `memory.max of ${String(data['group'])} reached: ${String(data['name'])} is killed`, false);
      case 'pids':
        return step('cgroup', `pids.max of ${String(data['group'])} is ${String(data['max'])}: refused`, false);
      case 'block':
        step('work', `waits (${String(data['wait'])})`, null);
        return this.wait(pid);
      case 'reap':
        this.open.delete(pid);
        return;
      default:
    }
  }

  private wait(pid: number): void {
    const call = this.open.get(pid);
    if (call) this.open.set(pid, { ...call, waits: true });
  }
  /** The task is back in its call: what was charged since the last event brought it there. */
  private back(pid: number): void {
    const call = this.open.get(pid);
    if (call?.waits) this.open.set(pid, { ...call, waits: false });
  }

  private begin({ data }: KernelEvent): void {
    const pid = Number(data['pid']),
      p = this.k.processes.get(pid);
    if (!p) return;
    const number = ++this.calls,
      ns = this.k.ns.idOf(p, 'pid'),
      insidePid = this.k.ns.numberOf(pid, p),
      entry = KERNEL_COSTS.syscall.units;
    this.open.set(pid, {
      number,
      name: String(data['name']),
      text: String(data['text']),
      pid,
      insidePid,
      container: containerOf(this.runtime, p.cgroup),
      kernel: entry,
      containment: 0,
      pending: 0,
      waits: false,
      steps: [{ kind: 'enter', text: `process ${pid} enters the kernel`, allowed: null, units: entry }],
    });
    const step = (kind: CallStep['kind'], text: string): void => this.step(pid, kind, text, null);
    if (insidePid !== pid) step('namespace', `process ${insidePid} in pid:[${ns}] is ${pid} on the host`);
    if (this.k.ns.idOf(p, 'mnt') !== this.k.ns.idOf(this.k.processes.get(this.k.init) ?? p, 'mnt') && /\/|"/.test(String(data['text'])))
      step('namespace', `paths begin at the root of mnt:[${this.k.ns.idOf(p, 'mnt')}]`);
    if (p.cgroup !== '/') step('cgroup', `charged to ${p.cgroup}`);
  }

  /** `line`: the whole call as strace(1) writes it, with what it put into its buffers. */
  private finish(pid: number, line: string): void {
    const at = line.lastIndexOf(' = '),
      result = at < 0 ? line : line.slice(at + 3);
    this.step(pid, 'return', result, !result.startsWith('-1 '));
    const call = this.open.get(pid);
    if (!call) return;
    this.open.delete(pid);
    const view = shown(at < 0 ? call : { ...call, text: line.slice(0, at) }, result);
    this.done = [...this.done.filter((d) => d.container !== call.container), view];
  }

  /** The newest call of a container (null: the host; undefined: of anybody), one under way before one that is over. */
  view(container: string | null | undefined): CallView | null {
    const wanted = (one: { readonly container: string | null }): boolean => container === undefined || one.container === container;
    const newest = (list: readonly CallView[]): CallView | undefined =>
      list.filter(wanted).reduce<CallView | undefined>((best, one) => (best && best.number > one.number ? best : one), undefined);
    return newest([...[...this.open.values()].map((call) => shown(call, null)), ...this.done]) ?? null;
  }

  save(): Plain {
    const mark = { all: this.mark.all, containment: this.k.contained - this.mark.containment };
    return { calls: this.calls, open: [...this.open.values()], done: this.done, mark } as unknown as Plain;
  }
  restore(state: Plain): void {
    const s = state as unknown as { calls: number; open: readonly Draft[]; done: readonly CallView[]; mark: CallFollower['mark'] };
    this.calls = s.calls;
    this.open = new Map(s.open.map((call) => [call.pid, call]));
    this.done = s.done;
    this.mark = { all: s.mark.all, containment: this.k.contained - s.mark.containment };
  }
}

/** Of very many steps the first and the last are shown, with the units of those between gathered in one. */
function shown({ pending: _pending, waits: _waits, ...call }: Draft, result: string | null): CallView {
  const { steps } = call;
  if (steps.length <= MOST_STEPS) return { ...call, result };
  const [from, to] = [MOST_STEPS / 2, steps.length - MOST_STEPS / 2],
    units = steps.slice(from, to).reduce((sum, step) => sum + step.units, 0);
  const between: CallStep = { kind: 'work', text: `${to - from} steps more`, allowed: null, units };
  return { ...call, result, steps: [...steps.slice(0, from), between, ...steps.slice(to)] };
}
