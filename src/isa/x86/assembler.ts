/**
 * The assembler as an object: instructions, labels, data, alignment, in order; `finish` gives the bytes.
 *
 *     new Assembler(0x1000).emit('mov', r32(EAX), imm(5)).label('again').emit('dec', r32(EAX)).emit('jnz', label('again')).finish()
 *
 * Invariant: jumps take their short form where it reaches and the long one elsewhere ("jmp short", "jmp near" decide it);
 * everything else about an encoding comes from the rows. Errors are AssemblyError, at `emit` or at `finish`.
 */
import { AssemblyError, Bytes, choose, reaching, write } from './encode.ts';
import type { Choice, Fixup } from './encode.ts';
import type { Operand } from './operand.ts';

export { AssemblyError } from './encode.ts';
export * from './operand.ts';

export interface Assembled {
  readonly bytes: Uint8Array;
  readonly labels: ReadonlyMap<string, number>;
}

/** What may grow when addresses are known: a jump with two forms, or padding. */
type Elastic =
  | {
      readonly k: 'jump';
      readonly at: number;
      readonly choice: Choice;
      readonly label: string;
      readonly addend: number;
      size: number;
      readonly short: number;
      readonly long: number;
    }
  | { readonly k: 'align'; readonly at: number; readonly to: number; readonly fill: number; size: number; readonly short: 0 };
interface Mark {
  readonly at: number;
  readonly elastics: number;
}

export class Assembler {
  private readonly origin: number;
  private readonly out = new Bytes();
  private readonly fixups: Fixup[] = [];
  private readonly marks = new Map<string, Mark>();
  private readonly elastics: Elastic[] = [];
  private readonly absolutes = new Map<string, number>();

  constructor(origin: number) {
    this.origin = origin;
  }

  /** Bytes so far, jumps of open reach counted short. */
  get length(): number {
    return this.out.length;
  }

  emit(name: string, ...operands: readonly Operand[]): this {
    const choice = choose(name, operands),
      first = choice.operands[0];
    if (choice.longer === null) this.plain(choice);
    else if (first?.k === 'label') this.openJump(choice, first.name, first.addend ?? 0);
    else this.fixedJump(choice);
    return this;
  }
  /** A jump to an absolute address: its distance is certain only while nothing before it may grow. */
  private fixedJump(choice: Choice): void {
    const address = this.origin + this.out.length;
    if (this.elastics.length === 0) {
      write(this.out, choice, reaching(choice, address), address, this.fixups);
      return;
    }
    const name = this.absolute((choice.operands[0] as { n: number }).n);
    this.openJump({ ...choice, operands: [{ k: 'label', name }] }, name, 0);
  }
  private plain(choice: Choice): void {
    const relative = this.elastics.length > 0 && choice.candidate.row.form.operands[0]?.kind === 'rel',
      first = choice.operands[0];
    const known =
      relative && first && 'n' in first ? { ...choice, operands: [{ k: 'label' as const, name: this.absolute(first.n) }] } : choice;
    write(this.out, known, known.candidate, this.origin + this.out.length, this.fixups);
  }
  /** A label that no program can write, for an address that is known. */
  private absolute(n: number): string {
    const name = `\u0000${n}`;
    this.absolutes.set(name, n);
    return name;
  }
  private openJump(choice: Choice, label: string, addend: number): void {
    const short = Math.ceil(choice.candidate.length),
      long = Math.ceil(choice.longer!.length);
    this.elastics.push({ k: 'jump', at: this.out.length, choice, label, addend, size: short, short, long });
    for (let i = 0; i < short; i++) this.out.push(0);
  }

