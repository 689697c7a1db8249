/**
 * The keyboard: one listener, one table of commands. Single keys can be changed or switched off by the reader (WCAG 2.1.4); the choice
 * is kept in this browser. Keys never reach a command while a text field, slider, menu or dialog has the focus and could mean them.
 */
import { useEffect, useRef } from 'react';
import { create } from 'zustand';

export interface Command {
  readonly id: string;
  readonly label: string;
  readonly group: string;
  /** Default keys as `combo` writes them: 'ArrowRight', 'Shift+ArrowRight', 'b', '?', ' '. */
  readonly keys: readonly string[];
  readonly run: () => void;
}

interface KeysState {
  readonly on: boolean;
  /** Changed bindings by command; an empty list means none. */
  readonly changed: Readonly<Record<string, readonly string[]>>;
  readonly commands: readonly Command[];
}

const STORED = 'strata.keys';

function stored(): Pick<KeysState, 'on' | 'changed'> {
  try {
    const raw: unknown = JSON.parse(localStorage.getItem(STORED) ?? '{}');
    if (typeof raw !== 'object' || raw === null) return { on: true, changed: {} };
    const { on, changed } = raw as { on?: unknown; changed?: unknown };
    const entries = typeof changed === 'object' && changed !== null ? Object.entries(changed) : [];
    const sound = entries.filter((e): e is [string, string[]] => Array.isArray(e[1]) && e[1].every((k) => typeof k === 'string'));
    return { on: on !== false, changed: Object.fromEntries(sound) };
  } catch {
    return { on: true, changed: {} };
  }
}

export const useKeys = create<KeysState>(() => ({ ...stored(), commands: [] }));

function keep(): void {
  const { on, changed } = useKeys.getState();
  try {
    localStorage.setItem(STORED, JSON.stringify({ on, changed }));
  } catch {
    // Without storage the choice lasts while the page is open.
  }
}

export function setKeysOn(on: boolean): void {
  useKeys.setState({ on });
  keep();
}

/** Gives a command one key, and takes that key from any other. */
export function bindKey(id: string, key: string): void {
  const { commands, changed } = useKeys.getState();
  const next: Record<string, readonly string[]> = { ...changed, [id]: [key] };
  for (const command of commands) {
    const keys = next[command.id] ?? command.keys;
    if (command.id !== id && keys.includes(key)) next[command.id] = keys.filter((k) => k !== key);
  }
  useKeys.setState({ changed: next });
  keep();
}

export function resetKeys(): void {
  useKeys.setState({ changed: {}, on: true });
  keep();
}

export function keysOf(command: Command, changed = useKeys.getState().changed): readonly string[] {
  return changed[command.id] ?? command.keys;
}

const NAMES: Readonly<Record<string, string>> = { ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓', ' ': 'Space' };
/** A key combination as a reader knows it. */
export function keyName(combo: string): string {
  const parts = combo === ' ' ? [' '] : combo.split('+').filter((p) => p !== '');
  const shown = parts.length === 0 ? ['+'] : parts;
  return shown.map((part) => NAMES[part] ?? (part.length === 1 ? part.toUpperCase() : part)).join(' ');
}

/** 'Shift+ArrowRight' for what was pressed. Shift is left out where it only makes the character. */
export function combo(event: KeyboardEvent): string {
  const single = event.key.length === 1 && event.key !== ' ';
  const key = single ? event.key.toLowerCase() : event.key;
  return event.shiftKey && (!single || /[a-z]/.test(key)) ? `Shift+${key}` : key;
}

const OWN_ARROWS =
  '[role=slider],[role=radiogroup],[role=radio],[role=menu],[role=menuitem],[role=tablist],[role=tab],[role=listbox],[role=option],[role=grid],[role=treegrid],.seg';
const OWN_SPACE =
  'button,a[href],summary,[role=button],[role=switch],[role=checkbox],[role=radio],[role=tab],[role=option],[role=menuitem],input,label';

/** Whether the focused element would itself mean this key. */
export function taken(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest('[role=dialog],[role=menu],[role=listbox]') !== null) return true;
  const field = target.closest('input,textarea,select,[contenteditable=""],[contenteditable=true],.cm-editor');
  if (field !== null && !(field instanceof HTMLInputElement && ['checkbox', 'radio', 'range'].includes(field.type))) return true;
  if (/Arrow|Home|End|Page/.test(key)) return target.closest(`${OWN_ARROWS},input[type=range],input[type=radio]`) !== null;
  if (key === ' ' || key === 'Enter') return target.closest(OWN_SPACE) !== null;
  return false;
}

/** The command that a key press means now, or null. */
export function commandFor(event: KeyboardEvent): Command | null {
  const { on, commands, changed } = useKeys.getState();
  if (!on || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || taken(event.target, event.key)) return null;
  const pressed = combo(event);
  return commands.findLast((command) => keysOf(command, changed).includes(pressed)) ?? null;
}

const listener = (event: KeyboardEvent): void => {
  const command = commandFor(event);
  if (command === null) return;
  event.preventDefault();
  command.run();
};

/** Listens for the page; returns a function that stops it. */
export function startKeys(): () => void {
  addEventListener('keydown', listener);
  return () => removeEventListener('keydown', listener);
}

/** Offers commands while the component is mounted; later ones win a shared key. */
export function useCommands(commands: readonly Command[]): void {
  const latest = useRef(commands);
  useEffect(() => {
    latest.current = commands;
  });
  const ids = commands.map((c) => c.id).join(' ');
  useEffect(() => {
    const mine = latest.current.map((command) => ({ ...command, run: () => latest.current.find((c) => c.id === command.id)?.run() }));
    useKeys.setState((s) => ({ commands: [...s.commands, ...mine] }));
    return () => useKeys.setState((s) => ({ commands: s.commands.filter((c) => !mine.includes(c as (typeof mine)[number])) }));
  }, [ids]);
}
