/** The root of the file system that the machine starts with: inode 1 of file system 1, on mount 1. */
import type { Node } from './task.ts';

export const ROOT_FS = 1;
export const ROOT: Node = { fs: ROOT_FS, ino: 1 };
