/** The knobs of a level: which stand open and which are folded, with their values now. Pure. */
import type { KnobInfo, Knobs } from '../../protocol/messages.ts';

export interface KnobsScene {
  readonly open: readonly KnobInfo[];
  readonly folded: readonly KnobInfo[];
  /** "Cache size, code page writes": a fold names what it hides. */
  readonly foldTitle: string;
}

const current = (knob: KnobInfo, values: Knobs): KnobInfo => ({ ...knob, value: values[knob.id] ?? knob.value });

export function layout(knobs: readonly KnobInfo[], values: Knobs): KnobsScene {
  const folded = knobs.filter((k) => k.folded === true).map((k) => current(k, values));
  const names = folded.map((k) => k.label.charAt(0).toLowerCase() + k.label.slice(1)).join(', ');
  return {
    open: knobs.filter((k) => k.folded !== true).map((k) => current(k, values)),
    folded,
    foldTitle: names.charAt(0).toUpperCase() + names.slice(1),
  };
}
