/** What the book says of this level, as things to do: two benefits, two mechanisms, one drawback. Each does something real and says where to look. */
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { act, runOn } from '../../client/act.ts';
import { cancelFrame, nextFrame } from '../../client/frame.ts';
import { useView } from '../../client/views.ts';
import { useOs } from '../../panels/containers/state.ts';
import { PanelShell } from '../../ui/PanelShell.tsx';
import { Button } from '../../ui/widgets.tsx';
import { TRIES, type Try } from './tries.ts';

async function doIt(one: Try, ids: readonly string[], image: string): Promise<boolean> {
  const plan = one.plan(ids, image);
  const { look } = plan;
  // One looks there from the beginning; at a container that is only made, when it is there and nobody has looked elsewhere meanwhile.
  useOs.setState({ ...(ids.includes(look) ? { container: look } : {}), ...(one.below === undefined ? {} : { below: one.below }) });
  const { container } = useOs.getState();
  for (const action of plan.actions) if (!(await act(action))) return false;
  useOs.setState((now) => (now.container === container ? { container: look } : now));
  if (one.run) runOn();
  return true;
}

export function Tries(): ReactNode {
  const containers = useView('os.containers')?.containers ?? [];
  const running = containers.filter((c) => c.status === 'running').map((c) => c.id);
  const image = containers[0]?.image ?? '';
  const [done, setDone] = useState<readonly string[]>([]);
  const list = useRef<HTMLDivElement>(null);
  // What it says to look at stands under the button, which may be at the edge of the column.
  useEffect(() => {
    const show = (): void => list.current?.querySelector(`[data-try="${done.at(-1)}"]`)?.scrollIntoView({ block: 'nearest' });
    nextFrame(show);
    return () => cancelFrame(show);
  }, [done, containers.length]);
  if (running.length === 0) return null;
  return (
    <PanelShell id="tries" title="The book’s points, to try" className="tries">
      <div ref={list}>
        {TRIES.map((one) => (
          <details key={one.id} className="disc" data-try={one.id}>
            <summary>
              <b>{one.title}</b>
            </summary>
            <p className="sub">{one.says}</p>
            <p className="acts">
              <Button
                onPress={() => {
                  void doIt(one, running, image).then((ok) => {
                    if (ok) setDone((list) => [...list.filter((id) => id !== one.id), one.id]);
                  });
                }}
              >
                {one.button}
              </Button>
            </p>
            <p role="status">{done.includes(one.id) ? one.look : ''}</p>
          </details>
        ))}
      </div>
    </PanelShell>
  );
}
