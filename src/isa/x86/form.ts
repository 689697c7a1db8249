/**
 * Reads a row's operand and encoding strings, which are written as in the Intel manual, into the form that decoder,
 * encoder, disassembler and opcode map share. This is the only reader of those strings.
 *
 * Encoding tokens: hex bytes · `0F` escape · `66`/`F2`/`F3` mandatory prefix, `NP`: none of the three · `o16 o32 a16 a32` only with that operand or address
 * size · `50+r` register in the opcode · `70+cc` condition in the opcode · `/r` ModRM · `/0`..`/7` ModRM with that digit ·
 * a hex byte after the opcode: fixed ModRM; `C0+i`: ModRM with an x87 register · `ib iw id iv` immediates (v: operand size) · `cb cv cp` relative and far code
 * addresses · `mo` offset of the address size.
 *
 * Operand tokens: `r/m8 r/m16 r/m32 r/m`, `r8 r16 r32 r`, `m m8 .. m64`, `imm8 imm16 imm`, `simm8` (sign-extended),
 * `rel8 rel`, `ptr16:v`, `m16:v`, `sreg cr dr`, fixed registers (`eAX`: of operand size), `[esi]8 [esi] [edi]8 [edi]`,
 * `moffs8 moffs`, the number `1`, `st st(i)`, `m80`, `xmm`,
 * `xmm/m32 xmm/m64 xmm/m128`, `mm`, `mm/m32 mm/m64`, `r32/m16`. No number after r, r/m, imm means the operand size.
 */
import type { Width } from '../microop/op.ts';
import { EAX, ECX, EDX, SEGMENTS } from './state.ts';

export type OperandKind =
  | 'reg'
  | 'rm'
  | 'mem'
  | 'imm'
  | 'rel'
  | 'far'
  | 'sreg'
  | 'creg'
  | 'dreg'
  | 'moffs'
  | 'source'
  | 'destination'
  | 'table'
  | 'number'
  | 'st'
  /** XMM register; XMM register or memory; general register or less memory than it is wide. */
  | 'xmm'
  | 'xrm'
  /** MMX register; MMX register or memory. */
  | 'mm'
  | 'mrm'
  | 'rm16';
/** 'v': operand size; 'p': far pointer (16 + operand size); 'vv': two of the operand size; 0: none. */
export type OperandSize = 0 | 8 | 16 | 32 | 48 | 64 | 80 | 128 | 'v' | 'p' | 'vv';

export interface OperandSpec {
  readonly text: string;
  readonly kind: OperandKind;
  readonly size: OperandSize;
  /** Where its number stands. */
  readonly field: 'reg' | 'rm' | 'opcode' | 'immediate' | 'second' | 'fixed';
  /** Fixed register, segment or number. */
  readonly n: number;
  readonly signed: boolean;
}

export type ImmediateKind = 'ib' | 'iw' | 'id' | 'iv' | 'cb' | 'cv' | 'cp' | 'mo';

export interface Form {
  readonly mandatory: 0 | 0x66 | 0xf2 | 0xf3;
  /** Not an instruction with a prefix 66, F2 or F3. */
  readonly bare: boolean;
  readonly operandSize: 0 | 16 | 32;
  readonly addressSize: 0 | 16 | 32;
  readonly escape: boolean;
  readonly opcode: number;
  /** How many opcodes the row covers: 8 for +r, 16 for +cc. */
  readonly span: 1 | 8 | 16;
  readonly modrm: boolean;
  /** Opcode extension in ModRM, or -1. */
  readonly digit: number;
  /** The whole ModRM byte, where it is part of the opcode, or -1. */
  readonly fixed: number;
  /** What ModRM.mod may be; 'ignored': taken as a register whatever it is (mov to and from CRn). */
  readonly mod: 'any' | 'memory' | 'register' | 'ignored';
  readonly immediates: readonly ImmediateKind[];
  readonly operands: readonly OperandSpec[];
  /** Whether the operand size changes what the row does. */
  readonly sized: boolean;
}

