/**
 * The IA-32 encoder: a name and operands to bytes, by the rows' forms, for 32-bit code segments.
 *
 * Invariant: decode(encode(x)) is x. The shortest encoding is chosen. Left out: 16-bit code segments.
 */
import { PREDICATES } from './disassemble.ts';
import { operandWidth } from './form.ts';
import type { ImmediateKind, OperandSpec } from './form.ts';
import { parseName } from './names.ts';
import type { Candidate, ParsedName } from './names.ts';
import { SEGMENT_PREFIX, defaultSegment } from './operand.ts';
import type { LabelOperand, MemoryOperand, Operand } from './operand.ts';
import { DS, EBP, EBX, EDI, ES, ESI, ESP } from './state.ts';

/** What cannot be assembled, in one sentence. */
export class AssemblyError extends Error {
  override readonly name = 'AssemblyError';
}

/** Bytes that grow. */
export class Bytes {
  buffer = new Uint8Array(256);
  length = 0;
  push(byte: number): void {
    if (this.length === this.buffer.length) this.reserve(1);
    this.buffer[this.length++] = byte;
  }
  number(n: number, length: number): void {
    for (let i = 0; i < length; i++) this.push((n >> (i * 8)) & 0xff);
  }
  append(bytes: ArrayLike<number>): void {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }
  private reserve(more: number): void {
    if (this.length + more <= this.buffer.length) return;
    const wider = new Uint8Array(Math.max(this.buffer.length * 2, this.length + more));
    wider.set(this.buffer.subarray(0, this.length));
    this.buffer = wider;
  }
  take(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }
}

/** A field that waits for a label's address: absolute, or relative to the end of the instruction. */
export interface Fixup {
  readonly at: number;
  readonly size: 1 | 2 | 4;
  readonly label: string;
  readonly addend: number;
  readonly relative: boolean;
  end: number;
}

/** The sizes that a width-less memory operand can take from the row: it must not matter, or another operand must tell. */
function inferable(candidate: Candidate, spec: OperandSpec): boolean {
  if (spec.size === 0 || (spec.size === 64 && candidate.row.form.escape)) return true;
  if (candidate.operandSize === 16 && spec.size !== 8 && !tells(candidate, spec)) return false;
  return (
    tells(candidate, spec) ||
    spec.kind === 'moffs' ||
    (candidate.row.form.operands.length === 1 && SINGLE.has(candidate.row.name) && spec.size === 'v')
  );
}
const SINGLE = new Set(['push', 'pop', 'call', 'jmp']);
const tells = (candidate: Candidate, spec: OperandSpec): boolean =>
  candidate.row.form.operands.some(
    (o) =>
      o !== spec &&
      o.kind === 'reg' &&
      !(o.field === 'fixed' && o.text === 'cl') &&
      (o.size === spec.size || spec.size === 'p' || spec.size === 'vv' || o.size === operandWidth(spec.size, candidate.operandSize)) &&
      o.text !== 'dx',
  );

const fitsSigned8 = (n: number, width: number): boolean => {
  const value = width === 16 ? (n << 16) >> 16 : n | 0;
  return value >= -128 && value <= 127 && (width === 32 || (n >= -0x8000 && n <= 0xffff));
};
function fitsImmediate(n: number, width: number): boolean {
  if (width === 8) return n >= -128 && n <= 255;
  if (width === 16) return n >= -0x8000 && n <= 0xffff;
  return n >= -0x80000000 && n <= 0xffffffff;
}

function fitsString(candidate: Candidate, spec: OperandSpec, operand: Operand): boolean {
  if (operand.k !== 'mem' || operand.index !== undefined || operand.disp !== 0) return false;
  const base = spec.kind === 'source' ? ESI : spec.kind === 'destination' ? EDI : EBX;
  const segment = spec.kind !== 'destination' || operand.segment === undefined || operand.segment === ES;
  return operand.base === base && segment && operand.width === operandWidth(spec.size, candidate.operandSize);
}

