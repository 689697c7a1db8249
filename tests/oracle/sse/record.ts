/** How an answer is kept: what differs from the case's start, as numbers. */
import type { Answer, Case } from './cases.ts';

export const PER_ROW = 60;

/** [trap, mxcsr, flags, then pairs of place and value]: places 0..7 general, 8..39 XMM words, 40.. memory bytes. */
export type Short = readonly number[];

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
  return out;
}

export function lengthen(test: Case, short: Short): Answer {
  const general = test.general.slice(),
    xmm = test.xmm.slice(),
    memory = test.memory.slice();
  for (let i = 3; i < short.length; i += 2) {
    const place = short[i]!,
      value = short[i + 1]!;
    if (place < 8) general[place] = value;
    else if (place < 40) xmm[place - 8] = value;
    else memory[place - 40] = value;
  }
  return { trap: short[0]!, mxcsr: short[1]!, flags: short[2]!, general, xmm, memory };
}
