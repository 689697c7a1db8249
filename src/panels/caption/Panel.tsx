/**
 * The caption pair: what was just done, what is about to be done, and the line of now between them. A polite live region that
 * speaks once the machine stands still, so that play is not read out step by step.
 */
import type { ReactNode } from 'react';
import { usePlayback } from '../../client/playback.ts';
import { usePosition, useSession } from '../../client/stores.ts';
import { useView } from '../../client/views.ts';
import './caption.css';

/** Plain text in which `…` is code. */
export function Words({ text }: { readonly text: string }): ReactNode {
  return text.split('`').map((part, i) => (i % 2 === 1 ? <code key={i}>{part}</code> : part));
}

const TYPE = 'The program waits for input: type it into the console.';

export function CaptionPanel(): ReactNode {
  const caption = useView('caption');
  const playing = usePlayback((p) => p.playing);
  const exit = usePosition((p) => p.exit);
  const waiting = usePosition((p) => p.state === 'waiting');
  const atStart = usePosition((p) => p.retired === 0);
  const done = caption?.done ?? '';
  const level = useSession((s) => s.level);
  const next = level === 'isa' && exit !== null ? ended(exit) : level === 'isa' && waiting ? TYPE : (caption?.next ?? '');
  return (
    <div className="cap" data-region="caption" role="status" aria-live={playing ? 'off' : 'polite'} tabIndex={0}>
      <div>
        <b className="k">Just done</b>
        <span>
          <Words
            text={
              done !== ''
                ? done
                : atStart
                  ? 'Nothing yet: the machine stands at the start.'
                  : 'A part of this instruction: the host is still at work on it.'
            }
          />
        </span>
      </div>
      <div>
        <b className="k">About to do</b>
        <span>
          <Words text={next} />
        </span>
      </div>
    </div>
  );
}

function ended({ status, sentence }: { readonly status: number; readonly sentence: string | null }): string {
  return sentence ?? `Nothing: the program has ended with exit status ${status}.`;
}