function fits(candidate: Candidate, spec: OperandSpec, operand: Operand): boolean {
  const width = operandWidth(spec.size, candidate.operandSize);
  switch (spec.kind) {
    case 'reg':
      return operand.k === 'reg' && operand.width === width && (spec.field !== 'fixed' || operand.n === spec.n);
    case 'rm':
    case 'mem':
      if (operand.k === 'reg') return spec.kind === 'rm' && operand.width === width;
      return operand.k === 'mem' && (operand.width === width || (operand.width === 0 && inferable(candidate, spec)) || spec.size === 0);
    case 'imm':
      if (operand.k === 'label') return width === 32;
      if (operand.k !== 'imm') return false;
      return spec.signed
        ? fitsSigned8(operand.n, candidate.row.name === 'int' ? 8 : candidate.operandSize)
        : fitsImmediate(operand.n, width);
    case 'rel':
      return operand.k === 'label' || operand.k === 'target' || operand.k === 'imm';
    case 'far':
      return operand.k === 'far';
    case 'sreg':
      return operand.k === 'sreg' && (spec.field !== 'fixed' || operand.n === spec.n);
    case 'creg':
      return operand.k === 'creg';
    case 'dreg':
      return operand.k === 'dreg';
    case 'xmm':
      return operand.k === 'xmm';
    case 'xrm':
      return operand.k === 'xmm' || (operand.k === 'mem' && (operand.width === width || operand.width === 0));
    case 'mm':
      return operand.k === 'mm';
    case 'mrm':
      return operand.k === 'mm' || (operand.k === 'mem' && (operand.width === width || operand.width === 0));
    case 'rm16':
      return operand.k === 'reg' ? operand.width === 32 : operand.k === 'mem' && (operand.width === 16 || operand.width === 0);
    case 'st':
      return operand.k === 'st' && (spec.field !== 'fixed' || operand.n === spec.n);
    case 'number':
      return operand.k === 'imm' && operand.n === spec.n;
    case 'moffs':
      return (
        operand.k === 'mem' && operand.base === undefined && operand.index === undefined && (operand.width === width || operand.width === 0)
      );
    default:
      return fitsString(candidate, spec, operand);
  }
}

function matches(candidate: Candidate, operands: readonly Operand[]): boolean {
  const specs = candidate.row.form.operands;
  if (candidate.implicit) return operands.length === 0;
  if (specs.length !== operands.length) return false;
  for (let i = 0; i < specs.length; i++) if (!fits(candidate, specs[i]!, operands[i]!)) return false;
  return true;
}

const isRel8 = (candidate: Candidate): boolean => candidate.row.form.immediates[0] === 'cb';

export interface Choice {
  readonly name: ParsedName;
  readonly candidate: Candidate;
  /** The long form of a jump whose short form is `candidate`, when reach is left open. */
  readonly longer: Candidate | null;
  readonly operands: readonly Operand[];
}

/** Spellings in which an operand is left out or stands in the other place. */
function rewrites(name: string, operands: readonly Operand[]): readonly Operand[] | null {
  if (name === 'imul' && operands.length === 2 && operands[1]!.k === 'imm') return [operands[0]!, operands[0]!, operands[1]];
  if ((name === 'aam' || name === 'aad') && operands.length === 0) return [{ k: 'imm', n: 10 }];
  if ((name === 'test' || name === 'xchg') && operands.length === 2) return [operands[1]!, operands[0]!];
  return null;
}
const find = (name: ParsedName, operands: readonly Operand[]): Candidate | undefined =>
  name.candidates.find((c) => matches(c, operands) && !(name.reach === 'near' && isRel8(c)));

/** Why no row takes these operands, as far as it can be told in one sentence. */
function whyNot(name: ParsedName, operands: readonly Operand[]): string {
  const sized = (width: 8 | 16 | 32): readonly Operand[] => operands.map((o) => (o.k === 'mem' && o.width === 0 ? { ...o, width } : o));
  if (operands.some((o) => o.k === 'mem' && o.width === 0) && ([8, 16, 32] as const).some((width) => find(name, sized(width)))) {
    return 'the size of the memory operand is not given: write byte, word or dword before it';
  }
  const forms = [...new Set(name.candidates.filter((c) => !c.implicit).map((c) => c.row.operands || 'no operands'))];
  const takes = forms.length <= 5 ? `; it takes ${forms.join(' or ')}` : '';
  return `'${name.mnemonic}' does not take these operands${takes}`;
}

const shortAddress = (operand: Operand): Operand => (operand.k === 'mem' ? { ...operand, address: 16 } : operand);

const PREDICATE = new RegExp(`^cmp(${PREDICATES.join('|')})([ps][sd])$`);

/** The best row for a name and its operands. Throws AssemblyError. */
export function choose(text: string, given: readonly Operand[]): Choice {
  const predicate = PREDICATE.exec(text.trim().toLowerCase());
  if (predicate)
    return choose(`cmp${predicate[2]}`, [...given.slice(0, 2), { k: 'imm', n: (PREDICATES as readonly string[]).indexOf(predicate[1]!) }]);
  const name = parseName(text);
  if (!name) throw new AssemblyError(`'${text}' is not an instruction`);
  const operands = name.addr16 ? given.map(shortAddress) : given;
  let candidate = find(name, operands),
    used = operands;
  if (!candidate || name.mnemonic === 'xchg') {
    const other = rewrites(name.mnemonic, operands),
      better = other ? find(name, other) : undefined;
    if (other && better && (!candidate || better.length < candidate.length)) {
      candidate = better;
      used = other;
    }
  }
  if (!candidate) throw new AssemblyError(whyNot(name, operands));
  checkPrefixes(name, candidate, used);
  const longer = isRel8(candidate) && name.reach === '' ? (name.candidates.find((c) => !isRel8(c) && matches(c, used)) ?? null) : null;
  return { name, candidate, longer, operands: used };
}
function checkPrefixes(name: ParsedName, candidate: Candidate, operands: readonly Operand[]): void {
  if (name.lock && !(candidate.row.lock && operands.some((o) => o.k === 'mem')))
    throw new AssemblyError(`'${name.mnemonic}' cannot be locked with these operands`);
  if (name.repeat !== 0 && candidate.row.repeats === 'no') throw new AssemblyError(`'${name.mnemonic}' cannot be repeated`);
}

