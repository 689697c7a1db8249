/** Links of /proc that lead to a file itself rather than to a name: open files, programs, directories, namespaces. */
import { inspect } from './inspect.ts';
import type { Kernel } from './kernel.ts';
import { namespaceOf } from './ns/proc.ts';
import type { Node, OpenFile } from './task.ts';
import { A_SOCKET, PIPE_FS, streamInode } from './vfs/pipefs.ts';
import type { ProcFs } from './vfs/proc.ts';

/** What is opened when an open file is opened again by its link; null when that is its name's to say. */
function reopened(k: Kernel, file: OpenFile): Node | null {
  if (file.kind === 'node' || file.kind === 'ptm' || (file.kind === 'pipe' && file.node.fs !== 0)) return file.node;
  if (file.kind === 'pipe') return { fs: PIPE_FS, ino: file.number };
  if (file.kind === 'socket') return { fs: PIPE_FS, ino: A_SOCKET };
  const stream = file.kind === 'console' && !k.ttys.get(file.number >> 2)!.console.terminal;
  return stream ? { fs: PIPE_FS, ino: streamInode(file.number) } : null;
}

/** Null: the link's name leads on. */
export function magicTarget(k: Kernel, link: Node): Node | null {
  const node = (k.tree.fs(link.fs) as ProcFs).node(link.ino);
  if (node.kind === 'fd') {
    const p = k.processes.get(node.pid);
    if (p) inspect(k, p);
    const file = p && k.files.get(k.fileTables.get(p.files)?.descriptors[node.fd]?.file ?? -1);
    return file ? reopened(k, file) : null;
  }
  if (node.kind === 'namespace') {
    const p = k.processes.get(node.pid);
    return p ? { fs: k.nsfs.id, ino: namespaceOf(k, inspect(k, p), node.name) } : null;
  }
  if (node.kind !== 'processFile' || !node.entry.file?.link) return null;
  const p = k.processes.get(node.pid);
  if (!p) return null;
  inspect(k, p);
  return { exe: p.exeNode, cwd: p.cwd, root: p.root }[node.entry.path] ?? null;
}
