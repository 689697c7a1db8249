/** Numbers as hexadecimal text. */

/** Eight digits, without prefix: the way addresses are written everywhere in Strata. */
export const hex32 = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');
export const hex16 = (value: number): string => (value & 0xffff).toString(16).padStart(4, '0');
export const hex8 = (value: number): string => (value & 0xff).toString(16).padStart(2, '0');
/** With 0x and no padding, as C programmers and strace write it. */
export const hexC = (value: number): string => (value === 0 ? '0' : `0x${(value >>> 0).toString(16)}`);

/** Bytes as pairs of digits. */
export function hexBytes(bytes: ArrayLike<number>, separator = ' '): string {
  return Array.from(bytes, hex8).join(separator);
}
