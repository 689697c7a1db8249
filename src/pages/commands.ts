/** The keys of a lab. */
import { setMode, toggleBreakpoint } from '../client/actions.ts';
import { setGrain, setSpeed, step, toEnd, togglePlay, toStart } from '../client/playback.ts';
import { GRAINS, SPEEDS, useSelection, useSession, useUi, useWish } from '../client/stores.ts';
import { readView } from '../client/views.ts';
import { useCommands, type Command } from '../ui/keys.ts';
import { currentPanel, toggleTable } from '../ui/PanelShell.tsx';
import { useHelp } from './help.ts';

function moveSpeed(by: 1 | -1): void {
  const at = SPEEDS.indexOf(useUi.getState().speed);
  const next = SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, at + by))];
  if (next !== undefined) setSpeed(next);
}

function nextGrain(): void {
  const at = GRAINS.findIndex((g) => g.id === useUi.getState().grain);
  const next = GRAINS[(at + 1) % GRAINS.length];
  if (next !== undefined) setGrain(next.id);
}

function nextMode(): void {
  const { opened, mode: now } = useSession.getState(),
    mode = useWish.getState().mode ?? now;
  const modes = opened?.modes ?? [];
  const next = modes[(modes.findIndex((m) => m.id === mode) + 1) % Math.max(1, modes.length)];
  if (next !== undefined) void setMode(next.id);
}

/** On the selected instruction, else on the one about to run. */
function breakHere(): void {
  const address = useSelection.getState().instruction ?? readView('counts')?.pc ?? null;
  if (address !== null) void toggleBreakpoint(address);
}

export const HELP: Command = {
  id: 'help',
  label: 'This help',
  group: 'Page',
  keys: ['?'],
  run: () => useHelp.setState((h) => ({ open: !h.open })),
};

export function useLabCommands(present: () => void): void {
  const moving = 'Moving in time',
    page = 'Page';
  useCommands([
    {
      id: 'step',
      label: 'Step',
      group: moving,
      keys: ['ArrowRight'],
      run: () => {
        void step(1);
      },
    },
    {
      id: 'back',
      label: 'Step back',
      group: moving,
      keys: ['ArrowLeft'],
      run: () => {
        void step(-1);
      },
    },
    {
      id: 'next-event',
      label: 'Next event',
      group: moving,
      keys: ['Shift+ArrowRight'],
      run: () => {
        void step(1, 'event');
      },
    },
    {
      id: 'last-event',
      label: 'Event before',
      group: moving,
      keys: ['Shift+ArrowLeft'],
      run: () => {
        void step(-1, 'event');
      },
    },
    { id: 'play', label: 'Play, pause', group: moving, keys: [' '], run: togglePlay },
    {
      id: 'start',
      label: 'To the start',
      group: moving,
      keys: ['Home'],
      run: () => {
        void toStart();
      },
    },
    {
      id: 'end',
      label: 'To the end',
      group: moving,
      keys: ['End'],
      run: () => {
        void toEnd();
      },
    },
    { id: 'faster', label: 'Faster', group: moving, keys: ['+', '='], run: () => moveSpeed(1) },
    { id: 'slower', label: 'Slower', group: moving, keys: ['-'], run: () => moveSpeed(-1) },
    { id: 'grain', label: 'Next step size', group: moving, keys: ['g'], run: nextGrain },
    { id: 'break', label: 'Breakpoint at the selected instruction, or the next', group: moving, keys: ['b'], run: breakHere },
    { id: 'mode', label: 'Next mode', group: page, keys: ['m'], run: nextMode },
    { id: 'table', label: 'Picture as table, table as picture', group: page, keys: ['t'], run: () => toggleTable(currentPanel()) },
    {
      id: 'edit',
      label: 'Open or close the editor',
      group: page,
      keys: ['e'],
      run: () => useUi.setState((u) => ({ editing: !u.editing })),
    },
    { id: 'present', label: 'Present', group: page, keys: ['p'], run: present },
    HELP,
  ]);
}
