/** The micro-steps of the host instruction about to run: fetch, decode, each micro-op. Filled: passed. Outlined: next. */
import type { ReactNode } from 'react';
import { useView } from '../../client/views.ts';

export function MicroSteps(): ReactNode {
  const view = useView('microsteps');
  if (view === null) return null;
  return (
    <ol className="microsteps" aria-label={`Micro-steps of ${view.text}`}>
      <li className="of">
        <b className="mono">{view.text}</b>
      </li>
      {view.steps.map((step, i) => {
        const state = i < view.passed ? 'done' : i === view.passed ? 'next' : '';
        return (
          <li key={i} className={state} {...(state === 'next' ? { 'aria-current': 'step' as const } : {})}>
            {step.phase === 'decode' ? (
              'decode'
            ) : (
              <span className={step.phase === 'fetch' ? '' : 'mono'}>
                {step.text}
                {step.value === null ? '' : ` = ${step.value}`}
              </span>
            )}
          </li>
        );
      })}
    </ol>
  );
}
