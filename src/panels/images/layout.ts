/** Images in use and a new container's wishes, as the form checks them. Pure. */
import type { ContainerInfo, NamespaceKind, OsAction } from '../../protocol/os-views.ts';

export interface ImageUse {
  readonly image: string;
  readonly containers: readonly string[];
}

/** Images in the order of their first container. */
export function imagesOf(containers: readonly ContainerInfo[]): readonly ImageUse[] {
  const by = new Map<string, string[]>();
  for (const { image, id } of containers) by.set(image, [...(by.get(image) ?? []), id]);
  return [...by].map(([image, ids]) => ({ image, containers: ids }));
}

export const KINDS: readonly { readonly kind: NamespaceKind; readonly label: string }[] = [
  { kind: 'pid', label: 'Process numbers' },
  { kind: 'mnt', label: 'Mounts' },
  { kind: 'net', label: 'Network' },
  { kind: 'uts', label: 'Host name' },
  { kind: 'ipc', label: 'Shared memory' },
  { kind: 'user', label: 'Users' },
  { kind: 'cgroup', label: 'View of groups' },
];

export interface Wish {
  readonly id: string;
  readonly image: string;
  readonly command: string;
  readonly own: readonly NamespaceKind[];
}

/** A free name: the image's, numbered. */
export function freeName(taken: readonly string[], base = 'room'): string {
  for (let n = 1; ; n++) if (!taken.includes(`${base}${n}`)) return `${base}${n}`;
}

/** Words of a command line; quotes keep words together. */
export function words(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((m) => m[1] ?? m[2] ?? m[3] ?? '');
}

/** The action, or one sentence why not. */
export function toAction(wish: Wish, taken: readonly string[]): Extract<OsAction, { act: 'create' }> | string {
  if (!/^[a-zA-Z0-9][\w.-]{0,30}$/.test(wish.id))
    return 'A name has letters, digits, dots and dashes, and begins with a letter or a digit.';
  if (taken.includes(wish.id)) return `There is a container named ${wish.id} already.`;
  const args = words(wish.command);
  if (args.length === 0) return 'Say which command it runs, for example sh.';
  return { act: 'create', id: wish.id, image: wish.image, args, namespaces: wish.own, start: true };
}
