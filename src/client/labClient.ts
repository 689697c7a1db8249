/**
 * The lab behind a message port: numbered requests become promises, everything unasked goes to `onPush`.
 * Invariant: each promise settles exactly once; after a failure of the worker all of them are rejected with one sentence.
 */
import type { Answer, Diagnostic, Envelope, Push, Request, Result } from '../protocol/messages.ts';

/** The part of a Worker that is used; tests put a double here. */
export interface LabPort {
  postMessage(message: Envelope): void;
  onmessage: ((event: MessageEvent<Answer | Push>) => unknown) | null;
  onerror: ((event: ErrorEvent) => unknown) | null;
  onmessageerror: ((event: MessageEvent) => unknown) | null;
  terminate(): void;
}

/** The lab refused: the message is one clear sentence for the user. */
export class LabRefusal extends Error {
  override readonly name = 'LabRefusal';
  readonly diagnostics: readonly Diagnostic[];
  constructor(why: string, diagnostics: readonly Diagnostic[] = []) {
    super(why);
    this.diagnostics = diagnostics;
  }
}

export const WORKER_FAILED = 'The simulator stopped working in this tab. Open the program again to go on; your drafts are kept.';

interface Waiting {
  readonly resolve: (result: Result) => void;
  readonly reject: (why: LabRefusal) => void;
}

export class LabClient {
  onPush: (push: Push) => void = () => {};
  onFailure: (why: string) => void = () => {};
  readonly #port: LabPort;
  readonly #waiting = new Map<number, Waiting>();
  #next = 1;
  #dead = false;

  constructor(port: LabPort) {
    this.#port = port;
    // A port has one owner, and tests give a plain object.
    // oxlint-disable unicorn/prefer-add-event-listener
    port.onmessage = (event) => this.#receive(event.data);
    port.onerror = () => this.#fail();
    port.onmessageerror = () => this.#fail();
    // oxlint-enable unicorn/prefer-add-event-listener
  }

  get dead(): boolean {
    return this.#dead;
  }

  request(request: Request): Promise<Result> {
    if (this.#dead) return Promise.reject(new LabRefusal(WORKER_FAILED));
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window
      this.#port.postMessage({ id, request });
    });
  }

  close(): void {
    this.#dead = true;
    this.#port.terminate();
    this.#rejectAll('The session was closed.');
  }

  #receive(message: Answer | Push): void {
    if ('push' in message) {
      this.onPush(message);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    if (waiting === undefined) return;
    this.#waiting.delete(message.id);
    if (message.ok) waiting.resolve(message.result);
    else waiting.reject(new LabRefusal(message.why, message.diagnostics));
  }

  #fail(): void {
    if (this.#dead) return;
    this.#dead = true;
    this.#port.terminate();
    this.#rejectAll(WORKER_FAILED);
    this.onFailure(WORKER_FAILED);
  }

  #rejectAll(why: string): void {
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const waiting of all) waiting.reject(new LabRefusal(why));
  }
}
