/** The button that opens a run which was saved, here or elsewhere. Dropping the file anywhere on the page does the same. */
import { useRef, type ReactNode } from 'react';
import { openRun } from '../../client/url.ts';
import { Button } from '../../ui/widgets.tsx';

export function OpenRun({ onOpened }: { readonly onOpened?: () => void }): ReactNode {
  const input = useRef<HTMLInputElement>(null);
  const take = (file: File | undefined): void => {
    if (file === undefined) return;
    void openRun(file).then(() => onOpened?.());
  };
  return (
    <>
      <Button onPress={() => input.current?.click()}>Open a saved run…</Button>
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        hidden
        aria-label="A saved run to open"
        onChange={(e) => {
          take(e.target.files?.[0]);
          e.target.value = '';
        }}
      />
    </>
  );
}
