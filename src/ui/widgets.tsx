/**
 * The widgets of every page: thin dress over react-aria-components, which gives them keyboard and assistive-technology behaviour.
 * They know no store; values come in and go out by props.
 */
import type { ReactElement, ReactNode } from 'react';
import {
  Button, Dialog, DialogTrigger, Disclosure, DisclosurePanel, Group, Heading, Input, Label, Menu, MenuItem, MenuTrigger, Modal, ModalOverlay,
  NumberField, Popover, Slider, SliderOutput, SliderThumb, SliderTrack, Switch, Tab, TabList, TabPanel, Tabs, ToggleButton, ToggleButtonGroup,
  Tooltip, TooltipTrigger,
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
  return <Switch className="sw" isSelected={value} onChange={onChange}><span>{children}</span><span className="track" /></Switch>;
}

/** A number with a unit, typed or stepped. */
export function NumberBox({ label, value, min, max, unit, onChange }: {
  readonly label: string; readonly value: number; readonly min?: number | undefined; readonly max?: number | undefined; readonly unit?: string | undefined;
  readonly onChange: (value: number) => void;
}): ReactNode {
  const limits = { ...(min === undefined ? {} : { minValue: min }), ...(max === undefined ? {} : { maxValue: max }) };
  return (
    <NumberField className="knob" value={value} {...limits} onChange={(n) => { if (!Number.isNaN(n)) onChange(n); }}>
      <Label>{label}</Label>
      <Group className="numfield">
        <Input />{unit ? <span className="unit">{unit}</span> : null}
        <Button slot="decrement" aria-label={`Less: ${label}`}>−</Button><Button slot="increment" aria-label={`More: ${label}`}>+</Button>
      </Group>
    </NumberField>
  );
}

export function Range({ label, value, min, max, step = 1, show, onChange }: {
  readonly label: string; readonly value: number; readonly min: number; readonly max: number; readonly step?: number;
  readonly show?: (value: number) => string; readonly onChange: (value: number) => void;
}): ReactNode {
  return (
    <Slider className="slider" value={value} minValue={min} maxValue={max} step={step} onChange={(n) => onChange(n)}>
      <Label>{label}</Label><SliderOutput>{show ? show(value) : undefined}</SliderOutput>
      <SliderTrack className="track"><SliderThumb className="thumb" /></SliderTrack>
    </Slider>
  );
}

/** A fold that names what it hides. */
export function Fold({ title, children, open, onOpen }: {
  readonly title: ReactNode; readonly children: ReactNode; readonly open?: boolean; readonly onOpen?: (open: boolean) => void;
}): ReactNode {
  const state = { ...(open === undefined ? {} : { isExpanded: open }), ...(onOpen === undefined ? {} : { onExpandedChange: onOpen }) };
  return (
    <Disclosure className="disc" {...state}>
      <Heading level={3}><Button slot="trigger">{title}</Button></Heading>
      <DisclosurePanel>{children}</DisclosurePanel>
    </Disclosure>
  );
}

export interface MenuChoice { readonly id: string; readonly label: string; readonly hint?: string; readonly checked?: boolean; readonly key?: string }

/** A button with a menu. `selected` makes it a choice of one. */
export function MenuButton({ label, children, items, onAction, className = '', selected }: {
  readonly label: string; readonly children: ReactNode; readonly items: readonly MenuChoice[]; readonly onAction: (id: string) => void;
  readonly className?: string; readonly selected?: string;
}): ReactNode {
  const choice = selected === undefined ? {} : { selectionMode: 'single' as const, selectedKeys: [selected], disallowEmptySelection: true };
  return (
    <MenuTrigger>
      <Button className={className} aria-label={label}>{children}</Button>
      <Popover className="popover" placement="bottom end">
        <Menu aria-label={label} onAction={(key) => onAction(String(key))} {...choice}>
          {items.map((item) => (
            <MenuItem key={item.id} id={item.id} className="menuitem" textValue={item.label}>
              {({ isSelected }) => <><span aria-hidden="true">{isSelected ? '✓' : ''}</span><span>{item.label}{item.hint ? <><br /><small>{item.hint}</small></> : null}</span>{item.key ? <kbd>{item.key}</kbd> : <span />}</>}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
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

export function TabSet<T extends string>({ label, tabs, value, onChange, children }: {
  readonly label: string; readonly tabs: readonly Choice<T>[]; readonly value: T; readonly onChange: (id: T) => void; readonly children: (id: T) => ReactNode;
}): ReactNode {
  return (
    <Tabs className="tabs" selectedKey={value} onSelectionChange={(key) => onChange(key as T)}>
      <TabList className="tablist" aria-label={label}>{tabs.map((tab) => <Tab key={tab.id} id={tab.id}>{tab.label}</Tab>)}</TabList>
      {tabs.map((tab) => <TabPanel key={tab.id} id={tab.id} className="tabpanel">{children(tab.id)}</TabPanel>)}
    </Tabs>
  );
}
