/** Tells refusals (clear sentences meant for the user) from mistakes of ours. */
import { FormatError } from '../formats/refusal.ts';
import { Refusal } from '../levels/level.ts';

/** The sentence for the user, or null when the error is not a refusal. */
export const refusalOf = (error: unknown): string | null =>
  error instanceof Refusal || error instanceof FormatError ? error.message : null;
