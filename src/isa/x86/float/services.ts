/**
 * What the x87 rows ask for by name: each service takes the state's words and 32-bit values, and gives one.
 *
 * Invariant: none looks at memory, changes the flow or faults: rows check CR0.EM, CR0.TS and pending exceptions first. So
 * engines may run them inside a block ('fpu.refuse' does nothing unless its first argument is not 0).
 */
import type { FloatFunction } from '../floating.ts';
import type { FpuService } from '../services.ts';
import { compare32, compare64, compareFlags, compareRegister, compareWith, examine } from './compare.ts';
import { constantOf } from './constants.ts';
import {
  clearExceptions,
  environmentStored,
  freeRegister,
  initialise,
  registerWord,
  rotate,
  setControl,
  setEnvironment,
  setExtended,
  setRegister,
} from './control.ts';
import { load32, load64, loadDecimal, loadInteger, store80, storeDecimal } from './convert.ts';
import { f80 } from './f80.ts';
import { integerExponent, integerHigh, loadFast32, loadFast64, pushFast } from './fast-memory.ts';
import { arctangentOf, exponential, logarithmOfOnePlusTimes, logarithmTimes } from './functions.ts';
import { changeSign, exchange, loadRegister, moveIf, storeRegister } from './moves.ts';
import {
  arithmetic32,
  arithmetic64,
  arithmeticInteger,
  arithmeticRegisters,
  binary,
  circularOf,
  extractOf,
  remainderOf,
  squareRootOf,
  unary,
} from './operate.ts';
import { roundToInteger, scale } from './partial.ts';
import { control, fullTags, pushOutcome } from './stack.ts';
import { prepare, prepare32, prepare64, prepareInteger, refuse, stored, word } from './stores.ts';

export const FPU_FUNCTIONS: Readonly<Record<FpuService, FloatFunction>> = {
  'fpu.load32': (w, bits) => {
    if (loadFast32(w, bits)) return 0;
    const o = load32(bits, control(w));
    pushOutcome(w, o.value, o.flags, false);
    return 0;
  },
  'fpu.load64': (w, lo, hi) => {
    if (loadFast64(w, lo, hi)) return 0;
    const o = load64(lo, hi, control(w));
    pushOutcome(w, o.value, o.flags, false);
    return 0;
  },
  'fpu.load80': (w, lo, hi, se) => {
    pushOutcome(w, f80(se, hi, lo), 0, false);
    return 0;
  },
  'fpu.loadInteger': (w, lo, hi) => {
    if (hi === lo >> 31 && pushFast(w, 0, integerHigh(lo), integerExponent(lo))) return 0;
    pushOutcome(w, loadInteger(lo, hi), 0, false);
    return 0;
  },
  'fpu.loadDecimal': (w, lo, hi, top) => {
    pushOutcome(w, loadDecimal(lo, hi, top), 0, false);
    return 0;
  },
  'fpu.loadRegister': loadRegister,
  'fpu.loadConstant': (w, n) => {
    pushOutcome(w, constantOf(n, control(w)), 0, false);
    return 0;
  },
  'fpu.storeRegister': storeRegister,
  'fpu.exchange': exchange,
  'fpu.moveIf': moveIf,
  'fpu.arithmetic': arithmeticRegisters,
  'fpu.arithmetic32': arithmetic32,
  'fpu.arithmetic64': arithmetic64,
  'fpu.arithmeticInteger': arithmeticInteger,
  'fpu.changeSign': changeSign,
  'fpu.squareRoot': squareRootOf,
  'fpu.round': (w) => unary(w, roundToInteger),
  'fpu.scale': (w) => binary(w, scale, 0),
  'fpu.extract': extractOf,
  'fpu.remainder': remainderOf,
  'fpu.circular': circularOf,
  'fpu.arctangent': (w) => binary(w, (x, y, word) => arctangentOf(y, x, word), 1),
  'fpu.exponential': (w) => unary(w, exponential),
  'fpu.logarithm': (w) => binary(w, logarithmTimes, 1),
  'fpu.logarithmOfOnePlus': (w) => binary(w, logarithmOfOnePlusTimes, 1),
  'fpu.compare': compareRegister,
  'fpu.compare32': compare32,
  'fpu.compare64': compare64,
  'fpu.compareInteger': (w, n, pops) => compareWith(w, loadInteger(n, n >> 31), pops, false),
  'fpu.compareFlags': compareFlags,
  'fpu.test': (w) => compareWith(w, f80(0, 0, 0), 0, false),
  'fpu.examine': examine,
  'fpu.prepare32': prepare32,
  'fpu.prepare64': prepare64,
  'fpu.prepare80': (w) => prepare(w, 'float', 80, store80),
  'fpu.prepareInteger': prepareInteger,
  'fpu.prepareDecimal': (w) => prepare(w, 'decimal', 80, storeDecimal),
  'fpu.word': word,
  'fpu.refuse': refuse,
  'fpu.stored': stored,
  'fpu.tags': fullTags,
  'fpu.registerWord': registerWord,
  'fpu.initialise': initialise,
  'fpu.clearExceptions': clearExceptions,
  'fpu.setControl': setControl,
  'fpu.setEnvironment': setEnvironment,
  'fpu.setExtended': setExtended,
  'fpu.setRegister': setRegister,
  'fpu.environmentStored': environmentStored,
  'fpu.rotate': rotate,
  'fpu.free': freeRegister,
};
