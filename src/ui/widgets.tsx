/**
 * The widgets of every page. Dialogs and popovers are react-aria-components, loaded when the first one opens (overlays.tsx); what the browser
 * has itself (buttons, numbers, folds, choices) is the browser's own, because the first load is counted. They know no store; values come in
 * and go out by props.
 */
import {
  cloneElement,
  lazy,
  Suspense,
  useEffect,
  useId,
  useRef,
  useState,
  type ComponentProps,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  type Ref,
} from 'react';

const PopoverOverlay = lazy(async () => ({ default: (await import('./overlays.tsx')).PopoverOverlay }));
const ModalDialogOverlay = lazy(async () => ({ default: (await import('./overlays.tsx')).ModalDialogOverlay }));

export interface ButtonProps extends Omit<ComponentProps<'button'>, 'onClick' | 'disabled'> {
  readonly onPress?: () => void;
  readonly isDisabled?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
}

export function Button({ onPress, isDisabled = false, ...rest }: ButtonProps): ReactNode {
  return <button type="button" disabled={isDisabled} onClick={onPress} {...rest} />;
}

export interface Choice<T extends string = string> {
  readonly id: T;
  readonly label: string;
  readonly hint?: string;
}

/** Arrow, Home and End keys among choices in a row: the one to go to, or null when the key means nothing here. */
function neighbour<T extends string>(choices: readonly Choice<T>[], value: T, key: string): T | null {
  const at = choices.findIndex((choice) => choice.id === value);
  const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: choices.length - 1 }[key];
  return to === undefined ? null : (choices[(to + choices.length) % choices.length]?.id ?? null);
}

/** One of a few, all visible: radio buttons in a row. One stop for Tab; arrows move and choose. */
export function Segmented<T extends string>({
  label,
  choices,
  value,
  onChange,
}: {
  readonly label: string;
  readonly choices: readonly Choice<T>[];
  readonly value: T;
  readonly onChange: (id: T) => void;
}): ReactNode {
  const base = useId();
  const move = (event: KeyboardEvent): void => {
    const next = neighbour(choices, value, event.key);
    if (next === null) return;
    event.preventDefault();
    onChange(next);
    document.getElementById(base + next)?.focus();
  };
  return (
    <div className="seg" role="radiogroup" aria-label={label} onKeyDown={move}>
      {choices.map(({ id, label: words }) => (
        <button
          key={id}
          id={base + id}
          type="button"
          role="radio"
          aria-checked={id === value}
          tabIndex={id === value ? 0 : -1}
          onClick={() => {
            if (id !== value) onChange(id);
          }}
        >
          {words}
        </button>
      ))}
    </div>
  );
}

export function Toggle({
  children,
  value,
  onChange,
}: {
  readonly children: ReactNode;
  readonly value: boolean;
  readonly onChange: (on: boolean) => void;
}): ReactNode {
  return (
    <button type="button" role="switch" aria-checked={value} className="sw" onClick={() => onChange(!value)}>
      <span>{children}</span>
      <span className="track" />
    </button>
  );
}

/** A number with a unit. It counts when it is stepped, when Enter is pressed and when the field is left; outside its limits it is brought in. */
export function NumberBox({
  label,
  value,
  min,
  max,
  unit,
  onChange,
}: {
  readonly label: string;
  readonly value: number;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly unit?: string | undefined;
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
        <input
          id={id}
          type="number"
          inputMode="numeric"
          min={min}
          max={max}
          step={1}
          value={text}
          onBlur={() => commit(text)}
          onKeyDown={(e) => {
            if (e.key === 'Enter') commit(text);
          }}
          onChange={(e) => {
            setText(e.target.value);
            // A step by arrow or wheel has no input type: it counts at once.
            if (!('inputType' in e.nativeEvent) || e.nativeEvent.inputType === undefined || e.nativeEvent.inputType === '')
              commit(e.target.value);
          }}
        />
        {unit ? <span className="unit">{unit}</span> : null}
      </span>
    </div>
  );
}

/** A fold that names what it hides. */
export function Fold({
  title,
  children,
  open,
  onOpen,
}: {
  readonly title: ReactNode;
  readonly children: ReactNode;
  readonly open?: boolean;
  readonly onOpen?: (open: boolean) => void;
}): ReactNode {
  return (
    <details className="disc" {...(open === undefined ? {} : { open })} onToggle={(e) => onOpen?.(e.currentTarget.open)}>
      <summary>{title}</summary>
      {children}
    </details>
  );
}

export interface MenuChoice {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly key?: string;
}

