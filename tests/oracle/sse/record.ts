/** How an answer is kept: what differs from the case's start, as numbers. */
import type { Answer, Case } from './cases.ts';

export const PER_ROW = 60;

/** [trap, mxcsr, flags, then pairs of place and value]: places 0..7 general, 8..39 XMM words, 40.. memory bytes, 400.. words of x87 registers, 424 its status and tags. */
export type Short = readonly number[];

/** The x87's registers at the start: ones above each mantissa; no tag, and TOP at 3 when the stack is turned. */
export const startOf = (test: Case): { readonly mm: Int32Array; readonly x87: number } => ({
  mm: Int32Array.from({ length: 24 }, (_, i) => (i % 3 === 2 ? 0xffff : test.mm[2 * Math.floor(i / 3) + (i % 3)]!)),
  x87: test.turned ? 3 << 11 : 0,
});

export function shorten(test: Case, answer: Answer): Short {
  const out: number[] = [answer.trap, answer.mxcsr, answer.flags];
  answer.general.forEach((n, i) => {
    if (n !== test.general[i]) out.push(i, n);
  });
  answer.xmm.forEach((n, i) => {
    if (n !== test.xmm[i]) out.push(8 + i, n);
  });
  answer.memory.forEach((n, i) => {
    if (n !== test.memory[i]) out.push(40 + i, n);
  });
  const begun = startOf(test);
  answer.mm.forEach((n, i) => {
    if (n !== begun.mm[i]) out.push(400 + i, n);
  });
  if (answer.x87 !== begun.x87) out.push(424, answer.x87);
  return out;
}

export function lengthen(test: Case, short: Short): Answer {
  const general = test.general.slice(),
    xmm = test.xmm.slice(),
    memory = test.memory.slice(),
    { mm } = startOf(test);
  let { x87 } = startOf(test);
  for (let i = 3; i < short.length; i += 2) {
    const place = short[i]!,
      value = short[i + 1]!;
    if (place < 8) general[place] = value;
    else if (place < 40) xmm[place - 8] = value;
    else if (place < 400) memory[place - 40] = value;
    else if (place < 424) mm[place - 400] = value;
    else x87 = value;
  }
  return { trap: short[0]!, mxcsr: short[1]!, flags: short[2]!, general, xmm, memory, mm, x87 };
}