/** Writes one instruction. `address`: where it stands, for relative jumps; labels go to `fixups`. */
export function write(out: Bytes, choice: Choice, candidate: Candidate, address: number, fixups: Fixup[]): void {
  const start = out.length,
    first = fixups.length;
  new Writer(out, choice, candidate, address - start, fixups).run();
  for (let i = first; i < fixups.length; i++) fixups[i]!.end = out.length;
}

class Writer {
  private readonly out: Bytes;
  private readonly choice: Choice;
  private readonly candidate: Candidate;
  private readonly base: number;
  private readonly fixups: Fixup[];
  private memory: MemoryOperand | null = null;
  private reg = 0;
  private rm = 0;
  private low = 0;

  constructor(out: Bytes, choice: Choice, candidate: Candidate, base: number, fixups: Fixup[]) {
    this.out = out;
    this.choice = choice;
    this.candidate = candidate;
    this.base = base;
    this.fixups = fixups;
  }

  run(): void {
    const { form } = this.candidate.row;
    if (!this.candidate.implicit) form.operands.forEach((spec, i) => this.gather(spec, this.choice.operands[i]!));
    this.prefixes();
    if (form.escape) this.out.push(0x0f);
    this.out.push(form.opcode + (form.span === 16 ? this.candidate.cc : form.span === 8 ? this.low : 0));
    if (form.modrm) this.modrm();
    if (form.immediates.length > 0) this.immediates();
  }

  private gather(spec: OperandSpec, operand: Operand): void {
    if (operand.k === 'mem') {
      this.memory = operand;
      return;
    }
    if (!('n' in operand)) return;
    if (spec.field === 'reg') this.reg = operand.n;
    else if (spec.field === 'rm') this.rm = operand.n;
    else if (spec.field === 'opcode') this.low = operand.n;
  }

  /** In the order of GNU as: segment, address size, operand size, repeat, lock. */
  private prefixes(): void {
    const { candidate, out, memory } = this,
      { form } = candidate.row;
    if (memory?.segment !== undefined) {
      const fixed = form.operands.some((o) => o.kind === 'destination') && !form.operands.some((o) => o.kind === 'source');
      const usual = form.operands.some((o) => o.kind === 'source') ? DS : defaultSegment(memory.base);
      const source = this.sourceSegment();
      if (!fixed && source !== usual) out.push(SEGMENT_PREFIX[source]!);
    }
    if (memory?.address === 16 || form.addressSize === 16 || this.choice.name.addr16) out.push(0x67);
    if (candidate.operandSize === 16 && (form.sized || form.operandSize === 16)) out.push(0x66);
    if (form.mandatory !== 0) out.push(form.mandatory);
    if (this.choice.name.repeat !== 0) out.push(this.choice.name.repeat);
    if (this.choice.name.lock) out.push(0xf0);
  }
  /** Of two string operands only the source may have a segment of its own. */
  private sourceSegment(): number {
    const specs = this.candidate.row.form.operands,
      at = specs.findIndex((o) => o.kind === 'source');
    const operand = at < 0 ? this.memory! : (this.choice.operands[at] as MemoryOperand);
    return operand.segment ?? defaultSegment(operand.base);
  }

