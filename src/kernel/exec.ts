/**
 * Putting a program into an address space: the segments of an ELF executable as regions, and the first stack with
 * arguments, environment and auxiliary vector (System V ABI for i386, figure 3-31; Linux's fs/binfmt_elf.c).
 */
import { put32, StructWriter } from '../bits/bytes.ts';
import { fromLatin1 } from '../bits/utf8.ts';
import { type Elf, PF_R, PF_W, PF_X, PT_LOAD } from '../formats/elf.ts';
import { fail } from './errno.ts';
import { PAGE } from './frames.ts';
import type { Kernel } from './kernel.ts';
import type { Node, Process } from './task.ts';
import { GROWS_DOWN, overlaps, PROT_EXEC, PROT_READ, PROT_WRITE } from './regions.ts';
import { type AddressSpace, pageDown, pageUp } from './space.ts';

const AT = {
  PHDR: 3,
  PHENT: 4,
  PHNUM: 5,
  PAGESZ: 6,
  BASE: 7,
  FLAGS: 8,
  ENTRY: 9,
  UID: 11,
  EUID: 12,
  GID: 13,
  EGID: 14,
  PLATFORM: 15,
  HWCAP: 16,
  CLKTCK: 17,
  SECURE: 23,
  RANDOM: 25,
  HWCAP2: 26,
  EXECFN: 31,
};

/** Maps the loadable segments; the heap begins behind the last. ENOMEM when they do not fit below the task's end. */
export function mapSegments(k: Kernel, space: AddressSpace, elf: Elf, file: Node): void {
  let end = 0;
  for (const s of elf.segments) {
    if (s.type !== PT_LOAD || s.memsz === 0) continue;
    k.charge('exec.segment');
    const start = pageDown(s.vaddr),
      fileEnd = s.vaddr + s.filesz,
      memoryEnd = s.vaddr + s.memsz;
    if (pageUp(memoryEnd) > space.layout.taskSize) fail('ENOMEM');
    const prot = (s.flags & PF_R ? PROT_READ : 0) | (s.flags & PF_W ? PROT_WRITE : 0) | (s.flags & PF_X ? PROT_EXEC : 0);
    const fileTop = s.filesz > 0 ? pageUp(fileEnd) : start;
    if (overlaps(space.regions, start, pageUp(memoryEnd))) fail('ENOEXEC');
    if (fileTop > start) {
      const offset = s.offset - (s.vaddr - start);
      // With a bss behind it, the rest of the last page is zeros; else it is what the file has there.
      const limit = s.memsz > s.filesz ? s.offset + s.filesz : offset + fileTop - start;
      space.map({ start, end: fileTop, prot, flags: 0, name: 'exe', file: { node: file, offset, limit } });
    }
    if (pageUp(memoryEnd) > fileTop) space.map({ start: fileTop, end: pageUp(memoryEnd), prot, flags: 0, name: '[bss]', file: null });
    end = Math.max(end, pageUp(memoryEnd));
  }
  space.brkStart = space.brk = end;
}

export interface StackOptions {
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly path: string;
  readonly platform: string;
  readonly hwcap: number;
  readonly elf: Elf;
}

/** Builds the first stack and answers with the stack pointer. Strings are byte strings. E2BIG when they need too much. */
export function buildStack(k: Kernel, p: Process, options: StackOptions): number {
  const space = k.spaceOf(p),
    { stackTop } = space.layout;
  const strings = [...options.args, ...options.env, options.path, options.platform].reduce((sum, s) => sum + s.length + 1, 0);
  const words = options.args.length + options.env.length + 64;
  const size = pageUp(strings + words * 4 + 64) + 32 * PAGE;
  if (strings + words * 4 > 0x20_0000) fail('E2BIG');
  space.map({ start: stackTop - size, end: stackTop, prot: PROT_READ | PROT_WRITE, flags: GROWS_DOWN, name: '[stack]', file: null });

  let top = stackTop - 4;
  const put = (bytes: Uint8Array): number => {
    top -= bytes.length;
    writeRaw(k, space, top, bytes);
    return top;
  };
  const putString = (text: string): number => put(fromLatin1(`${text}\0`));
  const execfn = putString(options.path);
  const envEnd = top;
  const env = options.env.toReversed().map(putString).toReversed();
  const argsEnd = top;
  const args = options.args.toReversed().map(putString).toReversed();
  space.strings = { args: [top, argsEnd], env: [argsEnd, envEnd] };
  const platform = putString(options.platform);
  const random = put(k.randomBytes(16));

  const { uid, euid, gid, egid } = p.credentials;
  const { elf } = options;
  const aux: [number, number][] = [
    [AT.HWCAP, options.hwcap],
    [AT.PAGESZ, PAGE],
    [AT.CLKTCK, 100],
    [AT.PHDR, elf.phdr],
    [AT.PHENT, 32],
    [AT.PHNUM, elf.segments.length],
    [AT.BASE, 0],
    [AT.FLAGS, 0],
    [AT.ENTRY, elf.entry],
    [AT.UID, uid],
    [AT.EUID, euid],
    [AT.GID, gid],
    [AT.EGID, egid],
    [AT.SECURE, 0],
    [AT.RANDOM, random],
    [AT.HWCAP2, 0],
    [AT.EXECFN, execfn],
    [AT.PLATFORM, platform],
    [0, 0],
  ];
  const table = new StructWriter().u32(args.length);
  for (const pointer of [...args, 0, ...env, 0, ...aux.flat()]) table.u32(pointer);
  const esp = ((top - table.length) & ~15) >>> 0;
  writeRaw(k, space, esp, table.done());
  return esp;
}

/** Writes into a space that may not be the current one. ENOMEM when memory is full. */
export function writeRaw(k: Kernel, space: AddressSpace, linear: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) {
    const at = linear + done,
      part = Math.min(PAGE - (at % PAGE), bytes.length - done);
    const physical = space.physicalAnywhere(at, true);
    if (physical === 0) fail('ENOMEM');
    k.machine.memory.write(physical, bytes.subarray(done, done + part));
    done += part;
  }
  k.charge('copy.word', (bytes.length + 3) >> 2);
}

/** One word into a space, for emulators. */
export function writeRaw32(k: Kernel, space: AddressSpace, linear: number, value: number): void {
  const bytes = new Uint8Array(4);
  put32(bytes, 0, value);
  writeRaw(k, space, linear, bytes);
}
