/**
 * Records archives made by GNU tar in three formats and by Python's tarfile, with what Python's tarfile reads in them:
 * `node tests/oracle/tar.mjs` writes tests/vectors/tar.json (archives compressed, in base64).
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const WORK = mkdtempSync(join(tmpdir(), 'strata-tar-'));
const MAKE = `
set -e
mkdir -p tree/bin tree/empty tree/sticky
mkdir -p tree/$(printf 'long-folder-name-%.0s' 1 2 3 4 5)/$(printf 'deeper-%.0s' 1 2 3 4 5 6 7 8)
printf 'hello\\n' > tree/bin/hello; chmod 755 tree/bin/hello
printf 'x%.0s' $(seq 1 1000) > tree/data
: > tree/none
printf 'deep\\n' > "tree/$(printf 'long-folder-name-%.0s' 1 2 3 4 5)/$(printf 'deeper-%.0s' 1 2 3 4 5 6 7 8)/$(printf 'file-%.0s' 1 2 3 4 5 6 7 8 9)"
ln tree/bin/hello tree/bin/again
ln -s hello tree/bin/link
ln -s ../../../../etc/passwd tree/outside
ln -s $(printf 'long-target/%.0s' 1 2 3 4 5 6 7 8 9 10 11 12) tree/longlink
mkfifo tree/pipe
chmod 1777 tree/sticky; chmod 4711 tree/data
find tree -exec touch -h -d @1600000000 {} +
for f in gnu pax ustar; do
  if [ $f = ustar ]; then rm -r tree/longlink; fi
  tar --format=$f --numeric-owner --owner=1000 --group=100 --sort=name -cf $f.tar -C tree .
done
`;
const PYTHON = `
import tarfile, io, json, sys, hashlib
KIND = {tarfile.REGTYPE:'file', tarfile.AREGTYPE:'file', tarfile.DIRTYPE:'directory', tarfile.SYMTYPE:'symlink', tarfile.LNKTYPE:'link', tarfile.CHRTYPE:'character', tarfile.BLKTYPE:'block', tarfile.FIFOTYPE:'fifo'}
t = tarfile.open('python.tar', 'w', format=tarfile.PAX_FORMAT)
def add(name, kind, data=b'', **more):
    i = tarfile.TarInfo(name); i.type = kind; i.size = len(data); i.mtime = 1600000000.5
    for k, v in more.items(): setattr(i, k, v)
    t.addfile(i, io.BytesIO(data))
add('./etc', tarfile.DIRTYPE, mode=0o755)
add('etc/na\\u00efve', tarfile.REGTYPE, b'utf-8 name', mode=0o600, uid=3000000, gid=70000)
add('/absolute/path', tarfile.REGTYPE, b'leading slash')
add('dev/null', tarfile.CHRTYPE, devmajor=1, devminor=3, mode=0o666)
add('dev/ram0', tarfile.BLKTYPE, devmajor=1, devminor=0)
add('xattr', tarfile.REGTYPE, b'capable', pax_headers={'SCHILY.xattr.user.note': 'kept', 'comment': 'ignored'})
add('etc/.wh.gone', tarfile.REGTYPE)
add('opaque/.wh..wh..opq', tarfile.REGTYPE)
t.close()
out = {}
for name in ['gnu', 'pax', 'ustar', 'python']:
    rows = []
    for i in tarfile.open(name + '.tar', encoding='utf-8'):
        data = tarfile.open(name + '.tar').extractfile(i.name).read() if i.isreg() and not i.islnk() else b''
        rows.append({'path': '/'.join(p for p in i.name.split('/') if p not in ('', '.')), 'kind': KIND[i.type], 'mode': i.mode, 'uid': i.uid, 'gid': i.gid, 'mtime': int(i.mtime), 'target': i.linkname if i.issym() else '/'.join(p for p in i.linkname.split('/') if p not in ('', '.')), 'rdev': i.devmajor * 256 + i.devminor if i.ischr() or i.isblk() else 0, 'size': len(data), 'sha256': hashlib.sha256(data).hexdigest()})
    out[name] = rows
print(json.dumps(out))
`;
try {
  execFileSync('bash', ['-c', MAKE], { cwd: WORK });
  const read = JSON.parse(execFileSync('python3', ['-c', PYTHON], { cwd: WORK, encoding: 'utf8' }));
  const version = execFileSync('tar', ['--version'], { encoding: 'utf8' }).split('\n')[0];
  const archives = Object.entries(read).map(([name, entries]) => ({
    name,
    archive: gzipSync(readFileSync(join(WORK, `${name}.tar`)), { level: 9 }).toString('base64'),
    entries,
  }));
  const out = fileURLToPath(new URL('../vectors/tar.json', import.meta.url));
  writeFileSync(out, `${JSON.stringify({ recordedWith: version, archives }, null, 1)}\n`);
} finally {
  rmSync(WORK, { recursive: true });
}
