/**
 * Physical memory: one flat range of the machine's buffer, with one flag byte a page that tells a store what else is to be
 * done (page unchanged since the checkpoint, hash known, code decoded from it, page table read by fetches, device).
 *
 * Invariant: every change of a byte has passed `touch`, or its page flag was 0. Beyond the end: reads give ones, writes
 * are lost, as on a PC's bus. Values are unsigned except from read32, which is signed.
 */
import { CLEAN, CODE, DEVICE, HASHED, PAGE_FLAGS_BYTE, RAM_BYTE, TABLE } from '../translate/flat-layout.ts';
import { bufferSize, PAGE, PAGE_SHIFT } from './layout.ts';
import type { PhysicalMemory } from './types.ts';

/** A device's registers in the physical address space. Values are unsigned; size is 1, 2 or 4. */
export interface MemoryDevice {
  readonly start: number;
  readonly end: number;
  read(at: number, size: number): number;
  write(at: number, size: number, value: number): void;
}

export class Memory implements PhysicalMemory {
  readonly buffer: ArrayBuffer;
  readonly size: number;
  readonly bytes: Uint8Array;
  /** Flag of page n of RAM. */
  readonly flags: Uint8Array;
  readonly pageCount: number;
  /** Pages changed since the last checkpoint. */
  readonly dirty: Int32Array;
  dirtyCount = 0;
  /** Counts changes of pages that fetches have walked through; engines drop their fetch caches when it moves. */
  tableVersion = 0;
  /** Told before bytes of a page with decoded code change. */
  onCode: (start: number, end: number) => void = () => {};
  private readonly view: DataView;
  private readonly devices: MemoryDevice[] = [];

  constructor(size: number, buffer?: ArrayBuffer) {
    this.buffer = buffer ?? new ArrayBuffer(bufferSize(size));
    if (this.buffer.byteLength < bufferSize(size)) throw new RangeError('the buffer is smaller than the layout needs');
    this.size = size;
    this.pageCount = size >>> PAGE_SHIFT;
    this.bytes = new Uint8Array(this.buffer, RAM_BYTE, size);
    this.view = new DataView(this.buffer, RAM_BYTE, size);
    this.flags = new Uint8Array(this.buffer, PAGE_FLAGS_BYTE + (RAM_BYTE >>> PAGE_SHIFT), this.pageCount);
    this.dirty = new Int32Array(this.pageCount);
    this.flags.fill(CLEAN);
  }

  addDevice(device: MemoryDevice): void {
    this.devices.push(device);
    for (let page = device.start >>> PAGE_SHIFT; page < Math.min(Math.ceil(device.end / PAGE), this.pageCount); page++)
      this.flags[page]! |= DEVICE;
  }

  /** Plain RAM: what an engine may reach without asking. */
  isPlain(at: number): boolean {
    return at < this.size && (this.flags[at >>> PAGE_SHIFT]! & DEVICE) === 0;
  }

  /** To be called before bytes [start, end) of one page change. */
  touch(start: number, end: number): void {
    const page = start >>> PAGE_SHIFT;
    const flag = this.flags[page]!;
    if ((flag & CLEAN) !== 0) this.dirty[this.dirtyCount++] = page;
    let next = flag & ~(CLEAN | HASHED);
    if ((flag & TABLE) !== 0) {
      this.tableVersion++;
      next &= ~TABLE;
    }
    this.flags[page] = next;
    if ((flag & CODE) !== 0) this.onCode(start, end);
  }

  private touchRange(start: number, end: number): void {
    for (let at = start; at < end; at = at - (at % PAGE) + PAGE) {
      if (this.flags[at >>> PAGE_SHIFT] !== 0) this.touch(at, Math.min(end, at - (at % PAGE) + PAGE));
    }
  }

  private device(at: number): MemoryDevice | null {
    if (this.isPlain(at)) return null;
    for (const device of this.devices) if (at >= device.start && at < device.end) return device;
    return null;
  }

  read8(at: number): number {
    if (this.isPlain(at)) return this.bytes[at]!;
    return this.readSlow(at, 1);
  }
  read16(at: number): number {
    if (at + 1 < this.size && this.isPlain(at)) return this.view.getUint16(at, true);
    return this.readSlow(at, 2);
  }
  read32(at: number): number {
    if (at + 3 < this.size && this.isPlain(at)) return this.view.getInt32(at, true);
    return this.readSlow(at, 4) | 0;
  }
  private readSlow(at: number, size: number): number {
    const device = this.device(at);
    if (device) return device.read(at - device.start, size) >>> 0;
    let value = 0;
    for (let i = 0; i < size; i++) value += (at + i < this.size ? this.bytes[at + i]! : 0xff) * 2 ** (8 * i);
    return value;
  }

  write8(at: number, value: number): void {
    if (!this.isPlain(at)) {
      this.writeSlow(at, 1, value);
      return;
    }
    if (this.flags[at >>> PAGE_SHIFT] !== 0) this.touch(at, at + 1);
    this.bytes[at] = value;
  }
  write16(at: number, value: number): void {
    if (at + 1 >= this.size || (at & (PAGE - 1)) === PAGE - 1 || !this.isPlain(at)) {
      this.writeSlow(at, 2, value);
      return;
    }
    if (this.flags[at >>> PAGE_SHIFT] !== 0) this.touch(at, at + 2);
    this.view.setInt16(at, value, true);
  }
  write32(at: number, value: number): void {
    if (at + 3 >= this.size || (at & (PAGE - 1)) > PAGE - 4 || !this.isPlain(at)) {
      this.writeSlow(at, 4, value);
      return;
    }
    if (this.flags[at >>> PAGE_SHIFT] !== 0) this.touch(at, at + 4);
    this.view.setInt32(at, value, true);
  }
  private writeSlow(at: number, size: number, value: number): void {
    const device = this.device(at);
    if (device) {
      device.write(at - device.start, size, size === 4 ? value >>> 0 : value & (size === 2 ? 0xffff : 0xff));
      return;
    }
    for (let i = 0; i < size; i++) {
      if (at + i >= this.size) return;
      this.touchRange(at + i, at + i + 1);
      this.bytes[at + i] = value >> (8 * i);
    }
  }

  write(at: number, bytes: Uint8Array): void {
    const length = Math.max(0, Math.min(bytes.length, this.size - at));
    this.touchRange(at, at + length);
    this.bytes.set(length === bytes.length ? bytes : bytes.subarray(0, length), at);
  }
  fill(at: number, length: number, value: number): void {
    const end = Math.min(at + length, this.size);
    this.touchRange(at, end);
    this.bytes.fill(value, at, end);
  }

  /** Sets accessed and dirty bits: a change of memory, but none that fetches could notice. */
  writeTableBits(at: number, value: number): void {
    if (at + 3 >= this.size) return;
    const page = at >>> PAGE_SHIFT;
    const table = this.flags[page]! & TABLE;
    this.flags[page]! &= ~TABLE;
    if (this.flags[page] !== 0) this.touch(at, at + 4);
    this.flags[page]! |= table;
    this.view.setInt32(at, value, true);
  }

  /** Marks the page that a fetch's walk has read. */
  watchTable(at: number): void {
    if (at < this.size) this.flags[at >>> PAGE_SHIFT]! |= TABLE;
  }
}
