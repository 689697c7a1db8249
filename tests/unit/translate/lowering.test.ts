/**
 * Random blocks of MIPS instructions: joined, optimised and lowered to IA-32, run by the IA-32 decoder and the reference
 * evaluator, against the same MIPS instructions evaluated one by one. At a fault in the middle of a block the recovered
 * guest state must be exact.
 */
import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/bits/random.ts';
import { decode as decodeMips } from '../../../src/isa/mips/decode.ts';
import { insertField } from '../../../src/isa/mips/fields.ts';
import { MIPS_ROWS } from '../../../src/isa/mips/rows/index.ts';
import type { MipsRow } from '../../../src/isa/mips/row.ts';
import { EIP, ESI } from '../../../src/isa/x86/state.ts';
import type { Op, Value } from '../../../src/isa/microop/op.ts';
import { evaluate } from '../../../src/translate/evaluate.ts';
import type { Context } from '../../../src/translate/evaluate.ts';
import { join } from '../../../src/translate/join.ts';
import { lowerBlock } from '../../../src/translate/lower-block.ts';
import type { BlockCode } from '../../../src/translate/lower-block.ts';
import { follow } from '../../../src/translate/lower-recover.ts';
import type { Recovery } from '../../../src/translate/lower.ts';
import { ALL_REGISTERS } from '../../../src/translate/lower-registers.ts';
import { CODE, Gate, GuestMemory, HostFault, TinyHost } from './tinyHost.ts';

const WORDS = 74;
const TRAP_GATE = 0x1000;
const EXIT = 0x8080_0000,
  LOOKUP = 0x8090_0000;
const source = new Random(20260801);
const random = {
  below: (n: number): number => source.below(n),
  int32: (): number => source.next() | 0,
  pick: <T>(list: readonly T[]): T => list[source.below(list.length)]!,
};
const PLAIN = MIPS_ROWS.filter((row) => row.flow === 'next' && row.privilege === 'user' && !['rdhwr'].includes(row.name) && straight(row));
const BRANCHES = MIPS_ROWS.filter((row) => row.slot);

/** Rows that translate: no services. */
function straight(row: MipsRow): boolean {
  const ops = decodeMips(row.match, 0).ops;
  return ops.every((op) => op.k !== 'service' && !(op.k === 'trapIf' && op.when.k === 'const'));
}

function randomWord(row: MipsRow): number {
  let word = row.match;
  for (const f of row.fields) {
    const value =
      f.role === 'register'
        ? random.pick([0, 2, 3, 4, 4, 5, 6, 29, 31])
        : random.pick([0, 1, 2, 4, 8, 16, 0xfffc, 0x7ffc, random.below(2 ** Math.min(f.width, 16))]);
    word = insertField(word & ~((2 ** f.width - 1) << f.low), f, value);
  }
  return word >>> 0;
}

class MipsTrap extends Error {
  readonly vector: number;
  constructor(vector: number) {
    super('trap');
    this.vector = vector;
  }
}
class Reference implements Context {
  readonly words: Int32Array;
  readonly memory: GuestMemory;
  constructor(words: Int32Array, memory: GuestMemory) {
    this.words = words;
    this.memory = memory;
  }
  load(_s: number | null, offset: number, width: 8 | 16 | 32, signed: boolean): number {
    if ((offset & (width / 8 - 1)) !== 0 || this.memory.faults(offset)) throw new HostFault(offset >>> 0, false);
    return this.memory.load(offset, width, signed);
  }
  store(_s: number | null, offset: number, width: 8 | 16 | 32, value: number): void {
    if ((offset & (width / 8 - 1)) !== 0 || this.memory.faults(offset)) throw new HostFault(offset >>> 0, true);
    this.memory.store(offset, width, value);
  }
  trap(vector: number): never {
    throw new MipsTrap(vector);
  }
  service(): number {
    throw new Error('no services here');
  }
  condition(): boolean {
    throw new Error('no flags here');
  }
  flagBits(): number {
    return 0;
  }
  setFlags(): void {}
}

type End =
  | { readonly kind: 'end'; readonly pc: number }
  | { readonly kind: 'fault'; readonly guest: number; readonly address: number }
  | { readonly kind: 'trap'; readonly guest: number; readonly vector: number };

interface Program {
  readonly words: readonly number[];
  readonly base: number;
}

function interpret(program: Program, reference: Reference): End {
  let next: number | null = null,
    annulled = false;
  for (const [i, word] of program.words.entries()) {
    if (annulled) break;
    const instruction = decodeMips(word, program.base + 4 * i);
    try {
      const outcome = evaluate(instruction.ops, reference);
      if (outcome.kind === 'flow') {
        next = outcome.to;
        annulled = instruction.likely && !outcome.taken;
      }
    } catch (error) {
      if (error instanceof HostFault) return { kind: 'fault', guest: i, address: error.address };
      if (error instanceof MipsTrap) return { kind: 'trap', guest: i, vector: error.vector };
      throw error;
    }
  }
  return { kind: 'end', pc: (next ?? program.base + 4 * program.words.length) >>> 0 };
}

/** The ops of one row with a mistake: what it writes, stores or decides is another. */
function mistaken(ops: readonly Op[]): readonly Op[] {
  const one: Op = { k: 'const', n: 1 };
  const spoil = (value: Value): [Op, Value] => {
    const other = { k: 'xor', a: value, b: one } as const;
    return [other, other];
  };
  const out: Op[] = [one];
  for (const op of ops) {
    if (op.k === 'put' || op.k === 'store') {
      const [extra, value] = spoil(op.value);
      out.push(extra, { ...op, value });
    } else if (op.k === 'branch' || op.k === 'trapIf') {
      const when = { k: 'eq', a: op.when, b: { k: 'const', n: 0 } } as const;
      out.push(when.b, when, { ...op, when });
    } else if (op.k === 'jump') {
      const to = { k: 'add', a: op.to, b: { k: 'const', n: 4 } } as const;
      out.push(to.b, to, { ...op, to });
    } else out.push(op);
  }
  // Values must stand before the commits.
  const commits: readonly Op[] = out.filter((op) => op.k === 'put' || op.k === 'jump' || op.k === 'branch');
  return [...out.filter((op) => !commits.includes(op)), ...commits];
}

