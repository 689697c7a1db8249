/**
 * One system call, followed: a gate for each thing that the kernel asked or did, in order, with what it was charged. Gates flow from
 * left to right and wrap; an arrow leads from each to the next. Pure.
 */
import type { CallStep, CallView } from '../../protocol/os-views.ts';
import { box, h, path, text, type Mark, type MarksScene } from '../shared/marks.ts';
import { cut, cutMiddle, grouped, plural, round, wrap, type PanelTable, type Size } from '../shared/text.ts';

export { describe } from '../shared/marks.ts';

const LEAST = 140,
  GAP = 22,
  TOP = 4;

export const KIND_WORDS: Readonly<Record<CallStep['kind'], string>> = {
  enter: 'into the kernel',
  namespace: 'look up',
  permission: 'may it?',
  cgroup: 'charge',
  file: 'file',
  work: 'do it',
  return: 'answer',
};

/** What containers add to a call, as against what every kernel does. */
const contains = (step: CallStep): boolean => step.kind === 'namespace' || step.kind === 'cgroup';

export function layout(view: CallView, size: Size): MarksScene {
  const { steps } = view;
  const across = Math.max(1, Math.min(steps.length, Math.floor((size.width + GAP) / (LEAST + GAP))));
  const width = Math.min(230, (size.width - 4 - GAP * (across - 1)) / across);
  const letters = Math.floor((width - 20) / 6.5);
  const lines = steps.map((step) => wrap(broken(step.text, letters), letters).slice(0, 5));
  const rows = Math.ceil(steps.length / across);
  const highs = Array.from(
    { length: rows },
    (_, row) => 44 + Math.max(1, ...lines.slice(row * across, (row + 1) * across).map((l) => l.length)) * 17,
  );
  const top = (row: number): number => TOP + highs.slice(0, row).reduce((sum, high) => sum + high + 18, 0);
  const marks: Mark[] = [];
  steps.forEach((step, i) => {
    const row = Math.floor(i / across);
    const gate = { x: 2 + (i % across) * (width + GAP), y: top(row), width, high: highs[row]! };
    marks.push(...gateMarks(step, i, gate, lines[i]!));
    if (i + 1 < steps.length) marks.push(arrow(i, gate, across));
  });
  return { width: size.width, height: top(rows), marks, says: says(view) };
}

/** Words longer than a line lose their middle; the whole text is the gate's title and stands in the table. */
const broken = (words: string, length: number): string =>
  words
    .split(' ')
    .map((word) => cutMiddle(word, length))
    .join(' ');

interface Gate {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly high: number;
}

function gateMarks(step: CallStep, i: number, { x, y, width, high }: Gate, lines: readonly string[]): Mark[] {
  const refused = step.allowed === false;
  const verdict = step.allowed === null ? '' : refused ? 'no' : 'yes';
  return [
    box(`gate-${i}`, x, y, width, high, `gate ${step.kind}${contains(step) ? ' contains' : ''}${refused ? ' refused' : ''}`, {
      rx: 3,
      title: step.text,
    }),
    text(`kind-${i}`, x + 10, y + 18, KIND_WORDS[step.kind], `t-strong${contains(step) ? ' t-hue' : ''}`),
    ...(verdict === '' ? [] : [text(`verdict-${i}`, x + width - 10, y + 18, verdict, `t-strong${refused ? ' t-bad' : ''}`, 'end')]),
    ...lines.map((line, n) => text(`line-${i}-${n}`, x + 10, y + 36 + n * 17, line, 't-soft t-small')),
    ...(step.units > 0 ? [text(`units-${i}`, x + width - 10, y + high - 7, `costs ${grouped(step.units)}`, 't-small', 'end')] : []),
  ];
}

function arrow(i: number, { x, y, width, high }: Gate, across: number): Mark {
  if ((i + 1) % across !== 0) return path(`to-${i}`, h(x + width + 2, y + 24, x + width + GAP - 2), 'way', { head: true });
  const middle = round(y + high + 9);
  const right = round(x + width / 2);
  return path(`to-${i}`, `M${right} ${round(y + high + 1)}V${middle}H${round(2 + width / 2)}V${round(y + high + 16)}`, 'way', {
    head: true,
  });
}

/** "open("/etc/conf", O_WRONLY) = 3". */
export const asked = (view: CallView, length = 80): string =>
  cut(view.result === null ? view.text : `${view.text} = ${view.result}`, length);

export const who = (view: CallView): string =>
  view.container === null ? `process ${view.pid} of the host` : `process ${view.insidePid} in ${view.container}, ${view.pid} for the host`;

function says(view: CallView): string {
  const looked = view.steps.filter((s) => s.kind === 'namespace').length;
  const refused = view.steps.find((s) => s.allowed === false);
  return (
    `Call ${grouped(view.number)}, ${view.name}, by ${who(view)}: ${plural(view.steps.length, 'step')}` +
    `${looked > 0 ? `, ${plural(looked, 'look-up')} in a namespace` : ''}. Charged: ${grouped(view.kernel)} as natively, ${grouped(view.containment)} for containment.` +
    `${refused === undefined ? '' : ` Refused: ${refused.text}.`}`
  );
}

export function table(view: CallView): PanelTable {
  return {
    columns: [{ label: 'Step' }, { label: 'What' }, { label: 'Allowed' }, { label: 'Charged', right: true }],
    rows: view.steps.map((s) => [KIND_WORDS[s.kind], s.text, s.allowed === null ? '' : s.allowed ? 'yes' : 'no', grouped(s.units)]),
  };
}
