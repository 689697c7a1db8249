/**
 * Command lines for busybox's shell, in sections; each line stands alone: it begins in `/` of a fresh root (FIXTURE below)
 * as `busybox sh -c LINE`, with empty standard input and the environment PATH=/bin HOME=/root.
 *
 * What a line prints must be decided by the interface alone: no process numbers of the host's, no inode numbers, no sizes
 * of directories, no order that a file system may choose, no wall clock. Where a machine's speed matters the line itself
 * compares with bounds and prints the verdict.
 */
import { readFileSync } from 'node:fs';

/** Files of the fresh root beside /bin/busybox and a link to it for every applet. All are dated 2024-03-05 06:07:08 UTC. */
export const FIXTURE = {
  '/etc/passwd':
    'root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/usr/sbin:/bin/false\nada:x:1000:1000:Ada Lovelace:/home/ada:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n',
  '/etc/group': 'root:x:0:\ndaemon:x:1:\nada:x:1000:\nnogroup:x:65534:\n',
  '/data/poem.txt': 'Roses are red,\nviolets are blue,\nsugar is sweet,\nand so are you.\n',
  '/data/numbers': '10\n9\n2\n33\n1\n100\n2\n',
  '/data/people.csv': 'name,born,city\nAda,1815,London\nAlan,1912,London\nGrace,1906,New York\nEdsger,1930,Rotterdam\n',
  '/data/words': 'pear\napple\nfig\napple\nbanana\nfig\napple\n',
  '/data/tree/a/one.c': 'int one;\n',
  '/data/tree/a/two.h': '#define TWO 2\n',
  '/data/tree/b/c/three.c': 'int three;\n',
  '/data/script.sh': '#!/bin/sh\necho "script $0 got $# arguments: $*"\nexit 5\n',
  '/data/empty': '',
};
export const FIXTURE_MODES = { '/data/script.sh': 0o755 };
export const FIXTURE_DIRECTORIES = [
  '/proc',
  '/dev',
  '/sys',
  '/sys/fs',
  '/sys/fs/cgroup',
  '/tmp',
  '/mnt',
  '/root',
  '/home',
  '/home/ada',
  '/var',
  '/run',
];
export const FIXTURE_TIME = '2024-03-05 06:07:08';

/** A section's name, its keys (`== name; place: host; prelude: mount ...`) and its command lines. */
function parse(text) {
  const sections = [];
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith(';')) continue;
    if (line.startsWith('== ')) sections.push({ ...heading(line.slice(3)), commands: [] });
    else if (line.startsWith('|')) sections.at(-1).commands.push(`${sections.at(-1).commands.pop()}\n${line.slice(2)}`);
    else sections.at(-1).commands.push(line);
  }
  return sections;
}

function heading(text) {
  const [, name, place = 'host', prelude = ''] = /^(.*?)(?:; place: (host|container))?(?:; prelude: (.*))?$/.exec(text);
  return { name, place, prelude };
}

const read = (name) => parse(readFileSync(new URL(`os-lines/${name}.txt`, import.meta.url), 'utf8'));

/**
 * Sections by recording: the shell and its applets, what needs namespaces, mounts and control groups; and twice the like again,
 * written for breadth after the kernel was there.
 */
export const SECTIONS = Object.fromEntries(['busybox', 'containers', 'applets', 'system'].map((name) => [name, read(name)]));
