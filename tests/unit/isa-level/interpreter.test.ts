/**
 * The interpreter's IA-32 code, run by the IA-32 decoder and reference evaluator without a machine, against the rows of the
 * same MIPS instructions evaluated one by one: every row, with its operand fields drawn at random, in order and in a slot.
 */
import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/bits/random.ts';
import { decode } from '../../../src/isa/mips/decode.ts';
import { insertField } from '../../../src/isa/mips/fields.ts';
import { MIPS_ROWS } from '../../../src/isa/mips/rows/index.ts';
import type { MipsRow } from '../../../src/isa/mips/row.ts';
import { SYS } from '../../../src/isa/mips/state.ts';
import { EDI, EIP, ESI } from '../../../src/isa/x86/state.ts';
import { interpreterImage } from '../../../src/levels/isa/interpreter.ts';
import { LOOKUP, STATE, TABLES, trapGate } from '../../../src/levels/isa/layout.ts';
import { evaluate } from '../../../src/translate/evaluate.ts';
import type { Context } from '../../../src/translate/evaluate.ts';
import { Gate, GuestMemory, HostFault, TinyHost } from '../translate/tinyHost.ts';

const random = new Random(77);
const pick = <T>(list: readonly T[]): T => list[random.below(list.length)]!;
const BASE = 0x40_0000,
  WORDS = 73;
const SYSCALL = 0x0000000c,
  NOP = 0,
  ADDU = MIPS_ROWS.find((row) => row.name === 'addu')!;
const image = interpreterImage();

function randomWord(row: MipsRow): number {
  let word = row.match;
  for (const f of row.fields) {
    const value =
      f.role === 'register'
        ? pick([0, 2, 3, 4, 5, 6, 29, 31])
        : pick([0, 1, 2, 4, 8, 16, 0xfffc, 0x7ffc, random.below(2 ** Math.min(f.width, 16))]);
    word = insertField(word & ~((2 ** f.width - 1) << f.low), f, value);
  }
  return word >>> 0;
}

function hostWith(words: readonly number[], start: Int32Array): TinyHost {
  const guest = new GuestMemory();
  words.forEach((word, i) => guest.store(BASE + 4 * i, 32, word));
  const host = new TinyHost(guest, image.piece.bytes, image.base);
  start.forEach((value, i) => host.setWord(i, value));
  const view = new DataView(host.state.buffer);
  image.tables.forEach((address, i) => view.setUint32(TABLES - STATE + 4 * i, address, true));
  view.setUint32(LOOKUP - STATE, 0xffff_ffff, true);
  host.words[ESI] = BASE;
  return host;
}

class MipsTrap extends Error {
  readonly vector: number;
  constructor(vector: number) {
    super('trap');
    this.vector = vector;
  }
}
function reference(memory: GuestMemory, words: Int32Array): Context {
  const check = (offset: number, width: number): void => {
    if ((offset & (width / 8 - 1)) !== 0 || memory.faults(offset)) throw new HostFault(offset >>> 0, false);
  };
  return {
    words,
    load: (_s, at, width, signed) => {
      check(at, width);
      return memory.load(at, width, signed);
    },
    store: (_s, at, width, value) => {
      check(at, width);
      memory.store(at, width, value);
    },
    trap: (vector) => {
      throw new MipsTrap(vector);
    },
    service: () => 0,
    condition: () => false,
    flagBits: () => 0,
    setFlags: () => {},
  };
}

/** Runs guest instructions until the first exception; the reference stops at the same. */
function check(words: readonly number[]): number {
  const start = new Int32Array(WORDS);
  for (let i = 1; i < WORDS; i++)
    start[i] = pick([random.next() | 0, random.next() & ~3, 0x1000_0000 + 4 * i, i * 4, 0, -1, 0x80000000 | 0]);
  const host = hostWith(words, start);
  const memory = new GuestMemory();
  words.forEach((word, i) => memory.store(BASE + 4 * i, 32, word));
  const registers = start.slice();
  const text = words.map((word, i) => decode(word, BASE + 4 * i).text).join('; ');
  const wanted = interpret(memory, registers);
  const got = execute(host);
  expect({ ...got, text }).toEqual({ ...wanted, text });
  expect(
    Array.from({ length: WORDS }, (_, i) => host.word(i)),
    text,
  ).toEqual([...registers]);
  expect(
    [...host.guest.written].sort((a, b) => a[0] - b[0]),
    text,
  ).toEqual([...memory.written].sort((a, b) => a[0] - b[0]));
  return host.retired;
}