const FIXED: Record<string, readonly [n: number, size: Width | 'v']> = {
  al: [EAX, 8],
  cl: [ECX, 8],
  ax: [EAX, 16],
  dx: [EDX, 16],
  eax: [EAX, 32],
  eAX: [EAX, 'v'],
};
const SPECIAL: Record<string, readonly [OperandKind, OperandSize]> = {
  '[esi]8': ['source', 8],
  '[esi]': ['source', 'v'],
  '[edi]8': ['destination', 8],
  '[edi]': ['destination', 'v'],
  '[ebx+al]': ['table', 8],
  moffs8: ['moffs', 8],
  moffs: ['moffs', 'v'],
  'ptr16:v': ['far', 'p'],
  'm16:v': ['mem', 'p'],
  m2v: ['mem', 'vv'],
  rel8: ['rel', 8],
  rel: ['rel', 'v'],
  simm8: ['imm', 8],
  sreg: ['sreg', 16],
  cr: ['creg', 32],
  dr: ['dreg', 32],
};

type Draft = Omit<OperandSpec, 'field'> & { field?: OperandSpec['field'] };

function parseOperand(text: string): Draft {
  const plain = { text, n: 0, signed: text === 'simm8' };
  const fixed = FIXED[text];
  if (fixed) return { ...plain, kind: 'reg', size: fixed[1], n: fixed[0], field: 'fixed' };
  const segment = (SEGMENTS as readonly string[]).indexOf(text);
  if (segment >= 0) return { ...plain, kind: 'sreg', size: 16, n: segment, field: 'fixed' };
  if (text === 'st') return { ...plain, kind: 'st', size: 80, field: 'fixed' };
  if (text === 'st(i)') return { ...plain, kind: 'st', size: 80, field: 'rm' };
  if (text === 'xmm') return { ...plain, kind: 'xmm', size: 128 };
  if (text === 'mm') return { ...plain, kind: 'mm', size: 64 };
  const half = /^mm\/m(32|64)$/.exec(text);
  if (half) return { ...plain, kind: 'mrm', size: Number(half[1]) as OperandSize };
  if (text === 'r32/m16') return { ...plain, kind: 'rm16', size: 16 };
  const vector = /^xmm\/m(32|64|128)$/.exec(text);
  if (vector) return { ...plain, kind: 'xrm', size: Number(vector[1]) as OperandSize };
  if (text === '1') return { ...plain, kind: 'number', size: 0, n: 1, field: 'fixed' };
  const special = SPECIAL[text];
  if (special) return { ...plain, kind: special[0], size: special[1] };
  const match = /^(r\/m|r|m|imm)(8|16|32|48|64|80|128)?$/.exec(text);
  if (!match) throw new Error(`operand token '${text}'`);
  const size = match[2] ? (Number(match[2]) as OperandSize) : match[1] === 'm' ? 0 : 'v';
  const kinds = { 'r/m': 'rm', r: 'reg', m: 'mem', imm: 'imm' } as const;
  return { ...plain, kind: kinds[match[1] as keyof typeof kinds], size };
}

/** Gives each operand its place: memory in ModRM.rm, immediates in order, the register in what is left. */
function placeOperands(drafts: Draft[], modrm: boolean, span: number, digit: number): OperandSpec[] {
  let immediates = 0;
  let regTaken = false;
  const rmTaken = drafts.some((d) => d.kind === 'rm' || d.kind === 'mem' || d.kind === 'xrm' || d.kind === 'mrm' || d.kind === 'rm16');
  const special = drafts.some((d) => !d.field && (d.kind === 'sreg' || d.kind === 'creg' || d.kind === 'dreg'));
  const place = (d: Draft): OperandSpec['field'] => {
    if (d.field) return d.field;
    switch (d.kind) {
      case 'rm':
      case 'mem':
      case 'xrm':
      case 'mrm':
      case 'rm16':
        return 'rm';
      case 'imm':
      case 'rel':
      case 'far':
      case 'moffs':
        return immediates++ === 0 ? 'immediate' : 'second';
      case 'sreg':
      case 'creg':
      case 'dreg':
        return 'reg';
      case 'reg':
      case 'xmm':
      case 'mm':
        if (!modrm) {
          if (span !== 8) throw new Error(`no place for ${d.text}`);
          return 'opcode';
        }
        if (special || digit >= 0 || (regTaken && !rmTaken)) return 'rm';
        regTaken = true;
        return 'reg';
      default:
        return 'fixed';
    }
  };
  return drafts.map((d) => ({ ...d, field: place(d) }));
}

const IMMEDIATES = new Set(['ib', 'iw', 'id', 'iv', 'cb', 'cv', 'cp', 'mo']);

