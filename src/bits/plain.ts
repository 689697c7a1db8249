/**
 * Plain data: what can be structured-cloned, compared and hashed. Checkpoints and events are made of it.
 * `Plain` is the same type as in levels/level.ts; rooms below levels/ take it from here.
 */
export type Plain = null | boolean | number | string | Uint8Array | Int32Array | Float64Array | readonly Plain[] | { readonly [key: string]: Plain | undefined };

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
  const left = Object.entries(a), right = Object.entries(b);
  return left.length === right.length && left.every(([key, item]) => key in b && equalPlain(item, (b as Record<string, unknown>)[key]));
}
