/**
 * Which MIPS executables run here, by the flags of their ELF header (include/uapi/linux/elf.h, MIPS ABI supplement): MIPS32 up
 * to release 2 with o32. The others are refused before their first instruction, each with one sentence.
 */
import { EM_MIPS, parseElf, type Elf } from '../../formats/elf.ts';
import { refuse } from '../../formats/refusal.ts';

const ABI2 = 0x20,
  FP64 = 0x200,
  ABI = 0xf000,
  O32 = 0x1000,
  MICROMIPS = 0x0200_0000,
  MIPS16 = 0x0400_0000;
/** EF_MIPS_ARCH: what is not I, II, 32 or 32r2. */
const ARCHITECTURES: Readonly<Record<number, string>> = {
  2: 'MIPS III',
  3: 'MIPS IV',
  4: 'MIPS V',
  6: 'MIPS64',
  8: 'MIPS64 release 2',
  9: 'MIPS32 release 6',
  10: 'MIPS64 release 6',
};

export function parseMips(bytes: Uint8Array): Elf {
  const elf = parseElf(bytes, [EM_MIPS]),
    { flags } = elf;
  const architecture = ARCHITECTURES[flags >>> 28];
  if (architecture) refuse(`This executable is for ${architecture}; MIPS32 up to release 2 runs here.`);
  if ((flags & ABI2) !== 0 || ((flags & ABI) !== 0 && (flags & ABI) !== O32))
    refuse('This executable has another ABI; only o32 runs here.');
  if ((flags & MICROMIPS) !== 0) refuse('This executable has microMIPS code; only instructions of 32 bits run here.');
  if ((flags & MIPS16) !== 0) refuse('This executable has MIPS16 code; only instructions of 32 bits run here.');
  if ((flags & FP64) !== 0) refuse('This executable wants floating-point registers of 64 bits (-mfp64); only those of 32 bits are here.');
  return elf;
}
