/** One terminal on the page: brings the drawing, the view and what is typed together. Loaded when a terminal is opened. */
import { useEffect, useLayoutEffect, useRef, type ReactNode, type RefObject } from 'react';
import { act, runOn } from '../../client/act.ts';
import type { TerminalView } from '../../protocol/os-views.ts';
import { create, type TerminalDrawing } from './draw.ts';
import { feed, NOTHING, type Shown } from './layout.ts';

/** What is typed is given to the container at this moment, and the machine runs on to answer. */
async function type(container: string, text: string): Promise<void> {
  if (await act({ act: 'type', id: container, text })) runOn();
}

export interface ScreenProps {
  readonly view: TerminalView;
  /** What was typed before it was there, up to the last moment; and whether it takes the focus. */
  readonly first: RefObject<string>;
  readonly focus: boolean;
}

export default function Screen({ view, first, focus }: ScreenProps): ReactNode {
  const host = useRef<HTMLDivElement>(null);
  const drawing = useRef<TerminalDrawing | null>(null);
  const shown = useRef<Shown>(NOTHING);
  const { container } = view;
  const begin = useRef({ first, focus });
  // Before anything else can happen: the place that took keys until now is gone with this very commit.
  useLayoutEffect(() => {
    const element = host.current;
    if (element === null) return;
    let waiting = '',
      sending = false;
    const send = (text: string): void => {
      waiting += text;
      if (sending) return;
      sending = true;
      void (async () => {
        while (waiting !== '') {
          const now = waiting;
          waiting = '';
          await type(container, now);
        }
        sending = false;
      })();
    };
    const mine = create(element, `Terminal of ${container}`, send);
    drawing.current = mine;
    shown.current = NOTHING;
    if (begin.current.focus) mine.focus();
    const typed = begin.current.first.current;
    begin.current.first.current = '';
    begin.current.focus = false;
    if (typed !== '') send(typed);
    const watcher = new ResizeObserver(() => mine.fit());
    watcher.observe(element);
    const themes = new MutationObserver(() => mine.recolour());
    themes.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    return () => {
      watcher.disconnect();
      themes.disconnect();
      mine.destroy();
      drawing.current = null;
    };
  }, [container]);
  useEffect(() => {
    const next = feed(view, shown.current);
    shown.current = next.shown;
    drawing.current?.feed(next);
  }, [view]);
  return <div ref={host} className="screen" />;
}
