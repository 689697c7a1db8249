/** What the panels of the ISA lab are told: it agrees with memory, with the counters and with itself at every step. */
import { describe, expect, test } from 'vitest';
import type { CacheView, CostView, CountsView, FormsView, ListingView, MemoryView, RegistersView } from '../../../src/protocol/views.ts';
import type { RunningIsa } from '../../../src/levels/isa/running.ts';
import { boot, runToEnd, stepGuest, supplied } from './support.ts';

const view = <T>(running: RunningIsa, name: string, parameters: Record<string, number | Int32Array> = {}): T =>
  running.view(name, parameters) as unknown as T;

function checkForms(running: RunningIsa, forms: FormsView): void {
  const guests = new Set(forms.guest.map((line) => line.index)),
    micros = new Set(forms.micro.map((line) => line.id));
  for (const line of forms.micro) expect(guests.has(line.guest), line.text).toBe(true);
  for (const line of forms.host) {
    expect([...running.process.emulator.peekBytes(line.address, line.bytes.length)], line.text).toEqual(line.bytes);
    expect(line.address - forms.hostBase).toBe(line.offset);
    if (line.micro !== null) expect(micros.has(line.micro), line.text).toBe(true);
    for (const field of line.fields) expect(field.from + field.length).toBeLessThanOrEqual(line.bytes.length);
  }
  if (forms.at.host !== null) expect(forms.host.some((line) => line.offset === forms.at.host)).toBe(true);
}

describe('views', () => {
  test('at every instruction of a run that interprets, translates and chains', () => {
    const running = boot(supplied('checksum'), 'translate', { knobs: { threshold: 4 } });
    for (let n = 0; n < 220; n++) {
      const listing = view<ListingView>(running, 'listing'),
        counts = view<CountsView>(running, 'counts');
      expect(listing.sections.some((section) => section.lines.some((line) => line.address === counts.pc))).toBe(true);
      expect(view<ListingView>(running, 'listing')).toBe(listing);
      checkForms(running, view<FormsView>(running, 'forms'));
      const cache = view<CacheView>(running, 'cache');
      for (const block of cache.blocks)
        expect(counts.blocks.find((other) => other.address === block.address)).toMatchObject({ runs: block.runs, state: block.state });
      expect(view<RegistersView>(running, 'registers').rows.find((row) => row.name === 'pc')!.is).toBe(running.guestPc());
      expect(view<MemoryView>(running, 'memory').bytes.length).toBeGreaterThan(0);
      stepGuest(running);
    }
    const cache = view<CacheView>(running, 'cache');
    expect(cache.blocks.some((block) => block.exits.some((exit) => exit.kind === 'chained' && exit.to === 0x400018))).toBe(true);
    const forms = view<FormsView>(running, 'forms', { block: 0x400018 });
    expect(forms).toMatchObject({ state: 'translated', block: 0x400018 });
    expect(forms.guest.map((line) => line.slot)).toEqual([false, false, false, false, true]);
  });

  test.each(['interpret', 'translate'])('runs of blocks times their lengths are the guest instructions (%s)', (mode) => {
    for (const name of ['checksum', 'sort', 'hanoi']) {
      const running = runToEnd(boot(supplied(name), mode, { knobs: { threshold: 3 } }));
      const { blocks } = view<CountsView>(running, 'counts');
      const sum = blocks.reduce((total, block) => total + (block.runs * (block.end - block.address)) / 4, 0);
      expect(sum, name).toBe(running.machine.guestRetired);
    }
  });

  test('the cost of both forms, and when translating pays', () => {
    const running = runToEnd(boot(supplied('sieve'), 'translate'));
    const cost = view<CostView>(running, 'cost');
    expect(cost.interpreted).toBeGreaterThan(15);
    expect(cost.interpreted).toBeLessThan(40);
    expect(cost.translated).toBeLessThan(3.5);
    expect(cost.breakEven).toBeCloseTo(cost.translationCost! / (cost.interpreted! - cost.translated!), 6);
  });

  test('why a register has its value', () => {
    const running = boot(supplied('checksum'), 'interpret');
    const reasons: (string | null)[] = [];
    for (let n = 0; n < 14; n++) {
      const last = running.guestPc(),
        old = Int32Array.from(
          view<RegistersView>(running, 'registers')
            .rows.slice(0, 32)
            .map((row) => row.is),
        );
      stepGuest(running);
      reasons.push(view<RegistersView>(running, 'registers', { last, old }).why);
    }
    expect(reasons).toContain('word at 10010000');
    expect(reasons).toContain('10010000 + 4');
    expect(reasons).toContain('16 − 1');
  });

  test('captions name the instruction, its cost and what comes next', () => {
    const running = boot(supplied('checksum'), 'interpret');
    expect(running.caption().next).toContain('`li s0,16` is next');
    const before = { pc: running.guestPc(), retired: running.machine.retired };
    stepGuest(running);
    stepGuest(running);
    expect(running.caption(before).done).toMatch(/^`li s0,16` ran: .* \d+ host instructions\.$/);
    runToEnd(running);
    expect(running.caption().next).toBe('The program has ended with status 0.');
  });
});
