/**
 * Plain data: what can be structured-cloned, compared and hashed. Checkpoints and events are made of it.
 * `Plain` is the same type as in levels/level.ts; rooms below levels/ take it from here.
 */
export type Plain =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | Int32Array
  | Float64Array
  | readonly Plain[]
  | { readonly [key: string]: Plain | undefined };

/** A deep copy. Byte arrays are copied too: what is shared on purpose is passed by reference beside it. */
export function clonePlain<T>(value: T): T {
  return copy(value) as T;
}

function copy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copy);
  if (value instanceof Uint8Array || value instanceof Int32Array || value instanceof Float64Array) return value.slice();
  const result: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) result[key] = copy(item);
  return result;
}

export function equalPlain(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  const left = Object.entries(a),
    right = Object.entries(b);
  return left.length === right.length && left.every(([key, item]) => key in b && equalPlain(item, (b as Record<string, unknown>)[key]));
}

/** A 32-bit FNV-1a hash of plain data, as hex; keys count in sorted order, absent and undefined ones alike. */
export function hashPlain(value: unknown): string {
  return (mix(0x811c9dc5, value) >>> 0).toString(16).padStart(8, '0');
}

const byte = (hash: number, n: number): number => Math.imul(hash ^ (n & 0xff), 0x01000193);
const text = (hash: number, s: string): number => {
  for (let i = 0; i < s.length; i++) hash = byte(byte(hash, s.charCodeAt(i)), s.charCodeAt(i) >> 8);
  return byte(hash, 0);
};

function mix(hash: number, value: unknown): number {
  if (typeof value !== 'object' || value === null) return text(hash, `${typeof value}:${String(value)}`);
  if (value instanceof Uint8Array) {
    for (let i = 0; i < value.length; i++) hash = byte(hash, value[i]!);
    return text(hash, `bytes:${value.length}`);
  }
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    const list = value as ArrayLike<unknown>;
    for (let i = 0; i < list.length; i++) hash = mix(hash, list[i]);
    return text(hash, `list:${list.length}`);
  }
  for (const key of Object.keys(value).toSorted()) {
    const item = (value as Record<string, unknown>)[key];
    if (item !== undefined) hash = mix(text(hash, key), item);
  }
  return text(hash, 'record');
}
