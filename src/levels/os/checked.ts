/**
 * What a learner does arrives as text, from a link or a file that anybody may have written: here it becomes an action whose every
 * field is what its type says, or one sentence about the first that is not. Whether it can be done is for the kernel to say.
 */
import type { NamespaceKind, OsAction } from '../../protocol/os-views.ts';
import { Refusal } from '../level.ts';

const NAME = /^[A-Za-z0-9_.-]{1,40}$/,
  FILE = /^[a-z][a-z0-9_.]{0,60}$/;
const KINDS: readonly NamespaceKind[] = ['pid', 'mnt', 'uts', 'ipc', 'net', 'user', 'cgroup'];
const MOST_ARGUMENTS = 256,
  LONGEST = 4096,
  LONGEST_TYPED = 100_000;

type Test = (value: unknown) => boolean;
const text =
  (longest: number): Test =>
  (value) =>
    typeof value === 'string' && value.length <= longest;
const word = (value: unknown): boolean => text(LONGEST)(value) && !String(value).includes('\0');
const list =
  (of: Test, least = 0): Test =>
  (value) =>
    Array.isArray(value) && value.length >= least && value.length <= MOST_ARGUMENTS && value.every(of);
const maybe =
  (test: Test): Test =>
  (value) =>
    value === undefined || test(value);
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const limits: Test = (value) => isRecord(value) && Object.entries(value).every(([file, to]) => FILE.test(file) && text(200)(to));

const NONE: Readonly<Record<string, Test>> = {};
/** What each action needs beside its name and its container. */
const FIELDS: ReadonlyMap<unknown, Readonly<Record<string, Test>>> = new Map<unknown, Readonly<Record<string, Test>>>([
  [
    'create',
    {
      image: text(100),
      args: list(word, 1),
      namespaces: maybe(list((kind) => KINDS.some((one) => one === kind))),
      capabilities: maybe(list(text(40))),
      limits: maybe(limits),
      start: maybe((value) => typeof value === 'boolean'),
    },
  ],
  ['start', NONE],
  ['pause', NONE],
  ['resume', NONE],
  ['delete', NONE],
  ['kill', { signal: (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 64 }],
  ['exec', { args: list(word, 1) }],
  ['limit', { file: (value) => typeof value === 'string' && FILE.test(value), value: text(200) }],
  ['type', { text: text(LONGEST_TYPED) }],
]);

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new Refusal('What was to be done is not JSON.');
  }
}

export function checkedAction(json: string): OsAction {
  const action = parsed(json);
  if (!isRecord(action) || typeof action['act'] !== 'string') throw new Refusal('What was to be done is no action.');
  const fields = FIELDS.get(action['act']);
  if (fields === undefined) throw new Refusal(`Nothing that can be done is called ${shown(action['act'])}.`);
  if (typeof action['id'] !== 'string' || !NAME.test(action['id']))
    throw new Refusal('A container needs a name of letters, digits, "-", "_" or ".".');
  for (const [field, test] of Object.entries(fields))
    if (!test(action[field]))
      throw new Refusal(`To ${String(action['act'])} ${action['id']}, its "${field}" cannot be ${shown(action[field])}.`);
  return action as unknown as OsAction;
}

const shown = (value: unknown): string => (value === undefined ? 'left out' : (JSON.stringify(value) ?? 'that').slice(0, 60));
