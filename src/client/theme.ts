/** The theme: the system's unless the reader chose one. Kept in this browser; never in a link. */
import { useUi, type Theme } from './stores.ts';

const STORED = 'strata.theme';
const DARK = '(prefers-color-scheme: dark)';

function apply(): void {
  const { theme } = useUi.getState();
  const dark = theme === 'dark' || (theme === 'system' && matchMedia(DARK).matches);
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
}

export function setTheme(theme: Theme): void {
  useUi.setState({ theme });
  try {
    if (theme === 'system') localStorage.removeItem(STORED);
    else localStorage.setItem(STORED, theme);
  } catch {
    // Without storage the choice lasts while the page is open.
  }
  apply();
}

/** Takes up the stored choice and follows the system. Returns a function that stops it. */
export function startTheme(): () => void {
  let stored: string | null = null;
  try {
    stored = localStorage.getItem(STORED);
  } catch {
    stored = null;
  }
  useUi.setState({ theme: stored === 'dark' || stored === 'light' ? stored : 'system' });
  apply();
  const system = matchMedia(DARK);
  system.addEventListener('change', apply);
  return () => system.removeEventListener('change', apply);
}
