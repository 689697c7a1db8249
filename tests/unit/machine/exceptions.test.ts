/** Exceptions, interrupts, privilege changes: frames and error codes as the manual draws them (SDM vol. 3, chapter 6). */
import { describe, expect, it } from 'vitest';
import { CPL, CS, DEBUG, EAX, EBX, ECX, EDX, EFLAGS, EIP, ESP, SELECTOR, SS } from '../../../src/isa/x86/state.ts';
import type { EngineName } from '../../../src/machine/types.ts';
import { CODE3, DATA3, GATE, IDT, STACK0, STACK3, TSS, world, type World } from './world.ts';

const ENGINES: readonly EngineName[] = ['step', 'flat'];
const finish = (text: string, engine: EngineName): World => {
  const w = world(text, { engine });
  const stop = w.machine.run({ retired: 100_000 });
  expect(stop.why).toBe('shutdown');
  return w;
};
/** Copies the top words of the handler's stack and halts. DS is null after a return to ring 3 from flat ring 0. */
const SHOW = `
        mov ax, 0x10
        mov ds, ax
        pop dword [seen]
        pop dword [seen+4]
        pop dword [seen+8]
        pop dword [seen+12]
        pop dword [seen+16]
        pop dword [seen+20]
        hlt
seen:   dd 0, 0, 0, 0, 0, 0
`;

