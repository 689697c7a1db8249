// @vitest-environment jsdom
/** Keys: what a press means, when the focused element means it itself, and changed bindings. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bindKey, combo, commandFor, keyName, resetKeys, setKeysOn, startKeys, useKeys } from '../../../src/ui/keys.ts';

let ran: string[] = [];
let stop = (): void => {};
const command = (id: string, ...keys: string[]) => ({
  id,
  label: id,
  group: 'g',
  keys,
  run: () => {
    ran.push(id);
  },
});
const press = (key: string, more: Partial<KeyboardEventInit> = {}, target: Element = document.body): void => {
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }));
};

beforeEach(() => {
  ran = [];
  resetKeys();
  useKeys.setState({
    commands: [
      command('step', 'ArrowRight'),
      command('event', 'Shift+ArrowRight'),
      command('play', ' '),
      command('help', '?'),
      command('break', 'b'),
    ],
  });
  stop = startKeys();
});
afterEach(() => {
  stop();
  document.body.innerHTML = '';
});

describe('keys', () => {
  it('run their commands', () => {
    press('ArrowRight');
    press('ArrowRight', { shiftKey: true });
    press(' ');
    press('?', { shiftKey: true });
    press('B');
    press('x');
    expect(ran).toEqual(['step', 'event', 'play', 'help', 'break']);
  });

  it('leave the browser and text fields alone', () => {
    document.body.innerHTML =
      '<input id="i"><textarea id="t"></textarea><button id="b">x</button><div role="slider" id="s" tabindex="0"></div><div class="cm-editor"><p id="c">x</p></div>';
    press('b', { ctrlKey: true });
    for (const id of ['i', 't', 'c']) press('b', {}, document.getElementById(id)!);
    press(' ', {}, document.getElementById('b')!);
    press('ArrowRight', {}, document.getElementById('s')!);
    expect(ran).toEqual([]);
    press('b', {}, document.getElementById('b')!);
    press('ArrowRight', {}, document.getElementById('b')!);
    expect(ran).toEqual(['break', 'step']);
  });

  it('can be changed, each key meaning one thing', () => {
    bindKey('step', 'b');
    press('b');
    press('ArrowRight');
    expect(ran).toEqual(['step']);
    expect(JSON.parse(localStorage.getItem('strata.keys')!)).toEqual({ on: true, changed: { step: ['b'], break: [] } });
  });

  it('can be switched off', () => {
    setKeysOn(false);
    press('b');
    expect(ran).toEqual([]);
    expect(commandFor(new KeyboardEvent('keydown', { key: 'b' }))).toBeNull();
  });

  it('have names', () => {
    expect(keyName('Shift+ArrowRight')).toBe('Shift →');
    expect(keyName(' ')).toBe('Space');
    expect(keyName('+')).toBe('+');
    expect(combo(new KeyboardEvent('keydown', { key: 'G', shiftKey: true }))).toBe('Shift+g');
  });
});
