/** The x87 in the machine: when exceptions come, what a fault leaves alone, state in memory; and engines in lockstep (SDM vol. 1, 8.6 and 8.7). */
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/bits/random.ts';
import { ROWS } from '../../../src/isa/x86/rows/index.ts';
import { sample } from '../../../src/isa/x86/sample.ts';
import { CR0, EAX, EIP, FPU_CONTROL, FPU_IP, FPU_STATUS, FPU_TAGS, FPU_WORDS, XMM } from '../../../src/isa/x86/state.ts';
import { createMachine, type HostMachine } from '../../../src/machine/machine.ts';
import type { EngineName, Machine, Supervisor, Trap } from '../../../src/machine/types.ts';
import { value80 } from '../../oracle/x87-cpu/values.ts';
import { identityTables, world, type World, DIRECTORY, TABLE } from '../machine/world.ts';

const ENGINES: readonly EngineName[] = ['step', 'flat'];
/** Each vector's handler leaves its number in EAX and halts. */
const HANDLERS = `
v07:    mov eax, 7
        hlt
v0d:    mov eax, 13
        hlt
v0e:    mov eax, 14
        hlt
v10:    mov eax, 16
        hlt
one:    dd 0x3f800000
zero:   dd 0
tenth:  dd 0x9999999a, 0x3fb99999
control: dd 0x37b
unmaskU: dd 0x36f
place:  dd 0x11111111, 0x22222222, 0x33333333
`;
function finish(text: string, engine: EngineName, prepare: (w: World) => void = () => {}): World {
  const w = world(`begin:\n${text}\n        hlt\n${HANDLERS}`, { engine });
  prepare(w);
  expect(w.machine.run({ retired: 100_000 }).why).toBe('shutdown');
  return w;
}

for (const engine of ENGINES) {
  describe(`x87 (${engine})`, () => {
    it('raises an unmasked exception at the next instruction that waits, not before', () => {
      const w = finish(
        `        fninit
        fldcw word ptr [control]
        fld1
        fdiv dword ptr [zero]
        fnstsw ax
        mov ebx, eax
here:   fwait
        mov ecx, 1`,
        engine,
      );
      expect([w.machine.words[EAX], w.machine.words[3]! & 0x84ff, w.machine.words[1]]).toEqual([16, 0x8084, 0]);
      expect(w.machine.memory.read32(w.machine.words[4]!)).toBe(w.at('here'));
    });
    it('does not write to memory what an unmasked exception forbids, nor pops', () => {
      const w = finish(
        `        fninit
        fldcw word ptr [unmaskU]
        fldpi
        fldpi
        fnstsw ax
        mov ebx, eax
        fld tbyte ptr [tiny]
        fstp qword ptr [place]
        fnstsw ax
        hlt
tiny:   dd 1, 0x80000000, 1`,
        engine,
      );
      expect([w.word('place'), w.word('place', 1)]).toEqual([0x11111111, 0x22222222]);
      expect(w.machine.words[FPU_STATUS]! & 0xff).toBe(0x90);
      expect((w.machine.words[FPU_STATUS]! >> 11) & 7).toBe(5);
    });
    it.each([
      ['EM', 4],
      ['TS', 8],
    ])('CR0.%s raises #NM before everything', (_, bit) => {
      const w = finish('        fninit\n        fld1', engine, ({ machine }) => {
        machine.words[CR0]! |= bit;
      });
      expect([w.machine.words[EAX], w.machine.words[FPU_CONTROL]]).toEqual([7, 0]);
    });
    it('FWAIT raises #NM only with MP and TS', () => {
      expect(
        finish('        fwait\n        mov eax, 1', engine, ({ machine }) => {
          machine.words[CR0]! |= 8;
        }).machine.words[EAX],
      ).toBe(1);
      expect(
        finish('        fwait\n        mov eax, 1', engine, ({ machine }) => {
          machine.words[CR0]! |= 10;
        }).machine.words[EAX],
      ).toBe(7);
    });
    it('a store that faults in its second half writes nothing and leaves the x87 alone', () => {
      const w = finish(
        `        mov eax, ${DIRECTORY}
        mov cr3, eax
        mov eax, cr0
        or eax, 0x80000000
        mov cr0, eax
        fninit
        fldpi
        mov dword ptr [0x80ffc], 0x12345678
        fstp qword ptr [0x80ffc]`,
        engine,
        ({ machine }) => {
          identityTables(machine);
          machine.memory.write32(TABLE + 0x81 * 4, 0);
        },
      );
      expect([w.machine.words[EAX], w.machine.memory.read32(0x80ffc), w.machine.words[FPU_STATUS]]).toEqual([14, 0x12345678, 0x3800]);
    });
    it('FSAVE and FRSTOR bring everything back, in both sizes; FNSAVE begins anew', () => {
      for (const size of ['', 'w']) {
        const w = finish(
          `        fninit
        fldpi
        fldl2e
        fld qword ptr [tenth]
        fdiv dword ptr [zero]
        ffree st(1)
        fnsave${size} [save]
        fnstcw word ptr [place]
        fnstsw ax
        mov ebx, eax
        frstor${size} [save]
        fnsave${size} [again]
        jmp done
        align 4
save:   times 108 db 0
again:  times 108 db 1
done:   nop`,
          engine,
        );
        const bytes = (label: string): number[] => [...w.machine.memory.bytes.subarray(w.at(label), w.at(label) + (size ? 94 : 108))];
        expect(bytes('again')).toEqual(bytes('save'));
        expect([w.word('place') & 0xffff, w.machine.words[3]! & 0xffff]).toEqual([0x37f, 0]);
        const view = new DataView(Uint8Array.from(bytes('save')).buffer),
          wide = size ? 2 : 4;
        expect([view.getUint16(0, true), view.getUint16(wide, true), view.getUint16(2 * wide, true)]).toEqual([0x37f, 0x2804, 0x3bff]);
      }
    });
    it('FXSAVE has the layout of the manual, and FXRSTOR takes it back', () => {
      const w = finish(
        `        fninit
        fld1
        fldz
        fxsave [area]
        fninit
        fxrstor [area]
        fxsave [second]
        jmp done
        align 16
area:   times 512 db 0x5a
second: times 512 db 0xa5
done:   nop`,
        engine,
        ({ machine }) => {
          for (let i = 0; i < 32; i++) machine.words[XMM + i] = i * 0x01010101;
        },
      );
      const area = w.machine.memory.bytes.subarray(w.at('area'), w.at('area') + 512),
        view = new DataView(area.slice().buffer);
      expect([view.getUint16(0, true), view.getUint16(2, true), area[4]]).toEqual([0x37f, 0x3000, 0xc0]);
      expect([view.getUint16(40, true), view.getUint32(48 + 4, true), view.getUint16(48 + 8, true)]).toEqual([0, 0x80000000, 0x3fff]);
      expect(view.getUint32(160 + 4 * 31, true)).toBe(31 * 0x01010101);
      const second = w.machine.memory.bytes.subarray(w.at('second'), w.at('second') + 288);
      expect([...second]).toEqual([...area.subarray(0, 288)]);
    });
    it('FXSAVE off a multiple of 16 raises #GP', () => {
      expect(finish('        fxsave [0x80008]', engine).machine.words[EAX]).toBe(13);
    });
    it('keeps the address of the last instruction that computes', () => {
      const w = finish(
        `        fninit
        fld1
last:   fadd dword ptr [one]
        fnstcw word ptr [place]`,
        engine,
      );
      expect(w.machine.words[FPU_IP]).toBe(w.at('last'));
    });
  });
}

