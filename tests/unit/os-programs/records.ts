/** The recordings of real Linux (tests/oracle/os-busybox.mjs), and how one command line of them is run on a level of Strata. */
import { readdirSync, readFileSync } from 'node:fs';
import { latin1 } from '../../../src/bits/utf8.ts';
import '../../../src/lab/late.ts';
import type { Level } from '../../../src/levels/level.ts';
import { LEVELS } from '../../../src/levels/registry.ts';
import { BOOT_TIME, type Kernel } from '../../../src/kernel/kernel.ts';
import { ROOT_FS } from '../../../src/kernel/rootnode.ts';
import { FIXTURE, FIXTURE_DIRECTORIES, FIXTURE_MODES, FIXTURE_TIME } from '../../oracle/os-lines.mjs';

export interface Result {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}
export interface Recorded extends Result {
  readonly command: string;
}
export interface RecordedSection {
  readonly name: string;
  readonly place: 'host' | 'container';
  readonly prelude: string;
  readonly commands: readonly Recorded[];
}
export interface Recording {
  readonly recordedWith: string;
  readonly applets: readonly string[];
  readonly sections: readonly RecordedSection[];
}

export type RecordingName = 'busybox' | 'containers' | 'applets' | 'system' | 'busybox-mipsel' | 'applets-mipsel';
export const recording = (name: RecordingName): Recording =>
  JSON.parse(readFileSync(new URL(`../../vectors/os-${name}.json`, import.meta.url), 'utf8')) as Recording;

/** How much the machine may do for one line: host instructions. At 100 MHz, 20 simulated seconds. */
const LIMIT = 2_000_000_000;
const SLICE = 10_000_000;

/** Our own programs, which the recording has in /os. */
const OWN = new URL('../../../public/programs/os/bin/', import.meta.url);
const ownNames = readdirSync(OWN);
const ownFiles = Object.fromEntries(ownNames.map((name) => [`/os/${name}`, new Uint8Array(readFileSync(new URL(name, OWN)))]));
const ownModes = Object.fromEntries(ownNames.map((name) => [`/os/${name}`, 0o755]));

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/**
 * What stands around a line on the host, as in os-busybox.sh: its shell has a shell for its parent, which ignores SIGQUIT and
 * says nothing of its own; no domain has been named.
 */
const AROUND = `trap '' QUIT; echo > /proc/sys/kernel/domainname; export -n SHLVL PWD LINE; exec 3>&2 2>/dev/null; /bin/sh -c "$LINE" 2>&3 3>&-; exit $?`;
const RAM_DISK_TEXT = 'the disk of the host\n';

/** Everything that was placed has the time of the recording's tree. */
function dateFixture(kernel: Kernel, place: RecordedSection['place']): void {
  const fs = kernel.tree.fs(ROOT_FS),
    time = Date.parse(`${FIXTURE_TIME.replace(' ', 'T')}Z`) / 1000;
  const date = (ino: number, mode: number): void => {
    if ((mode & 0o170000) === 0o040000) for (const entry of fs.list(ino, 0)) date(entry.ino, entry.mode);
    fs.setAttributes(ino, { atime: time, mtime: time });
  };
  date(fs.root, 0o040000);
  const etc = fs.lookup(fs.root, 'etc');
  // The recording's tree has only what FIXTURE has, and its clock was later than those files.
  for (const name of ['hosts', 'hostname']) if (place === 'host' && etc !== null && fs.lookup(etc, name) !== null) fs.remove(etc, name);
  kernel.clockOffset = time + 30 * 86_400 - BOOT_TIME;
}

/** `busybox sh -c LINE` on a level, in the tree that the recording used. A level that hangs or stops says so on stderr. */
export function runLine(level: Level, busybox: string, applets: readonly string[], section: RecordedSection, command: string): Result {
  const program = readFileSync(busybox);
  const script = section.prelude === '' ? command : `${section.prelude}\n${command}`;
  const running = level.boot(
    // A level that makes a container finds the link to busybox in its image; the others place the program itself.
    { name: section.place === 'container' ? '/bin/sh' : '/bin/busybox', bytes: program },
    {
      mode: level.defaultMode,
      // The recording's container was made by unshare, which takes no capability away.
      knobs: level.name === 'os' ? { privileged: true } : {},
      args: section.place === 'host' ? ['/bin/sh', '-c', AROUND] : ['/bin/sh', '-c', script],
      env: ['PATH=/bin', 'HOME=/root', ...(section.place === 'host' ? [`LINE=${script}`] : [])],
      files: {
        ...Object.fromEntries(Object.entries(FIXTURE).map(([path, text]) => [path, bytes(text)])),
        ...ownFiles,
        '/bin/busybox': program,
        ...(section.place === 'host' ? { '/dev/ram0': bytes(RAM_DISK_TEXT) } : {}),
      },
      modes: { ...FIXTURE_MODES, ...ownModes, '/bin/busybox': 0o755 },
      links: Object.fromEntries(applets.filter((name) => name !== 'busybox').map((name) => [`/bin/${name}`, 'busybox'])),
      directories: [...FIXTURE_DIRECTORIES],
      stdin: new Uint8Array(0),
      memory: 64 << 20,
    },
  );
  if ('kernel' in running) dateFixture(running.kernel as Kernel, section.place);
  let stopped = '';
  while (running.exit === null && stopped === '') {
    const stop = running.machine.run({ retired: running.machine.retired + SLICE });
    if (stop.why === 'shutdown' || (stop.why === 'requested' && stop.reason === 'deadlock')) stopped = `strata: ${stop.reason}\n`;
    else if (running.waitsForInput) stopped = 'strata: waits for input\n';
    else if (running.machine.retired > LIMIT) stopped = 'strata: past the limit\n';
  }
  return { stdout: latin1(running.stdout), stderr: latin1(running.stderr) + stopped, status: running.exit?.status ?? -1 };
}

/** The level on which a section runs, or null as long as it is not there. A container's level makes the container. */
export const levelOf = (place: RecordedSection['place'], architecture: 'i386' | 'mipsel' = 'i386'): Level | null =>
  LEVELS.find(({ name }) => name === (architecture === 'mipsel' ? 'isa' : place === 'container' ? 'os' : 'native')) ?? null;

export const same = (a: Result, b: Result): boolean => a.stdout === b.stdout && a.stderr === b.stderr && a.status === b.status;