  private modrm(): void {
    const { form } = this.candidate.row;
    if (form.fixed >= 0) {
      this.out.push(form.fixed);
      return;
    }
    const reg = (form.digit >= 0 ? form.digit : this.reg) << 3;
    if (!this.memory) this.out.push(0xc0 | reg | this.rm);
    else if (this.memory.address === 16) this.memory16(reg, this.memory);
    else this.memory32(reg, this.memory);
  }
  private memory32(reg: number, memory: MemoryOperand): void {
    const { base, index, disp, label } = memory,
      out = this.out;
    if (index === ESP) throw new AssemblyError('ESP cannot be an index');
    if (base === undefined && index === undefined) {
      out.push(reg | 5);
      this.displacement(disp, 4, label);
      return;
    }
    const sib = index !== undefined || base === ESP;
    const size = base === undefined || label !== undefined ? 4 : disp === 0 && base !== EBP ? 0 : disp >= -128 && disp <= 127 ? 1 : 4;
    const mod = base === undefined || size === 0 ? 0 : size === 1 ? 0x40 : 0x80;
    out.push(mod | reg | (sib ? 4 : base!));
    if (sib) out.push(((31 - Math.clz32(memory.scale ?? 1)) << 6) | ((index ?? ESP) << 3) | (base ?? 5));
    this.displacement(disp, size, label);
  }
  private memory16(reg: number, memory: MemoryOperand): void {
    const { base, index } = memory,
      disp = (memory.disp << 16) >> 16,
      out = this.out;
    if (base === undefined) {
      out.push(reg | 6);
      this.displacement(disp, 2, undefined);
      return;
    }
    const rm = PAIRS_16.findIndex((pair) => pair[0] === base && pair[1] === index);
    if (rm < 0) throw new AssemblyError('no 16-bit address has these registers');
    const size = disp === 0 && rm !== 6 ? 0 : disp >= -128 && disp <= 127 ? 1 : 2;
    out.push((size << 6) | reg | rm);
    this.displacement(disp, size, undefined);
  }
  private displacement(disp: number, size: number, label: string | undefined): void {
    if (label !== undefined) this.fix({ k: 'label', name: label, addend: disp }, 4, false);
    else this.out.number(disp, size);
  }

  private immediates(): void {
    const { form } = this.candidate.row;
    form.operands.forEach((spec, i) => {
      if (spec.field !== 'immediate' && spec.field !== 'second') return;
      this.immediate(form.immediates[spec.field === 'second' ? 1 : 0]!, this.choice.operands[i]!);
    });
  }
  private immediate(kind: ImmediateKind, operand: Operand): void {
    const wide = this.candidate.operandSize >> 3;
    switch (kind) {
      case 'ib':
        this.value(operand, 1);
        return;
      case 'iw':
        this.value(operand, 2);
        return;
      case 'id':
        this.value(operand, 4);
        return;
      case 'iv':
        this.value(operand, wide as 2 | 4);
        return;
      case 'cb':
        this.relative(operand, 1);
        return;
      case 'cv':
        this.relative(operand, wide as 2 | 4);
        return;
      case 'mo':
        this.moffs(operand as MemoryOperand);
        return;
      case 'cp':
        if (operand.k === 'far') {
          this.out.number(operand.offset, wide);
          this.out.number(operand.selector, 2);
        }
    }
  }
  private moffs(operand: MemoryOperand): void {
    this.displacement(operand.disp, operand.address === 16 ? 2 : 4, operand.label);
  }
  private value(operand: Operand, size: 1 | 2 | 4): void {
    if (operand.k === 'label') this.fix(operand, size, false);
    else if (operand.k === 'imm') this.out.number(operand.n, size);
  }
  private relative(operand: Operand, size: 1 | 2 | 4): void {
    if (operand.k === 'label') {
      this.fix(operand, size, true);
      return;
    }
    const distance = ((operand as { n: number }).n - (this.base + this.out.length + size)) | 0;
    if (size === 1 && (distance < -128 || distance > 127)) throw new AssemblyError("the destination is out of a short jump's reach");
    this.out.number(distance, size);
  }
  private fix(operand: LabelOperand, size: 1 | 2 | 4, relative: boolean): void {
    this.fixups.push({ at: this.out.length, size, label: operand.name, addend: operand.addend ?? 0, relative, end: 0 });
    this.out.number(0, size);
  }
}
const PAIRS_16: readonly (readonly [number, number?])[] = [[EBX, ESI], [EBX, EDI], [EBP, ESI], [EBP, EDI], [ESI], [EDI], [EBP], [EBX]];

const inReach = (candidate: Candidate, operands: readonly Operand[], address: number): boolean => {
  const to = operands[0] as { n: number },
    distance = (to.n - (address + Math.ceil(candidate.length))) | 0;
  return distance >= -128 && distance <= 127;
};
/** The candidate whose reach suffices, for a jump to a known address. */
export const reaching = (choice: Choice, address: number): Candidate =>
  choice.longer && !inReach(choice.candidate, choice.operands, address) ? choice.longer : choice.candidate;

/** The bytes of one instruction that has no labels, standing at `address`. Throws AssemblyError. */
export function encode(name: string, operands: readonly Operand[] = [], address = 0): Uint8Array {
  const out = new Bytes(),
    choice = choose(name, operands),
    fixups: Fixup[] = [];
  write(out, choice, reaching(choice, address), address, fixups);
  if (fixups.length > 0) throw new AssemblyError(`label '${fixups[0]!.label}' has no address here`);
  return out.take();
}
