/**
 * Makes conformance cases for a row: seeded encodings of it, with registers overridden so that most addresses lie in the
 * test area, most divisions have a quotient, comparisons come out both ways, and some accesses fault.
 */
import type { X86Row } from '../../../src/isa/x86/row.ts';
import { ROWS } from '../../../src/isa/x86/rows/index.ts';
import { MMX } from '../../../src/isa/x86/rows/mmx.ts';
import { SSE } from '../../../src/isa/x86/rows/sse.ts';
import { DATA, LOW, PAGES, STACK, WINDOW, edgy, random32, start } from './inputs.ts';
import type { Case, Start } from './inputs.ts';

/**
 * Rows whose result depends on descriptor tables, on the processor's model or on the clock, or which leave the process:
 * they are tested elsewhere, from the manual. What faults in user mode is recorded here.
 */
const ELSEWHERE = new Set([
  'retf',
  'iret',
  'les',
  'lds',
  'lss',
  'lfs',
  'lgs',
  'sldt',
  'str',
  'sgdt',
  'sidt',
  'smsw',
  'lar',
  'lsl',
  'verr',
  'verw',
  'cpuid',
  'rdtsc',
  'int1',
]);
const far = (row: X86Row): boolean => /ptr16:v|m16:v/.test(row.operands);
const loadsSegment = (row: X86Row): boolean =>
  (row.name === 'mov' && row.operands.startsWith('sreg')) || (row.name === 'pop' && /^[defgs]s$/.test(row.operands));
/** x87 instructions have an oracle of their own, x87-cpu.mjs. */
const x87 = (row: X86Row): boolean => row.name.startsWith('f');
/** SSE and MMX instructions likewise, sse.mjs. */
const sse = (row: X86Row): boolean => SSE.includes(row) || MMX.includes(row);
export const tested = (row: X86Row): boolean => !ELSEWHERE.has(row.name) && !x87(row) && !sse(row) && !far(row) && !loadsSegment(row);
export const TESTED_ROWS: readonly X86Row[] = ROWS.filter(tested);

const STACK_ROWS = new Set(['push', 'pop', 'call', 'ret', 'pusha', 'popa', 'pushf', 'popf', 'enter']);
const EAX = 0,
  ECX = 1,
  EDX = 2,
  EBX = 3,
  ESP = 4,
  EBP = 5,
  ESI = 6,
  EDI = 7;

class Maker {
  readonly row: X86Row;
  readonly next: () => number;
  seed = 0;
  begin: Start = start(0);
  readonly overrides = new Map<number, number>();
  operand16 = false;
  address16 = false;
  /** Where the memory operand lies, if there is one. */
  target = -1;
  register = 0;
  /** Registers of which the address was made: their values must stay. */
  readonly inAddress = new Set<number>();

  constructor(row: X86Row, next: () => number) {
    this.row = row;
    this.next = next;
  }
  below(n: number): number {
    return (this.next() >>> 0) % n;
  }
  chance(percent: number): boolean {
    return this.below(100) < percent;
  }
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
  value(n: number): number {
    return this.overrides.get(n) ?? this.begin.registers[n]!;
  }

  make(): Case {
    const { row } = this;
    this.seed = this.next();
    this.begin = start(this.seed);
    const prefixes = this.prefixes();
    this.prepare();
    const { form } = row;
    const body = [...(form.mandatory ? [form.mandatory] : []), ...(form.escape ? [0x0f] : []), form.opcode + this.below(form.span)];
    if (form.modrm) body.push(...this.modrm());
    this.afterwards();
    for (const kind of form.immediates) body.push(...this.immediate(kind));
    return { bytes: Uint8Array.from([...prefixes, ...body]), seed: this.seed, overrides: this.overrides };
  }

  private get string(): boolean {
    return this.row.form.operands.some((o) => o.kind === 'source' || o.kind === 'destination');
  }
  private get memory(): boolean {
    return this.string || this.row.form.operands.some((o) => o.kind === 'moffs' || o.kind === 'table' || o.field === 'rm');
  }

  private prefixes(): number[] {
    const { form, name, repeats } = this.row,
      bytes: number[] = [];
    // 66 before a fence makes another instruction of it.
    this.operand16 =
      form.operandSize === 16 ||
      (form.operandSize === 0 && this.chance(form.sized ? 35 : 3) && form.mandatory === 0 && !(form.escape && form.opcode === 0xae));
    this.address16 = form.addressSize === 16 || (form.addressSize === 0 && this.chance(this.memory || name.startsWith('loop') ? 15 : 0));
    if (this.operand16) bytes.push(0x66);
    if (this.address16) bytes.push(0x67);
    if (this.memory && this.chance(10)) bytes.push(this.pick([0x26, 0x36, 0x3e, 0x3e, 0x2e]));
    if (repeats !== 'no' && this.chance(60)) bytes.push(this.pick([0xf2, 0xf3]));
    // AMD reads LOCK MOV CR0 as MOV CR8.
    if (this.row.lock ? this.chance(15) : this.chance(2) && !/cr/.test(this.row.operands)) bytes.push(0xf0);
    return bytes;
  }

