/**
 * Work that must not be lost: assembly drafts and dropped files, kept in this browser (IndexedDB). A draft is saved while it is
 * typed; what is still on its way there when the page is left is put into local storage, which is at once, and taken from there next
 * time. A dropped file is kept by the hash of its bytes, so that a link on this machine finds it again. A browser without storage
 * works on, and says once that nothing can be kept.
 */
import { createStore, del, get, set, values, type UseStore } from 'idb-keyval';
import { create } from 'zustand';

export interface Draft {
  readonly id: string;
  readonly name: string;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly changed: number;
}
interface StoredFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export const useDrafts = create<{ readonly drafts: readonly Draft[]; readonly problem: string | null }>(() => ({
  drafts: [],
  problem: null,
}));

const CANNOT = 'This browser does not let Strata store anything, so drafts last only while the page is open.';
let draftStore: UseStore | null = null;
let fileStore: UseStore | null = null;
const drafts = (): UseStore => (draftStore ??= createStore('strata-drafts', 'drafts'));
const files = (): UseStore => (fileStore ??= createStore('strata-files', 'files'));

async function safely<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch {
    useDrafts.setState({ problem: CANNOT });
    return null;
  }
}

/** Drafts that the database has not confirmed yet, by id. */
const underway = new Map<string, Draft>();
const LEFT = 'strata.drafts-left';

/** The page is left: what is under way might not arrive. */
function keepUnderway(): void {
  if (underway.size === 0) return;
  try {
    localStorage.setItem(LEFT, JSON.stringify([...underway.values()]));
  } catch {
    // No storage, or no room: the database has had its chance.
  }
}

const isDraft = (d: unknown): d is Draft =>
  typeof d === 'object' &&
  d !== null &&
  ['id', 'name', 'text'].every((key) => typeof (d as Record<string, unknown>)[key] === 'string') &&
  typeof (d as Draft).changed === 'number';

/** What was under way when the page was left last, now in the database. */
async function takeLeft(): Promise<void> {
  try {
    const left: unknown = JSON.parse(localStorage.getItem(LEFT) ?? '[]');
    for (const draft of Array.isArray(left) ? left.filter(isDraft) : []) {
      const stored = await get<Draft>(draft.id, drafts());
      if (stored === undefined || stored.changed < draft.changed) await set(draft.id, draft, drafts());
    }
    localStorage.removeItem(LEFT);
  } catch {
    // Nothing was left, or nothing can be kept.
  }
}

const byChange = (a: Draft, b: Draft): number => b.changed - a.changed;

/** Reads all drafts, newest first. */
export async function loadDrafts(): Promise<readonly Draft[]> {
  await takeLeft();
  const stored = await safely(() => values<Draft>(drafts()));
  if (stored === null) return useDrafts.getState().drafts;
  const list = [...underway.values(), ...stored.filter((d) => !underway.has(d.id))].toSorted(byChange);
  useDrafts.setState({ drafts: list });
  return list;
}

/** Stores a draft; the page's own list has it at once, even where storage is refused. */
export async function saveDraft(draft: Omit<Draft, 'changed'>): Promise<Draft> {
  const stamped: Draft = { ...draft, changed: Date.now() };
  const rest = useDrafts.getState().drafts.filter((d) => d.id !== draft.id);
  useDrafts.setState({ drafts: [stamped, ...rest] });
  addEventListener('pagehide', keepUnderway);
  underway.set(draft.id, stamped);
  await safely(() => set(draft.id, stamped, drafts()));
  if (underway.get(draft.id) === stamped) underway.delete(draft.id);
  return stamped;
}

export async function deleteDraft(id: string): Promise<void> {
  underway.delete(id);
  useDrafts.setState((s) => ({ drafts: s.drafts.filter((d) => d.id !== id) }));
  await safely(() => del(id, drafts()));
}

export function newDraftId(): string {
  return crypto.randomUUID();
}

/** First 16 hex digits of the SHA-256 of the bytes: enough to find a file of one's own again. */
export async function fileKey(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes.slice().buffer));
  return [...digest.subarray(0, 8)].map((b) => b.toString(16).padStart(2, '0')).join('');
}

export async function saveFile(name: string, bytes: Uint8Array): Promise<string> {
  const key = await fileKey(bytes);
  await safely(() => set(key, { name, bytes } satisfies StoredFile, files()));
  return key;
}

export async function loadFile(key: string): Promise<StoredFile | null> {
  return (await safely(() => get<StoredFile>(key, files()))) ?? null;
}
