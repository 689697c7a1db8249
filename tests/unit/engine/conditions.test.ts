/**
 * Every condition after every flag-making operation, in all widths, on operands at the edges: branch and SETcc, flat
 * against step (fused, lowered and generic forms), and step against flags worked out by hand for comparisons.
 */
import { expect, it } from 'vitest';
import { assemble } from '../../../src/isa/x86/parse.ts';
import { EAX, EBX, ECX, EDX, EFLAGS, EIP, LAZY_RULE } from '../../../src/isa/x86/state.ts';
import { createMachine, type HostMachine } from '../../../src/machine/machine.ts';
import type { EngineName } from '../../../src/machine/types.ts';

const CONDITIONS = ['o', 'no', 'b', 'ae', 'e', 'ne', 'be', 'a', 's', 'ns', 'p', 'np', 'l', 'ge', 'le', 'g'];
const TWO = ['cmp', 'test', 'add', 'sub', 'and', 'or', 'xor', 'adc', 'sbb'],
  ONE = ['inc', 'dec', 'neg'];
const NAMES: Record<number, readonly [string, string]> = { 8: ['al', 'dl'], 16: ['ax', 'dx'], 32: ['eax', 'edx'] };
const VALUES = [0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000 | 0, -1];
const STRIDE = 32;

interface Case {
  readonly name: string;
  readonly text: string;
}
const cases: Case[] = [];
for (const width of [8, 16, 32]) {
  for (const name of [...TWO, ...ONE]) {
    const operation = `${name} ${NAMES[width]![0]}${TWO.includes(name) ? `, ${NAMES[width]![1]}` : ''}`;
    CONDITIONS.forEach((condition) => {
      cases.push({
        name: `${operation}; j${condition}`,
        text: `${operation}\n j${condition} $yes\n mov ebx, 1\n jmp $end\n$yes: mov ebx, 2\n$end: jmp $end`,
      });
      cases.push({ name: `${operation}; set${condition}`, text: `${operation}\n set${condition} cl\n$end: jmp $end` });
    });
  }
}
const source = cases.map(({ text }, i) => ` align ${STRIDE}\nc${i}: ${text.replaceAll('$', `l${i}`)}`).join('\n');

function build(engine: EngineName): { machine: HostMachine; labels: ReadonlyMap<string, number> } {
  const { bytes, labels, diagnostics } = assemble(source, 0x10000);
  expect(diagnostics).toEqual([]);
  const machine = createMachine({ memory: 1 << 20, engine });
  machine.memory.write(0x10000, bytes);
  return { machine, labels };
}

function set(machine: HostMachine, eip: number, a: number, b: number, carry: number): void {
  const { words } = machine;
  words[EIP] = eip;
  words[EAX] = a;
  words[EDX] = b;
  words[EBX] = words[ECX] = 0;
  words[LAZY_RULE] = 0;
  words[EFLAGS] = 2 | carry;
}

/** What the manual says of a comparison, by plain arithmetic. */
function compared(condition: number, width: number, a: number, b: number): boolean | null {
  const shift = 32 - width,
    x = (a << shift) >> shift,
    y = (b << shift) >> shift,
    ux = x >>> 0,
    uy = y >>> 0;
  const answers: Record<number, boolean> = { 1: ux < uy, 2: x === y, 3: ux <= uy, 6: x < y, 7: x <= y, 4: (x - y) << shift < 0 };
  const answer = answers[condition >> 1];
  return answer === undefined ? null : answer !== ((condition & 1) === 1);
}

it('agrees for every operation, condition and width', () => {
  const flat = build('flat'),
    step = build('step');
  let checked = 0;
  cases.forEach(({ name }, i) => {
    const eip = flat.labels.get(`c${i}`)!;
    VALUES.forEach((a, n) => {
      const b = VALUES[(n * 5 + i * 7) % VALUES.length]!;
      for (const right of [a, b]) {
        set(flat.machine, eip, a, right, n & 1);
        set(step.machine, eip, a, right, n & 1);
        flat.machine.run({ retired: flat.machine.retired + 128 });
        step.machine.run({ retired: step.machine.retired + 6 });
        const seen = `${flat.machine.words[EBX]} ${flat.machine.words[ECX]}`,
          wanted = `${step.machine.words[EBX]} ${step.machine.words[ECX]}`;
        if (seen !== wanted) expect.fail(`${name} of ${a}, ${right}: flat ${seen}, step ${wanted}`);
        checked++;
      }
    });
  });
  expect(checked).toBe(cases.length * VALUES.length * 2);
});

it('takes the branch that the manual says after a comparison', () => {
  const { machine, labels } = build('step');
  cases.forEach(({ name }, i) => {
    const match = /^cmp (al|ax|eax),.*; j(\w+)$/.exec(name);
    if (!match) return;
    const width = { al: 8, ax: 16, eax: 32 }[match[1] as 'al' | 'ax' | 'eax'],
      condition = CONDITIONS.indexOf(match[2]!);
    for (const a of VALUES) {
      for (const b of VALUES) {
        const wanted = compared(condition, width, a, b);
        if (wanted === null) continue;
        set(machine, labels.get(`c${i}`)!, a, b, 0);
        machine.run({ retired: machine.retired + 6 });
        if ((machine.words[EBX] === 2) !== wanted) expect.fail(`${name} of ${a}, ${b}`);
      }
    }
  });
});
