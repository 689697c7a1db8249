/** The limits of one container: each slider writes one file of its control group, at this moment of the run. */
import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { act } from '../../client/act.ts';
import { useView } from '../../client/views.ts';
import type { CgroupInfo } from '../../protocol/os-views.ts';
import { PanelShell } from '../../ui/PanelShell.tsx';
import { lookedAt, useOs } from '../containers/state.ts';
import '../shared/panels.css';
import './shares.css';
import { LIMITS, type LimitScale } from './scales.ts';

function Slider({ limit, group }: { readonly limit: LimitScale; readonly group: CgroupInfo }): ReactNode {
  const id = useId(),
    input = useRef<HTMLInputElement>(null);
  const now = limit.at(group);
  const [step, setStep] = useState(now);
  // Several keys may be pressed before the first is answered: until the last is, the slider stands where it was put.
  const pending = useRef(0);
  useEffect(() => {
    if (pending.current === 0) setStep(now);
  }, [now, group.path]);
  // The browser's own `change` comes when the slider is let go, or at each key: then the limit is written.
  useEffect(() => {
    const element = input.current;
    if (element === null) return;
    const write = (): void => {
      const wanted = Number(element.value);
      if (group.container === null || (wanted === now && pending.current === 0)) return;
      pending.current++;
      void act({ act: 'limit', id: group.container, file: limit.file, value: limit.value(wanted, group) }).then((done) => {
        pending.current--;
        if (!done) setStep(now);
      });
    };
    element.addEventListener('change', write);
    return () => element.removeEventListener('change', write);
  }, [limit, group, now]);
  return (
    <div className="limit">
      <p>
        <label htmlFor={id}>
          {limit.label} <code>{limit.file}</code>
        </label>
        <span className="sub use">{limit.use(group)}</span>
      </p>
      <input
        ref={input}
        id={id}
        type="range"
        min={0}
        max={limit.steps}
        step={1}
        value={step}
        aria-valuetext={limit.words(step)}
        onChange={(e) => setStep(Number(e.target.value))}
      />
      <output htmlFor={id}>{limit.words(step)}</output>
    </div>
  );
}

export default function LimitsPanel(): ReactNode {
  const view = useView('os.cgroups');
  const groups = view?.groups.filter((g) => g.container !== null) ?? [];
  const chosen = useOs((s) =>
    lookedAt(
      groups.flatMap((g) => (g.container === null ? [] : [g.container])),
      s.container,
    ),
  );
  const group = groups.find((g) => g.container === chosen) ?? null;
  if (group === null) return null;
  return (
    <PanelShell id="limits" title={`Limits of ${group.container ?? ''}`} className="limits">
      {LIMITS.map((limit) => (
        <Slider key={limit.file} limit={limit} group={group} />
      ))}
    </PanelShell>
  );
}
