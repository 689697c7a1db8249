/** Paging and segment protection: what the manual says of each bit (SDM vol. 3, 4.3, 4.6 to 4.8, 5.3). */
import { describe, expect, it } from 'vitest';
import { CR0, CR2, CR3, CR4, DS, EAX, EBX, ECX, EFLAGS, EIP, FS, SS } from '../../../src/isa/x86/state.ts';
import { FLAT_DATA, setFlat, setSegment } from '../../../src/machine/segments.ts';
import type { EngineName, Machine, Supervisor, Trap } from '../../../src/machine/types.ts';
import { DIRECTORY, identityTables, TABLE, world, type World } from './world.ts';

const PG = 0x80000000 | 0,
  WP = 0x10000;

/** Stops at the first trap and remembers it. */
class Catcher implements Supervisor {
  trapped: Trap | null = null;
  takes(): boolean {
    return true;
  }
  trap(machine: Machine, trap: Trap): void {
    this.trapped = trap;
    machine.requestStop('trap');
  }
  gate(): boolean {
    return false;
  }
  halted(machine: Machine): void {
    machine.requestStop('halted');
  }
  deadline(): void {}
}

interface Paged extends World {
  readonly catcher: Catcher;
  run(): Trap | null;
  pte(page: number): number;
  setPte(page: number, value: number): void;
}

function paged(text: string, engine: EngineName, ring: number, wp = false): Paged {
  const catcher = new Catcher();
  const w = world(`begin:\n${text}`, { engine, supervisor: catcher });
  identityTables(w.machine);
  const { words, memory } = w.machine;
  words[CR3] = DIRECTORY;
  words[CR4] = 0x10;
  words[CR0]! |= PG | (wp ? WP : 0);
  words[EIP] = w.at('begin');
  setFlat(words, ring === 3 ? 0x18 : 0x08, ring === 3 ? 0x20 : 0x10, ring);
  return {
    ...w,
    catcher,
    run: () => {
      w.machine.run({ retired: w.machine.retired + 10_000 });
      return catcher.trapped;
    },
    pte: (page) => memory.read32(TABLE + page * 4),
    setPte: (page, value) => memory.write32(TABLE + page * 4, value),
  };
}
const LOAD = ' mov eax, [0x20004]\n hlt',
  STORE = ' mov dword [0x20004], 5\n hlt';