  /** Registers that the row uses by itself. */
  private prepare(): void {
    const { row, overrides } = this,
      { name } = row;
    if (STACK_ROWS.has(name) || this.chance(70)) overrides.set(ESP, this.stackAddress(STACK_ROWS.has(name)));
    if (name === 'leave' || name === 'enter') overrides.set(EBP, this.stackAddress(true));
    if (this.string) {
      overrides.set(ESI, this.indexed(ESI));
      overrides.set(EDI, this.indexed(EDI));
      overrides.set(ECX, this.pick([0, 1, 2, 3, 0x10000, this.next()]));
    }
    if (name.startsWith('loop') || /^je?cxz$/.test(name)) overrides.set(ECX, this.pick([0, 1, 2, 0x10000, 0x10001, this.next()]));
    if (row.operands.endsWith(', cl') && this.chance(75))
      overrides.set(ECX, (this.value(ECX) & ~0xff) | this.pick([0, 1, 1, 2, 7, 8, 9, 15, 16, 17, 18, 31, 32, 33, 63, 255]));
    if (/^i?div$/.test(name)) this.prepareDivision();
    if (name === 'xlat') {
      this.target = this.place();
      overrides.set(
        EBX,
        this.address16
          ? (this.value(EBX) & ~0xffff) | ((this.target - (this.value(EAX) & 0xff)) & 0xffff)
          : (this.target - (this.value(EAX) & 0xff)) | 0,
      );
    }
    if (name === 'popf') this.prepareFlags();
  }

  /** Of the word that POPF will take: AC must not be set (the harness itself would fault), nor NT and ID (they would stay set). */
  private prepareFlags(): void {
    while (this.stackWord() & 0x244000) {
      this.seed = this.next();
      this.begin = start(this.seed);
    }
  }

  private prepareDivision(): void {
    const { overrides } = this,
      signed = this.row.name === 'idiv',
      low = this.value(EAX);
    if (this.row.operands === 'r/m8') {
      if (this.chance(70))
        overrides.set(EAX, (low & ~0xff00) | ((signed && this.chance(50) ? (low & 0x80 ? 0xff : 0) : this.below(12)) << 8));
    } else if (this.chance(70)) {
      overrides.set(
        EDX,
        signed
          ? this.chance(50)
            ? this.operand16
              ? (low << 16) >> 31
              : low >> 31
            : this.below(9) - 4
          : this.below(this.chance(50) ? 2 : 99),
      );
    }
  }

  /** The word that lies at ESP; one that is refused where the seed does not give it. */
  private stackWord(): number {
    const offset = this.value(ESP) - PAGES[STACK].at - PAGES[STACK].window;
    return offset >= 0 && offset <= WINDOW - 4 ? new DataView(this.begin.windows[STACK]!.buffer).getInt32(offset, true) : 0x40000;
  }

  private stackAddress(used: boolean): number {
    const page = PAGES[STACK].at,
      middle = page + 0x800,
      popf = this.row.name === 'popf';
    if (used && !popf && this.chance(4)) return this.chance(50) ? page + this.below(12) : page + PAGE_END - this.below(8);
    return middle + 4 * (this.below(17) - 8) + (this.chance(10) ? this.below(4) : 0);
  }
  private indexed(n: number): number {
    const at = this.place();
    return this.address16 ? (this.value(n) & ~0xffff) | at : at;
  }

  /** An address for a memory operand: mostly in the window, sometimes across the page's end or beyond it. */
  private place(): number {
    const page = PAGES[this.address16 ? LOW : DATA].at;
    if (this.chance(4)) return page + PAGE_END - this.below(8);
    if (this.chance(3)) return page + 0x1000 + this.below(0x1000);
    const at = PAGES[DATA].window + 16 + this.below(WINDOW - 48);
    return page + (this.chance(85) ? at & ~3 : at);
  }

  private modrm(): number[] {
    const { form } = this.row;
    if (form.fixed >= 0) return [form.fixed];
    this.register = form.digit >= 0 ? form.digit : this.below(8);
    const byRegister = form.mod === 'register' || form.mod === 'ignored' || (form.mod === 'any' && this.chance(50));
    if (byRegister) return [0xc0 | (this.register << 3) | this.below(8)];
    this.nearBit();
    this.target = this.place();
    return this.address16 ? this.memory16() : this.memory32();
  }

  /** A bit offset in a register would reach anywhere in the process: keep it near. */
  private nearBit(): void {
    if (!/^bt[src]?$/.test(this.row.name) || !this.row.operands.endsWith(', r')) return;
    this.overrides.set(
      this.register,
      (this.operand16 ? this.value(this.register) & ~0xffff : 0) | ((this.below(512) - 256) & (this.operand16 ? 0xffff : -1)),
    );
  }

  /** Makes `base` + `displacement` + `rest` reach the target, unless the register is already spoken for. */
  private free(n: number): boolean {
    return !this.overrides.has(n) || n === ESP;
  }

