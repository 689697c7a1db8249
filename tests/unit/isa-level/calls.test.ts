/**
 * The table of MIPS system calls against the host kernel's own: what the kernel can do, a MIPS program can ask for, under the
 * same name. And what no name stands for: numbers of ioctl by their coding, the code of break.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import '../../../src/kernel/rest.ts';
import { syscallNumbers, syscallRow } from '../../../src/kernel/table.ts';
import {
  homelessSignal,
  ioctlToI386,
  siCodeToI386,
  siCodeToMips,
  signalToI386,
  signalToMips,
} from '../../../src/levels/isa/linux/numbers.ts';
import { parseMips } from '../../../src/levels/isa/executable.ts';
import '../../../src/levels/isa/linux/rest.ts';
import { callRow, OWN_CALLS } from '../../../src/levels/isa/linux/table.ts';

/** Calls of i386 alone, or of another shape on MIPS; last those whose registers, masks or thread-local data are another architecture's. */
const ONLY_I386 = new Set(
  `set_thread_area get_thread_area modify_ldt sigreturn rt_sigreturn pipe mmap oldolduname olduname uname16 select old_select arch_prctl iopl ioperm vm86 vm86old ugetrlimit waitpid oldstat oldlstat oldfstat
   vfork ptrace clone3 rseq sgetmask ssetmask`.split(/\s+/),
);
const plain = (name: string): string => name.replace(/^(new|old|sys_)/, '').replace(/(16|32)$/, '');

describe('system calls of MIPS', () => {
  it('reach every call that the kernel has', () => {
    const reached = new Set<number>(),
      names = new Set<string>(Object.keys(OWN_CALLS));
    for (let number = 1; number < 600; number++) {
      const row = callRow(number);
      if (!row) continue;
      reached.add(row.i386);
      names.add(row.name);
    }
    const missing = syscallNumbers().filter((n) => {
      const { name } = syscallRow(n)!;
      return !reached.has(n) && !names.has(name) && !names.has(plain(name)) && !ONLY_I386.has(name);
    });
    expect(missing.map((n) => `${n} ${syscallRow(n)!.name}`)).toEqual([]);
  });
});

describe('executables of MIPS', () => {
  const bytes = new Uint8Array(readFileSync(new URL('../../../public/programs/isa/gcd.mips', import.meta.url)));
  it.each([
    ['MIPS16 code', 0x7400_1000],
    ['microMIPS code', 0x7200_1000],
    ['MIPS32 release 6', 0x9000_1000],
    ['another ABI', 0x7000_0020],
    ['registers of 64 bits', 0x7000_1200],
  ])('with %s are refused', (what, flags) => {
    const other = bytes.slice();
    new DataView(other.buffer).setUint32(36, flags, true);
    expect(() => parseMips(other)).toThrow(what);
    expect(parseMips(bytes).entry).toBeGreaterThan(0);
  });
});

describe('numbers of MIPS', () => {
  it('are those of i386 and back', () => {
    for (let n = 1; n <= 128; n++) {
      if (homelessSignal(n)) expect(signalToI386(n) === -1 || n > 64).toBe(true);
      else expect(signalToMips(signalToI386(n))).toBe(n);
    }
    for (let code = -7; code < 10; code++) expect(siCodeToI386(siCodeToMips(code))).toBe(code);
  });

  /** As the headers of both architectures give them (asm/ioctls.h, linux/fs.h). */
  it.each([
    ['FS_IOC_GETFLAGS', 0x4004_6601, 0x8004_6601],
    ['TIOCSPTLCK', 0x8004_5431, 0x4004_5431],
    ['TIOCGPTN', 0x4004_5430, 0x8004_5430],
    ['BLKGETSIZE', 0x2000_1260, 0x1260],
    ['TIOCGPTPEER', 0x2000_5441, 0x5441],
    ['TIOCGSID', 0x7416, 0x5429],
    ['FIOCLEX', 0x6601, 0x5451],
    ['TIOCGWINSZ', 0x4008_7468, 0x5413],
  ])('%s', (_name, mips, i386) => {
    expect(ioctlToI386(mips | 0) >>> 0).toBe(i386);
  });
});
