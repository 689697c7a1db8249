/**
 * What containment adds to the kernel's work, in host instructions: look-ups in namespaces, accounting of control groups, the
 * overlay's layers. Charged apart from the kernel's own (ledger category `containment`), and only where a container is in play.
 * The marks are those of kernel/costs.ts.
 */
import type { Weight } from '../costs.ts';
import type { Kernel } from '../kernel.ts';

const weight = (units: number, mark: Weight['mark'], why: string): Weight => ({ units, mark, why });

export const CONTAINMENT_COSTS = {
  'ns.lookup': weight(12, 'assumed', 'from a number in a namespace to the object, or back: one radix-tree walk more'),
  'ns.create': weight(900, 'assumed', 'allocating one namespace and copying what it holds'),
  'ns.mount': weight(260, 'assumed', 'cloning or attaching one mount'),
  'ns.check': weight(10, 'assumed', 'one question of privilege that crosses user namespaces'),
  'ns.pivot': weight(600, 'assumed', 'exchanging the root of a mount namespace, all processes looked at'),
  'cgroup.create': weight(2200, 'assumed', "one directory with its controllers' states and files"),
  'cgroup.move': weight(1200, 'assumed', 'migrating one process, its charges and its place in the run queue'),
  'cgroup.count': weight(14, 'assumed', 'pids: one addition at every level'),
  'cgroup.page': weight(16, 'assumed', 'charging one page, from a per-processor stock of 64 as Linux does'),
  'cgroup.choose': weight(40, 'assumed', 'one level more of run queues'),
  'cgroup.throttle': weight(220, 'assumed', 'taking a group off the run queue'),
  'cgroup.period': weight(180, 'assumed', 'the period timer: refilling a quota and putting the group back'),
  'cgroup.oom': weight(2500, 'assumed', 'looking at the processes of a group for a victim'),
  'overlay.layer': weight(60, 'assumed', 'looking for one name in one layer more'),
  'overlay.copyup': weight(1800, 'assumed', 'creating the copy in the upper layer and moving it into place'),
  'overlay.page': weight(1024, 'sourced', 'copying one page of it: 1024 iterations of REP MOVSD'),
} as const satisfies Record<string, Weight>;

export type ContainmentCost = keyof typeof CONTAINMENT_COSTS;

export function containmentCharge(k: Kernel, cost: ContainmentCost, count = 1): void {
  if (count <= 0) return;
  const units = CONTAINMENT_COSTS[cost].units * count;
  k.machine.ledger.charge('containment', 'service', units);
  k.contained += units;
}