for (const engine of ['step', 'flat'] as const) {
  describe(`paging (${engine})`, () => {
    const fault = (text: string, ring: number, entry: number, wp = false): number | null | string => {
      const w = paged(text, engine, ring, wp);
      w.setPte(0x20, entry);
      const trap = w.run();
      if (trap === null || trap.vector !== 14) return 'none';
      expect(trap.address).toBe(0x20004);
      expect(w.machine.words[CR2]).toBe(0x20004);
      expect(w.machine.words[EIP]).toBe(w.at('begin'));
      return trap.error;
    };
    it('gives the error codes of #PF', () => {
      expect(fault(LOAD, 0, 0)).toBe(0);
      expect(fault(STORE, 0, 0)).toBe(2);
      expect(fault(LOAD, 3, 0x20006)).toBe(4);
      expect(fault(STORE, 3, 0x20005)).toBe(7);
      expect(fault(LOAD, 3, 0x20003)).toBe(5);
      expect(fault(STORE, 0, 0x20005)).toBe('none');
      expect(fault(STORE, 0, 0x20005, true)).toBe(3);
    });

    it('sets accessed and dirty bits, and charges two references a refill', () => {
      const w = paged(' mov eax, [0x20004]\n mov eax, [0x21000]\n mov [0x20008], eax\n mov [0x2000c], eax\n hlt', engine, 0);
      w.run();
      expect(w.pte(0x20) & 0x60).toBe(0x60);
      expect(w.pte(0x21) & 0x60).toBe(0x20);
      expect(w.pte(0x22) & 0x60).toBe(0);
      expect(w.pte(0x10) & 0x60).toBe(0x20);
      expect(w.machine.refills).toBe(3);
      expect(w.machine.ledger.entries().find((e) => e.category === 'pagetable')?.units).toBe(6);
    });

    it('maps 4 MiB pages, and faults on reserved bits', () => {
      const w = paged(' mov eax, [0x40020004]\n mov ebx, [0x80000000]\n hlt', engine, 0);
      w.machine.memory.write32(0x20004, 0x1234567);
      w.machine.memory.write32(DIRECTORY + 0x100 * 4, 0x83);
      w.machine.memory.write32(DIRECTORY + 0x200 * 4, 0x2083);
      const trap = w.run();
      expect(w.machine.words[EAX]).toBe(0x1234567);
      expect(w.machine.memory.read32(DIRECTORY + 0x400) & 0x60).toBe(0x20);
      expect([trap?.vector, trap?.error]).toEqual([14, 9]);
      expect(w.machine.ledger.entries().find((e) => e.category === 'pagetable')?.units).toBe(1);
    });

    it('keeps a stale translation until invlpg', () => {
      const text = (flush: string): string =>
        ` mov eax, [0x20004]\n mov dword [${TABLE + 0x80}], 0x22007\n ${flush}\n mov ebx, [0x20004]\n hlt`;
      for (const [flush, value] of [
        ['nop', 1],
        ['invlpg byte [0x20000]', 2],
      ] as const) {
        const w = paged(text(flush), engine, 0);
        w.machine.memory.write32(0x20004, 1);
        w.machine.memory.write32(0x22004, 2);
        w.run();
        expect(w.machine.words[EBX]).toBe(value);
      }
    });

    it('fetches through the tables of the moment, with no flush', () => {
      const w = paged(
        `next:   mov ecx, 5
again:  call 0x30000
        add ebx, eax
        mov dword [${TABLE + 0xc0}], 0x31007
        dec ecx
        jnz again
        hlt`,
        engine,
        0,
      );
      w.machine.memory.write(0x30000, Uint8Array.of(0xb8, 1, 0, 0, 0, 0xc3));
      w.machine.memory.write(0x31000, Uint8Array.of(0xb8, 100, 0, 0, 0, 0xc3));
      w.machine.words[4] = 0x28000;
      w.run();
      expect(w.machine.words[EBX]).toBe(401);
    });

    it('writes nothing when the second page of a store is missing', () => {
      const w = paged(' mov dword [0x20ffe], -1\n hlt', engine, 0);
      w.setPte(0x21, 0);
      const trap = w.run();
      expect([trap?.error, trap?.address]).toEqual([2, 0x21000]);
      expect(w.machine.memory.read16(0x20ffe)).toBe(0);
    });

    it('raises #AC only for unaligned data at ring 3 with AM and AC', () => {
      for (const [ring, am, ac, at, vector] of [
        [3, true, true, 0x20001, 17],
        [3, true, true, 0x20004, null],
        [0, true, true, 0x20001, null],
        [3, false, true, 0x20001, null],
        [3, true, false, 0x20002, null],
        [3, true, true, 0x20002, 17],
      ] as const) {
        const w = paged(` mov eax, [0x20008]\n mov eax, [${at}]\nend: jmp end`, engine, ring);
        if (am) w.machine.words[CR0]! |= 0x40000;
        if (ac) w.machine.words[EFLAGS]! |= 0x40000;
        expect(w.run()?.vector ?? null).toBe(vector);
      }
    });

    it('keeps guest memory below a limit, with the same linear page open to SS', () => {
      const w = paged(' mov eax, [0x20004]\n mov ebx, [ss:ecx]\n mov eax, [ecx]\n hlt', engine, 3);
      w.machine.memory.write32(DIRECTORY + 0x200 * 4, TABLE | 7);
      w.machine.memory.write32(0x20004, 77);
      w.machine.words[ECX] = 0x80020004 | 0;
      setSegment(w.machine.words, DS, 0x33, 0, 0x7fffffff, FLAT_DATA | 0x6000);
      const trap = w.run();
      expect(w.machine.words[EBX]).toBe(77);
      expect([trap?.vector, trap?.error]).toEqual([13, 0]);
    });

    it('checks the limit of a based segment to the byte, and of an expand-down one', () => {
      const at = (text: string, rights: number, limit: number, segment = FS): number | null => {
        const w = paged(`${text}\nend: jmp end`, engine, 3);
        setSegment(w.machine.words, segment, 0x33, 0x20000, limit, rights | 0x6000);
        return w.run()?.vector ?? null;
      };
      expect(at(' mov eax, [fs:0x0c]', FLAT_DATA, 0x0f)).toBeNull();
      expect(at(' mov eax, [fs:0x0d]', FLAT_DATA, 0x0f)).toBe(13);
      expect(at(' mov al, [fs:0x0f]', FLAT_DATA, 0x0f)).toBeNull();
      expect(at(' mov [fs:0x00], eax', FLAT_DATA & ~0x200, 0xff)).toBe(13);
      expect(at(' mov eax, [fs:0x0f]', FLAT_DATA | 0x400, 0x0f)).toBe(13);
      expect(at(' mov eax, [fs:0x10]', FLAT_DATA | 0x400, 0x0f)).toBeNull();
      expect(at(' mov eax, [ss:0x0d]', FLAT_DATA, 0x0f, SS)).toBe(12);
    });

    it('sees code that it has just written, in the same block', () => {
      const w = paged(
        `        mov byte [patch+1], 42
patch:  mov al, 1
        mov dword [later+1], 0x11223344
        jmp later
later:  mov ebx, 0
        hlt`,
        engine,
        0,
      );
      w.run();
      expect(w.machine.words[EAX]! & 0xff).toBe(42);
      expect(w.machine.words[EBX]).toBe(0x11223344);
    });
  });
}
