/** Every row against what qemu-mipsel did, decoded and as an interpreter's handler; and that these vectors would notice mistakes. */
import { describe, expect, it } from 'vitest';
import type { BinaryKind, Op, Value } from '../../../src/isa/microop/op.ts';
import { MipsBuilder } from '../../../src/isa/mips/builder.ts';
import type { MipsInstruction } from '../../../src/isa/mips/decode.ts';
import { findRow } from '../../../src/isa/mips/find.ts';
import { MIPS_FAMILIES, MIPS_ROWS } from '../../../src/isa/mips/rows/index.ts';
import type { MipsRow } from '../../../src/isa/mips/row.ts';
import { byName, difference, recording } from './recording.ts';

describe('MIPS rows against qemu', () => {
  for (const [name, vectors] of byName) {
    it(`${name}: ${vectors.length} vectors`, () => {
      expect(
        vectors
          .map((v) => difference(v, false))
          .filter((d) => d !== '')
          .slice(0, 5),
      ).toEqual([]);
      expect(
        vectors
          .map((v) => difference(v, true))
          .filter((d) => d !== '')
          .slice(0, 5),
        'as a handler',
      ).toEqual([]);
    });
  }

  it('covers every row but those that the script names', () => {
    const covered = new Set(
      recording.vectors.flatMap((v) =>
        v
          .split('|')[1]!
          .split(' ')
          .map((w) => findRow(parseInt(w, 16))),
      ),
    );
    const missing = MIPS_ROWS.filter((row) => !covered.has(row) && !(MIPS_FAMILIES.cop1 as readonly unknown[]).includes(row));
    expect(missing.map((row) => `${row.name} ${row.operands}`)).toEqual(['syscall code20', 'sdbbp code20', 'rdhwr rt, $2']);
  });
});

/** A builder in whose n-th binary operation (or load, or select) something else stands. */
class Mistaken extends MipsBuilder {
  calls = 0;
  private readonly mistake: number;
  constructor(word: number, address: number, mistake: number) {
    super(word, address);
    this.mistake = mistake;
  }
  private get here(): boolean {
    return this.calls++ === this.mistake;
  }
  override binary(k: BinaryKind, a: Value, b: Value): Value {
    return super.binary(this.here ? OTHER[k] : k, a, b);
  }
  override select(when: Value, a: Value, b: Value): Value {
    return this.here ? super.select(when, b, a) : super.select(when, a, b);
  }
  override extend(a: Value, width: 8 | 16 | 32, signed: boolean): Value {
    return super.extend(a, width, this.here ? !signed : signed);
  }
  override load(at: Value, width: 8 | 16 | 32, signed: boolean): Value {
    return width < 32 && this.here ? super.load(at, width, !signed) : super.load(at, width, signed);
  }
  override store(at: Value, width: 8 | 16 | 32, value: Value): void {
    if (this.here) super.store(at, 8, value);
    else super.store(at, width, value);
  }
}
const OTHER: Readonly<Record<BinaryKind, BinaryKind>> = {
  add: 'sub',
  sub: 'add',
  mul: 'add',
  mulhu: 'mulhs',
  mulhs: 'mulhu',
  and: 'or',
  or: 'and',
  xor: 'or',
  shl: 'shr',
  shr: 'sar',
  sar: 'shr',
  rotl: 'rotr',
  rotr: 'rotl',
  eq: 'ltu',
  ltu: 'lts',
  lts: 'ltu',
};

describe('planted mistakes', () => {
  const vectorsOf = new Map<MipsRow, string[]>();
  for (const [name, vectors] of byName) {
    if (name === 'sequence' || name === 'reserved') continue;
    for (const v of vectors) {
      const words = v.split('|')[1]!.split(' ');
      const row = findRow(parseInt(name === 'sc' ? words[words.length - 1]! : words[0]!, 16));
      vectorsOf.set(row, [...(vectorsOf.get(row) ?? []), v]);
    }
  }

  it('each is found by some vector, but for those that make no difference', () => {
    const survivors: string[] = [];
    let planted = 0;
    for (const [row, vectors] of vectorsOf) {
      const count = new Mistaken(row.match, 0, -1);
      row.means(count);
      for (let mistake = 0; mistake < count.calls; mistake++) {
        planted++;
        const opsOf = (i: MipsInstruction): readonly Op[] => {
          if (i.row !== row) return i.ops;
          const m = new Mistaken(i.word, i.address, mistake);
          row.means(m);
          return m.finish();
        };
        const found = vectors.some((v) => {
          try {
            return difference(v, false, opsOf) !== '';
          } catch {
            return true;
          }
        });
        if (!found) survivors.push(`${row.name} ${mistake}`);
      }
    }
    expect(planted).toBeGreaterThan(150);
    // lts for ltu of small numbers, sar for shr below a mask that the sign cannot reach, and a byte store for a byte store.
    expect(survivors).toEqual(['ext 1', 'ext 2', 'ins 0', 'sb 1']);
  });
});
