/** One sentence in place about what went wrong, with a way to close it. */
import type { ReactNode } from 'react';
import { dismissProblem } from '../client/actions.ts';
import { useSession } from '../client/stores.ts';
import { useRoute } from '../client/url.ts';
import { Button } from '../ui/widgets.tsx';

const close = (): void => {
  dismissProblem();
  useRoute.setState({ notice: null });
};

/** The session lives on. */
export function Problems(): ReactNode {
  const problem = useSession((s) => s.problem);
  const notice = useRoute((r) => r.notice);
  const text = problem ?? notice;
  return (
    <div role="alert">
      {text === null ? null : (
        <div className="problem">
          <p>{text}</p>
          <Button onPress={close}>Close</Button>
        </div>
      )}
    </div>
  );
}
