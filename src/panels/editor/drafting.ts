/** Which draft is edited, and where its text comes from. Without the editor itself, which is loaded when it is first opened. */
import { create } from 'zustand';
import { loadDrafts, newDraftId, saveDraft, useDrafts, type Draft } from '../../client/drafts.ts';

/** The draft that the editor shows; null until one is chosen. */
export const useEditing = create<{ readonly id: string | null }>(() => ({ id: null }));

export const TEMPLATE = `# Counts from 1 to 10 and ends with the sum as its status.
        .text
        .globl  main
main:   li      $v1, 0                  # sum
        li      $t0, 10                 # left to add
next:   addu    $v1, $v1, $t0
        addiu   $t0, $t0, -1
        bne     $t0, $0, next

        move    $a0, $v1                # status
        li      $v0, 4001               # exit
        syscall
`;

/** Edits a draft by its id. What the reader has already written under that id is kept, unless `fresh`. */
export async function editDraft(draft: Omit<Draft, 'changed'>, fresh: boolean): Promise<void> {
  const stored = (await loadDrafts()).find((d) => d.id === draft.id);
  if (stored === undefined || fresh) await saveDraft(draft);
  useEditing.setState({ id: draft.id });
}

/** The draft with this text, else the last one, else a small program to begin with. */
export async function editSomething(text: string | null): Promise<void> {
  const drafts = await loadDrafts();
  const same = text === null ? drafts[0] : drafts.find((d) => d.text === text);
  if (same !== undefined) useEditing.setState({ id: same.id });
  else await editDraft({ id: newDraftId(), name: 'draft.s', text: text ?? TEMPLATE }, true);
}

export const draftById = (id: string | null): Draft | null => useDrafts.getState().drafts.find((d) => d.id === id) ?? null;