/** Traps give the x87 other values and go on elsewhere. */
class Reseeder implements Supervisor {
  traps = 0;
  takes(): boolean {
    return true;
  }
  trap(machine: Machine, trap: Trap): void {
    this.traps++;
    reseed(machine, new Random(machine.retired * 31 + trap.vector));
  }
  gate(): boolean {
    return false;
  }
  halted(machine: Machine): void {
    machine.wake();
  }
  deadline(): void {}
}
const CODE = 0x40000,
  SLOTS = 256,
  SLOT = 64,
  DATA = 0x80000;
function reseed(machine: Machine, random: Random): void {
  const { words } = machine;
  for (let n = 0; n < 8; n++) words[n] = DATA + 0x100 + random.below(0x3e00);
  for (let n = 0; n < 8; n++) {
    const { se, hi, lo } = value80(random);
    words.set([lo | 0, hi | 0, se], FPU_WORDS + 3 * n);
  }
  words[FPU_CONTROL] = 0x40 | (random.below(3) ? 0x3f : random.below(64)) | ([0, 2, 3][random.below(3)]! << 8) | (random.below(4) << 10);
  words[FPU_STATUS] = random.below(8) << 11;
  words[FPU_TAGS] = random.below(256) | random.below(256);
  words[EIP] = CODE + random.below(SLOTS) * SLOT;
}
function build(seed: number, engine: EngineName): HostMachine {
  const random = new Random(seed),
    machine = createMachine({ memory: 1 << 20, engine, supervisor: new Reseeder() });
  const rows = ROWS.filter((row) => /^f(?!xrstor|ldenv|rstor|ninit|nsave)/.test(row.name));
  for (let slot = 0; slot < SLOTS; slot++) {
    const at = CODE + slot * SLOT;
    machine.memory.fill(at, SLOT, 0x90);
    for (let used = 0; ;) {
      const bytes = sample(rows[random.below(rows.length)]!, random, {});
      if (used + bytes.length > SLOT) break;
      machine.memory.write(at + used, bytes);
      used += bytes.length;
    }
  }
  machine.memory.write(CODE + SLOTS * SLOT, Uint8Array.of(0xcc));
  machine.memory.write(DATA, random.bytes(0x4000));
  reseed(machine, random);
  return machine;
}

describe('x87 in lockstep', () => {
  it('the flat engine leaves what step leaves', () => {
    let traps = 0,
      retired = 0;
    for (let seed = 1; seed <= 12; seed++) {
      const flat = build(seed, 'flat'),
        step = build(seed, 'step'),
        random = new Random(seed);
      for (let i = 0; i < 60; i++) {
        const to = step.retired + 1 + random.below(40);
        flat.run({ retired: to });
        step.run({ retired: to });
        if (flat.hash() !== step.hash())
          expect.fail(
            `seed ${seed} before ${to}: ${step.explain().instruction?.text}; words ${[...step.words].flatMap((word, n) => (word === flat.words[n] ? [] : [n])).join(' ')}`,
          );
      }
      traps += (step.supervisor as Reseeder).traps;
      retired += step.retired;
    }
    expect(traps).toBeGreaterThan(50);
    expect(retired).toBeGreaterThan(5000);
  }, 60_000);
});