  label(name: string): this {
    if (this.marks.has(name)) throw new AssemblyError(`label '${name}' is defined twice`);
    this.marks.set(name, { at: this.out.length, elastics: this.elastics.length });
    return this;
  }
  data(bytes: ArrayLike<number>): this {
    this.out.append(bytes);
    return this;
  }
  /** A 32-bit word that holds a label's address. */
  address(label: string, addend = 0): this {
    this.fixups.push({ at: this.out.length, size: 4, label, addend, relative: false, end: this.out.length + 4 });
    this.out.number(0, 4);
    return this;
  }
  /** Pads to a multiple of n (a power of two) with `fill`, by default nop. */
  align(n: number, fill = 0x90): this {
    this.elastics.push({ k: 'align', at: this.out.length, to: n, fill, size: 0, short: 0 });
    return this;
  }

  finish(): Assembled {
    const growth = this.relax();
    const bytes = this.layOut(growth);
    for (const fixup of this.fixups) this.resolve(bytes, fixup, growth);
    const labels = new Map<string, number>();
    for (const name of this.marks.keys()) labels.set(name, this.addressOf(name, growth));
    return { bytes, labels };
  }

  /** Grows jumps until all reach. `growth[i]`: bytes added by the elastic parts before part i. */
  private relax(): number[] {
    const growth: number[] = [0];
    for (let changed = true; changed;) {
      changed = false;
      this.elastics.forEach((part, i) => {
        const here = this.origin + part.at + growth[i]!;
        if (part.k === 'align') part.size = -here & (part.to - 1);
        growth[i + 1] = growth[i]! + part.size - part.short;
      });
      this.elastics.forEach((part, i) => {
        if (part.k === 'jump' && part.size === part.short && !this.reaches(part, i, growth)) {
          part.size = part.long;
          changed = true;
        }
      });
    }
    return growth;
  }
  private reaches(part: Elastic & { k: 'jump' }, i: number, growth: number[]): boolean {
    const end = this.origin + part.at + growth[i]! + part.short,
      distance = this.addressOf(part.label, growth) + part.addend - end;
    return distance >= -128 && distance <= 127;
  }
  private addressOf(label: string, growth: number[]): number {
    const mark = this.marks.get(label);
    if (mark) return this.origin + mark.at + growth[mark.elastics]!;
    const absolute = this.absolutes.get(label);
    if (absolute === undefined) throw new AssemblyError(`label '${label}' is not defined`);
    return absolute;
  }

  private layOut(growth: number[]): Uint8Array {
    const raw = this.out.buffer,
      out = new Bytes();
    let from = 0;
    this.elastics.forEach((part, i) => {
      out.append(raw.subarray(from, part.at));
      from = part.at + part.short;
      if (part.k === 'align') {
        for (let n = 0; n < part.size; n++) out.push(part.fill);
        return;
      }
      const to = this.addressOf(part.label, growth) + part.addend,
        candidate = part.size === part.short ? part.choice.candidate : part.choice.longer!;
      const known: Choice = { ...part.choice, operands: [{ k: 'target', n: to }] };
      write(out, known, candidate, this.origin + part.at + growth[i]!, []);
    });
    out.append(raw.subarray(from, this.out.length));
    return out.take();
  }
  private resolve(bytes: Uint8Array, fixup: Fixup, growth: number[]): void {
    const moved = this.growthAt(fixup.at, growth),
      at = fixup.at + moved;
    let value = this.addressOf(fixup.label, growth) + fixup.addend;
    if (fixup.relative) {
      value = (value - (this.origin + fixup.end + moved)) | 0;
      if (fixup.size === 1 && (value < -128 || value > 127))
        throw new AssemblyError(`label '${fixup.label}' is out of a short jump's reach`);
    }
    for (let i = 0; i < fixup.size; i++) bytes[at + i] = (value >> (i * 8)) & 0xff;
  }
  /** Bytes added before an offset; elastic parts stand in order. */
  private growthAt(offset: number, growth: number[]): number {
    let low = 0,
      high = this.elastics.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.elastics[middle]!.at < offset || (this.elastics[middle]!.at === offset && this.elastics[middle]!.k === 'align'))
        low = middle + 1;
      else high = middle;
    }
    return growth[low]!;
  }
}
