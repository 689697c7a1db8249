/**
 * Which rows a mnemonic may mean when assembling for a 32-bit code segment, best first: the shortest encoding stands first,
 * and of equal ones the row that comes first in its table.
 *
 * Invariant: names, sizes and lengths follow from the rows. Written here are only the other spellings that people use.
 */
import { CONDITIONS } from './decode.ts';
import { PREDICATES } from './disassemble.ts';
import { immediateLength } from './form.ts';
import type { X86Row } from './row.ts';
import { EARLY_ROWS } from './rows/early.ts';

export interface Candidate {
  readonly row: X86Row;
  readonly operandSize: 16 | 32;
  readonly cc: number;
  /** Bytes without prefixes of operands, SIB and displacement. */
  readonly length: number;
  /** Operands that the name leaves out (movsb): the row's own fixed ones. */
  readonly implicit: boolean;
}

const CONDITION_ALIASES: Record<string, string> = {
  c: 'b',
  nae: 'b',
  nb: 'ae',
  nc: 'ae',
  z: 'e',
  nz: 'ne',
  na: 'be',
  nbe: 'a',
  pe: 'p',
  po: 'np',
  nge: 'l',
  nl: 'ge',
  ng: 'le',
  nle: 'g',
};
const ALIASES: Record<string, string> = {
  sal: 'shl',
  xlatb: 'xlat',
  loopz: 'loope',
  loopnz: 'loopne',
  pushad: 'pusha',
  popad: 'popa',
  pushfd: 'pushf',
  popfd: 'popf',
  iretd: 'iret',
  retn: 'ret',
  icebp: 'int1',
  lgdtd: 'lgdt',
  lidtd: 'lidt',
  sgdtd: 'sgdt',
  sidtd: 'sidt',
  lret: 'retf',
};
const STRING_SUFFIX: Record<string, 8 | 16 | 32> = { b: 8, w: 16, d: 32 };

const table = new Map<string, Candidate[]>();
function add(name: string, candidate: Candidate): void {
  const known = table.get(name);
  if (known) known.push(candidate);
  else table.set(name, [candidate]);
}

function lengthOf(row: X86Row, operandSize: 16 | 32): number {
  const { form } = row;
  const prefix = (operandSize === 16 ? 1 : 0) + (form.mandatory ? 1 : 0) + (form.addressSize === 16 ? 1 : 0);
  const opcode = (form.escape ? 2 : 1) + (form.modrm ? 1 : 0);
  /** An offset that stands alone is shorter than ModRM with a displacement, which is not counted here. */
  const immediates = form.immediates.reduce((sum, kind) => sum + (kind === 'mo' ? 0.5 : immediateLength(kind, operandSize, 32)), 0);
  return prefix + opcode + immediates;
}
/** An operand tells a size that is not 32: then the 16-bit form has the same name. */
const pinned = (row: X86Row): boolean =>
  row.form.operands.some(
    (o) => (o.size === 'v' || o.size === 'p' || o.size === 'vv') && ['reg', 'rm', 'mem', 'moffs', 'source', 'destination'].includes(o.kind),
  );

function enter(row: X86Row, name: string, cc: number): void {
  const { form } = row;
  const sizes: (16 | 32)[] = form.operandSize !== 0 ? [form.operandSize] : form.sized ? [32, 16] : [32];
  for (const operandSize of sizes) {
    const candidate: Candidate = { row, operandSize, cc, length: lengthOf(row, operandSize), implicit: false };
    if (operandSize === 32 || form.operandSize !== 0 || pinned(row)) add(name, candidate);
    if (operandSize === 16 && form.operandSize === 0) add(`${name}w`, candidate);
    if (row.repeats !== 'no') enterString(row, name, candidate);
  }
  if (form.operands.some((o) => o.kind === 'table')) add(name, { row, operandSize: 32, cc, length: 1, implicit: true });
}
/** movsb, movsw, movsd: operands left out. */
function enterString(row: X86Row, name: string, candidate: Candidate): void {
  const element = row.form.operands.find((o) => o.kind === 'source' || o.kind === 'destination')!;
  const width = element.size === 8 ? 8 : candidate.operandSize;
  for (const [suffix, bits] of Object.entries(STRING_SUFFIX)) {
    if (bits === width && !(width === 8 && candidate.operandSize === 16)) add(name + suffix, { ...candidate, implicit: true });
  }
}

const parsed = new Map<string, ParsedName | null>();

/** Adds the names of rows, which may come late. */
export function enterNames(rows: readonly X86Row[]): void {
  for (const row of rows) {
    if (row.alias) continue;
    if (row.form.span !== 16) {
      enter(row, row.name, 0);
      continue;
    }
    CONDITIONS.forEach((condition, cc) => enter(row, row.name.replace('<cc>', condition), cc));
    for (const [alias, condition] of Object.entries(CONDITION_ALIASES)) {
      enter(row, row.name.replace('<cc>', alias), (CONDITIONS as readonly string[]).indexOf(condition));
    }
  }
  for (const candidates of table.values()) candidates.sort((a, b) => a.length - b.length);
  for (const suffix of ['ps', 'pd', 'ss', 'sd'])
    for (const predicate of PREDICATES) table.set(`cmp${predicate}${suffix}`, table.get(`cmp${suffix}`)!);
  for (const [alias, name] of Object.entries(ALIASES)) if (!table.has(alias)) table.set(alias, table.get(name)!);
  parsed.clear();
}
enterNames(EARLY_ROWS);

export interface ParsedName {
  readonly mnemonic: string;
  readonly candidates: readonly Candidate[];
  readonly lock: boolean;
  readonly repeat: 0 | 0xf2 | 0xf3;
  /** An address-size prefix that no operand asks for (loop that counts CX). */
  readonly addr16: boolean;
  /** What the caller asks of a jump's reach. */
  readonly reach: '' | 'short' | 'near';
}

const REPEATS: Record<string, 0xf2 | 0xf3> = { rep: 0xf3, repe: 0xf3, repz: 0xf3, repne: 0xf2, repnz: 0xf2 };

/** Takes a name apart ("lock cmpxchg", "jmp short", "rep movsd"); null when no row has it. */
export function parseName(name: string): ParsedName | null {
  let known = parsed.get(name);
  if (known === undefined) parsed.set(name, (known = takeApart(name)));
  return known;
}
function takeApart(name: string): ParsedName | null {
  let lock = false,
    addr16 = false,
    repeat: 0 | 0xf2 | 0xf3 = 0,
    reach: '' | 'short' | 'near' = '',
    mnemonic = '';
  for (const word of name.trim().toLowerCase().split(/\s+/)) {
    if (word === 'lock') lock = true;
    else if (word === 'addr16') addr16 = true;
    else if (REPEATS[word] !== undefined && mnemonic === '') repeat = REPEATS[word];
    else if (word === 'short' || word === 'near') reach = word;
    else if (mnemonic === '') mnemonic = word;
    else return null;
  }
  const candidates = table.get(mnemonic);
  return candidates ? { mnemonic, candidates, lock, repeat, addr16, reach } : null;
}
