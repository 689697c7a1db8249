/** Base64 (RFC 4648, section 4) without the platform's own, which engine rooms do not have. */
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function toBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let i = 0; i < bytes.length; i += 3) {
    const group = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const text = DIGITS[group >> 18]! + DIGITS[(group >> 12) & 63]! + DIGITS[(group >> 6) & 63]! + DIGITS[group & 63]!;
    parts.push(i + 2 < bytes.length ? text : text.slice(0, bytes.length - i + 1) + '='.repeat(i + 3 - bytes.length));
  }
  return parts.join('');
}

/** Characters outside the alphabet are passed over. */
export function fromBase64(text: string): Uint8Array {
  const out: number[] = [];
  let bits = 0,
    held = 0;
  for (const character of text) {
    const digit = DIGITS.indexOf(character);
    if (digit < 0) continue;
    held = ((held << 6) | digit) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out.push((held >> bits) & 0xff);
    }
  }
  return Uint8Array.from(out);
}
