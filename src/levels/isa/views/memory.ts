/** A window of the guest's memory, with the access that the next instruction will make. */
import { wordAt } from './listing.ts';
import { decode } from '../../../isa/mips/decode.ts';
import { binary, extend, unary } from '../../../isa/microop/arith.ts';
import type { Value } from '../../../isa/microop/op.ts';
import type { MemoryView } from '../../../protocol/views.ts';
import { GUEST_END } from '../layout.ts';
import type { RunningIsa } from '../running.ts';
import { guestWords } from './words.ts';
import type { Parameters } from './views.ts';

const DEFAULT_LENGTH = 256,
  MOST = 4096,
  SP = 29;

export function memoryView(running: RunningIsa, parameters: Parameters): MemoryView {
  const next = nextAccess(running);
  const asked = parameters['start'];
  const start = typeof asked === 'number' ? clamp(asked) : defaultStart(running, next);
  const length = Math.min(
    MOST,
    Math.max(16, typeof parameters['length'] === 'number' ? parameters['length'] : DEFAULT_LENGTH),
    GUEST_END - start,
  );
  const bytes = new Uint8Array(length);
  const unmapped: [number, number][] = [];
  const space = running.kernel.spaceOf(running.process.emulator.process);
  for (let done = 0; done < length;) {
    const at = start + done,
      part = Math.min(length - done, 0x1000 - (at % 0x1000));
    const physical = space.peek(at);
    if (physical !== 0) bytes.set(running.machine.memory.bytes.subarray(physical, physical + part), done);
    else if (unmapped.at(-1)?.[1] === at) unmapped.at(-1)![1] = at + part;
    else unmapped.push([at, at + part]);
    done += part;
  }
  const regions = space.regions
    .filter((region) => region.start < GUEST_END)
    .map(({ name, start: from, end }) => ({
      name: name === 'exe' ? 'program' : name === '' ? 'mapped' : name.replace(/^\[|\]$/g, ''),
      start: from,
      end,
    }));
  return { start, bytes, unmapped, lastRead: null, lastWrite: null, next, regions };
}

const clamp = (address: number): number => Math.min(GUEST_END - 16, Math.max(0, Math.floor(address)));

/** Around the next access, else the first data region behind the code, else the stack. */
function defaultStart(running: RunningIsa, next: MemoryView['next']): number {
  if (next && next.address < GUEST_END) return clamp(next.address - (next.address % 64));
  const { regions } = running.kernel.spaceOf(running.process.emulator.process);
  const data = regions.find((region) => region.start < GUEST_END && (region.prot & 2) !== 0 && region.name !== '[stack]');
  return data ? data.start : clamp(guestWords(running)(SP) >>> 0);
}

function nextAccess(running: RunningIsa): MemoryView['next'] {
  const pc = running.guestPc(),
    word = running.exit ? null : wordAt(running, pc);
  if (word === null) return null;
  for (const op of decode(word, pc).ops) {
    if (op.k !== 'load' && op.k !== 'store') continue;
    const address = valueOf(op.at.offset, guestWords(running));
    return address === null ? null : { address: address >>> 0, length: op.width / 8, write: op.k === 'store' };
  }
  return null;
}

/** A value that depends on registers alone. */
export function valueOf(v: Value, word: (n: number) => number): number | null {
  switch (v.k) {
    case 'const':
      return v.n;
    case 'get':
      return word(v.from.word);
    case 'clz':
    case 'ctz':
    case 'popcnt': {
      const a = valueOf(v.a, word);
      return a === null ? null : unary(v.k, a);
    }
    case 'extend': {
      const a = valueOf(v.a, word);
      return a === null ? null : extend(a, v.width, v.signed);
    }
    case 'getAt':
    case 'divu':
    case 'remu':
    case 'divs':
    case 'rems':
    case 'select':
    case 'cond':
    case 'getFlags':
    case 'load':
    case 'service':
      return null;
    default: {
      const a = valueOf(v.a, word),
        b = valueOf(v.b, word);
      return a === null || b === null ? null : binary(v.k, a, b);
    }
  }
}
