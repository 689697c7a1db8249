// @vitest-environment jsdom
/** The switch of modes, used faster than the lab answers. */
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { open } from '../../../src/client/actions.ts';
import { setLabPort } from '../../../src/client/connect.ts';
import { useSession, useWish } from '../../../src/client/stores.ts';
import { ModeSwitch } from '../../../src/pages/TopBar.tsx';
import { LabDouble } from '../../dev/double.ts';

beforeEach(() => setLabPort(() => new LabDouble()));
afterEach(cleanup);

it('shows what was wished for, so that going back at once is a wish too', async () => {
  await open({ kind: 'assembly', text: 'main:' }, { mode: 'translate' });
  render(<ModeSwitch />);
  const choice = (name: string, checked?: boolean) => screen.getByRole('radio', { name, ...(checked === undefined ? {} : { checked }) });
  act(() => void fireEvent.click(choice('Interpret')));
  expect(useSession.getState().mode).toBe('translate');
  choice('Interpret', true);
  act(() => void fireEvent.click(choice('Translate')));
  await act(() => expect.poll(() => useWish.getState()).toEqual({}));
  expect(useSession.getState().mode).toBe('translate');
  choice('Translate', true);
});
