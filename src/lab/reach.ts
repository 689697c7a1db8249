/**
 * To a moment that is named by what happens there: the start of a guest instruction, or an event.
 *
 * Invariant: `toGuest` lands where stepping by instructions first has begun exactly so many; where the host does several guest
 * instructions at once, at the first of them. Forwards and backwards, from anywhere, it is the same place.
 */
import { EIP } from '../isa/x86/state.ts';
import type { Event } from '../levels/level.ts';
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
  const find = (): Event | undefined => session.events.filter((event) => event.kind === kind)[nth - 1];
  const on = (): boolean => session.advance(session.retired + FURTHEST, { atEvents: new Set([kind]) }).why === 'event';
  while (find() === undefined) {
    if (session.retired < session.known.retired) session.seek(session.known.retired);
    if (!on()) return false;
  }
  const found = find()!;
  session.seek(found.retired);
  // What an instruction causes before it is done (a page fault) lies behind the moment that its count names.
  while (session.eventsHappened <= session.events.indexOf(found) && on());
  return true;
}
