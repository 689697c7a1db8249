/** The flat engine's own bookkeeping: operation numbers, a full store, links, string instructions, code beside data. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EAX, EBX, ECX, EDI, EDX, EIP, ESP } from '../../../src/isa/x86/state.ts';
import { assemble } from '../../../src/isa/x86/parse.ts';
import { createMachine, type HostMachine } from '../../../src/machine/machine.ts';
import { FLAT } from '../../../src/translate/flat-ops.ts';

function load(text: string, memory = 1 << 20): HostMachine {
  const { bytes, diagnostics } = assemble(text, 0x10000);
  expect(diagnostics).toEqual([]);
  const machine = createMachine({ memory });
  machine.memory.write(0x10000, bytes);
  machine.words[EIP] = 0x10000;
  machine.words[ESP] = 0x8000;
  return machine;
}

describe('flat operations', () => {
  it('have in the loop the numbers that they have in the table', () => {
    const source = readFileSync('src/translate/flat-run.ts', 'utf8');
    const cases = Object.fromEntries(
      [...source.matchAll(/case (\d+): \/\* (\w+) \*\//g)].map(([, number, name]) => [name!, Number(number)]),
    );
    expect(cases).toEqual(FLAT);
  });
});

describe('flat engine', () => {
  it('starts over when its store is full, and counts on', () => {
    const blocks = 70_000,
      stride = 16;
    const machine = createMachine({ memory: 4 << 20 });
    for (let i = 0; i < blocks; i++) machine.memory.write(0x10000 + i * stride, Uint8Array.of(0x40, 0xeb, stride - 3));
    machine.memory.write(0x10000 + blocks * stride, Uint8Array.of(0xf4));
    machine.words[EIP] = 0x10000;
    expect(machine.run({ retired: 1e9 }).why).toBe('shutdown');
    expect(machine.words[EAX]! & 0xffffff).toBe(blocks);
    expect(machine.retired).toBe(2 * blocks + 1);
    expect(machine.ledger.entries()).toEqual([{ owner: 0, category: 'guest', kind: 'counted', units: 2 * blocks + 1 }]);
  });

  it('does repeated string instructions, stopping between iterations', () => {
    const machine = load(`
        mov edi, 0x20ff0
        mov ecx, 1000
        mov eax, 0x11223344
        rep stosd
        hlt`);
    machine.run({ retired: 503 });
    expect([machine.words[ECX], machine.words[EDI]]).toEqual([500, 0x20ff0 + 2000]);
    machine.run({ retired: 1e6 });
    expect(machine.memory.read32(0x20ff0 + 999 * 4)).toBe(0x11223344);
    expect(machine.memory.read32(0x20ff0 + 1000 * 4)).toBe(0);
    expect(machine.retired).toBe(3 + 1000 + 1);
  });

  it('sees what the same block has just written, with the page known to the TLB', () => {
    const machine = load(`
        mov ecx, 50
        xor eax, eax
again:  mov [patch+1], cl
        nop
patch:  mov al, 0
        add ebx, eax
        dec ecx
        jnz again
        hlt`);
    machine.run({ retired: 1e6 });
    expect(machine.words[EBX]).toBe((50 * 51) / 2);
  });

  it('commits together: swaps, exchanges, and what uses ESP while changing it', () => {
    const machine = load(`
        mov eax, 1
        mov edx, 2
        mov ecx, 5
        xchg eax, edx
        xadd ecx, edx
        push esp
        pop ebx
        mov esi, target
        mov edi, esp
        push esi
        mov ebp, esp
        leave
        mov ebp, 0
        mov edi, esp
        mov dword [0x7ff8], target
        mov esp, 0x7ff8
        pop esp
        jmp esp
target: hlt`);
    machine.run({ retired: 1e6 });
    const { words } = machine;
    expect([words[EAX], words[ECX], words[EDX], words[EBX], words[EDI]]).toEqual([2, 6, 5, 0x8000, 0x8000]);
    expect(words[EIP]).toBe(words[ESP]! + 1);
  });

  it('keeps going past a deadline that nobody listens for', () => {
    const machine = load(' mov ecx, 1000\nagain: dec ecx\n jnz again\n hlt');
    machine.deadline = 100;
    expect(machine.run({ retired: 1e6 }).why).toBe('shutdown');
    expect(machine.retired).toBe(2002);
  });

  it('lets data stand beside code without dropping it', () => {
    const machine = load(`
        mov ecx, 100000
again:  inc dword [count]
        dec ecx
        jnz again
        mov eax, [count]
        hlt
        align 64
count:  dd 0`);
    machine.run({ retired: 1e6 });
    expect(machine.words[EAX]).toBe(100_000);
  });
});
