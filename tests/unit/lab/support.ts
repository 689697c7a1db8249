/** Sessions over supplied programs, for the tests of the lab. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { encodeUtf8 } from '../../../src/bits/utf8.ts';
import { Session } from '../../../src/lab/session.ts';
import type { LevelName } from '../../../src/levels/level.ts';
import { LEVELS } from '../../../src/levels/registry.ts';
import type { EngineName } from '../../../src/machine/types.ts';

const root = resolve(import.meta.dirname, '../../..');

export interface OpenWith {
  readonly mode?: string;
  readonly knobs?: Readonly<Record<string, number | boolean>>;
  readonly stdin?: string | null;
  readonly engine?: EngineName;
}

export const programBytes = (file: string): Uint8Array => new Uint8Array(readFileSync(`${root}/public/programs/isa/${file}`));

export function openProgram(file: string, { mode, knobs = {}, stdin = '', engine = 'flat' }: OpenWith = {}): Session {
  const name: LevelName = file.endsWith('.mips') ? 'isa' : 'native';
  const level = LEVELS.find((l) => l.name === name)!;
  const session = new Session(
    level,
    { name: file, bytes: programBytes(file) },
    {
      mode: mode ?? level.defaultMode,
      knobs,
      args: [file],
      env: [],
      files: {},
      stdin: stdin === null ? null : encodeUtf8(stdin),
      memory: 16 << 20,
    },
  );
  session.running.machine.engine = engine;
  return session;
}

export function runToEnd(session: Session): void {
  while (!session.ended) {
    const halt = session.advance(session.retired + 5_000_000);
    if (halt.why === 'input' || halt.why === 'shutdown') throw new Error(`stopped: ${halt.why}`);
  }
}
