/** Which of three panels stands at the bottom of the stage: a switch in the heading of each of them. */
import type { ReactNode } from 'react';
import { useUi } from '../../client/stores.ts';
import { Segmented } from '../../ui/widgets.tsx';
import { useOs, type Below } from './state.ts';

const BELOW: readonly { readonly id: Below; readonly label: string }[] = [
  { id: 'overlay', label: 'Layers' },
  { id: 'syscall', label: 'System call' },
  { id: 'allocation', label: 'Allocation' },
];

export function BelowSwitch(): ReactNode {
  const below = useOs((s) => s.below);
  const presenting = useUi((u) => u.cue !== null);
  if (presenting) return null;
  return <Segmented label="At the bottom of the stage" choices={BELOW} value={below} onChange={(id) => useOs.setState({ below: id })} />;
}
