/** How an answer is kept: what differs from the case's start, as numbers. */
import type { Answer, Case } from './cases.ts';

export const PER_ROW = 80;

/** [signal, fcsr, taken, then pairs of place and value]: places 0 and 1 general, 2..33 FPU registers, 34.. memory. */
export type Short = readonly number[];

export function shorten(test: Case, answer: Answer): Short {
  const out: number[] = [answer.signal, answer.fcsr, answer.taken];
  answer.general.forEach((n, i) => {
    if (n !== test.general[i]) out.push(i, n);
  });
  answer.fpr.forEach((n, i) => {
    if (n !== test.fpr[i]) out.push(2 + i, n);
  });
  answer.memory.forEach((n, i) => {
    if (n !== test.memory[i]) out.push(34 + i, n);
  });
  return out;
}
export function lengthen(test: Case, short: Short): Answer {
  const general: [number, number] = [...test.general],
    fpr = test.fpr.slice(),
    memory = test.memory.slice();
  for (let i = 3; i < short.length; i += 2) {
    const place = short[i]!,
      value = short[i + 1]!;
    if (place < 2) general[place] = value;
    else if (place < 34) fpr[place - 2] = value;
    else memory[place - 34] = value;
  }
  return { signal: short[0]!, fcsr: short[1]!, taken: short[2]!, general, fpr, memory };
}
