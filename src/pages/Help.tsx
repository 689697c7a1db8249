/** Help: what the keys do, each of which can be changed or switched off, and how to read a picture. */
import { useState, type KeyboardEvent, type ReactNode } from 'react';
import { bindKey, combo, keyName, keysOf, resetKeys, setKeysOn, useKeys, type Command } from '../ui/keys.ts';
import { ModalDialog, Toggle } from '../ui/widgets.tsx';

export default function HelpDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }): ReactNode {
  return (
    <ModalDialog title="Keys and reading" open={open} onClose={onClose}>
      <Keys />
      <h3>How to read it</h3>
      <ul className="reading">
        <li>Grey was always there; a hue means that somebody put a layer there. A cost has the hue of the layer that charges it.</li>
        <li>Filled means just done, outlined means next. A value that changed stands on a marked ground, its old value beside it.</li>
        <li>
          Counted amounts (instructions that really ran) are solid; charged amounts (constants for what is not simulated by instructions)
          are hollow.
        </li>
        <li>The upright line is now. Left of it is past, right of it is what this run is known to do.</li>
      </ul>
      <p className="dialog-end">
        <button type="button" className="on" onClick={onClose}>
          Close
        </button>
      </p>
    </ModalDialog>
  );
}

function Keys(): ReactNode {
  const { on, commands, changed } = useKeys();
  const [waiting, setWaiting] = useState<string | null>(null);
  const groups = [...new Set(commands.map((c) => c.group))];
  const press = (event: KeyboardEvent, command: Command): void => {
    if (waiting !== command.id || ['Shift', 'Control', 'Alt', 'Meta', 'Tab'].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    setWaiting(null);
    if (event.key !== 'Escape') bindKey(command.id, combo(event.nativeEvent));
  };
  return (
    <>
      <div className="help-switch">
        <Toggle value={on} onChange={setKeysOn}>
          Single-key commands
        </Toggle>
      </div>
      <div className="help-groups">
        {groups.map((group) => (
          <table key={group} className="help-keys">
            <caption>{group}</caption>
            <thead className="visually-hidden">
              <tr>
                <th scope="col">Command</th>
                <th scope="col">Key</th>
              </tr>
            </thead>
            <tbody>
              {commands
                .filter((c) => c.group === group)
                .map((command) => (
                  <tr key={command.id}>
                    <td>{command.label}</td>
                    <td className="r">
                      <button
                        type="button"
                        onClick={() => setWaiting(waiting === command.id ? null : command.id)}
                        onKeyDown={(e) => press(e, command)}
                        onBlur={() => setWaiting(null)}
                        aria-label={`${command.label}: key ${keysOf(command, changed).map(keyName).join(' or ') || 'none'}. Change`}
                      >
                        {waiting === command.id ? 'press a key…' : keysOf(command, changed).map((k) => <kbd key={k}>{keyName(k)}</kbd>)}
                        {waiting !== command.id && keysOf(command, changed).length === 0 ? 'none' : null}
                      </button>
                    </td>
                  </tr>
                ))}
            </tbody>
          </table>
        ))}
      </div>
      <p className="sub">
        Choose a key to change it.{' '}
        <button type="button" className="quiet" onClick={resetKeys}>
          Reset all keys
        </button>
      </p>
    </>
  );
}
