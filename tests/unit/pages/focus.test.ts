// @vitest-environment jsdom
/** The keyboard's place, when what had the focus goes away. */
import { afterEach, expect, it } from 'vitest';
import { keepFocus } from '../../../src/pages/focus.ts';

const frames = (): Promise<void> => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())));
const stop = keepFocus();
afterEach(stop);

it('what stood around it takes the focus; a reader who leaves by himself is left alone', async () => {
  document.body.innerHTML =
    '<main><section data-panel="rooms"><p><button id="pause">Pause</button></p></section><button id="other"></button></main>';
  const button = document.getElementById('pause')!,
    panel = document.querySelector('section')!;
  button.focus();
  button.blur();
  await frames();
  expect(document.activeElement).toBe(document.body);
  button.focus();
  // As browsers do, and jsdom does not: the focus goes before the element.
  button.blur();
  button.remove();
  await frames();
  expect(document.activeElement).toBe(panel);
  panel.blur();
  panel.remove();
  await frames();
  expect(document.activeElement).toBe(document.querySelector('main'));
  // The page goes, and another one comes a little later.
  (document.activeElement as HTMLElement).blur();
  document.body.innerHTML = '';
  await frames();
  document.body.innerHTML = '<main></main>';
  await frames();
  expect(document.activeElement).toBe(document.querySelector('main'));
});
