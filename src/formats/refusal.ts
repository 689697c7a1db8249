/**
 * How a file format says no: one clear sentence with what is wrong and where. Levels turn it into their `Refusal`.
 */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}

export function refuse(sentence: string): never {
  throw new FormatError(sentence);
}
