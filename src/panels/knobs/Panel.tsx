/** How the host runs the guest: two or three knobs, the rest folded. A knob holds from the start of the run. */
import type { ReactNode } from 'react';
import { setKnob } from '../../client/actions.ts';
import { useSession, useWish } from '../../client/stores.ts';
import type { KnobInfo } from '../../protocol/messages.ts';
import { PanelShell } from '../../ui/PanelShell.tsx';
import { Fold, NumberBox, Toggle } from '../../ui/widgets.tsx';
import '../shared/panels.css';
import { layout } from './layout.ts';

function Knob({ knob }: { readonly knob: KnobInfo }): ReactNode {
  if (knob.kind === 'switch')
    return (
      <Toggle
        value={knob.value === true}
        onChange={(on) => {
          void setKnob(knob.id, on);
        }}
      >
        {knob.label}
      </Toggle>
    );
  return (
    <NumberBox
      label={knob.label}
      value={Number(knob.value)}
      min={knob.min}
      max={knob.max}
      unit={knob.unit}
      onChange={(n) => {
        void setKnob(knob.id, n);
      }}
    />
  );
}

export default function KnobsPanel(): ReactNode {
  const opened = useSession((s) => s.opened),
    now = useSession((s) => s.knobs),
    values = useWish((w) => w.knobs) ?? now;
  if (opened === null || opened.knobs.length === 0) return null;
  const scene = layout(opened.knobs, values);
  return (
    <PanelShell id="knobs" title="How the host runs it">
      {scene.open.map((knob) => (
        <Knob key={knob.id} knob={knob} />
      ))}
      {scene.folded.length === 0 ? null : (
        <Fold title={scene.foldTitle}>
          {scene.folded.map((knob) => (
            <Knob key={knob.id} knob={knob} />
          ))}
        </Fold>
      )}
    </PanelShell>
  );
}
