/**
 * One block in three forms: MIPS instructions, micro-ops, host instructions byte by byte. Of an interpreted block, the host
 * lines are what the interpreter runs for the current instruction: fetch, decode, handler.
 *
 * `block` among the parameters is a guest address; by default the block in which the guest is.
 */
import { decode as decodeX86 } from '../../../isa/x86/decode.ts';
import { EBP } from '../../../isa/x86/state.ts';
import type { Op } from '../../../isa/microop/op.ts';
import type { MipsInstruction } from '../../../isa/mips/decode.ts';
import type { FormsView, HostLine, MicroLine } from '../../../protocol/views.ts';
import type { Placed } from '../../../translate/ia32.ts';
import type { JoinedBlock } from '../../../translate/join.ts';
import { formBlock } from '../blocks.ts';
import { hostAddress } from '../captions.ts';
import { handlerPath, interpreterImage } from '../interpreter.ts';
import { guestAt } from '../places.ts';
import type { RunningIsa } from '../running.ts';
import type { TranslatedBlock } from '../lowering.ts';
import { line, wordAt } from './listing.ts';
import { microLines } from './micro.ts';
import type { Parameters } from './views.ts';

const MODE = { code32: true, stack32: true } as const;

export function formsView(running: RunningIsa, parameters: Parameters): FormsView | null {
  const { translator } = running.process;
  const asked = typeof parameters['block'] === 'number' ? parameters['block'] : null;
  const here = translator.blockAt(hostAddress(running));
  const start = asked ?? here?.start ?? blockStart(running, running.guestPc());
  const block = asked === null && here ? here : translator.translated(start);
  return block ? translatedForms(running, block) : interpretedForms(running, start);
}

/** The start of the known block that an address lies in; the address itself when there is none. */
function blockStart(running: RunningIsa, pc: number): number {
  let best = pc;
  let distance = 256;
  for (const start of running.process.translator.known.keys()) {
    if (start <= pc && pc - start < distance) {
      best = start;
      distance = pc - start;
    }
  }
  return best;
}

function guestLines(instructions: readonly MipsInstruction[]): FormsView['guest'] {
  return instructions.map((instruction, index) => ({
    ...line(instruction.word, instruction.address),
    index,
    slot: index > 0 && instructions[index - 1]!.slot,
    fields: instruction.bits.flatMap(({ low, width, role }) =>
      role === 'register' || role === 'immediate' || role === 'target' ? [{ low, high: low + width - 1, kind: role }] : [],
    ),
  }));
}

function translatedForms(running: RunningIsa, block: TranslatedBlock): FormsView {
  const { plan, piece } = block.code,
    { items } = plan.block;
  const ids = new Map<Op, number>(
    items.flatMap((item, id) => (item.k === 'value' || item.k === 'store' || item.k === 'trapIf' ? [[item.op as Op, id] as const] : [])),
  );
  const micro = microLines(plan.block);
  const puts = putIds(plan.block);
  const eip = hostAddress(running),
    here = block.host <= eip && eip < block.host + block.size ? guestAt(block, eip) : null;
  // As they stand in memory: chaining has changed jumps.
  const bytes = running.process.emulator.peekBytes(block.host, block.size);
  const host = piece.placed.map((placed) => hostLine(placed, block.host, bytes, microOf(placed, ids, puts, plan.block), block.host));
  const now = host.find((l) => l.address === eip);
  return {
    block: block.start,
    state: 'translated',
    hostBase: block.host,
    guest: guestLines(block.instructions),
    micro,
    host,
    at: { guest: here?.guest ?? null, micro: now?.micro ?? null, host: now?.offset ?? null },
  };
}

/** Puts by guest instruction: host instructions that write a register's home carry no op of their own. */
function putIds(block: JoinedBlock): ReadonlyMap<number, readonly number[]> {
  const byGuest = new Map<number, number[]>();
  block.items.forEach((item, id) => {
    if (item.k === 'put') byGuest.set(item.guest, [...(byGuest.get(item.guest) ?? []), id]);
  });
  return byGuest;
}

function microOf(
  { code }: Placed,
  ids: ReadonlyMap<Op, number>,
  puts: ReadonlyMap<number, readonly number[]>,
  block: JoinedBlock,
): number | null {
  if (code.micro) return ids.get(code.micro) ?? null;
  if (code.guest === null || (code.purpose === 'dispatch' && code.to === undefined)) return null;
  const exits = block.flow.k === 'branch' ? 2 : 1;
  if (code.guest === block.flow.guest && (code.to !== undefined || code.name === 'cmp' || code.name === 'test')) {
    return block.items.length + (code.name === 'jmp' ? exits - 1 : 0);
  }
  return puts.get(code.guest)?.[0] ?? null;
}

function hostLine(placed: Placed, base: number, bytes: Uint8Array, micro: number | null, from: number): HostLine {
  const address = base + placed.offset;
  const instruction = decodeX86(bytes, placed.offset, placed.offset + placed.length, address, MODE)!;
  const { displacement, immediate } = instruction.fields;
  const fields: HostLine['fields'][number][] = [];
  const home = instruction.operands.some((operand) => operand.k === 'mem' && operand.base === EBP);
  if (displacement.length > 0) fields.push({ from: displacement.at, length: displacement.length, kind: home ? 'register' : 'immediate' });
  if (immediate.length > 0)
    fields.push({ from: immediate.at, length: immediate.length, kind: placed.code.to === undefined ? 'immediate' : 'target' });
  return {
    offset: address - from,
    address,
    bytes: [...bytes.subarray(placed.offset, placed.offset + placed.length)],
    text: instruction.text,
    micro,
    guest: placed.code.guest,
    category: placed.code.purpose,
    fields,
  };
}

function interpretedForms(running: RunningIsa, start: number): FormsView | null {
  const { emulator } = running.process;
  const instructions = formBlock(start, (at) => wordAt(running, at), 32);
  const { pc, inSlot } = emulator.place();
  const current = instructions.find((instruction) => instruction.address === pc) ?? instructions[0];
  if (!current) return null;
  const index = instructions.indexOf(current),
    image = interpreterImage();
  const path = handlerPath(current.word, current.row, inSlot ? 'slot' : 'plain');
  const block = path.plan.block;
  const ids = new Map<Op, number>(
    block.items.flatMap((item, id) =>
      item.k === 'value' || item.k === 'store' || item.k === 'trapIf' ? [[item.op as Op, id] as const] : [],
    ),
  );
  const eip = hostAddress(running),
    first = path.lines[0]!;
  const host = path.lines.map((placed): HostLine => {
    const micro = placed.code.micro ? (ids.get(placed.code.micro) ?? null) : null;
    return { ...hostLine(placed, image.base, image.piece.bytes, micro, image.base + first.offset), guest: index };
  });
  const now = host.find((l) => l.address === eip);
  // A handler that goes on in order has nowhere of its own to go: the dispatcher's code says where.
  const lines = block.flow.k === 'goto' ? microLines(block).filter((l) => l.id < block.items.length) : microLines(block);
  const micro: MicroLine[] = lines.map((l) => ({ ...l, guest: index }));
  return {
    block: start,
    state: 'interpreted',
    hostBase: image.base + first.offset,
    guest: guestLines(instructions),
    micro,
    host,
    at: { guest: index, micro: now?.micro ?? null, host: now?.offset ?? null },
  };
}
