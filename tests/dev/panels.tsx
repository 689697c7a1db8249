/**
 * The panels by themselves over drawn-up views, to look at while working on them: #theme=dark&scene=wide. Not shipped.
 */
import { StrictMode, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { usePosition, useSession } from '../../src/client/stores.ts';
import { receiveViews } from '../../src/client/views.ts';
import CachePanel from '../../src/panels/cache/Panel.tsx';
import CostPanel from '../../src/panels/cost/Panel.tsx';
import FormsPanel from '../../src/panels/forms/Panel.tsx';
import '../../src/ui/tokens.css';
import '../../src/ui/base.css';
import '../../src/ui/widgets.css';
import { Patterns } from '../../src/ui/patterns.tsx';
import * as made from '../unit/panels/fixtures/checksum.ts';

const wish = new URLSearchParams(location.hash.slice(1));
document.documentElement.dataset.theme = wish.get('theme') ?? 'light';
const blocks = Number(wish.get('blocks') ?? 0);
receiveViews({
  forms: wish.get('forms') === 'interpreted' ? made.interpreted : made.forms, cache: blocks > 0 ? made.manyBlocks(blocks, 3) : made.cache, cost: made.cost,
  ...(wish.has('rival') ? { rival: made.rival } : {}),
});
usePosition.setState({ guestRetired: Number(wish.get('now') ?? 200), time: 6015 });
useSession.setState({ phase: 'open' });

const scenes: Readonly<Record<string, () => ReactNode>> = {
  forms: () => <div style={{ height: 372, background: 'var(--page)', display: 'grid' }}><FormsPanel /></div>,
  pair: () => <div style={{ height: 296, display: 'grid', gridTemplateColumns: '512px 360px', background: 'var(--page)' }}><CachePanel /><CostPanel /></div>,
  tall: () => <div style={{ height: 668, background: 'var(--page)', display: 'grid' }}><FormsPanel /></div>,
};
const Scene = scenes[wish.get('scene') ?? 'forms'];
createRoot(document.getElementById('root') as HTMLElement).render(<StrictMode><Patterns />{Scene === undefined ? null : <Scene />}</StrictMode>);
