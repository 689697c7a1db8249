/**
 * Pages of shared mappings: one frame for each page of a file, however many processes map it, so that all see what one writes.
 * Memory shared without a file stands on a nameless file of a file system that is mounted nowhere.
 *
 * Invariant: while a page is here, its frame is the truth; read and write of the file go through `flush` and `wrote`. When the
 * last mapping goes, what was written goes to the file.
 */
import { Errno } from './errno.ts';
import { PAGE } from './frames.ts';
import type { Kernel } from './kernel.ts';
import type { Node } from './task.ts';
import { MemoryFs } from './vfs/memory.ts';
import { S_IFREG } from './vfs/types.ts';

interface SharedPage {
  readonly node: Node;
  /** Offset in the file. */
  readonly offset: number;
  readonly frame: number;
  /** Somebody may have written it. */
  readonly written: boolean;
}

/** File system of memory that is shared without a file. */
export const SHM_FS = 14;
const keyOf = (node: Node, offset: number): string => `${node.fs}:${node.ino}:${offset}`;

export class SharedPages {
  private readonly k: Kernel;
  private pages = new Map<string, SharedPage>();

  constructor(k: Kernel) {
    this.k = k;
  }

  /** The frame of a page, with one more reference; 0 when memory is full. */
  take(node: Node, offset: number, write: boolean): number {
    const { frames, machine } = this.k,
      key = keyOf(node, offset),
      known = this.pages.get(key);
    if (known) {
      if (write && !known.written) this.pages.set(key, { ...known, written: true });
      return frames.share(known.frame) ? known.frame : 0;
    }
    const frame = frames.allocateZeroed();
    if (frame === 0) return 0;
    this.k.charge('page.zero');
    machine.memory.write(frame, this.k.tree.fs(node.fs).read(node.ino, offset, PAGE));
    this.pages.set(key, { node, offset, frame, written: write });
    return frame;
  }

  /** A mapping of the page goes; with the last one the page goes back to its file. */
  give(node: Node, offset: number): void {
    const key = keyOf(node, offset),
      page = this.pages.get(key);
    if (!page) return;
    if (this.k.frames.references(page.frame) === 1) {
      this.writeBack(page);
      this.pages.delete(key);
    }
    this.k.frames.release(page.frame);
  }

  private writeBack({ node, offset, frame, written }: SharedPage): void {
    if (!written) return;
    try {
      const fs = this.k.tree.fs(node.fs),
        { size } = fs.stat(node.ino);
      const length = Math.min(PAGE, size - offset);
      if (length > 0) fs.write(node.ino, offset, this.k.machine.memory.bytes.slice(frame, frame + length));
    } catch (error) {
      // The file is gone, or its file system full: as on Linux nobody is left to be told.
      if (!(error instanceof Errno)) throw error;
    }
  }

  private each(node: Node, start: number, end: number, visit: (page: SharedPage) => void): void {
    if (this.pages.size === 0) return;
    for (let offset = start - (start % PAGE); offset < end; offset += PAGE) {
      const page = this.pages.get(keyOf(node, offset));
      if (page) visit(page);
    }
  }

  /** The file is about to be read there. */
  flush(node: Node, start: number, length: number): void {
    this.each(node, start, start + length, (page) => this.writeBack(page));
  }

  /** The file was written there. */
  wrote(node: Node, start: number, bytes: Uint8Array): void {
    this.each(node, start, start + bytes.length, ({ offset, frame }) => {
      const from = Math.max(0, offset - start),
        to = Math.min(bytes.length, offset + PAGE - start);
      this.k.machine.memory.write(frame + start + from - offset, bytes.subarray(from, to));
    });
  }

  /** The nameless file of a mapping without one. */
  nameless(length: number): Node {
    const fs = this.k.tree.fs(SHM_FS),
      name = String(this.k.nextId++);
    const ino = fs.create(fs.root, name, { mode: S_IFREG | 0o600, uid: 0, gid: 0 });
    fs.truncate(ino, length);
    const node = { fs: SHM_FS, ino };
    fs.hold(ino, 1);
    fs.remove(fs.root, name);
    return node;
  }

  save(): readonly SharedPage[] {
    return [...this.pages.values()];
  }
  restore(saved: readonly SharedPage[]): void {
    this.pages = new Map(saved.map((page) => [keyOf(page.node, page.offset), page]));
  }
}

export const shmFileSystem = (now: () => number): MemoryFs => new MemoryFs({ id: SHM_FS, type: 'tmpfs', now });