for (const engine of ENGINES) {
  describe(`exceptions (${engine})`, () => {
    it('delivers a fault of ring 3 with the stack of the TSS, and the error code', () => {
      const w = finish(
        `begin: jmp enter3
user:   mov eax, 0x28
bad:    mov ds, ax
v0d:    ${SHOW}`,
        engine,
      );
      expect(w.word('seen', 0)).toBe(0x28);
      expect(w.word('seen', 1)).toBe(w.at('bad'));
      expect(w.word('seen', 2)).toBe(CODE3);
      expect(w.word('seen', 3) & 0x3202).toBe(0x202);
      expect(w.word('seen', 3) & 0x10000).toBe(0x10000);
      expect(w.word('seen', 4)).toBe(STACK3);
      expect(w.word('seen', 5)).toBe(DATA3);
      expect(w.machine.words[ESP]).toBe(STACK0);
      expect(w.machine.words[CPL]).toBe(0);
      expect(w.machine.words[EFLAGS]! & 0x200).toBe(0);
    });

    it('comes back with iret to the instruction after int', () => {
      const w = finish(
        `begin: jmp enter3
user:   mov ebx, 5
        int 0x80
        add ebx, 100
        int 0x81
t80:    mov ecx, [esp]
        add ebx, 10
        iret
v81:    hlt`,
        engine,
      );
      expect(w.machine.words[EBX]).toBe(115);
      expect(w.machine.words[SELECTOR + CS]).toBe(8);
      expect(w.machine.words[SELECTOR + SS]).toBe(0x10);
    });

    it('refuses int n through a gate of ring 0 with the number and the IDT bit', () => {
      const w = finish(
        `begin: jmp enter3
user:   int 0x0e
v0e:    hlt
v0d:    ${SHOW}`,
        engine,
      );
      expect(w.word('seen', 0)).toBe(0x0e * 8 + 2);
      expect(w.word('seen', 1)).toBe(w.at('user'));
    });

    it('raises #DE, #UD, #BP, #OF with the right EIP', () => {
      const w = finish(
        `begin: xor edx, edx
        xor ecx, ecx
        mov eax, 1
divide: div ecx
        nop
v00:    pop dword [a]
        mov ebx, esp
invalid: ud2
v06:    pop dword [b]
breakpoint: int3
after3: nop
v03:    pop dword [c]
        mov al, 0x7f
        add al, 1
overflow: into
after4: nop
v04:    pop dword [d]
        hlt
a:      dd 0
b:      dd 0
c:      dd 0
d:      dd 0`,
        engine,
      );
      expect([w.word('a'), w.word('b'), w.word('c'), w.word('d')]).toEqual([
        w.at('divide'),
        w.at('invalid'),
        w.at('after3'),
        w.at('after4'),
      ]);
    });

    it('goes through a call gate with two parameters and comes back with retf', () => {
      const w = finish(
        `begin: jmp enter3
user:   push 0x1111
        push 0x2222
        call ${GATE}:0
back:   mov edx, esp
        int 0x40
gate:   mov eax, [esp+8]
        mov ebx, [esp+12]
        mov ecx, [esp+16]
        retf 8
v40:    hlt`,
        engine,
      );
      const { words } = w.machine;
      expect([words[EAX], words[EBX], words[ECX], words[EDX]]).toEqual([0x2222, 0x1111, STACK3 - 8, STACK3]);
    });

    it('shuts down when the double fault handler is missing', () => {
      const w = world(
        `begin: lidt [none]
        ud2
none:   dw 0
        dd 0`,
        { engine },
      );
      const stop = w.machine.run({ retired: 1000 });
      expect(stop.why).toBe('shutdown');
      expect(w.machine.run({ retired: 2000 }).why).toBe('shutdown');
    });

    it('makes a contributory fault during delivery a double fault', () => {
      const w = finish(
        `begin: mov dword [${IDT} + 0x30], 0x00700000
        mov dword [${IDT} + 0x34], 0x8e00
        mov dword [${IDT} + 0x00], 0x00700000
        mov dword [${IDT} + 0x04], 0x8e00
        xor ecx, ecx
        div ecx
v08:    ${SHOW}`,
        engine,
      );
      expect(w.word('seen', 0)).toBe(0);
    });

    it('traps after each instruction while TF is set', () => {
      const w = finish(
        `begin: xor ebx, ebx
        pushfd
        or dword [esp], 0x100
        popfd
        nop
        nop
        mov ecx, 7
        pushfd
        and dword [esp], 0xfffffeff
        popfd
        hlt
v01:    inc ebx
        iret`,
        engine,
      );
      expect(w.machine.words[EBX]).toBe(6);
      expect(w.machine.words[DEBUG + 6]! & 0x4000).toBe(0x4000);
    });

    it('delivers an interrupt after the shadow of sti, and wakes hlt', () => {
      const w = world(
        `begin: cli
        sti
shadow: mov eax, 1
        mov eax, 2
        hlt
        mov edx, 9
        cli
        hlt
v30:    mov ebx, eax
        pop dword [from]
        push dword [from]
        inc ecx
        iret
from:   dd 0`,
        { engine },
      );
      let waiting = true;
      w.machine.interrupts = {
        pending: () => waiting,
        acknowledge: () => {
          waiting = false;
          return 0x30;
        },
      };
      w.machine.run({ retired: 15 });
      expect(w.machine.words[EBX]).toBe(1);
      waiting = true;
      expect(w.machine.run({ retired: 1000 }).why).toBe('shutdown');
      expect([w.machine.words[ECX], w.machine.words[EDX]]).toEqual([2, 9]);
    });

    it('keeps ring 3 from ports unless the map of the TSS allows them', () => {
      const w = world(
        `begin: jmp enter3
user:   mov dx, 0x71
        in al, dx
bad:    mov dx, 0x70
        in al, dx
v0d:    ${SHOW}`,
        { engine },
      );
      w.machine.memory.write16(TSS + 0x66, 0x40);
      w.machine.memory.write(TSS + 0x40, new Uint8Array(0x28).fill(0xff));
      w.machine.memory.write8(TSS + 0x40 + 0xe, 0xfd);
      w.machine.memory.write16(TSS + 0x66, 0x40);
      w.machine.run({ retired: 1000 });
      expect(w.word('seen', 1)).toBe(w.at('bad') + 4);
    });
  });
}

describe('the frame of a fault', () => {
  it('leaves EIP at the fault for a supervisor, and gives it traps it takes', () => {
    const seen: string[] = [];
    const w = world('begin: mov ebx, 3\n int 0x80\nafter: ud2\nnext: hlt', {
      supervisor: {
        takes: (_, trap) => trap.vector !== 3,
        trap: (machine, trap) => {
          seen.push(`${trap.vector} ${trap.kind} ${(machine.words[EIP]! >>> 0).toString(16)} ${machine.retired}`);
          if (trap.vector === 6) machine.words[EIP]! += 2;
        },
        gate: () => false,
        halted: (machine) => machine.requestStop('halted'),
        deadline: () => {},
      },
    });
    expect(w.machine.run({ retired: 100 })).toEqual({ why: 'requested', reason: 'halted' });
    expect(seen).toEqual([`128 software ${w.at('after').toString(16)} 7`, `6 fault ${w.at('after').toString(16)} 7`]);
  });
});
