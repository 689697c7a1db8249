/**
 * The bit fields of MIPS32 encodings, and the reading of encoding strings such as `001001 s t i`: from the left, literal
 * bits and letters of this table, 32 bits in all.
 *
 * Invariant: a letter always stands for the same bits of the word, wherever it occurs, so that a field can be extracted
 * without knowing the row. `parseEncoding` refuses a string that breaks this or does not fill 32 bits.
 */

export type FieldLetter =
  | 's'
  | 't'
  | 'd'
  | 'h'
  | 'D'
  | 'i'
  | 'j'
  | 'c'
  | 'e'
  | 'q'
  | 'b'
  | 'm'
  | 'l'
  | 'p'
  | 'y'
  | 'z'
  | 'g'
  | 'f'
  | 'k'
  | 'w'
  | 'x'
  | 'n'
  | 'o'
  | 'r'
  | 'v'
  | 'u'
  | 'a';

/** What a panel may call the field. */
export type FieldRole = 'register' | 'immediate' | 'target' | 'code';

export interface Field {
  readonly letter: FieldLetter;
  /** The manual's name. */
  readonly name: string;
  /** Lowest bit and number of bits. */
  readonly low: number;
  readonly width: number;
  readonly role: FieldRole;
}

const field = (letter: FieldLetter, name: string, low: number, width: number, role: FieldRole): Field => ({
  letter,
  name,
  low,
  width,
  role,
});

export const FIELDS: Readonly<Record<FieldLetter, Field>> = {
  s: field('s', 'rs', 21, 5, 'register'),
  t: field('t', 'rt', 16, 5, 'register'),
  d: field('d', 'rd', 11, 5, 'register'),
  /** A second copy of rd in rt's place: clz and clo of release 1 to 5 (MIPS32 vol. II, CLZ). Ignored when read. */
  D: field('D', 'rd', 16, 5, 'register'),
  h: field('h', 'sa', 6, 5, 'immediate'),
  i: field('i', 'immediate', 0, 16, 'immediate'),
  /** The word offset of a branch. */
  o: field('o', 'offset', 0, 16, 'target'),
  j: field('j', 'instr_index', 0, 26, 'target'),
  /** Codes for software: syscall and sdbbp (20 bits), break (its upper and lower half), conditional traps. */
  c: field('c', 'code', 6, 20, 'code'),
  b: field('b', 'code', 16, 10, 'code'),
  q: field('q', 'code', 6, 10, 'code'),
  e: field('e', 'code', 6, 10, 'code'),
  /** Bit-field instructions: msb (ins) or msbd (ext), and lsb. */
  m: field('m', 'msb', 11, 5, 'immediate'),
  l: field('l', 'lsb', 6, 5, 'immediate'),
  /** Hint of pref, operation of cache. */
  p: field('p', 'hint', 16, 5, 'code'),
  y: field('y', 'stype', 6, 5, 'code'),
  z: field('z', 'sel', 0, 3, 'code'),
  /** Registers of the coprocessors. */
  g: field('g', 'rd', 11, 5, 'register'),
  f: field('f', 'ft', 16, 5, 'register'),
  v: field('v', 'fd', 6, 5, 'register'),
  /** Third source of multiply-add. */
  u: field('u', 'fr', 21, 5, 'register'),
  k: field('k', 'cc', 18, 3, 'code'),
  /** Condition that a comparison writes. */
  a: field('a', 'cc', 8, 3, 'code'),
  /** Operation of a coprocessor: 25 bits; of COP0's `wait`: 19 bits; whole remainder of a word that only traps: 26 bits. */
  w: field('w', 'cofun', 0, 25, 'code'),
  x: field('x', 'code', 6, 19, 'code'),
  n: field('n', 'cofun', 0, 26, 'code'),
  /** A coprocessor-2 register in rt's place. */
  r: field('r', 'rt', 16, 5, 'register'),
};

export interface Encoding {
  /** Bits that are fixed, and their values (unsigned numbers). */
  readonly mask: number;
  readonly match: number;
  /** From the most significant bit down. */
  readonly fields: readonly Field[];
}

export function parseEncoding(text: string): Encoding {
  let at = 32,
    mask = 0,
    match = 0;
  const fields: Field[] = [];
  for (const part of text.split(' ')) {
    if (/^[01]+$/.test(part)) {
      at -= part.length;
      mask = (mask | ((2 ** part.length - 1) << at)) >>> 0;
      match = (match | (parseInt(part, 2) << at)) >>> 0;
      continue;
    }
    const found = FIELDS[part as FieldLetter] as Field | undefined;
    if (!found) throw new Error(`encoding "${text}": no field is called "${part}"`);
    at -= found.width;
    if (at !== found.low) throw new Error(`encoding "${text}": field "${part}" stands at bit ${at}, not ${found.low}`);
    fields.push(found);
  }
  if (at !== 0) throw new Error(`encoding "${text}" has ${32 - at} bits, not 32`);
  return { mask, match, fields };
}

/** The field's bits as an unsigned number. */
export const extractField = (word: number, f: Field): number => (word >>> f.low) & (2 ** f.width - 1);
/** The word with the field's bits set; bits of `value` beyond the field are dropped. */
export const insertField = (word: number, f: Field, value: number): number => (word | ((value & (2 ** f.width - 1)) << f.low)) >>> 0;
