/**
 * The ledger's categories in words and looks. A cost has the hue of the layer that charges it; guest work has none. Fill and
 * texture are the CSS variable `--k-<id>` and the SVG pattern `#K<id>` (patterns.tsx).
 */
export interface CategoryLook {
  readonly id: string;
  readonly label: string;
  /** What the time went into, in plain words. */
  readonly means: string;
}

export const CATEGORY_LOOKS: readonly CategoryLook[] = [
  { id: 'guest', label: 'guest work', means: 'computes a value that the guest sees' },
  { id: 'decode', label: 'fetch and decode', means: 'the interpreter reads and takes apart guest instructions' },
  { id: 'dispatch', label: 'dispatch', means: 'finds out what to run next' },
  { id: 'translate', label: 'translate', means: 'turns guest blocks into host code' },
  { id: 'trap', label: 'trap and world switch', means: 'leaves the guest and comes back' },
  { id: 'vmm', label: 'hypervisor', means: 'answers for the machine' },
  { id: 'pagetable', label: 'page tables', means: 'keeps page tables in step' },
  { id: 'kernel', label: 'kernel', means: 'the host operating system serves a call' },
  { id: 'containment', label: 'containment', means: 'keeps one container from seeing another' },
  { id: 'hook', label: 'API hook', means: 'answers a library call' },
  { id: 'marshal', label: 'marshalling', means: 'packs arguments for the other side' },
  { id: 'gpu', label: 'GPU wait', means: 'waits for the device' },
  { id: 'bytecode', label: 'bytecode dispatch', means: 'finds the handler of a bytecode' },
  { id: 'load', label: 'load the program', means: 'makes it ready to run' },
  { id: 'gc', label: 'garbage collection', means: 'finds and frees dead objects' },
  { id: 'idle', label: 'idle', means: 'nothing to do' },
];

const byId = new Map(CATEGORY_LOOKS.map((look) => [look.id, look]));
export function categoryLabel(id: string): string {
  return byId.get(id)?.label ?? id;
}
export function categoryOrder(id: string): number {
  const at = CATEGORY_LOOKS.findIndex((look) => look.id === id);
  return at < 0 ? CATEGORY_LOOKS.length : at;
}
/** Fill and texture of a category, for SVG `fill`. */
export function categoryFill(id: string): { readonly fill: string; readonly texture: string | null } {
  return { fill: `var(--k-${id})`, texture: id === 'guest' ? null : `url(#K${id})` };
}
