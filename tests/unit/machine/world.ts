/** A small protected-mode world for tests: GDT, IDT, TSS and page tables in memory, and programs in assembly text. */
import { assemble } from '../../../src/isa/x86/parse.ts';
import { EIP, ESP } from '../../../src/isa/x86/state.ts';
import { createMachine, type HostMachine, type MachineOptions } from '../../../src/machine/machine.ts';
import { FLAT_CODE, FLAT_DATA, makeDescriptor } from '../../../src/machine/segments.ts';

export const GDT = 0x1000,
  IDT = 0x2000,
  TSS = 0x3000,
  DIRECTORY = 0x4000,
  TABLE = 0x5000,
  CODE = 0x10000,
  STACK0 = 0x9000,
  STACK3 = 0xb000;
export const CODE0 = 0x08,
  DATA0 = 0x10,
  CODE3 = 0x1b,
  DATA3 = 0x23,
  TASK = 0x28,
  GATE = 0x33;

export interface World {
  readonly machine: HostMachine;
  readonly labels: ReadonlyMap<string, number>;
  at(label: string): number;
  word(label: string, i?: number): number;
}

const PROLOGUE = `
        lgdt [gdtr]
        lidt [idtr]
        mov eax, 0x28
        ltr ax
        jmp begin
gdtr:   dw 0x7f
        dd ${GDT}
idtr:   dw 0x7ff
        dd ${IDT}
; to ring 3, at the label user
enter3: push 0x23
        push ${STACK3}
        push 0x202
        push 0x1b
        push user
        iret
`;

/** Runs nothing yet: EIP stands at the start. Labels `vNN` (two hex digits) become interrupt gates, `tNN` trap gates, with DPL 3 from 0x20 on. */
export function world(text: string, options: MachineOptions = {}): World {
  const source = `${PROLOGUE}${text}${text.includes('user:') ? '' : '\nuser:   hlt'}`;
  const assembled = assemble(source, CODE);
  if (assembled.diagnostics.length > 0)
    throw new Error(assembled.diagnostics.map((d) => `${source.split('\n')[d.line - 1]}: ${d.message}`).join('\n'));
  const machine = createMachine({ memory: 1 << 20, ...options });
  const { memory } = machine;
  const labels = assembled.labels;
  const at = (label: string): number => {
    const address = labels.get(label);
    if (address === undefined) throw new Error(`no label ${label}`);
    return address;
  };
  memory.write(CODE, assembled.bytes);
  const descriptors = [
    [0, 0],
    makeDescriptor(0, -1, FLAT_CODE & ~0x100),
    makeDescriptor(0, -1, FLAT_DATA),
    makeDescriptor(0, -1, FLAT_CODE | 0x6000),
    makeDescriptor(0, -1, FLAT_DATA | 0x6000),
    makeDescriptor(TSS, 0x67, 0x8900),
    labels.has('gate') ? [(at('gate') & 0xffff) | (CODE0 << 16), (at('gate') & 0xffff0000) | 0xec02] : [0, 0],
  ];
  descriptors.forEach(([low, high], i) => {
    memory.write32(GDT + i * 8, low!);
    memory.write32(GDT + i * 8 + 4, high!);
  });
  for (const [label, address] of labels) {
    const match = /^([vt])([0-9a-f]{2})$/.exec(label);
    if (!match) continue;
    const vector = parseInt(match[2]!, 16);
    memory.write32(IDT + vector * 8, (CODE0 << 16) | (address & 0xffff));
    memory.write32(IDT + vector * 8 + 4, (address & 0xffff0000) | (vector >= 0x20 ? 0xe000 : 0x8000) | (match[1] === 'v' ? 0xe00 : 0xf00));
  }
  memory.write32(TSS + 4, STACK0);
  memory.write32(TSS + 8, DATA0);
  machine.words[EIP] = CODE;
  machine.words[ESP] = STACK0;
  return { machine, labels, at, word: (label, i = 0) => memory.read32(at(label) + i * 4) };
}

/** Identity page tables for the first MiB, all user and writable. */
export function identityTables(machine: HostMachine): void {
  machine.memory.write32(DIRECTORY, TABLE | 7);
  for (let page = 0; page < 256; page++) machine.memory.write32(TABLE + page * 4, (page << 12) | 7);
}
