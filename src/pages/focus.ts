/**
 * Keeps the keyboard's place: when what has the focus goes away (a button that has done its work, a panel that closed), the nearest that
 * stood around it takes the focus, so that nobody has to begin at the top of the page. Where a part of the page moves the focus itself, it stays there.
 */
import { nextFrame } from '../client/frame.ts';

const PLACES = '[data-panel], [role=tabpanel], [role=dialog], main, aside, footer';

const there = (e: HTMLElement): boolean => e.isConnected && !(e as HTMLButtonElement).disabled && e.checkVisibility?.() !== false;

function lost({ target, relatedTarget }: FocusEvent): void {
  if (relatedTarget !== null || !(target instanceof HTMLElement)) return;
  const around: HTMLElement[] = [];
  for (let e = target.parentElement; e !== null; e = e.parentElement) if (e.matches(PLACES)) around.push(e);
  const mend = (): void => {
    if (document.activeElement !== document.body || there(target)) return;
    const place = [...around, ...document.querySelectorAll<HTMLElement>('main')].find(there);
    // Another page is on its way.
    if (place === undefined) nextFrame(mend);
    else {
      place.tabIndex = -1;
      place.focus({ preventScroll: true });
    }
  };
  nextFrame(mend);
}

/** Returns a function that stops it. */
export function keepFocus(): () => void {
  addEventListener('focusout', lost);
  return () => removeEventListener('focusout', lost);
}
