/** The text editor in its host element: CodeMirror with MIPS, squiggles from outside, and callbacks for changes and running. */
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { lintGutter, lintKeymap, nextDiagnostic, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from '@codemirror/view';
import { mips } from './language.ts';
import type { Place } from './layout.ts';

export interface EditorCallbacks {
  changed(text: string): void;
  run(): void;
}
export interface Editor {
  text(): string;
  /** Replaces the whole text, as when another draft is opened. */
  show(text: string): void;
  mark(places: readonly Place[]): void;
  goTo(place: Place): void;
  nextMistake(): void;
  destroy(): void;
}

export function create(host: HTMLElement, callbacks: EditorCallbacks, label: string): Editor {
  const state = (text: string) =>
    EditorState.create({
      doc: text,
      extensions: [
        keymap.of([
          {
            key: 'Mod-Enter',
            run: () => {
              callbacks.run();
              return true;
            },
          },
          ...lintKeymap,
          ...searchKeymap,
          ...historyKeymap,
          ...defaultKeymap,
        ]),
        lineNumbers(),
        lintGutter(),
        history(),
        drawSelection(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        highlightSelectionMatches(),
        search({ top: true }),
        mips,
        EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) callbacks.changed(update.state.doc.toString());
        }),
      ],
    });
  const view = new EditorView({ parent: host, state: state('') });
  return {
    text: () => view.state.doc.toString(),
    show: (text) => view.setState(state(text)),
    mark(places) {
      const length = view.state.doc.length;
      view.dispatch(
        setDiagnostics(
          view.state,
          places.filter((p) => p.to <= length).map((p) => ({ ...p })),
        ),
      );
    },
    goTo(place) {
      view.dispatch({ selection: { anchor: Math.min(place.from, view.state.doc.length) }, scrollIntoView: true });
      view.focus();
    },
    nextMistake() {
      nextDiagnostic(view);
    },
    destroy() {
      view.destroy();
    },
  };
}
