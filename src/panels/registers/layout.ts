/** Registers: which changed in this step, the others in a fold, the host's own in another. Pure. */
import type { RegisterRow, RegistersView } from '../../protocol/views.ts';
import { grouped, hex, listed, plural, type PanelTable } from '../shared/text.ts';

export interface Shown {
  readonly name: string;
  readonly was: string;
  readonly is: string;
  readonly changed: boolean;
  readonly title: string;
}
export interface RegistersScene {
  readonly changed: readonly Shown[];
  readonly others: readonly Shown[];
  readonly all: readonly Shown[];
  readonly host: readonly Shown[];
  readonly why: string | null;
  /** "36", what the sentence "Why 36?" asks. */
  readonly asked: string | null;
  readonly says: string;
}
export const describe = (scene: RegistersScene): string => scene.says;

const ADDRESS_LIKE = new Set(['pc', 'sp', 'fp', 'gp', 'ra', 'npc', 'esp', 'ebp', 'eip', 'eflags']);

/** A small number is written as one; an address, or what looks like one, in hex. */
export function valueText(n: number, name: string): string {
  const signed = n | 0;
  return ADDRESS_LIKE.has(name) || signed >= 0x10000 || signed < -0x10000 ? hex(n) : grouped(signed);
}

const nameText = (row: RegisterRow): string => (row.group === 'main' ? `$${row.name}` : row.name);

function shown(row: RegisterRow): Shown {
  const is = valueText(row.is, row.name),
    was = valueText(row.was, row.name);
  const near = is.length === 8 && was.length === 8 && is.slice(0, 5) === was.slice(0, 5) && is !== was;
  const brief = (text: string) => (near ? `…${text.slice(5)}` : text);
  return {
    name: nameText(row),
    is: brief(is),
    was: brief(was),
    changed: row.is !== row.was,
    title: `${nameText(row)} was ${hex(row.was)} (${grouped(row.was | 0)}), is ${hex(row.is)} (${grouped(row.is | 0)})`,
  };
}

export function layout(view: RegistersView): RegistersScene {
  const guest = view.rows.filter((r) => r.group !== 'host');
  const changed = guest.filter((r) => r.is !== r.was && r.name !== 'pc' && r.name !== 'npc').map(shown);
  const pc = guest.filter((r) => r.name === 'pc').map(shown);
  const others = guest
    .filter((r) => r.is === r.was && r.is !== 0 && r.group === 'main')
    .slice(0, 6)
    .map(shown);
  const first = changed[0];
  return {
    changed,
    others: [...others, ...pc],
    all: guest.map(shown),
    host: view.rows.filter((r) => r.group === 'host').map(shown),
    why: first === undefined ? null : view.why,
    asked: first?.is ?? null,
    says:
      first === undefined
        ? 'No register changed in this step.'
        : `${plural(changed.length, 'register')} changed: ${listed(changed.map((r) => `${r.name} from ${r.was} to ${r.is}`))}.${view.why === null ? '' : ` ${first.is} is ${view.why}.`}`,
  };
}

export function table(view: RegistersView): PanelTable {
  return {
    columns: [
      { label: 'Register', mono: true },
      { label: 'Was', mono: true, right: true },
      { label: 'Is', mono: true, right: true },
      { label: 'As a number', right: true },
      { label: 'Changed' },
    ],
    rows: view.rows.map((r) => [nameText(r), hex(r.was), hex(r.is), grouped(r.is | 0), r.is === r.was ? '' : 'changed']),
  };
}
