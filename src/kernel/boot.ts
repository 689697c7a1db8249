/**
 * From a machine and what a user gives (files, arguments, standard input) to a running kernel. Texts come as JavaScript
 * strings and become byte strings of UTF-8 here; below, every name and argument is one character a byte.
 */
import { encodeUtf8, latin1 } from '../bits/utf8.ts';
import type { Machine } from '../machine/types.ts';
import { Errno, errorName } from './errno.ts';
import { FormatError, refuse } from '../formats/refusal.ts';
import { type Elf } from '../formats/elf.ts';
import { Kernel } from './kernel.ts';
import type { Node, Process } from './task.ts';
import { ensureDirectory, placeDefaults, placeFile, placeLink } from './rootfs.ts';
import { signalName } from './signals.ts';
import type { Layout } from './space.ts';

export interface HostOptions {
  readonly machine: Machine;
  readonly stdin: Uint8Array | null;
  readonly terminal?: boolean;
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly modes?: Readonly<Record<string, number>>;
  readonly links?: Readonly<Record<string, string>>;
  readonly directories?: readonly string[];
  /** One program is loaded and started at once: all work until then counts as loading it. */
  readonly loading?: boolean;
}

const bytes = (text: string): string => latin1(encodeUtf8(text));

/** A kernel whose tree holds the user's files and the usual ones of /etc. */
export function bootHost(options: HostOptions): Kernel {
  const k = new Kernel({ machine: options.machine, terminal: options.terminal ?? options.stdin === null, stdin: options.stdin });
  if (options.loading) k.purpose = 'load';
  guarded('The files do not fit into the file system', () => {
    for (const path of options.directories ?? []) ensureDirectory(k, bytes(path));
    for (const [path, content] of Object.entries(options.files)) placeFile(k, bytes(path), content, options.modes?.[path] ?? 0o644);
    for (const [path, target] of Object.entries(options.links ?? {})) placeLink(k, bytes(path), bytes(target));
    placeDefaults(k);
  });
  return k;
}

export interface ProgramOptions {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: readonly string[];
  /** Of the address space, when it is not that of an i386 process. */
  readonly layout?: Layout;
}

/** The absolute path at which a program of this name stands: as given when absolute, else below '/'. */
export function programPath(name: string): string {
  const parts: string[] = [];
  for (const part of name.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.length === 0 ? 'program' : parts.join('/')}`;
}

/** Places the program's file in the tree and makes a process for it, with nothing mapped yet. */
export function spawn(
  k: Kernel,
  program: Uint8Array,
  options: ProgramOptions,
): { readonly process: Process; readonly path: string; readonly file: Node } {
  const path = bytes(programPath(options.name));
  return guarded(`${options.name} cannot be started`, () => {
    const file = placeFile(k, path, program, 0o755);
    const process =
      k.createProcess({
        name: path,
        args: options.args.map(bytes),
        env: options.env.map(bytes),
        ...(options.layout ? { layout: options.layout } : {}),
      }) ?? refuse('There is not enough memory for a process.');
    return { process, path, file };
  });
}

/** Places and loads an i386 executable as the first process, and starts it. */
export function runProgram(k: Kernel, elf: Elf, options: ProgramOptions): Process {
  const { process, path, file } = spawn(k, elf.bytes, options);
  guarded(`${options.name} cannot be loaded`, () => k.loadProgram(process, elf, path, file));
  k.start();
  return process;
}

/** Turns the kernel's own errors at start-up into a sentence. */
function guarded<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof Errno) throw new FormatError(`${what}: ${REASONS[errorName(error.number)] ?? errorName(error.number)}.`);
    throw error;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOMEM: 'the machine has too little memory, or an address is out of reach',
  ENOSPC: 'there is too little space',
  E2BIG: 'arguments and environment are too long',
  ENOTDIR: 'a part of a path is not a directory',
  ENAMETOOLONG: 'a name is too long',
  EFBIG: 'a file is too large',
};

export interface Ending {
  readonly status: number;
  readonly signal: string | null;
  readonly sentence: string | null;
}

/** How the first process ended, as a shell sees it; null while it has not. */
export function endingOf(k: Kernel): Ending | null {
  const { exit } = k;
  if (exit === null) return null;
  if (exit.signal === 0) return { status: exit.code, signal: null, sentence: null };
  return { status: 128 + exit.signal, signal: signalName(exit.signal), sentence: exit.sentence };
}
