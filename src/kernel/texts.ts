/**
 * A file that runs is not written, and one that is open for writing does not run (ETXTBSY of open(2) and execve(2); deny_write_access of
 * Linux). Nothing is counted: who runs what, and who has what open, is in the tables. As with Linux it is the program alone, neither the
 * script that named it nor what it maps besides.
 */
import { fail } from './errno.ts';
import { mayWrite } from './files.ts';
import type { Kernel } from './kernel.ts';
import { READ_ONLY, SHARED } from './regions.ts';
import type { Node } from './task.ts';
import { sameNode } from './vfs/paths.ts';

export function mayChangeText(k: Kernel, node: Node): void {
  for (const p of k.processes.values()) if (p.state !== 'zombie' && p.exeNode && sameNode(p.exeNode, node)) fail('ETXTBSY');
}

/** A shared mapping that may write keeps the file open for writing. */
export function mayBecomeText(k: Kernel, node: Node): void {
  for (const file of k.files.values()) if (file.kind === 'node' && mayWrite(file) && sameNode(file.node, node)) fail('ETXTBSY');
  for (const space of k.spaces.values())
    for (const { flags, file } of space.regions)
      if (file && (flags & (SHARED | READ_ONLY)) === SHARED && sameNode(file.node, node)) fail('ETXTBSY');
}
