/**
 * Compiles the guest programs of tests/guests for MIPS and for i386, static, with the C library of the machine it runs on.
 * Used by the recording script and by tests; the binaries are never committed.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCES = fileURLToPath(new URL('../guests', import.meta.url));
const BUILT = fileURLToPath(new URL('../../node_modules/.cache/strata-guests', import.meta.url));

const COMMON = ['-O1', '-static', '-Wall', '-Wextra', '-Werror'];
export const COMPILERS = {
  mips: ['mipsel-linux-gnu-gcc', [...COMMON, '-march=mips32r2']],
  i386: ['gcc', [...COMMON, '-m32', '-march=i686', '-I/usr/include/x86_64-linux-gnu']],
};

export const guests = () =>
  readdirSync(SOURCES)
    .filter((name) => name.endsWith('.c'))
    .map((name) => name.slice(0, -2))
    .toSorted();

/** The path of the compiled guest, made when it is missing or older than its source; null where the compiler lacks. */
export function guest(name, isa) {
  const source = join(SOURCES, `${name}.c`),
    output = join(BUILT, `${name}.${isa}`);
  if (existsSync(output) && statSync(output).mtimeMs > statSync(source).mtimeMs) return output;
  const [compiler, flags] = COMPILERS[isa];
  mkdirSync(BUILT, { recursive: true });
  const fresh = `${output}.${process.pid}`;
  try {
    execFileSync(compiler, [...flags, source, '-o', fresh], { stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    if (error.code === 'ENOENT' || /cannot find -lc|stdio\.h: No such file/.test(String(error.stderr))) return null;
    throw error;
  }
  renameSync(fresh, output);
  return output;
}
