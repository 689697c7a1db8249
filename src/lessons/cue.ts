/**
 * A lecture scene: a list of cues, each an exact moment with one sentence. A moment is named by what happens there, so that the lab
 * finds it again when costs change; nothing here knows a number that a run could make untrue.
 */
import type { Grain } from '../protocol/messages.ts';

export type CueMoment =
  /** Start of guest instruction number `guest`; 0 is the very start. */
  | { readonly guest: number }
  /** Just after event number `nth` (1 is the first) of a kind. */
  | { readonly event: string; readonly nth: number };

export interface Cue {
  /** The headline, and the line in the list of cues. */
  readonly title: string;
  /** One sentence to say. */
  readonly say: string;
  /** A question for the room, with no answer on the screen. */
  readonly ask?: string;
  readonly program: string;
  readonly mode: string;
  readonly knobs?: Readonly<Record<string, number | boolean>>;
  /** Done at the very start, before the moment is looked for: text of JSON for the level. */
  readonly acts?: readonly string[];
  readonly moment: CueMoment;
  readonly grain: Grain;
  /** The region of the lab that is on show. */
  readonly focus:
    | 'listing'
    | 'forms'
    | 'cache'
    | 'cost'
    | 'ledger'
    | 'console'
    | 'registers'
    | 'memory'
    | 'truths'
    | 'shares'
    | 'groups'
    | 'limits'
    | 'overlay'
    | 'syscall'
    | 'allocation'
    | 'terminal'
    | 'containers';
}

export interface Scene {
  readonly id: string;
  readonly level: string;
  readonly title: string;
  readonly cues: readonly Cue[];
}
