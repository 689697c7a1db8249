/** The lab's panels by name, each inside its own boundary. The editor is loaded when it is first opened. */
import { lazy, Suspense, type ComponentType, type ReactNode } from 'react';
import { Boundary } from './Boundary.tsx';

type Module = { readonly default: ComponentType };
const found = import.meta.glob<Module>(['../panels/*/Panel.tsx', '!../panels/editor/Panel.tsx', '!../panels/{timeline,tower,caption,transport}/Panel.tsx'], { eager: true });
const late = import.meta.glob<Module>('../panels/editor/Panel.tsx');

const EditorPanel = lazy(async () => (await late['../panels/editor/Panel.tsx']?.()) ?? { default: () => null });

export function Slot({ name }: { readonly name: string }): ReactNode {
  const Panel = found[`../panels/${name}/Panel.tsx`]?.default;
  if (Panel === undefined) return null;
  return <Boundary what={`The panel “${name}”`}><Panel /></Boundary>;
}

export function EditorSlot(): ReactNode {
  return <Boundary what="The editor"><Suspense fallback={<p className="loading" role="status">Opening the editor…</p>}><EditorPanel /></Suspense></Boundary>;
}
