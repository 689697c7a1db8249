/** Text of the list of programs, in which `backticks` mark code. */
import type { ReactNode } from 'react';

export const withCode = (text: string): ReactNode[] => text.split('`').map((part, i) => (i % 2 === 0 ? part : <code key={i}>{part}</code>));
