/** Whether what a blocked call on a socket waits for has come. */
import type { Kernel } from '../kernel.ts';
import { isStream, peerOf, roomIn } from './socket.ts';

export function socketReady(k: Kernel, id: number, what: 'read' | 'write' | 'accept' | 'connect', least = 1): boolean {
  const s = k.sockets.get(id);
  if (!s || s.error !== 0) return true;
  switch (what) {
    case 'read':
      return s.stream.length >= least || s.datagrams.length > 0 || s.readEnd;
    case 'write': {
      const peer = peerOf(k, s);
      return s.writeEnd || peer === null || roomIn(peer) > (isStream(s) ? 4095 : 0);
    }
    case 'accept':
      return s.queue.length > 0 || s.state !== 'listening';
    // Something about listening sockets has changed; the call looks for itself.
    case 'connect':
      return k.changes !== k.seenChanges;
  }
}
