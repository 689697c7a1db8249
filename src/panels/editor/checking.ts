/** Asks the assembler about the text a moment after typing stops; the answer to an older text is thrown away. */
import { assemble } from '../../client/actions.ts';
import type { Diagnostic } from '../../protocol/messages.ts';

const PAUSE_MS = 300;

export interface Checker {
  ask(text: string): void;
  stop(): void;
}

export function checker(found: (diagnostics: readonly Diagnostic[], text: string) => void): Checker {
  let timer: ReturnType<typeof setTimeout> | undefined,
    latest = 0;
  return {
    ask(text) {
      clearTimeout(timer);
      const mine = (latest += 1);
      timer = setTimeout(() => {
        assemble(text).then(
          (diagnostics) => {
            if (mine === latest) found(diagnostics, text);
          },
          () => {},
        ); // a worker that fails says so by itself
      }, PAUSE_MS);
    },
    stop() {
      clearTimeout(timer);
      latest += 1;
    },
  };
}
