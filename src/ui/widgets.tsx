/**
 * The widgets of every page. What overlays the page or moves the focus (buttons, dialogs, popovers, tooltips, segmented switches) is
 * dress over react-aria-components; what the browser has itself (numbers, switches, folds, choices) is the browser's own, because the
 * first load is counted. They know no store; values come in and go out by props.
 */
import { useEffect, useId, useState, type KeyboardEvent, type ReactElement, type ReactNode } from 'react';
import {
  Button, Dialog, DialogTrigger, Heading, Modal, ModalOverlay, Popover, ToggleButton, ToggleButtonGroup, Tooltip, TooltipTrigger,
} from 'react-aria-components';

export { Button, DialogTrigger, TooltipTrigger };

export interface Choice<T extends string = string> { readonly id: T; readonly label: string; readonly hint?: string }

/** One of a few, all visible. */
export function Segmented<T extends string>({ label, choices, value, onChange }: {
  readonly label: string; readonly choices: readonly Choice<T>[]; readonly value: T; readonly onChange: (id: T) => void;
}): ReactNode {
  return (
    <ToggleButtonGroup className="seg" aria-label={label} selectionMode="single" disallowEmptySelection selectedKeys={[value]}
      onSelectionChange={(keys) => { for (const key of keys) onChange(key as T); }}>
      {choices.map((choice) => <ToggleButton key={choice.id} id={choice.id}>{choice.label}</ToggleButton>)}
    </ToggleButtonGroup>
  );
}

export function Toggle({ children, value, onChange }: { readonly children: ReactNode; readonly value: boolean; readonly onChange: (on: boolean) => void }): ReactNode {
  return <button type="button" role="switch" aria-checked={value} className="sw" onClick={() => onChange(!value)}><span>{children}</span><span className="track" /></button>;
}

/** A number with a unit. It counts when it is stepped, when Enter is pressed and when the field is left; outside its limits it is brought in. */
export function NumberBox({ label, value, min, max, unit, onChange }: {
  readonly label: string; readonly value: number; readonly min?: number | undefined; readonly max?: number | undefined; readonly unit?: string | undefined;
  readonly onChange: (value: number) => void;
}): ReactNode {
  const id = useId();
  const [text, setText] = useState(String(value));
  useEffect(() => setText(String(value)), [value]);
  const commit = (typed: string): void => {
    const wanted = Math.round(Math.max(min ?? -Infinity, Math.min(max ?? Infinity, Number(typed))));
    const next = typed.trim() === '' || Number.isNaN(wanted) ? value : wanted;
    setText(String(next));
    if (next !== value) onChange(next);
  };
  return (
    <div className="knob">
      <label htmlFor={id}>{label}</label>
      <span className="numfield">
        <input id={id} type="number" inputMode="numeric" min={min} max={max} step={1} value={text} onBlur={() => commit(text)} onKeyDown={(e) => { if (e.key === 'Enter') commit(text); }}
          onChange={(e) => {
            setText(e.target.value);
            // A step by arrow or wheel has no input type: it counts at once.
            if (!('inputType' in e.nativeEvent) || e.nativeEvent.inputType === undefined || e.nativeEvent.inputType === '') commit(e.target.value);
          }} />
        {unit ? <span className="unit">{unit}</span> : null}
      </span>
    </div>
  );
}

/** A fold that names what it hides. */
export function Fold({ title, children, open, onOpen }: {
  readonly title: ReactNode; readonly children: ReactNode; readonly open?: boolean; readonly onOpen?: (open: boolean) => void;
}): ReactNode {
  return <details className="disc" {...(open === undefined ? {} : { open })} onToggle={(e) => onOpen?.(e.currentTarget.open)}><summary>{title}</summary>{children}</details>;
}

export interface MenuChoice { readonly id: string; readonly label: string; readonly hint?: string; readonly key?: string }

