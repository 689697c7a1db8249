/**
 * The one block device of the machine: a disk in memory (brd, /dev/ram0), 1 MiB, block number 1:0. Whoever may make a device
 * node reaches it from anywhere: numbers of devices belong to the kernel, not to a namespace.
 *
 * Contents are pages that are replaced, never changed in place. Left out: block sizes, queues, file systems on it.
 */
import { fail } from '../errno.ts';

export const RAM_DISK = 0x100,
  RAM_DISK_BYTES = 1 << 20;
const PAGE = 4096;

export class RamDisk {
  private pages: ReadonlyMap<number, Uint8Array> = new Map();

  read(offset: number, length: number): Uint8Array {
    const result = new Uint8Array(Math.max(0, Math.min(length, RAM_DISK_BYTES - offset)));
    for (let done = 0; done < result.length;) {
      const at = offset + done,
        part = Math.min(PAGE - (at % PAGE), result.length - done);
      const page = this.pages.get(Math.floor(at / PAGE));
      if (page) result.set(page.subarray(at % PAGE, (at % PAGE) + part), done);
      done += part;
    }
    return result;
  }

  /** How much fitted; ENOSPC when nothing does. */
  write(offset: number, bytes: Uint8Array): number {
    const length = Math.min(bytes.length, RAM_DISK_BYTES - offset);
    if (length <= 0 && bytes.length > 0) fail('ENOSPC');
    const pages = new Map(this.pages);
    for (let done = 0; done < length;) {
      const at = offset + done,
        number = Math.floor(at / PAGE),
        part = Math.min(PAGE - (at % PAGE), length - done);
      const page = this.pages.get(number)?.slice() ?? new Uint8Array(PAGE);
      page.set(bytes.subarray(done, done + part), at % PAGE);
      pages.set(number, page);
      done += part;
    }
    this.pages = pages;
    return length;
  }

  save(): readonly (readonly [number, Uint8Array])[] {
    return [...this.pages];
  }
  restore(pages: readonly (readonly [number, Uint8Array])[]): void {
    this.pages = new Map(pages);
  }
}