/** One of many, folded: the browser's own list. */
export function Chooser<T extends string>({
  label,
  choices,
  value,
  onChange,
  className = '',
  before,
}: {
  readonly label: string;
  readonly choices: readonly Choice<T>[];
  readonly value: T;
  readonly onChange: (id: T) => void;
  readonly className?: string;
  readonly before?: ReactNode;
}): ReactNode {
  return (
    <span className={`chooser ${className}`}>
      {before}
      <select aria-label={label} value={value} onChange={(e) => onChange(e.target.value as T)}>
        {choices.map((choice) => (
          <option key={choice.id} value={choice.id}>
            {choice.label}
            {choice.hint ? ` (${choice.hint})` : ''}
          </option>
        ))}
      </select>
    </span>
  );
}

/** A button that opens a short list of things to do. */
export function MenuButton({
  label,
  children,
  items,
  onAction,
  className = '',
  selected,
}: {
  readonly label: string;
  readonly children: ReactNode;
  readonly items: readonly MenuChoice[];
  readonly onAction: (id: string) => void;
  readonly className?: string;
  /** The item that holds now, marked. */
  readonly selected?: string;
}): ReactNode {
  const [open, setOpen] = useState(false);
  const trigger = useRef<HTMLButtonElement>(null);
  return (
    <>
      <Button
        ref={trigger}
        className={className}
        aria-label={typeof children === 'string' ? `${children}: ${label}` : label}
        aria-haspopup="dialog"
        aria-expanded={open}
        onPress={() => setOpen(true)}
      >
        {children}
      </Button>
      {open ? (
        <Suspense fallback={null}>
          <PopoverOverlay label={label} trigger={trigger} onClose={() => setOpen(false)} className="menu">
            {items.map((item) => (
              <Button
                key={item.id}
                className="menuitem"
                {...(item.id === selected ? { 'aria-current': 'true' as const } : {})}
                onPress={() => {
                  setOpen(false);
                  onAction(item.id);
                }}
              >
                <span>
                  {item.label}
                  {item.hint ? (
                    <>
                      <br />
                      <small>{item.hint}</small>
                    </>
                  ) : null}
                </span>
                {item.key ? <kbd>{item.key}</kbd> : null}
              </Button>
            ))}
          </PopoverOverlay>
        </Suspense>
      ) : null}
    </>
  );
}

/** A short name or key beside a control. */
export function Hint({ text, children }: { readonly text: string; readonly children: ReactElement<{ title?: string }> }): ReactNode {
  return cloneElement(children, { title: text });
}

/** A button (`trigger`) that opens a small window beside it; its own `onPress` runs first. */
export function Popup({
  label,
  trigger,
  children,
}: {
  readonly label: string;
  readonly trigger: ReactElement<ButtonProps>;
  readonly children: ReactNode;
}): ReactNode {
  const [open, setOpen] = useState(false);
  const element = useRef<HTMLButtonElement>(null);
  const press = (): void => {
    trigger.props.onPress?.();
    setOpen(true);
  };
  return (
    <>
      {cloneElement(trigger, { ref: element, 'aria-haspopup': 'dialog', 'aria-expanded': open, onPress: press })}
      {open ? (
        <Suspense fallback={null}>
          <PopoverOverlay label={label} trigger={element} onClose={() => setOpen(false)} className="dialog">
            {children}
          </PopoverOverlay>
        </Suspense>
      ) : null}
    </>
  );
}

export function ModalDialog({
  title,
  open,
  onClose,
  children,
}: {
  readonly title: string;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}): ReactNode {
  return open ? (
    <Suspense fallback={null}>
      <ModalDialogOverlay title={title} onClose={onClose}>
        {children}
      </ModalDialogOverlay>
    </Suspense>
  ) : null;
}

/** Tabs by the ARIA pattern: one stop for Tab, arrows move and choose. */
export function TabSet<T extends string>({
  label,
  tabs,
  value,
  onChange,
  children,
}: {
  readonly label: string;
  readonly tabs: readonly Choice<T>[];
  readonly value: T;
  readonly onChange: (id: T) => void;
  readonly children: (id: T) => ReactNode;
}): ReactNode {
  const base = useId();
  const move = (event: KeyboardEvent): void => {
    const next = neighbour(tabs, value, event.key);
    if (next === null) return;
    event.preventDefault();
    onChange(next);
    document.getElementById(`${base}-${next}`)?.focus();
  };
  return (
    <div className="tabs">
      <div className="tablist" role="tablist" aria-label={label}>
        {tabs.map((tab) => {
          const here = tab.id === value;
          return (
            <button
              key={tab.id}
              type="button"
              role="tab"
              id={`${base}-${tab.id}`}
              aria-selected={here}
              aria-controls={`${base}-panel`}
              tabIndex={here ? 0 : -1}
              onClick={() => onChange(tab.id)}
              onKeyDown={move}
            >
              {tab.label}
            </button>
          );
        })}
      </div>
      {/* Each part begins at its top. */}
      <div key={value} className="tabpanel" role="tabpanel" id={`${base}-panel`} aria-labelledby={`${base}-${value}`} tabIndex={-1}>
        {children(value)}
      </div>
    </div>
  );
}