/** One of many, folded: the browser's own list. */
export function Chooser<T extends string>({ label, choices, value, onChange, className = '', before }: {
  readonly label: string; readonly choices: readonly Choice<T>[]; readonly value: T; readonly onChange: (id: T) => void; readonly className?: string; readonly before?: ReactNode;
}): ReactNode {
  return (
    <span className={`chooser ${className}`}>
      {before}
      <select aria-label={label} value={value} onChange={(e) => onChange(e.target.value as T)}>
        {choices.map((choice) => <option key={choice.id} value={choice.id}>{choice.label}{choice.hint ? ` (${choice.hint})` : ''}</option>)}
      </select>
    </span>
  );
}

/** A button that opens a short list of things to do. */
export function MenuButton({ label, children, items, onAction, className = '', selected }: {
  readonly label: string; readonly children: ReactNode; readonly items: readonly MenuChoice[]; readonly onAction: (id: string) => void; readonly className?: string;
  /** The item that holds now, marked. */
  readonly selected?: string;
}): ReactNode {
  return (
    <DialogTrigger>
      <Button className={className} aria-label={typeof children === 'string' ? `${children}: ${label}` : label}>{children}</Button>
      <Popover className="popover" placement="bottom end">
        <Dialog className="menu" aria-label={label}>
          {({ close }) => items.map((item) => (
            <Button key={item.id} className="menuitem" {...(item.id === selected ? { 'aria-current': 'true' as const } : {})} onPress={() => { close(); onAction(item.id); }}>
              <span>{item.label}{item.hint ? <><br /><small>{item.hint}</small></> : null}</span>{item.key ? <kbd>{item.key}</kbd> : null}
            </Button>
          ))}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

/** A short name or key beside a control. */
export function Hint({ text, children }: { readonly text: string; readonly children: ReactElement }): ReactNode {
  return <TooltipTrigger delay={500}>{children}<Tooltip className="tip" offset={6}>{text}</Tooltip></TooltipTrigger>;
}

export function Popup({ label, trigger, children }: { readonly label: string; readonly trigger: ReactElement; readonly children: ReactNode }): ReactNode {
  return <DialogTrigger>{trigger}<Popover className="popover"><Dialog className="dialog" aria-label={label}>{children}</Dialog></Popover></DialogTrigger>;
}

export function ModalDialog({ title, open, onClose, children }: { readonly title: string; readonly open: boolean; readonly onClose: () => void; readonly children: ReactNode }): ReactNode {
  return (
    <ModalOverlay className="veil" isOpen={open} isDismissable onOpenChange={(next) => { if (!next) onClose(); }}>
      <Modal className="modal">
        <Dialog className="dialog"><Heading slot="title" level={2}>{title}</Heading>{children}</Dialog>
      </Modal>
    </ModalOverlay>
  );
}

/** Tabs by the ARIA pattern: one stop for Tab, arrows move and choose. */
export function TabSet<T extends string>({ label, tabs, value, onChange, children }: {
  readonly label: string; readonly tabs: readonly Choice<T>[]; readonly value: T; readonly onChange: (id: T) => void; readonly children: (id: T) => ReactNode;
}): ReactNode {
  const base = useId();
  const move = (event: KeyboardEvent): void => {
    const at = tabs.findIndex((tab) => tab.id === value);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    const next = to === undefined ? undefined : tabs[(to + tabs.length) % tabs.length];
    if (next === undefined) return;
    event.preventDefault();
    onChange(next.id);
    document.getElementById(`${base}-${next.id}`)?.focus();
  };
  return (
    <div className="tabs">
      <div className="tablist" role="tablist" aria-label={label}>
        {tabs.map((tab) => {
          const here = tab.id === value;
          return <button key={tab.id} type="button" role="tab" id={`${base}-${tab.id}`} aria-selected={here} aria-controls={`${base}-panel`} tabIndex={here ? 0 : -1} onClick={() => onChange(tab.id)} onKeyDown={move}>{tab.label}</button>;
        })}
      </div>
      <div className="tabpanel" role="tabpanel" id={`${base}-panel`} aria-labelledby={`${base}-${value}`} tabIndex={-1}>{children(value)}</div>
    </div>
  );
}
