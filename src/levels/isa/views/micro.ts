/**
 * Micro-ops as text: a made-up instruction set between the guest's and the host's. Values that live only in the block are
 * t1, t2 ...; guest registers have their names.
 */
import {
  FCSR,
  FPR,
  HI,
  INSTRUCTION,
  LL_ADDRESS,
  LL_BIT,
  LL_VALUE,
  LO,
  MIPS_REGISTERS,
  NPC,
  PC,
  USER_LOCAL,
} from '../../../isa/mips/state.ts';
import type { Value } from '../../../isa/microop/op.ts';
import type { MicroLine } from '../../../protocol/views.ts';
import type { BlockFlow, Item, JoinedBlock } from '../../../translate/join.ts';

const SPECIAL: Readonly<Record<number, string>> = {
  [HI]: 'hi',
  [LO]: 'lo',
  [PC]: 'pc',
  [NPC]: 'npc',
  [LL_BIT]: 'llbit',
  [LL_ADDRESS]: 'lladdress',
  [LL_VALUE]: 'llvalue',
  [USER_LOCAL]: 'tp',
  [FCSR]: 'fcsr',
  [INSTRUCTION]: 'word',
};
export const wordName = (word: number): string =>
  MIPS_REGISTERS[word] ?? SPECIAL[word] ?? (word >= FPR && word < FPR + 32 ? `f${word - FPR}` : `word${word}`);

const SIGNS: Readonly<Record<string, string>> = {
  add: '+',
  sub: '−',
  mul: '×',
  and: '&',
  or: '|',
  xor: '^',
  shl: '<<',
  shr: '>>>',
  sar: '>>',
  eq: '==',
  ltu: '<u',
  lts: '<',
};
const hex = (n: number): string => (n >>> 0).toString(16).padStart(8, '0');
const numberText = (n: number): string => (n >= -4096 && n <= 4096 ? String(n) : `0x${(n >>> 0).toString(16)}`);

/** Lines of a block; ids are positions in the list of items, the flow's come behind the last. */
export function microLines(block: JoinedBlock): MicroLine[] {
  const texts = new MicroText(block);
  const lines: MicroLine[] = [];
  block.items.forEach((item, id) => {
    const text = texts.item(item);
    if (text !== null) lines.push({ id, text, value: null, guest: item.guest });
  });
  texts.flow(block.flow).forEach((text, i) => lines.push({ id: block.items.length + i, text, value: null, guest: block.flow.guest }));
  return lines;
}

class MicroText {
  private readonly names = new Map<Value, string>();
  constructor(block: JoinedBlock) {
    let next = 1;
    for (const item of block.items)
      if (item.k === 'value' && item.op.k !== 'const' && item.op.k !== 'get') this.names.set(item.op, `t${next++}`);
  }

  private name(v: Value): string {
    if (v.k === 'const') return numberText(v.n);
    if (v.k === 'get') return wordName(v.from.word);
    return this.names.get(v) ?? '?';
  }

  item(item: Item): string | null {
    switch (item.k) {
      case 'begin':
        return null;
      case 'value':
        return item.op.k === 'const' || item.op.k === 'get' ? null : `${this.name(item.op)} = ${this.value(item.op)}`;
      case 'store':
        return `store${item.op.width} ${this.name(item.op.at.offset)}, ${this.name(item.op.value)}`;
      case 'trapIf':
        return `trap ${item.op.vector} if ${this.name(item.op.when)}`;
      case 'leaveIf':
        return `if ${this.name(item.when)} leave to ${hex(item.to)}`;
      case 'put':
        return `${wordName(item.word)} := ${this.name(item.value)}`;
      case 'putAt':
        return `register[${this.name(item.index)}] := ${this.name(item.value)}`;
    }
  }
  private value(v: Value): string {
    switch (v.k) {
      case 'getAt':
        return `register[${this.name(v.index)}]`;
      case 'clz':
      case 'ctz':
      case 'popcnt':
        return `${v.k} ${this.name(v.a)}`;
      case 'divu':
      case 'remu':
      case 'divs':
      case 'rems':
        return `${v.k} ${this.name(v.low)}, ${this.name(v.by)}`;
      case 'extend':
        return `${v.signed ? 'sign' : 'zero'}${v.width} ${this.name(v.a)}`;
      case 'select':
        return `${this.name(v.when)} ? ${this.name(v.a)} : ${this.name(v.b)}`;
      case 'load':
        return `load${v.width}${v.width < 32 ? (v.signed ? 's' : 'u') : ''} ${this.name(v.at.offset)}`;
      case 'service':
        return `ask ${v.name}`;
      case 'const':
      case 'get':
      case 'cond':
      case 'getFlags':
        return this.name(v);
      default:
        return SIGNS[v.k] ? `${this.name(v.a)} ${SIGNS[v.k]} ${this.name(v.b)}` : `${v.k} ${this.name(v.a)}, ${this.name(v.b)}`;
    }
  }

  flow(flow: BlockFlow): string[] {
    switch (flow.k) {
      case 'goto':
        return [`goto ${hex(flow.to)}`];
      case 'branch':
        return [`if ${this.name(flow.when)} goto ${hex(flow.to)}`, `else goto ${hex(flow.otherwise)}`];
      case 'choose':
        return [`npc = ${this.name(flow.when)} ? ${this.name(flow.to)} : ${this.name(flow.otherwise)}`];
      case 'indirect':
        return [`goto ${this.name(flow.to)}`];
      case 'trap':
        return [`trap ${flow.vector}`];
    }
  }
}