  private memory32(): number[] {
    const head = (mod: number, rm: number): number => (mod << 6) | (this.register << 3) | rm;
    const base = this.below(8),
      index = this.below(8),
      scale = this.below(4);
    const style = this.below(6);
    if (style !== 0) this.inAddress.add(base).add(index);
    if (style === 0) return [head(0, 5), ...bytes(this.target, 4)];
    if (style <= 2 && base !== ESP && this.free(base)) {
      const mod = base === EBP || style === 2 ? 1 : 0,
        displacement = mod ? (this.next() << 24) >> 24 : 0;
      this.overrides.set(base, (this.target - displacement) | 0);
      return [head(mod, base), ...(mod ? bytes(displacement, 1) : [])];
    }
    if (style === 3 && base !== ESP) return [head(2, base), ...bytes(this.target - this.value(base), 4)];
    const scaled = index === ESP ? 0 : this.value(index) << scale,
      sib = (scale << 6) | (index << 3);
    if (style === 4) return [head(0, 4), sib | 5, ...bytes(this.target - scaled, 4)];
    if (base !== index && this.free(base) && this.chance(50)) {
      const mod = base === EBP || this.chance(50) ? 1 : 0,
        displacement = mod ? (this.next() << 24) >> 24 : 0;
      this.overrides.set(base, (this.target - displacement - scaled) | 0);
      return [head(mod, 4), sib | base, ...(mod ? bytes(displacement, 1) : [])];
    }
    return [head(2, 4), sib | base, ...bytes(this.target - scaled - this.value(base), 4)];
  }

  private memory16(): number[] {
    const pairs = [[EBX, ESI], [EBX, EDI], [EBP, ESI], [EBP, EDI], [ESI], [EDI], [EBP], [EBX]] as const;
    const rm = this.below(8),
      head = (mod: number): number => (mod << 6) | (this.register << 3) | rm,
      style = this.below(3);
    if (style === 0 && rm === 6) return [head(0), ...bytes(this.target, 2)];
    const [base, ...others] = pairs[rm]!;
    for (const n of pairs[rm]!) this.inAddress.add(n);
    const rest = others.reduce((sum, n) => sum + this.value(n), 0);
    if (style === 1 && this.free(base)) {
      const mod = rm === 6 || this.chance(50) ? 1 : 0,
        displacement = mod ? (this.next() << 24) >> 24 : 0;
      this.overrides.set(base, (this.value(base) & ~0xffff) | ((this.target - displacement - rest) & 0xffff));
      return [head(mod), ...(mod ? bytes(displacement, 1) : [])];
    }
    return [head(2), ...bytes(this.target - rest - this.value(base), 2)];
  }

  /** Makes comparisons come out equal about every second time. */
  private afterwards(): void {
    const {
      overrides,
      row: { name },
    } = this;
    if (!this.chance(50) || this.target < 0) return;
    const offset = this.target - PAGES[this.address16 ? LOW : DATA].at - PAGES[DATA].window;
    if (offset < 0 || offset > WINDOW - 8) return;
    const view = new DataView(this.begin.windows[this.address16 ? LOW : DATA]!.buffer);
    const set = (n: number, at: number): void => {
      if (!this.inAddress.has(n)) overrides.set(n, view.getInt32(at, true));
    };
    if (name.startsWith('cmpxchg')) set(EAX, offset);
    if (name === 'cmpxchg8b') set(EDX, offset + 4);
    if (name === 'bound') set(this.register, offset + (this.chance(50) ? 4 : 0));
  }
  private immediate(kind: string): number[] {
    const { name } = this.row;
    switch (kind) {
      case 'ib':
        if (name === 'enter') return [this.chance(80) ? this.below(5) : this.below(256)];
        if (name === 'int') {
          const n = this.below(256);
          return [n === 0x80 ? 0x81 : n];
        }
        if (/^(ro|rc|sh|sa)/.test(name)) return [this.pick([0, 1, 1, 2, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, this.below(256)])];
        return bytes(edgy(this.next), 1);
      case 'iw':
        return bytes(name === 'ret' || name === 'enter' ? this.below(128) : edgy(this.next), 2);
      case 'iv':
        return bytes(edgy(this.next), this.operand16 ? 2 : 4);
      case 'cb':
        return bytes(this.next(), 1);
      case 'cv':
        return bytes(this.chance(50) ? this.below(64) - 32 : this.next(), this.operand16 ? 2 : 4);
      case 'mo':
        return bytes(this.place(), this.address16 ? 2 : 4);
      default:
        throw new Error(`no cases for immediates ${kind}`);
    }
  }
}

const PAGE_END = 0x1000;
const bytes = (n: number, count: number): number[] => Array.from({ length: count }, (_, i) => (n >> (8 * i)) & 0xff);

/** Case number `index` of a row. */
export function makeCase(row: X86Row, index: number): Case {
  let seed = index * 0x9e3779b1;
  for (const c of `${row.name} ${row.operands} ${row.encoding}`) seed = Math.imul(seed ^ c.charCodeAt(0), 0x01000193);
  return new Maker(row, random32(seed)).make();
}