interface End {
  readonly kind: string;
  readonly pc: number;
  readonly npc: number;
}

function interpret(memory: GuestMemory, words: Int32Array): End {
  const context = reference(memory, words);
  let pc = BASE,
    npc = BASE + 4,
    inSlot = false;
  for (;;) {
    const instruction = decode(memory.load(pc, 32, false), pc);
    if (instruction.slot && inSlot) return { kind: 'trap 10', pc, npc };
    let after = (npc + 4) >>> 0;
    try {
      const outcome = evaluate(instruction.ops, context);
      if (outcome.kind === 'flow') {
        if (instruction.likely && !outcome.taken) return { kind: 'block', pc: (pc + 8) >>> 0, npc: (pc + 12) >>> 0 };
        after = outcome.to;
      }
    } catch (error) {
      if (error instanceof MipsTrap) return { kind: `trap ${error.vector}`, pc, npc };
      if (error instanceof HostFault) return { kind: `fault ${error.address}`, pc, npc };
      throw error;
    }
    // Behind a slot a block begins: there both stop.
    if (inSlot) return { kind: 'block', pc: npc, npc: (npc + 4) >>> 0 };
    inSlot = instruction.slot;
    pc = npc;
    npc = after;
  }
}

function execute(host: TinyHost): End {
  const inSlot = (): boolean => {
    const eip = host.words[EIP]! >>> 0;
    return eip >= image.slotStart && eip < image.slotEnd;
  };
  const at = (kind: string): End => {
    const pc = host.words[ESI]! >>> 0;
    return { kind, pc, npc: inSlot() ? host.words[EDI]! >>> 0 : (pc + 4) >>> 0 };
  };
  try {
    host.run(image.entries.get('fetch.plain')!, 3000);
  } catch (error) {
    if (error instanceof HostFault) return at(`fault ${error.address}`);
    if (error instanceof Gate)
      return error.number < trapGate(64) && error.number >= trapGate(0)
        ? at(`trap ${error.number - trapGate(0)}`)
        : { ...at('block'), npc: ((host.words[ESI]! >>> 0) + 4) >>> 0 };
    throw error;
  }
  throw new Error('left the interpreter');
}

/** Services (the cycle counter, the FPU's arithmetic) are the level's: tests/unit/mips-fpu and the programs try those. */
const TESTED = MIPS_ROWS.filter((row) => decode(row.match, 0).ops.every((op) => op.k !== 'service'));

describe('interpreter', () => {
  test.each(TESTED.map((row) => [`${row.name} ${row.operands}`, row] as const))('%s', (_name, row) => {
    for (let n = 0; n < 10; n++) {
      if (row.slot) {
        const word = randomWord(row);
        check([word, randomWord(ADDU), SYSCALL, NOP]);
      } else check([randomWord(row), SYSCALL]);
    }
  });

  test('in a delay slot', () => {
    const plain = TESTED;
    const branches = MIPS_ROWS.filter((row) => row.slot);
    for (let n = 0; n < 1000; n++) check([randomWord(pick(branches)), randomWord(pick(plain)), SYSCALL]);
  });

  test('costs', () => {
    const cost = (name: string): number => {
      const words = [randomWord(MIPS_ROWS.find((row) => row.name === name)!), SYSCALL];
      return check(words) - check([SYSCALL]);
    };
    expect(cost('addu')).toBeLessThan(30);
    expect(cost('addiu')).toBeLessThan(25);
    expect(SYS).toBe(8);
  });
});
