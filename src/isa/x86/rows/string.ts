/**
 * String instructions and their repetition: one iteration is one step, with its own faults and its own retirement.
 * The source may have a segment override, the destination is always in ES.
 */
import type { X86 } from '../builder.ts';
import { ia32 } from '../row.ts';
import type { RowOptions, X86Row } from '../row.ts';
import { EDI, EDX, ESI } from '../state.ts';

type Means = (m: X86) => void;

const movs: Means = (m) => { m.repeatBegin(); m.put(0, m.get(1)); m.advance(m.width, ESI, EDI); m.repeatEnd(); };
const stos: Means = (m) => { m.repeatBegin(); m.put(0, m.get(1)); m.advance(m.width, EDI); m.repeatEnd(); };
const lods: Means = (m) => { m.repeatBegin(); m.put(0, m.get(1)); m.advance(m.width, ESI); m.repeatEnd(); };
const compare = (...registers: number[]): Means => (m) => {
  m.repeatBegin();
  const a = m.get(0), b = m.get(1), width = m.width;
  m.flags('sub', a, b, m.sub(a, b));
  m.advance(width, ...registers);
  m.repeatWhile(m.eq(m.zext(a, width), m.zext(b, width)));
};
/**
 * The port is checked even when the count is 0, as processors do. The destination is written with its own value first, so
 * that a fault there comes before the port is read.
 */
const ins: Means = (m) => {
  const width = m.width, port = m.reg(EDX, 16), size = m.const(width);
  m.call('port.check', [port, size]);
  m.repeatBegin();
  m.put(0, m.get(0));
  m.put(0, m.call('port.in', [port, size]));
  m.advance(width, EDI);
  m.repeatEnd();
};
const outs: Means = (m) => {
  const width = m.widthOf(1), port = m.reg(EDX, 16), size = m.const(width);
  m.call('port.check', [port, size]);
  m.repeatBegin();
  m.call('port.out', [port, size, m.get(1)]);
  m.advance(width, ESI);
  m.repeatEnd();
};

const STRING: RowOptions = { reads: 'D', repeats: 'rep' };
const MOVS: RowOptions = { ...STRING, entry: 'MOVS/MOVSB/MOVSW/MOVSD', says: 'Copies one element from ESI to EDI and moves both.' };
const STOS: RowOptions = { ...STRING, entry: 'STOS/STOSB/STOSW/STOSD', says: 'Stores the accumulator at EDI and moves it.' };
const LODS: RowOptions = { ...STRING, entry: 'LODS/LODSB/LODSW/LODSD', says: 'Loads the accumulator from ESI and moves it.' };
const COMPARE: RowOptions = { reads: 'D', writes: 'OSZAPC', repeats: 'repe' };
const CMPS: RowOptions = { ...COMPARE, entry: 'CMPS/CMPSB/CMPSW/CMPSD', says: 'Compares the elements at ESI and EDI and moves both.' };
const SCAS: RowOptions = { ...COMPARE, entry: 'SCAS/SCASB/SCASW/SCASD', says: 'Compares the accumulator with the element at EDI and moves it.' };
const INS: RowOptions = { ...STRING, privilege: 'iopl', entry: 'INS/INSB/INSW/INSD', says: 'Reads the port DX into the element at EDI and moves it.' };
const OUTS: RowOptions = { ...STRING, privilege: 'iopl', entry: 'OUTS/OUTSB/OUTSW/OUTSD', says: 'Writes the element at ESI to the port DX and moves it.' };

export const STRINGS: readonly X86Row[] = [
  ia32('movs', '[edi]8, [esi]8', 'A4', movs, MOVS),
  ia32('movs', '[edi], [esi]', 'A5', movs, MOVS),
  ia32('cmps', '[esi]8, [edi]8', 'A6', compare(ESI, EDI), CMPS),
  ia32('cmps', '[esi], [edi]', 'A7', compare(ESI, EDI), CMPS),
  ia32('stos', '[edi]8, al', 'AA', stos, STOS),
  ia32('stos', '[edi], eAX', 'AB', stos, STOS),
  ia32('lods', 'al, [esi]8', 'AC', lods, LODS),
  ia32('lods', 'eAX, [esi]', 'AD', lods, LODS),
  ia32('scas', 'al, [edi]8', 'AE', compare(EDI), SCAS),
  ia32('scas', 'eAX, [edi]', 'AF', compare(EDI), SCAS),
  ia32('ins', '[edi]8, dx', '6C', ins, INS),
  ia32('ins', '[edi], dx', '6D', ins, INS),
  ia32('outs', 'dx, [esi]8', '6E', outs, OUTS),
  ia32('outs', 'dx, [esi]', '6F', outs, OUTS),
];