interface Parsed {
  mandatory: 0 | 0x66 | 0xf2 | 0xf3;
  bare: boolean;
  operandSize: 0 | 16 | 32;
  addressSize: 0 | 16 | 32;
  escape: boolean;
  opcode: number;
  span: 1 | 8 | 16;
  modrm: boolean;
  digit: number;
  fixed: number;
  immediates: ImmediateKind[];
}

function parseEncoding(encoding: string): Parsed {
  const p: Parsed = {
    mandatory: 0,
    bare: false,
    operandSize: 0,
    addressSize: 0,
    escape: false,
    opcode: -1,
    span: 1,
    modrm: false,
    digit: -1,
    fixed: -1,
    immediates: [],
  };
  for (const token of encoding.split(' ')) parseToken(p, token, encoding);
  if (p.opcode < 0) throw new Error(`no opcode in '${encoding}'`);
  return p;
}

function parseToken(p: Parsed, token: string, encoding: string): void {
  const size = /^([oa])(16|32)$/.exec(token);
  if (size) {
    if (size[1] === 'o') p.operandSize = Number(size[2]) as 16 | 32;
    else p.addressSize = Number(size[2]) as 16 | 32;
  } else if (IMMEDIATES.has(token)) p.immediates.push(token as ImmediateKind);
  else if (token === 'NP') p.bare = true;
  else if (token === '/r') p.modrm = true;
  else if (/^\/[0-7]$/.test(token)) {
    p.modrm = true;
    p.digit = Number(token[1]);
  } else {
    const hex = /^([0-9A-F]{2})(\+r|\+cc|\+i)?$/.exec(token);
    if (!hex) throw new Error(`token '${token}' in '${encoding}'`);
    const byte = parseInt(hex[1]!, 16);
    if (p.opcode < 0 && !p.escape && (byte === 0x66 || byte === 0xf2 || byte === 0xf3) && encoding.includes(' ')) p.mandatory = byte;
    else if (p.opcode < 0 && !p.escape && byte === 0x0f) p.escape = true;
    else if (p.opcode < 0) {
      p.opcode = byte;
      p.span = hex[2] === '+r' ? 8 : hex[2] === '+cc' ? 16 : 1;
    } else if (hex[2] === '+i') {
      p.modrm = true;
      p.digit = (byte >> 3) & 7;
    } else {
      p.modrm = true;
      p.fixed = byte;
    }
  }
}

export function parseForm(operands: string, encoding: string, sized: boolean, registerOnly: boolean): Form {
  const parsed = parseEncoding(encoding);
  const drafts = operands === '' ? [] : operands.split(', ').map(parseOperand);
  const specs = placeOperands(drafts, parsed.modrm, parsed.span, parsed.digit);
  const rm = specs.find((s) => s.field === 'rm');
  const control = specs.some((s) => s.kind === 'creg' || s.kind === 'dreg');
  const mod = control
    ? 'ignored'
    : rm?.kind === 'mem'
      ? 'memory'
      : rm?.kind === 'reg' || rm?.kind === 'st' || rm?.kind === 'xmm' || rm?.kind === 'mm' || registerOnly
        ? 'register'
        : 'any';
  const variable = specs.some((s) => s.size === 'v' || s.size === 'p' || s.size === 'vv');
  return {
    ...parsed,
    mod,
    operands: specs,
    sized: sized || variable || parsed.immediates.some((i) => i === 'iv' || i === 'cv' || i === 'cp'),
  };
}

/** Bytes that an immediate takes, by operand and address size. */
export function immediateLength(kind: ImmediateKind, operandSize: number, addressSize: number): number {
  switch (kind) {
    case 'ib':
    case 'cb':
      return 1;
    case 'iw':
      return 2;
    case 'id':
      return 4;
    case 'iv':
    case 'cv':
      return operandSize >> 3;
    case 'cp':
      return (operandSize >> 3) + 2;
    case 'mo':
      return addressSize >> 3;
  }
}

/** Bits of an operand in an instruction of this operand size. */
export function operandWidth(size: OperandSize, operandSize: 16 | 32): 0 | 8 | 16 | 32 | 48 | 64 | 80 | 128 {
  if (size === 'v') return operandSize;
  if (size === 'p') return operandSize === 32 ? 48 : 32;
  if (size === 'vv') return operandSize === 32 ? 64 : 32;
  return size;
}
