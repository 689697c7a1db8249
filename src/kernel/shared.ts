/**
 * The page cache of mapped files: one frame for each page of a file, however many processes map it. Shared mappings write into
 * that frame; private ones read it until they write and get a copy of their own. A file is known by where its pages really are,
 * so all containers on one layer of an image have one frame for each page of it. Memory shared without a file stands on a
 * nameless file of a file system that is mounted nowhere.
 *
 * Invariant: while a page is here, its frame is the truth and has one user more than mappings: the cache. read and write of the
 * file go through `flush` and `wrote`. When the last mapping goes, what was written goes to the file. Who touches a page first
 * pays for it until then (cgroup-v2.rst, "Memory Ownership"), unless the file system has its contents charged already.
 *
 * Left out: pages that stay in the cache without a mapping (files live in memory beside the frames, so they cost no second
 * reading), read-ahead. Clean pages of a group that is full are taken back by reclaim.ts.
 */
import { Errno } from './errno.ts';
import { PAGE } from './frames.ts';
import type { Kernel } from './kernel.ts';
import type { Node } from './task.ts';
import { MemoryFs } from './vfs/memory.ts';
import { S_IFREG } from './vfs/types.ts';

export interface SharedPage {
  /** Where the page really is: no overlay. */
  readonly node: Node;
  /** Offset in the file. */
  readonly offset: number;
  readonly frame: number;
  /** Somebody may have written it. */
  readonly written: boolean;
}

/** File system of memory that is shared without a file. */
export const SHM_FS = 14;
const fileKey = (node: Node): string => `${node.fs}:${node.ino}`;

/** A frame of the cache; `cut`: its file no longer has this page. */
type Held = SharedPage & { readonly cut?: boolean };

export class SharedPages {
  private readonly k: Kernel;
  /** By file, and there by offset. */
  private files = new Map<string, Map<number, SharedPage>>();
  private byFrame = new Map<number, Held>();
  /** Files whose pages stay without a mapping: segments of System V shared memory. */
  keeps: (node: Node) => boolean = () => false;

  constructor(k: Kernel) {
    this.k = k;
  }

  get list(): readonly SharedPage[] {
    return [...this.byFrame.values()];
  }
  /** The page that a frame holds, if it is the cache's. */
  at(frame: number): SharedPage | null {
    return this.byFrame.get(frame) ?? null;
  }

  private real(node: Node): Node {
    return this.k.tree.fs(node.fs).real?.(node.ino) ?? node;
  }
  private pagesOf(mapped: Node): Map<number, SharedPage> | null {
    return this.byFrame.size === 0 ? null : (this.files.get(fileKey(this.real(mapped))) ?? null);
  }

  private put(page: SharedPage): SharedPage {
    const key = fileKey(page.node),
      pages = this.files.get(key) ?? new Map<number, SharedPage>();
    this.files.set(key, pages.set(page.offset, page));
    this.byFrame.set(page.frame, page);
    return page;
  }

  /** The frame of a page, with one more user; 0 when memory is full. */
  take(mapped: Node, offset: number): number {
    const { frames } = this.k,
      node = this.real(mapped),
      page = this.files.get(fileKey(node))?.get(offset) ?? this.fill(node, offset);
    if (page === null) return 0;
    this.k.charge('file.page');
    return frames.share(page.frame) ? page.frame : 0;
  }

  /** By way of a mapping the page may change from now on. */
  willWrite(frame: number): void {
    const page = this.byFrame.get(frame);
    if (!page || page.written) return;
    if (this.files.get(fileKey(page.node))?.get(page.offset) === page) this.put({ ...page, written: true });
  }

  private fill(node: Node, offset: number): SharedPage | null {
    const { frames, machine } = this.k,
      fs = this.k.tree.fs(node.fs);
    const frame = frames.allocate(fs.charged ? 'free' : 'file');
    if (frame === 0) return null;
    const bytes = fs.read(node.ino, offset, PAGE);
    this.k.charge('frame.allocate');
    this.k.charge(bytes.length === 0 ? 'page.zero' : 'page.copy');
    machine.memory.write(frame, bytes);
    if (bytes.length < PAGE) machine.memory.fill(frame + bytes.length, PAGE - bytes.length, 0);
    return this.put({ node: { fs: node.fs, ino: node.ino }, offset, frame, written: false });
  }

  /** The frame has one user left: when that is the cache, the page goes back to its file. */
  lastUser(frame: number): void {
    const page = this.byFrame.get(frame);
    if (!page || (!page.cut && this.keeps(page.node))) return;
    this.byFrame.delete(frame);
    if (!page.cut) {
      this.writeBack(page);
      this.drop(page);
    }
    this.k.frames.release(frame);
  }

  /** Pages of a file that are here. */
  count(node: Node): number {
    return this.files.get(fileKey(node))?.size ?? 0;
  }
  /** The file goes with its pages, which nobody maps. */
  forget(node: Node): void {
    for (const page of Array.from(this.files.get(fileKey(node))?.values() ?? [])) {
      if (this.k.frames.references(page.frame) > 1) continue;
      this.byFrame.delete(page.frame);
      this.drop(page);
      this.k.frames.release(page.frame);
    }
  }

  private drop({ node, offset }: SharedPage): void {
    const pages = this.files.get(fileKey(node));
    pages?.delete(offset);
    if (pages?.size === 0) this.files.delete(fileKey(node));
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

  /** The file is about to be read there. */
  flush(node: Node, start: number, length: number): void {
    for (const page of this.pagesOf(node)?.values() ?? [])
      if (page.offset + PAGE > start && page.offset < start + length) this.writeBack(page);
  }

  /** The file was written there. */
  wrote(node: Node, start: number, bytes: Uint8Array): void {
    for (const { offset, frame } of this.pagesOf(node)?.values() ?? []) {
      const from = Math.max(0, offset - start),
        to = Math.min(bytes.length, offset + PAGE - start);
      if (from < to) this.k.machine.memory.write(frame + start + from - offset, bytes.subarray(from, to));
    }
  }

  /** The file was cut: what lay behind its end is no page of it any more, though who maps it keeps what he sees. */
  truncated(node: Node, size: number): void {
    for (const page of this.pagesOf(node)?.values() ?? []) {
      const keep = size - page.offset;
      if (keep >= PAGE) continue;
      if (keep > 0) this.k.machine.memory.fill(page.frame + keep, PAGE - keep, 0);
      else {
        this.drop(page);
        this.byFrame.set(page.frame, { ...page, cut: true });
      }
    }
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
    return this.list;
  }
  restore(saved: readonly SharedPage[]): void {
    this.files = new Map();
    this.byFrame = new Map();
    for (const page of saved as readonly Held[])
      if (page.cut) this.byFrame.set(page.frame, page);
      else this.put(page);
  }
}

export const shmFileSystem = (now: () => number): MemoryFs => new MemoryFs({ id: SHM_FS, type: 'tmpfs', now });
