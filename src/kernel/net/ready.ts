/** Whether what a blocked call on a socket waits for has come. */
import type { Kernel } from '../kernel.ts';

export function socketReady(_k: Kernel, _socket: number, _what: 'read' | 'write' | 'accept' | 'connect'): boolean {
  return true;
}
