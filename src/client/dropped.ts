/**
 * What a dropped file is, from its first bytes: which lab opens it, and with which arguments it is useful there. Only a guess at the
 * door: whether the level takes the file is for the level to say.
 */
const ascii = (bytes: Uint8Array, at: number, length: number): string => String.fromCharCode(...bytes.subarray(at, at + length));

const EM_386 = 3,
  EM_MIPS = 8;
const machineOf = (bytes: Uint8Array): number | null =>
  ascii(bytes, 0, 4) === '\u007fELF' && bytes.length > 20 ? bytes[18]! | (bytes[19]! << 8) : null;

const isTar = (bytes: Uint8Array): boolean => ascii(bytes, 257, 5) === 'ustar';
/** Archives that are named as such by the level, with the way out. */
const isPacked = (bytes: Uint8Array): boolean => (bytes[0] === 0x1f && bytes[1] === 0x8b) || (bytes[0] === 0x28 && bytes[1] === 0xb5);

/** The lab for these bytes; the one that is open when they say nothing. */
export function levelOf(bytes: Uint8Array, now: string): string {
  const machine = machineOf(bytes);
  if (machine === EM_MIPS) return 'isa';
  if (machine === EM_386 || isTar(bytes) || isPacked(bytes) || ascii(bytes, 0, 2) === '#!') return 'os';
  return now;
}

/** Busybox is many programs in one; it says so in its own text. */
function isBusybox(bytes: Uint8Array): boolean {
  const wanted = [...'BusyBox v'].map((letter) => letter.charCodeAt(0));
  for (let at = bytes.indexOf(wanted[0]!); at >= 0; at = bytes.indexOf(wanted[0]!, at + 1))
    if (wanted.every((letter, i) => bytes[at + i] === letter)) return true;
  return false;
}

/** Its commands get their names first, so that `ls` is found as anywhere; then its shell begins. */
const BUSYBOX = ['sh', '-c', '/busybox mkdir -p /bin; /busybox --install -s /bin; exec /bin/sh'];

/** Arguments for a dropped file: a shell for an image and for busybox, nothing for a program that knows what it does. */
export function argsFor(level: string, bytes: Uint8Array): readonly string[] {
  if (level !== 'os') return [];
  if (isTar(bytes)) return ['/bin/sh'];
  return machineOf(bytes) === EM_386 && isBusybox(bytes) ? BUSYBOX : [];
}
