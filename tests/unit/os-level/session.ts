/** The level through a session of the lab, as the page opens it: our own programs, a shell as the first container. */
import { readdirSync, readFileSync } from 'node:fs';
import { Session } from '../../../src/lab/session.ts';
import type { BootOptions } from '../../../src/levels/level.ts';
import { osLevel } from '../../../src/levels/os/level.ts';
import type { RunningOs } from '../../../src/levels/os/running.ts';
import type { OsAction } from '../../../src/protocol/os-views.ts';

const OWN = new URL('../../../public/programs/os/bin/', import.meta.url);
const names = readdirSync(OWN);
export const OWN_FILES = Object.fromEntries(names.map((name) => [`/bin/${name}`, new Uint8Array(readFileSync(new URL(name, OWN)))]));
export const OWN_MODES = Object.fromEntries(names.map((name) => [`/bin/${name}`, 0o755]));

export interface Lab {
  readonly session: Session;
  readonly running: RunningOs;
  act(action: OsAction): void;
}

/** `sh -c LINE` in the first container; a terminal when `line` is null. */
export function lab(line: string | null, options: Partial<BootOptions> = {}): Lab {
  const session = new Session(
    osLevel,
    { name: '/bin/sh', bytes: OWN_FILES['/bin/sh']! },
    {
      mode: 'container',
      knobs: {},
      args: line === null ? ['sh'] : ['sh', '-c', line],
      env: ['PATH=/bin'],
      files: OWN_FILES,
      modes: OWN_MODES,
      stdin: line === null ? null : new Uint8Array(0),
      memory: 32 << 20,
      ...options,
    },
  );
  return { session, running: session.running as RunningOs, act: (action) => session.act(JSON.stringify(action)) };
}
