/**
 * What was just done and what is about to be, in plain words. A sentence names the thing as a student would, then the term,
 * and ends with what it means.
 */
import { hex32 } from '../../bits/hex.ts';
import { decode } from '../../isa/mips/decode.ts';
import type { MipsInstruction } from '../../isa/mips/decode.ts';
import type { Caption, Event } from '../level.ts';
import type { RunningIsa } from './running.ts';
import { wordAt } from './views/listing.ts';

/** Where the user was before the last step; null when it is not known. */
export interface Before {
  readonly pc: number;
  readonly retired: number;
}

export function captionOf(running: RunningIsa, before: Before | null): Caption {
  return { done: done(running, before), next: next(running) };
}

function done(running: RunningIsa, before: Before | null): string {
  const { last, machine } = running;
  const since = before?.retired ?? machine.retired - 1;
  if (last && last.retired > since && last.retired <= machine.retired) {
    const sentence = eventSentence(last, running);
    if (sentence) return sentence;
  }
  if (!before) return machine.retired === 0 ? 'The program is loaded. Nothing has run yet.' : '';
  const count = machine.retired - before.retired;
  const instruction = instructionAt(running, before.pc);
  if (!instruction || count <= 0) return '';
  return `${quoted(instruction)} ran: ${lower(instruction.row.says)} That took ${plural(count, 'host instruction')}.`;
}

function next(running: RunningIsa): string {
  if (running.exit) return running.exit.sentence ?? `The program has ended with status ${running.exit.status}.`;
  if (running.waitsForInput) return 'The program waits for input: type a line in the console.';
  const pc = running.guestPc(),
    instruction = instructionAt(running, pc);
  if (!instruction) return `There is no instruction at ${hex32(pc)}: the program will get a segmentation fault.`;
  return `${quoted(instruction)} is next: ${lower(instruction.row.says)} ${how(running, pc)}`;
}

function how(running: RunningIsa, pc: number): string {
  const { translator } = running.process;
  const block = translator.blockAt(hostAddress(running));
  if (block) return 'It is translated already, so the host runs its own code for it.';
  const known = translator.known.get(pc);
  const { knobs } = translator;
  if (known && knobs.translate && !known.hopeless) {
    const runs = running.process.emulator.runs(known.counter),
      rest = knobs.threshold - runs;
    if (rest > 0)
      return `The block that begins here has run ${plural(runs, 'time')}; after ${rest === 1 ? 'the next one' : `${rest} more`} it will be translated.`;
  }
  return 'The interpreter fetches it, takes it apart and does what it says.';
}

function eventSentence({ kind, data }: Event, running: RunningIsa): string {
  const at = (key: string): string => hex32(Number(data[key]));
  switch (kind) {
    case 'load':
      return `The program ${running.process.process.argv[0] ?? ''} was loaded. Nothing of it has run yet.`;
    case 'translate':
      return `The block at ${at('address')} had become hot, so the translator turned its ${plural(Number(data['instructions']), 'MIPS instruction')} into ${plural(Number(data['bytes']), 'byte')} of x86 code, for ${String(data['cost'])} units of time. From now on nobody decodes it again.`;
    case 'chain':
      return data['self'] === true
        ? `The block at ${at('from')} now jumps straight back to itself (chaining). The loop does not leave the code cache any more.`
        : `The jump from the block at ${at('from')} to the one at ${at('to')} now goes there directly (chaining). The dispatcher is not asked any more.`;
    case 'flush':
      return `The code cache was emptied (${String(data['why'])}): ${plural(Number(data['blocks']), 'block')} must be translated anew.`;
    case 'invalidate':
      return `The program wrote to a page that holds translated code, so ${plural(Number(data['blocks']), 'translated block')} of it ${Number(data['blocks']) === 1 ? 'was' : 'were'} thrown away. Stale code never runs.`;
    case 'syscall':
      return `The program called the operating system: ${String(data['text'])}. The host kernel answered in the guest's name.`;
    case 'unknowncall':
      return `The program called ${String(data['name'])}, which is not there: it was told so (ENOSYS).`;
    case 'fault':
      return `${String(data['sentence'])} The program gets a signal.`;
    case 'signal':
      return `The program gets ${String(data['name'])}: its handler at ${at('handler')} runs next, and then everything goes on as before.`;
    case 'output':
      return 'The program wrote to its output.';
    case 'exit':
      return running.exit?.sentence ?? `The program ended with status ${running.exit?.status ?? 0}.`;
    default:
      return '';
  }
}

/** In words, what a stretch of the run was like. */
export function phaseOf(shares: Readonly<Record<string, number>>): string {
  const share = (category: string): number => shares[category] ?? 0;
  if (share('idle') > 0.5) return 'waiting';
  if (share('kernel') + share('trap') > 0.6) return 'in the host kernel';
  if (share('translate') > 0.5) return 'translating';
  if (share('decode') > 0.2) return 'interpreting';
  if (share('decode') > 0.02) return 'mixed';
  return share('guest') > 0.4 ? 'all in the cache' : '';
}

export const hostAddress = (running: RunningIsa): number => running.process.emulator.hostEip;

export function instructionAt(running: RunningIsa, pc: number): MipsInstruction | null {
  const word = wordAt(running, pc);
  return word === null ? null : decode(word, pc);
}
const quoted = (instruction: MipsInstruction): string => `\`${instruction.text}\``;
const lower = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1);
const plural = (n: number, thing: string): string => `${String(n)} ${thing}${n === 1 ? '' : 's'}`;
