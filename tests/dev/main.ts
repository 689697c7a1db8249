/** The page over the double: `npx vite`, then /tests/dev/index.html. For looking at the page without the lab. */
import { createRoot } from 'react-dom/client';
import { start } from '../../src/pages/start.tsx';
import { LabDouble } from './double.ts';

start(createRoot(document.getElementById('root')!), () => new LabDouble());