let wrongRow: MipsRow | null = null;

function translate(program: Program, registers = ALL_REGISTERS): BlockCode {
  const source = program.words.map((word, i) => {
    const instruction = decodeMips(word, program.base + 4 * i);
    const { address, likely, ops, row } = instruction;
    return { address, likely, ops: row === wrongRow ? mistaken(ops) : ops };
  });
  return lowerBlock(join(source, program.base + 4 * source.length), CODE, {
    frame: { registers, pinned: new Map(), homeless: new Set(), spillWord: 80, spillWords: 24 },
    trapGate: (vector) => TRAP_GATE + vector,
    lookup: (code) => {
      code.jump('jmp', 'lookup');
    },
    runtime: new Map([
      ['exit', EXIT],
      ['lookup', LOOKUP],
    ]),
    firstExit: 100,
    counter: null,
  });
}

function recover(host: TinyHost, recovery: Recovery): void {
  const values = recovery.words.map(
    ({ word, from }) =>
      [
        word,
        follow(
          from!,
          (n) => host.words[n]!,
          (n) => host.word(n),
        ),
      ] as const,
  );
  for (const [word, value] of values) host.setWord(word, value);
}

function execute(block: BlockCode, host: TinyHost): End {
  try {
    host.run(CODE);
  } catch (error) {
    if (error instanceof HostFault) {
      const recovery = block.recoveries.get((host.words[EIP]! >>> 0) - CODE)!;
      recover(host, recovery);
      return { kind: 'fault', guest: recovery.guest, address: error.address };
    }
    if (error instanceof Gate) {
      const recovery = block.recoveries.get((host.words[EIP]! >>> 0) - 4 - CODE)!;
      recover(host, recovery);
      return { kind: 'trap', guest: recovery.guest, vector: error.number - TRAP_GATE };
    }
    throw error;
  }
  expect([EXIT, LOOKUP]).toContain(host.words[EIP]! >>> 0);
  return { kind: 'end', pc: host.words[ESI]! >>> 0 };
}

function check(program: Program, registers = ALL_REGISTERS): { ended: boolean; host: number } {
  const start = new Int32Array(WORDS);
  for (let i = 1; i < WORDS; i++)
    start[i] = random.pick([random.int32(), random.int32() & ~3, 0x1000_0000 + 4 * i, i * 4, 0, -1, 0x80000000 | 0, 0x7fffffff]);
  const text = program.words.map((word, i) => decodeMips(word, program.base + 4 * i).text).join('; ');
  const block = translate(program, registers);
  const reference = new Reference(start.slice(), new GuestMemory());
  const host = new TinyHost(new GuestMemory(), block.piece.bytes);
  start.forEach((value, i) => host.setWord(i, value));
  const wanted = interpret(program, reference);
  const got = execute(block, host);
  expect(got, text).toEqual(wanted);
  expect(
    Array.from({ length: WORDS }, (_, i) => host.word(i)),
    text,
  ).toEqual([...reference.words]);
  expect(
    [...host.guest.written].sort((a, b) => a[0] - b[0]),
    text,
  ).toEqual([...reference.memory.written].sort((a, b) => a[0] - b[0]));
  return { ended: wanted.kind === 'end', host: host.retired };
}

describe('lowering', () => {
  test.each(PLAIN.map((row) => [`${row.name} ${row.operands}`, row] as const))('%s alone', (_name, row) => {
    for (let n = 0; n < 12; n++) check({ words: [randomWord(row)], base: 0x40_0000 });
  });

  test.each(BRANCHES.map((row) => [`${row.name} ${row.operands}`, row] as const))('%s with a slot', (_name, row) => {
    const slot = MIPS_ROWS.find((r) => r.name === 'addu')!;
    for (let n = 0; n < 12; n++) check({ words: [randomWord(row), randomWord(slot)], base: 0x40_0000 });
  });

  test.each([
    ['six', ALL_REGISTERS],
    ['four', ALL_REGISTERS.slice(2)],
  ] as const)('random blocks with %s registers', (_name, registers) => {
    let ended = 0;
    for (let n = 0; n < 1500; n++) {
      const words = Array.from({ length: 1 + random.below(12) }, () => randomWord(random.pick(PLAIN)));
      if (random.below(2) === 0) words.push(randomWord(random.pick(BRANCHES)), randomWord(random.pick(PLAIN)));
      if (check({ words, base: 0x40_0000 }, registers).ended) ended++;
    }
    expect(ended).toBeGreaterThan(200);
  });

  test('a mistake planted in any of 20 random rows is found', () => {
    const candidates = [...PLAIN, ...BRANCHES].filter((row) =>
      decodeMips(randomWord(row), 0).ops.some((op) => ['put', 'store', 'branch', 'jump', 'trapIf'].includes(op.k)),
    );
    for (let n = 0; n < 20; n++) {
      const row = random.pick(candidates);
      wrongRow = row;
      let found = false;
      for (let tries = 0; tries < 30 && !found; tries++) {
        try {
          check({ words: row.slot ? [randomWord(row), 0] : [randomWord(row)], base: 0x40_0000 });
        } catch {
          found = true;
        }
      }
      wrongRow = null;
      expect(found, `${row.name} ${row.operands}`).toBe(true);
    }
  });
});
