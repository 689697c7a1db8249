/**
 * To a moment that is named by what happens there: the start of a guest instruction, or an event.
 *
 * Invariant: `toGuest` lands where stepping by instructions first has begun exactly so many; where the host does several guest
 * instructions at once, at the first of them. Forwards and backwards, from anywhere, it is the same place.
 */
import { EIP } from '../isa/x86/state.ts';
import type { Request } from '../protocol/messages.ts';
import type { Halt, Session } from './session.ts';

/** How far an event is looked for, in host instructions. */
const FURTHEST = 100_000_000;
/** Host instructions that a guest instruction takes, as a first guess; a stride that was too long is taken back and shortened. */
const PER_GUEST = 1;
/** Below this many host instructions, from mark to mark. */
const SHORTEST = 128;

const over = ({ why }: Halt): boolean => why === 'exit' || why === 'input' || why === 'shutdown';

/** Runs until the program ends, or waits. */
export function toEnd(session: Session): void {
  while (!session.ended && !over(session.advance(session.retired + FURTHEST)));
}

/** To the start of guest instruction number `guest` (0 is the first), or to the end when there are not so many. */
export function toGuest(session: Session, guest: number): void {
  if (guest === 0) {
    session.seek(0);
    return;
  }
  if (session.guestRetired >= guest) {
    if (session.guestRetired === guest && isFirstMark(session, guest)) return;
    fromBefore(session, guest);
  } else if (stride(session, guest)) walk(session, guest);
}

function fromBefore(session: Session, guest: number): void {
  session.seek(session.history.samples.findLast((s) => s.guest < guest)?.retired ?? 0);
  if (guest > 0 && stride(session, guest)) walk(session, guest);
}

/** Comes near, so that fewer than `guest` have begun. False when the run is over before. */
function stride(session: Session, guest: number): boolean {
  for (let perGuest = PER_GUEST; ;) {
    const before = session.retired,
      far = Math.floor((guest - session.guestRetired) * perGuest);
    if (far < SHORTEST) return true;
    const halt = session.advance(before + far);
    if (session.guestRetired >= guest) {
      session.seek(before);
      perGuest /= 4;
    } else if (over(halt)) return false;
  }
}

/** From mark to mark, to the first at which `guest` have begun; back to the one before when several begin at once there. */
function walk(session: Session, guest: number): void {
  let last: number | null = null,
    begun = session.guestRetired;
  while (session.guestRetired < guest) {
    const halt = session.advance(session.retired + FURTHEST, { atMark: true });
    if (over(halt)) return;
    if (session.guestRetired > guest) {
      if (last === null) fromBefore(session, begun);
      else session.seek(last);
      return;
    }
    if (halt.why === 'mark' && session.guestRetired > begun) {
      last = session.retired;
      begun = session.guestRetired;
    }
  }
}

/** Whether the guest's instruction is about to begin, and not again after a fault. */
function isFirstMark(session: Session, guest: number): boolean {
  const { machine } = session.running,
    { retired } = session;
  if (!machine.codeMap.isMark(machine.words[EIP]! >>> 0)) return false;
  session.seek(Math.max(0, retired - 1));
  const first = session.guestRetired < guest;
  session.seek(retired);
  return first;
}

/** To just after event number `nth` of a kind; false, at the end, when there are not so many. */
export function toEvent(session: Session, { kind, nth }: { readonly kind: string; readonly nth: number }): boolean {
  const { events } = session;
  const on = (): Halt => session.advance(session.retired + FURTHEST, { atEvents: new Set([kind]) });
  session.toCheckpoint((checkpoint) => (checkpoint.events.counts.get(kind) ?? 0) < nth);
  let halt = on();
  while (halt.why === 'event' && events.count(kind) < nth) halt = on();
  if (halt.why !== 'event') return false;
  session.seek(halt.event.retired);
  // What an instruction causes before it is done (a page fault) lies behind the moment that its count names.
  while (events.count(kind) < nth && on().why === 'event');
  return true;
}

/** The moment of the last event of such a kind before a count; 0 for none. What is not kept any more happens again. */
export function lastEvent(session: Session, before: number, wanted: (kind: string) => boolean): number {
  const kept = session.events.lastBefore(before, wanted);
  if (kept !== null || session.events.newest.before === 0) return kept?.retired ?? 0;
  for (let end = before; end > 0;) {
    let found: number | null = null;
    const start = session.toCheckpoint(({ retired }) => retired < end);
    session.witness = ({ kind, retired }) => {
      if (retired < before && wanted(kind)) found = retired;
    };
    try {
      while (session.retired < end && !over(session.advance(end)));
    } finally {
      session.witness = null;
    }
    if (found !== null) return found;
    end = start;
  }
  return 0;
}

export type SeekRequest = Extract<Request, { op: 'seek' }>;

/** Whether a seek's moment lies beyond what is known of the run, or may. */
export function isFar({ known, history, events, complete }: Session, { retired, time, guest, event }: SeekRequest): boolean {
  if (complete) return false;
  return (
    (retired !== undefined && retired > known.retired) ||
    (time !== undefined && time > known.time) ||
    (guest !== undefined && guest > (history.end?.guest ?? 0)) ||
    (event !== undefined && events.total(event.kind) < event.nth && known.retired < FURTHEST)
  );
}

/** On from the end of what is known, towards a seek's moment. True when the moment is known now, or the run is over before. */
export function goTowards(session: Session, request: SeekRequest, instructions: number): boolean {
  if (session.retired < session.known.retired) session.seek(session.known.retired);
  const { retired } = session;
  // Not beyond the moment itself: there may be nothing there to go on from but what is typed.
  const end = Math.min(retired + instructions, request.retired ?? Infinity);
  return over(session.advance(end)) || !isFar(session, request);
}
