/**
 * Recipes: how to find a value that a guest register should hold while the host runs somewhere inside a translated block.
 * The value is in a host register, a home, a spill slot, or can be computed again from such values.
 *
 * Invariant: a recipe reads only what the host state at that very instruction holds. Plain data, so it can be saved.
 */
import { binary, divide, extend, unary } from '../isa/microop/arith.ts';
import type { BinaryKind, DivideKind, Value } from '../isa/microop/op.ts';
import type { RegisterFile } from './lower-registers.ts';

export type Recipe =
  | { readonly k: 'const'; readonly n: number }
  | { readonly k: 'register'; readonly n: number }
  /** A word of the guest state block: a home or a spill slot. */
  | { readonly k: 'word'; readonly n: number }
  | { readonly k: 'unary'; readonly op: 'clz' | 'ctz' | 'popcnt'; readonly a: Recipe }
  | { readonly k: 'extend'; readonly width: 8 | 16; readonly signed: boolean; readonly a: Recipe }
  | { readonly k: 'select'; readonly when: Recipe; readonly a: Recipe; readonly b: Recipe }
  | { readonly k: 'divide'; readonly op: DivideKind; readonly high: Recipe; readonly low: Recipe; readonly by: Recipe }
  | { readonly k: 'binary'; readonly op: BinaryKind; readonly a: Recipe; readonly b: Recipe };

/** Null when the value cannot be found any more. */
export function recipeOf(rf: RegisterFile, v: Value): Recipe | null {
  if (v.k === 'const') return { k: 'const', n: v.n };
  const register = rf.registerOf(v);
  if (register !== null) return { k: 'register', n: register };
  const home = rf.homeWord(v) ?? spillWord(rf, v);
  if (home !== null) return { k: 'word', n: home };
  return recompute(rf, v);
}

const spillWord = (rf: RegisterFile, v: Value): number | null => {
  const slot = rf.spillSlot(v);
  return slot === null ? null : rf.spillWordOf(slot);
};

function recompute(rf: RegisterFile, v: Value): Recipe | null {
  switch (v.k) {
    case 'const':
    case 'get':
    case 'getAt':
    case 'cond':
    case 'getFlags':
    case 'load':
    case 'service':
      return null;
    case 'divu':
    case 'remu':
    case 'divs':
    case 'rems': {
      const high = recipeOf(rf, v.high),
        low = recipeOf(rf, v.low),
        by = recipeOf(rf, v.by);
      return high && low && by && { k: 'divide', op: v.k, high, low, by };
    }
    case 'clz':
    case 'ctz':
    case 'popcnt': {
      const a = recipeOf(rf, v.a);
      return a && { k: 'unary', op: v.k, a };
    }
    case 'extend': {
      const a = recipeOf(rf, v.a);
      return a && { k: 'extend', width: v.width, signed: v.signed, a };
    }
    case 'select': {
      const when = recipeOf(rf, v.when),
        a = recipeOf(rf, v.a),
        b = recipeOf(rf, v.b);
      return when && a && b && { k: 'select', when, a, b };
    }
    default: {
      const a = recipeOf(rf, v.a),
        b = recipeOf(rf, v.b);
      return a && b && { k: 'binary', op: v.k, a, b };
    }
  }
}

/** Follows a recipe over host registers and the words of the guest state block. */
export function follow(recipe: Recipe, register: (n: number) => number, word: (n: number) => number): number {
  switch (recipe.k) {
    case 'const':
      return recipe.n;
    case 'register':
      return register(recipe.n);
    case 'word':
      return word(recipe.n);
    case 'unary':
      return unary(recipe.op, follow(recipe.a, register, word));
    case 'extend':
      return extend(follow(recipe.a, register, word), recipe.width, recipe.signed);
    case 'select':
      return follow(recipe.when, register, word) !== 0 ? follow(recipe.a, register, word) : follow(recipe.b, register, word);
    case 'divide':
      return divide(recipe.op, follow(recipe.high, register, word), follow(recipe.low, register, word), follow(recipe.by, register, word));
    case 'binary':
      return binary(recipe.op, follow(recipe.a, register, word), follow(recipe.b, register, word));
  }
}
