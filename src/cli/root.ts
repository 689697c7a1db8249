/** A folder of this computer as files for the guest: contents, permissions, links, empty folders. */
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Usage } from './options.ts';

export interface Tree {
  readonly files: Record<string, Uint8Array>;
  readonly modes: Record<string, number>;
  readonly links: Record<string, string>;
  readonly directories: string[];
}

const LARGEST = 512 * 1024 * 1024;

export function readTree(directory: string): Tree {
  const tree: Tree = { files: {}, modes: {}, links: {}, directories: [] };
  let total = 0;
  const visit = (host: string, guest: string): void => {
    for (const name of readdirSync(host).toSorted()) {
      const at = join(host, name),
        path = `${guest}/${name}`,
        stat = lstatSync(at);
      if (stat.isSymbolicLink()) tree.links[path] = readlinkSync(at);
      else if (stat.isDirectory()) {
        tree.directories.push(path);
        visit(at, path);
      } else if (stat.isFile()) {
        total += stat.size;
        if (total > LARGEST) throw new Usage(`The folder ${directory} holds more than ${LARGEST / 1048576} MiB.`);
        tree.files[path] = readFileSync(at);
        tree.modes[path] = stat.mode & 0o7777;
      }
    }
  };
  try {
    if (!lstatSync(directory).isDirectory()) throw new Usage(`--root ${directory} is not a folder.`);
    visit(directory, '');
  } catch (error) {
    if (error instanceof Usage) throw error;
    throw new Usage(`--root ${directory} cannot be read: ${(error as Error).message}.`);
  }
  return tree;
}
