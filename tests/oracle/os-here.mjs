/**
 * The lines of os-lines/busybox.txt on this machine itself, in new namespaces with a root of their own (no virtual machine):
 * `node tests/oracle/os-here.mjs i386` says where this kernel differs from the recording, which shows what a line takes from
 * the kernel's version; `... mipsel` runs Debian's mipsel busybox under qemu-mipsel-static and writes
 * tests/vectors/os-busybox-mipsel.json, and `... mipsel applets` os-applets-mipsel.json, of the sections that ask little of a kernel. Needs root; nothing of the machine is changed (binfmt_misc is the namespace's own).
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { applets, makeFixture } from './os-busybox.mjs';
import { busybox } from './os-packages.mjs';

const DEVICES = [
  ['null', 1, 3],
  ['zero', 1, 5],
  ['full', 1, 7],
  ['random', 1, 8],
  ['urandom', 1, 9],
  ['tty', 5, 0],
];
const MIPSEL = String.raw`:mipsel:M::\x7fELF\x01\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x08\x00:\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff:/usr/bin/qemu-mipsel-static:PF`;
const LIMIT = 60_000;

/** What qemu-user and the user namespace answer themselves, not Linux: of no use as a recording. */
const EMULATORS = /\/proc\/(self|\$\$)\/|pidof sleep \| wc|^mknod/;

function makeRoot(architecture, names) {
  const root = mkdtempSync(join(tmpdir(), 'strata-root-'));
  chmodSync(root, 0o755);
  makeFixture(root, names);
  copyFileSync(busybox(architecture), join(root, 'bin/busybox'));
  for (const [name, major, minor] of DEVICES)
    execFileSync('mknod', ['-m', '666', join(root, 'dev', name), 'c', String(major), String(minor)]);
  return root;
}

/** What runs first inside: it mounts /proc and becomes the parent of the line's shell. */
const INSIDE = `
mount -t proc proc "$ROOT/proc"
hostname strata
ip link set lo up
umask 022
cd "$ROOT"
env -i PATH=/bin HOME=/root /usr/sbin/chroot "$ROOT" /bin/sh -c "$COMMAND" < /dev/null
exit $?`;

/** A process in a user namespace of its own in which all users of this machine have their own numbers: binfmt_misc belongs to it. */
async function holdUserNamespace() {
  const holder = spawn('unshare', ['-U', '-m', 'sleep', '100000'], { stdio: 'ignore' });
  await new Promise((done) => {
    setTimeout(done, 300);
  });
  for (const map of ['uid_map', 'gid_map']) writeFileSync(`/proc/${holder.pid}/${map}`, '0 0 65536');
  // The mount must live as long as the format is wanted: with the last mount the list of formats goes.
  const register = `mount -t binfmt_misc none /mnt && printf %s '${MIPSEL}' > /mnt/register`;
  execFileSync('nsenter', ['-U', '-m', '-t', String(holder.pid), '-S', '0', '-G', '0', 'sh', '-c', register]);
  return holder;
}

function runLine(architecture, names, command, holder) {
  const root = makeRoot(architecture, names);
  const users = holder === null ? [] : ['nsenter', '-U', '-t', String(holder.pid), '-S', '0', '-G', '0'];
  const [first, ...rest] = [...users, 'unshare', '-m', '-p', '-f', '-u', '-n', '--kill-child', 'sh', '-c', INSIDE];
  try {
    const { stdout, stderr, status, signal } = spawnSync(first, rest, {
      env: { PATH: process.env.PATH, ROOT: root, COMMAND: command },
      timeout: LIMIT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return {
      command,
      stdout: stdout.toString('latin1'),
      stderr: stderr.toString('latin1'),
      status: status ?? 128 + constants.signals[signal],
    };
  } finally {
    rmSync(root, { recursive: true });
  }
}

const linuxOnly = (section) => ({ ...section, commands: section.commands.filter(({ command }) => !EMULATORS.test(command)) });

/** Of the lines written for breadth, those that an emulator of processes passes on as they are. */
const SAMPLE = ['awk again', 'sed again', 'find and xargs', 'sorting and cutting', 'archives and dumps', 'expressions and printing'];

async function main(architecture, words, file) {
  const holder = architecture === 'mipsel' ? await holdUserNamespace() : null;
  const names = applets(busybox('i386'));
  const recorded = JSON.parse(readFileSync(new URL(`../vectors/os-${file}.json`, import.meta.url), 'utf8'));
  let differing = 0,
    all = 0;
  const sections = recorded.sections
    .filter(({ name }) => file !== 'applets' || SAMPLE.includes(name))
    .filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)))
    .map((section) => ({
      ...section,
      commands: section.commands.map((wanted) => {
        const got = runLine(architecture, names, wanted.command, holder);
        all++;
        if (['stdout', 'stderr', 'status'].some((key) => got[key] !== wanted[key])) {
          differing++;
          console.log(JSON.stringify({ section: section.name, wanted, got }, null, 1));
        }
        return got;
      }),
    }));
  holder?.kill();
  console.log(`${all - differing} of ${all} lines are as recorded`);
  if (architecture === 'mipsel' && words.length === 0) {
    const version = execFileSync('qemu-mipsel-static', ['--version'], { encoding: 'utf8' }).split('\n')[0];
    writeFileSync(
      new URL(`../vectors/os-${file}-mipsel.json`, import.meta.url),
      `${JSON.stringify({ recordedWith: version, applets: recorded.applets, sections: sections.map(linuxOnly) }, null, 1)}\n`,
    );
  }
}

const [architecture, ...rest] = process.argv.slice(2),
  breadth = rest[0] === 'applets';
await main(architecture ?? 'i386', breadth ? rest.slice(1) : rest, breadth ? 'applets' : 'busybox');
