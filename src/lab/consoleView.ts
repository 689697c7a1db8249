/**
 * What the program has printed and what was typed, as far as a terminal keeps it: the end of a long output.
 *
 * Invariant: the work is bounded by what is kept, however much was printed.
 */
import { decodeUtf8 } from '../bits/utf8.ts';
import type { ConsoleView } from '../protocol/views.ts';
import type { Session } from './session.ts';

/** Bytes of each stream that are shown. */
export const SHOWN = 40_000;

export function consoleView(session: Session): ConsoleView {
  const { stdout, stderr } = session.running;
  const from = beginning(stdout),
    errorsFrom = beginning(stderr);
  return {
    text: decodeUtf8(stdout.subarray(from)),
    before: from,
    typed: typedSince(session, stdout, from),
    errors: decodeUtf8(stderr.subarray(errorsFrom)),
    errorsBefore: errorsFrom,
    waiting: session.waits,
  };
}

/** Where what is shown begins: not in the middle of a character. */
function beginning(bytes: Uint8Array): number {
  let from = Math.max(0, bytes.length - SHOWN);
  for (let i = 0; i < 3 && from > 0 && (bytes[from]! & 0xc0) === 0x80; i++) from++;
  return from;
}

function typedSince(session: Session, stdout: Uint8Array, from: number): ConsoleView['typed'] {
  let done = from,
    at = 0;
  return session
    .typed()
    .filter((line) => line.at >= from)
    .map((line) => {
      at += decodeUtf8(stdout.subarray(done, line.at)).length;
      done = line.at;
      return { at, text: decodeUtf8(line.bytes) };
    });
}
