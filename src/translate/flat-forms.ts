/**
 * Flat code that was made before, by what it was made of: bytes at an EIP in a mode. A copy of a page in another process, or a
 * page that was written and written back, has the same code.
 *
 * Invariant: a form's code, links and instructions stay in the engine's tables until the engine is flushed, and the forms with
 * it; so blocks come and go and the form remains. Left out: whether the code map says the same of it, which the engine asks.
 */
export interface Form {
  readonly mode: number;
  readonly bytes: Uint8Array;
  /** Where its code stands, and its instructions. */
  readonly start: number;
  readonly count: number;
  readonly firstInstruction: number;
  /** What the block counts: marks, and the category of all its instructions or -1. */
  readonly marks: number;
  readonly category: number;
}

/** How many are kept of one EIP, the latest first: every link makes another of the same block. */
const MOST = 8;

export class Forms {
  private readonly byEip = new Map<number, Form[]>();

  add(eip: number, form: Form): void {
    const forms = this.byEip.get(eip);
    if (!forms) this.byEip.set(eip, [form]);
    else if (forms.unshift(form) > MOST) forms.pop();
  }

  /** The form of the bytes that stand at `physical`, if `fits` says yes. */
  find(eip: number, mode: number, bytes: Uint8Array, physical: number, fits: (form: Form) => boolean): Form | null {
    return this.byEip.get(eip)?.find((form) => form.mode === mode && standsAt(form.bytes, bytes, physical) && fits(form)) ?? null;
  }

  clear(): void {
    this.byEip.clear();
  }
}

function standsAt(what: Uint8Array, bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < what.length; i++) if (bytes[at + i] !== what[i]) return false;
  return true;
}
