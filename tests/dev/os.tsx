/** The operating-system lab over the fixture's views: /os.html. For looking at the page without the level. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { usePosition, useSession, useUi } from '../../src/client/stores.ts';
import { receiveViews } from '../../src/client/views.ts';
import { useOs, type Below } from '../../src/panels/containers/state.ts';
import OsLabPage from '../../src/pages/os/OsLab.tsx';
import '../../src/pages/frame.css';
import '../../src/ui/base.css';
import { Patterns } from '../../src/ui/patterns.tsx';
import '../../src/ui/tokens.css';
import '../../src/ui/widgets.css';
import * as made from '../unit/panels-os/fixtures.ts';

const wish = new URLSearchParams(location.hash.slice(1));
document.documentElement.dataset['theme'] = wish.get('theme') ?? 'light';
useSession.setState({
  phase: 'open',
  level: 'os',
  opened: {
    name: 'Two tenants',
    level: 'os',
    mode: 'run',
    modes: [{ id: 'run', label: 'Run' }],
    knobs: [],
    hz: 1e8,
    eventKinds: [{ kind: 'copyup', label: 'copy up', marker: 'copy' }],
  },
});
usePosition.setState({ time: 324_000, retired: 306_480, guestRetired: 306_480, knownTime: 460_000, knownRetired: 440_000 });
useOs.setState({ container: wish.get('container') ?? 'job', below: (wish.get('below') ?? 'overlay') as Below });
useUi.setState({ tab: (wish.get('tab') ?? 'stage') as 'stage' });
receiveViews({
  'os.processes': wish.has('hundred') ? made.hundred : made.processes,
  'os.cgroups': wish.has('fine') ? made.fine : made.cgroups,
  'os.layers': made.layers,
  'os.syscall': made.call,
  'os.allocation': made.allocation,
  'os.namespaces': made.namespaces,
  'os.containers': made.containers,
  'os.terminal': made.terminal,
  caption: {
    done: 'The shell, process 1 in job, opened `/etc/conf` for writing. The kernel copied the file up; web still reads the old one.',
    next: 'The shell writes `mode=fast`, 10 bytes, at the end of the new copy.',
  },
  ledger: {
    total: 324_000,
    rows: [
      { category: 'guest', label: 'guest work', counted: 306_480, charged: 0 },
      { category: 'kernel', label: 'kernel', counted: 0, charged: 13_740 },
      { category: 'containment', label: 'containment', counted: 0, charged: 3780 },
    ],
    note: null,
  },
  timeline: {
    end: 460_000,
    complete: false,
    hidden: 0,
    phases: [],
    strip: [{ from: 0, to: 460_000, shares: { guest: 0.94, kernel: 0.05, containment: 0.01 } }],
    markers: [{ id: 0, kind: 'copyup', label: 'copy up', time: 323_990, retired: 306_000 }],
  },
});
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Patterns />
    <OsLabPage />
  </StrictMode>,
);
