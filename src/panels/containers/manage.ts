/** What a container's state allows to be done with it, and its state in words. Pure. */
import type { ContainerInfo, ContainerStatus } from '../../protocol/os-views.ts';

export type Deed = 'start' | 'pause' | 'resume' | 'kill' | 'delete';

/** As the OCI runtime specification has it: create, start, (pause, resume,) kill, delete. */
const DEEDS: Readonly<Record<ContainerStatus, readonly Deed[]>> = {
  created: ['start', 'kill'],
  running: ['pause', 'kill'],
  paused: ['resume', 'kill'],
  stopped: ['delete'],
};
const LABELS: Readonly<Record<Deed, string>> = { start: 'Start', pause: 'Pause', resume: 'Go on', kill: 'Kill', delete: 'Delete' };

export const actsFor = ({ status: state }: ContainerInfo): readonly { readonly deed: Deed; readonly label: string }[] =>
  DEEDS[state].map((deed) => ({ deed, label: LABELS[deed] }));

export const startupUnits = (container: ContainerInfo): number => container.startup.reduce((sum, phase) => sum + phase.units, 0);

export function status({ status: state, exit }: ContainerInfo): string {
  return exit === null ? state : (exit.sentence ?? `ended with status ${exit.status}`);
}
