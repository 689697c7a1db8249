/** MIPS assembly for CodeMirror: colours, and the reference of the instruction under the pointer. */
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from '@codemirror/language';
import { EditorView, hoverTooltip, type Tooltip } from '@codemirror/view';
import { Tag } from '@lezer/highlight';
import { isInstruction, reference } from './layout.ts';

const T = {
  comment: Tag.define(),
  directive: Tag.define(),
  label: Tag.define(),
  mnemonic: Tag.define(),
  register: Tag.define(),
  number: Tag.define(),
  string: Tag.define(),
};

const RULES: readonly (readonly [RegExp, keyof typeof T])[] = [
  [/#.*/, 'comment'],
  [/"(?:[^"\\]|\\.)*"?/, 'string'],
  [/'(?:[^'\\]|\\.)'/, 'number'],
  [/\.[a-z_]\w*/i, 'directive'],
  [/[\w.$]+:/, 'label'],
  [/\$\w+/, 'register'],
  [/-?0x[0-9a-f]+|-?\d+/i, 'number'],
  [/%(?:hi|lo)/, 'directive'],
];

const language = StreamLanguage.define({
  name: 'mips',
  token(stream) {
    if (stream.eatSpace()) return null;
    for (const [rule, name] of RULES) if (stream.match(rule)) return name;
    const word = stream.match(/[A-Za-z_][\w.]*/) as RegExpMatchArray | null;
    if (word !== null) return isInstruction(word[0]) ? 'mnemonic' : null;
    stream.next();
    return null;
  },
  tokenTable: T,
  languageData: { commentTokens: { line: '#' } },
});

const look = HighlightStyle.define([
  { tag: T.comment, color: 'var(--ink3)' },
  { tag: T.directive, color: 'var(--l4-ink)' },
  { tag: T.label, color: 'var(--ink)', fontWeight: '650' },
  { tag: T.mnemonic, color: 'var(--l1-ink)', fontWeight: '650' },
  { tag: T.register, color: 'var(--l3-ink)' },
  { tag: T.number, color: 'var(--l2-ink)' },
  { tag: T.string, color: 'var(--l5-ink)' },
]);

const help = hoverTooltip(
  (view, pos): Tooltip | null => {
    const word = view.state.wordAt(pos);
    const line = view.state.doc.lineAt(pos);
    if (word === null || line.text.slice(0, word.from - line.from).includes('#')) return null;
    const found = reference(view.state.sliceDoc(word.from, word.to));
    if (found.length === 0) return null;
    return {
      pos: word.from,
      end: word.to,
      above: true,
      create() {
        const dom = document.createElement('div');
        dom.className = 'instruction-help';
        for (const { form, says } of found.slice(0, 4)) {
          dom.append(
            Object.assign(document.createElement('code'), { textContent: form }),
            Object.assign(document.createElement('p'), { textContent: says }),
          );
        }
        return { dom };
      },
    };
  },
  { hoverTime: 350 },
);

const theme = EditorView.theme({
  '&': { height: '100%', backgroundColor: 'var(--surface)', color: 'var(--ink)', fontSize: '13px' },
  '.cm-scroller': { fontFamily: 'var(--font-code)', lineHeight: '1.55' },
  '.cm-content': { caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': { backgroundColor: 'var(--surface)', color: 'var(--ink3)', borderRight: '1px solid var(--line)' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in oklab, var(--sunken) 60%, transparent)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-selectionBackground, &.cm-focused .cm-selectionBackground': { backgroundColor: 'var(--mark)' },
  '.cm-tooltip': { backgroundColor: 'var(--surface)', color: 'var(--ink)', border: '1px solid var(--line-strong)', borderRadius: '3px' },
  '.cm-panels': { backgroundColor: 'var(--surface)', color: 'var(--ink)' },
});

export const mips = [language, syntaxHighlighting(look), help, theme];
