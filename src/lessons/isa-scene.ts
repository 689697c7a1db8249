/** The lecture scene of level 1: from one foreign instruction to a translated loop, its price, and the code that changes itself. */
import type { Cue, Scene } from './cue.ts';

const checksum = { program: 'checksum', grain: 'instruction' } as const;

const cues: readonly Cue[] = [
  {
    ...checksum, title: 'A program for another machine', mode: 'interpret', moment: { guest: 0 }, focus: 'listing',
    say: 'These are MIPS instructions, and the processor here is an x86: it cannot run a single one of them.',
    ask: 'What could stand between the two?',
  },
  {
    ...checksum, title: 'One instruction, taken apart', mode: 'interpret', moment: { guest: 1 }, focus: 'forms',
    say: 'An interpreter reads one instruction, takes it apart, and runs host code that has the same effect.',
  },
  {
    ...checksum, title: 'What that costs', mode: 'interpret', moment: { guest: 200 }, focus: 'cost',
    say: 'Each MIPS instruction costs tens of x86 instructions, and the next one costs as much again.',
    ask: 'Where do they all go?',
  },
  {
    ...checksum, title: 'Most of it is not the program', mode: 'interpret', moment: { guest: 400 }, focus: 'ledger',
    say: 'The larger part is spent on reading and taking apart, over and over, the same five instructions.',
  },
  {
    ...checksum, title: 'So write the answer down', mode: 'translate', moment: { event: 'translate', nth: 1 }, focus: 'forms',
    say: 'When a block has run often enough, its x86 form is made once and kept: that is dynamic binary translation.',
  },
  {
    ...checksum, title: 'Why one band crosses', mode: 'translate', moment: { event: 'translate', nth: 1 }, focus: 'forms',
    say: 'A MIPS branch decides first, then its delay slot runs, then it jumps: x86 has no such slot, so the bands cross.',
    ask: 'If the slot changed the register that was tested, would the loop still end?',
  },
  {
    ...checksum, title: 'The cache, and the way in', mode: 'translate', moment: { event: 'translate', nth: 2 }, focus: 'cache',
    say: 'Translated blocks stand in a code cache; at first each of them leaves through the dispatcher.',
  },
  {
    ...checksum, title: 'Chain it to itself', mode: 'translate', moment: { event: 'chain', nth: 1 }, focus: 'cache',
    say: 'A chained exit jumps straight to the next block: the loop now turns without leaving the cache.',
  },
  {
    ...checksum, title: 'When does it pay?', mode: 'translate', moment: { guest: 1000 }, focus: 'cost',
    say: 'Translation is paid once, the saving comes with every run: from the break-even on, it is won back.',
  },
  {
    ...checksum, title: 'What did it cost?', mode: 'both', moment: { guest: 1300 }, focus: 'ledger',
    say: 'The same program at the same instruction, both ways: the work for the guest is there in both, the rest is not.',
  },
  {
    ...checksum, title: 'Asking the host', mode: 'translate', moment: { event: 'syscall', nth: 1 }, focus: 'console',
    say: 'Only the host can print: a MIPS system call becomes a host system call with the same effect.',
  },
  {
    program: 'selfmod', grain: 'event', title: 'Code that changes itself', mode: 'translate', knobs: {}, moment: { event: 'invalidate', nth: 1 }, focus: 'cache',
    say: 'The program wrote over its own instruction, so what was made of the old one has to go.',
    ask: 'How can the host notice the write at all?',
  },
];

export const ISA_SCENE: Scene = { id: 'isa', level: 'isa', title: 'A MIPS program on an x86 host', cues };
