/**
 * Packages of Debian for the recordings of real Linux: a static busybox of another architecture, a kernel. They are fetched
 * with apt's private lists (so that this machine's own package state stays as it is) and unpacked into node_modules/.cache.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/strata-oracle-os', import.meta.url));
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

function apt(architecture) {
  const base = join(CACHE, `apt-${architecture}`);
  for (const folder of ['lists/partial', 'cache/archives/partial', 'empty']) mkdirSync(join(base, folder), { recursive: true });
  writeFileSync(join(base, 'sources.list'), `deb [signed-by=${KEYRING}] http://deb.debian.org/debian bookworm main\n`);
  const settings = {
    'APT::Architecture': architecture,
    'APT::Architectures': architecture,
    'APT::Sandbox::User': 'root',
    'Dir::State::status': '/dev/null',
    'Dir::State::Lists': `${base}/lists`,
    'Dir::Etc::SourceList': `${base}/sources.list`,
    'Dir::Etc::SourceParts': `${base}/empty`,
    'Dir::Cache': `${base}/cache`,
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

/** The folder into which the newest version of a package was unpacked. */
function unpacked(name, architecture) {
  const folder = join(CACHE, `${name}-${architecture}`);
  if (existsSync(folder)) return folder;
  const scratch = `${folder}.${process.pid}`,
    options = apt(architecture);
  mkdirSync(scratch, { recursive: true });
  try {
    execFileSync('apt-get', [...options, '-q', 'update'], { stdio: ['ignore', 'ignore', 'pipe'] });
    const wanted = name.startsWith('linux-image') ? kernelName(name, options) : name;
    execFileSync('apt-get', [...options, '-q', 'download', wanted], { cwd: scratch, stdio: ['ignore', 'ignore', 'pipe'] });
    const [file] = readdirSync(scratch);
    execFileSync('dpkg', ['-x', join(scratch, file), folder]);
  } finally {
    rmSync(scratch, { recursive: true });
  }
  return folder;
}

/** `linux-image-686-pae` only names the newest kernel's package. */
function kernelName(name, options) {
  const shown = execFileSync('apt-cache', [...options, 'depends', name], { encoding: 'utf8' });
  return /Depends: (linux-image-\S+)/.exec(shown)[1];
}

export const busybox = (architecture) => join(unpacked('busybox-static', architecture), 'bin/busybox');

/** An i386 kernel, and its modules for overlay file systems and disks in memory. */
export function kernel() {
  const folder = unpacked('linux-image-686-pae', 'i386');
  const boot = readdirSync(join(folder, 'boot')).find((name) => name.startsWith('vmlinuz'));
  const [version] = readdirSync(join(folder, 'lib/modules'));
  return {
    image: join(folder, 'boot', boot),
    modules: ['fs/overlayfs/overlay.ko', 'drivers/block/brd.ko'].map((path) => join(folder, 'lib/modules', version, 'kernel', path)),
  };
}

/** As busybox(), but null where it cannot be had (no network, no apt): tests skip then, and say so. */
export function busyboxIfAny(architecture) {
  try {
    return busybox(architecture);
  } catch {
    return null;
  }
}
