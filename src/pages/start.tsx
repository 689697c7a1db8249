/** The page over any lab: main.tsx gives it a worker, tests give it a double. */
import { StrictMode } from 'react';
import type { Root } from 'react-dom/client';
import { setLabPort } from '../client/connect.ts';
import type { LabPort } from '../client/labClient.ts';
import { startTheme } from '../client/theme.ts';
import { startRouting } from '../client/url.ts';
import { startKeys } from '../ui/keys.ts';
import '../ui/tokens.css';
import '../ui/base.css';
import '../ui/widgets.css';
import './frame.css';
import { App } from './App.tsx';
import { keepFocus } from './focus.ts';

export function start(root: Root, makePort: () => LabPort): void {
  setLabPort(makePort);
  startTheme();
  startKeys();
  keepFocus();
  startRouting();
  root.render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
