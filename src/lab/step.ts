/**
 * Stepping at every grain, forwards and backwards, over a session.
 *
 * Invariant: a step back from the moment that a step forward reached gives the moment it left. Micro-steps never change the
 * machine: they walk through the instruction that is about to run (see microsteps.ts). Left out: what is shown.
 */
import type { Grain } from '../protocol/messages.ts';
import { microStepCount } from './microsteps.ts';
import { lastEvent } from './reach.ts';
import type { Halt, Session } from './session.ts';

/** A moment: a retired count and how many micro-steps of the next instruction have passed. */
export interface Moment {
  readonly retired: number;
  readonly micro: number;
}

/** A guest instruction longer than this (in host instructions) is stepped over in pieces. */
const LONGEST_STEP = 50_000_000;

export function stepForward(
  session: Session,
  grain: Grain,
  micro: number,
  kinds: readonly string[] = ['*'],
): { moment: Moment; halt: Halt } {
  const arrive = (halt: Halt): { moment: Moment; halt: Halt } => ({ moment: { retired: session.retired, micro: 0 }, halt });
  switch (grain) {
    case 'micro':
      if (!session.ended && !session.waits && micro + 1 < microStepCount(session))
        return { moment: { retired: session.retired, micro: micro + 1 }, halt: { why: 'count' } };
      return arrive(session.advance(session.retired + 1));
    case 'host':
      return arrive(session.advance(session.retired + 1));
    case 'instruction':
      return arrive(toNextMark(session));
    case 'block':
      return arrive(toNextBlock(session));
    case 'event':
      return arrive(session.advance(session.retired + LONGEST_STEP, { atEvents: new Set(kinds) }));
  }
}

/**
 * To where the next guest instruction begins. Nothing of the guest has run at the first mark of all, nor where an
 * instruction faulted because its page had to come in: those are no steps.
 */
function toNextMark(session: Session): Halt {
  const { retired, guestRetired } = session;
  for (;;) {
    const halt = session.advance(retired + LONGEST_STEP, { atMark: true });
    if (halt.why !== 'mark' || session.guestRetired > guestRetired) return halt;
  }
}

function toNextBlock(session: Session): Halt {
  const { retired, guestRetired } = session;
  for (;;) {
    const halt = session.advance(retired + LONGEST_STEP, { atMark: true });
    if (halt.why !== 'mark' || (session.guestRetired > guestRetired && session.running.atBlockStart())) return halt;
  }
}

export function stepBack(session: Session, grain: Grain, micro: number, kinds: readonly string[] = ['*']): Moment {
  const { retired } = session;
  if (grain === 'micro' && micro > 0) return { retired, micro: micro - 1 };
  if (retired === 0 && grain !== 'event') return { retired: 0, micro: 0 };
  switch (grain) {
    case 'micro':
      session.approach(retired - 1);
      return { retired: session.retired, micro: microStepCount(session) - 1 };
    case 'host':
      session.approach(retired - 1);
      break;
    // In the middle of an instruction, a step back goes to its beginning.
    case 'instruction':
      toLast(session, retired, () => true);
      break;
    case 'block':
      toLast(session, retired, () => session.running.atBlockStart());
      break;
    case 'event':
      toLastEvent(session, retired, kinds);
      break;
  }
  return { retired: session.retired, micro: 0 };
}

/** To the last mark before `before` that is wanted, searching backwards in windows that grow; to 0 when there is none. */
function toLast(session: Session, before: number, wanted: () => boolean): void {
  for (let window = 512, end = before; end > 0; window *= 8) {
    const start = Math.max(0, before - window);
    const found = lastIn(session, start, end, wanted);
    if (found !== null) {
      session.seek(found);
      return;
    }
    end = start;
  }
  session.seek(0);
}

function lastIn(session: Session, start: number, end: number, wanted: () => boolean): number | null {
  session.approach(start);
  let found = start === 0 ? 0 : null;
  while (session.retired < end) {
    const halt = session.advance(end, { atMark: true });
    if (halt.why === 'mark' && session.retired < end && session.guestRetired > 0 && wanted()) found = session.retired;
    if (halt.why === 'exit' || halt.why === 'shutdown' || halt.why === 'input') break;
  }
  return found;
}

/** The moment after the last event before now, as stepping forward by events would have stopped there. */
function toLastEvent(session: Session, before: number, kinds: readonly string[]): void {
  const any = kinds.includes('*');
  session.seek(lastEvent(session, before, (kind) => any || kinds.includes(kind)));
}
