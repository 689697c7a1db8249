/**
 * Which controllers a group may hand down and which tasks it may hold (kernel/cgroup/cgroup.c): controllers come from the top
 * down, and a group that competes with its own tasks cannot hand down those controllers that cannot settle such a competition.
 * Threaded groups share the resources of the nearest group above that is not threaded, their domain; threads of one process may
 * stand in different ones.
 */
import { fail } from '../errno.ts';
import { CONTROLLERS, type Cgroup, type Controller, type GroupTree, resetController, THREADED } from './group.ts';

/** What the rules ask of the tasks. */
export interface Population {
  /** Tasks directly in the group, zombies not among them. */
  tasks(g: Cgroup): number;
}

/** Controllers that Linux has and this hierarchy has not. */
const ELSEWHERE: readonly string[] = ['cpuset', 'io', 'hugetlb', 'rdma', 'misc', 'perf_event'];

const threaded = (g: Cgroup): boolean => g.subtreeControl.some((c) => THREADED.includes(c));
const handsDownDomain = (g: Cgroup): boolean => g.subtreeControl.some((c) => !THREADED.includes(c));

export const isPopulated = (tree: GroupTree, who: Population, g: Cgroup): boolean => tree.below(g).some((b) => who.tasks(b) > 0);

/** cgroup_can_be_thread_root: no domain controller handed down and no populated group below that is not threaded. */
function canBeThreadRoot(tree: GroupTree, who: Population, g: Cgroup): boolean {
  if (g.parent === null) return true;
  if (g.threaded) return false;
  return !handsDownDomain(g) && !tree.childrenOf(g).some((c) => !c.threaded && isPopulated(tree, who, c));
}

/** cgroup_is_thread_root: it has threaded groups below, or tasks of its own beside threaded controllers handed down. */
function isThreadRoot(tree: GroupTree, who: Population, g: Cgroup): boolean {
  if (g.threaded) return false;
  return tree.childrenOf(g).some((c) => c.threaded) || (who.tasks(g) > 0 && threaded(g));
}

/** cgroup_is_valid_domain: nothing above is threaded or, the root left aside, the root of threaded groups. */
function isValidDomain(tree: GroupTree, who: Population, g: Cgroup): boolean {
  if (g.threaded) return false;
  return !tree.upwards(g.path).some((up) => up !== g && (up.threaded || (up.parent !== null && isThreadRoot(tree, who, up))));
}

export type GroupType = 'domain' | 'domain threaded' | 'domain invalid' | 'threaded';

export function typeOf(tree: GroupTree, who: Population, g: Cgroup): GroupType {
  if (g.threaded) return 'threaded';
  if (!isValidDomain(tree, who, g)) return 'domain invalid';
  return isThreadRoot(tree, who, g) ? 'domain threaded' : 'domain';
}

/** 'threaded' written to cgroup.type (cgroup_enable_threaded). There is no way back. */
export function makeThreaded(tree: GroupTree, who: Population, g: Cgroup): void {
  if (g.threaded) return;
  const domain = tree.domainOf(tree.parentOf(g)!);
  if (isPopulated(tree, who, g) || handsDownDomain(g)) fail('EOPNOTSUPP');
  if (!isValidDomain(tree, who, domain) || !canBeThreadRoot(tree, who, domain)) fail('EOPNOTSUPP');
  g.threaded = true;
  for (const c of CONTROLLERS) if (!THREADED.includes(c)) resetController(g, c);
}

/** Whether a task may be put into the group (cgroup_migrate_vet_dst). */
export function mayHold(tree: GroupTree, who: Population, g: Cgroup): void {
  if (!isValidDomain(tree, who, tree.domainOf(g))) fail('EOPNOTSUPP');
  if (g.threaded || canBeThreadRoot(tree, who, g)) return;
  if (g.subtreeControl.length > 0) fail('EBUSY');
}

/** '+cpu -memory' written to cgroup.subtree_control. */
export function changeControl(tree: GroupTree, who: Population, g: Cgroup, text: string): void {
  let enable: readonly Controller[] = [],
    disable: readonly Controller[] = [];
  for (const word of text.split(/\s+/).filter((w) => w !== '')) {
    const name =
      CONTROLLERS.find((c) => c === word.slice(1)) ?? fail(word.startsWith('+') && ELSEWHERE.includes(word.slice(1)) ? 'ENOENT' : 'EINVAL');
    if (word.startsWith('+')) {
      enable = [...enable.filter((c) => c !== name), name];
      disable = disable.filter((c) => c !== name);
    } else if (word.startsWith('-')) {
      disable = [...disable.filter((c) => c !== name), name];
      enable = enable.filter((c) => c !== name);
    } else fail('EINVAL');
  }
  enable = enable.filter((c) => !g.subtreeControl.includes(c));
  disable = disable.filter((c) => g.subtreeControl.includes(c));
  if (enable.some((c) => !tree.controllers(g).includes(c))) fail('ENOENT');
  if (disable.some((c) => tree.childrenOf(g).some((child) => child.subtreeControl.includes(c)))) fail('EBUSY');
  if (enable.length > 0) mayHandDown(tree, who, g, enable);
  g.subtreeControl = CONTROLLERS.filter((c) => (g.subtreeControl.includes(c) || enable.includes(c)) && !disable.includes(c));
  // A controller that goes takes its settings along (kill_css).
  for (const child of tree.childrenOf(g)) for (const c of disable) resetController(child, c);
}

/** cgroup_vet_subtree_control_enable */
function mayHandDown(tree: GroupTree, who: Population, g: Cgroup, enable: readonly Controller[]): void {
  if (!isValidDomain(tree, who, tree.domainOf(g))) fail('EOPNOTSUPP');
  if (g.parent === null) return;
  if (enable.some((c) => !THREADED.includes(c))) {
    if (g.threaded || isThreadRoot(tree, who, g)) fail('EOPNOTSUPP');
  } else if (g.threaded || canBeThreadRoot(tree, who, g)) return;
  if (who.tasks(g) > 0) fail('EBUSY');
}
