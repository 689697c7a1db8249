/**
 * The assembler proper: takes statements one after the other, appends bytes to sections, keeps what waits for addresses as
 * fixups. One pass, since every statement's size is known when it is read.
 *
 * Invariant: in `.set reorder` (the default) every branch or jump is followed by a nop in its delay slot, as GNU as at -O0
 * does; nothing is ever reordered.
 */
import { TokenReader } from './expression.ts';
import type { Expression, Place } from './expression.ts';
import { directive } from './directives.ts';
import { encode, isMnemonic, overwritesOwnOperand } from './encode.ts';
import type { Encoded } from './encode.ts';
import { findMacro, isMacro, macroUsage } from './macros.ts';
import { Reg, ZERO } from './macro.ts';
import type { MacroContext } from './macro.ts';
import { readOperands } from './operands.ts';
import type { Operand } from './operands.ts';
import { MOST_ERRORS, Problem } from './problem.ts';
import type { Span } from './problem.ts';
import { LARGEST_SECTION, Section } from './sections.ts';
import type { FixupKind, SectionName } from './sections.ts';
import { Symbols } from './symbols.ts';
import type { Statement, Token } from './tokens.ts';

export interface AssemblyDiagnostic {
  /** 1-based. `endColumn` is behind the last character meant. */
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

interface Settings {
  readonly reorder: boolean;
  readonly at: boolean;
  readonly macro: boolean;
}

export class Assembler {
  readonly sections: Readonly<Record<SectionName, Section>> = {
    '.text': new Section('.text'),
    '.rodata': new Section('.rodata'),
    '.data': new Section('.data'),
    '.bss': new Section('.bss'),
  };
  readonly symbols = new Symbols();
  readonly diagnostics: AssemblyDiagnostic[] = [];
  /** Null: statements go to a section that is not kept (.comment and the like). */
  section: Section | null = this.sections['.text'];
  previous: Section | null = this.section;
  settings: Settings = { reorder: true, at: true, macro: true };
  readonly pushed: Settings[] = [];
  private line = 1;
  /** Labels since the last byte: they move when alignment follows. */
  private fresh: Place[] = [];

  get failed(): boolean {
    return this.diagnostics.some((d) => d.severity === 'error');
  }

  report(severity: 'error' | 'warning', message: string, line: number, span: Span): void {
    if (this.diagnostics.length > MOST_ERRORS) return;
    this.diagnostics.push({ line, column: span.column, endColumn: Math.max(span.endColumn, span.column + 1), severity, message });
  }
  warn(message: string, span: Span): void {
    this.report('warning', message, this.line, span);
  }

  statement({ line, tokens }: Statement): void {
    this.line = line;
    try {
      this.assemble(tokens);
    } catch (e) {
      if (!(e instanceof Problem)) throw e;
      this.report('error', e.message, line, e.span);
    }
  }

  private assemble(tokens: readonly Token[]): void {
    let rest = tokens;
    while (rest.length >= 2 && rest[1]!.text === ':' && rest[1]!.kind === 'operator') {
      this.label(rest[0]!);
      rest = rest.slice(2);
    }
    const first = rest[0];
    if (!first) return;
    const reader = new TokenReader(rest, (name, span) => this.nameExpression(name, span));
    reader.next();
    if (first.kind !== 'name') throw new Problem('A label, an instruction or a directive should stand here.', first);
    if (rest[1]?.kind === 'operator' && rest[1].text === '=') {
      reader.next();
      this.assign(first.text, reader, first);
      return;
    }
    if (first.text.startsWith('.')) return directive(this, first, reader);
    if (this.section !== null) this.instruction(first, readOperands(reader));
  }

  private label(token: Token): void {
    if (this.section === null) return;
    const place = { section: this.section, offset: this.section.size };
    if (token.kind === 'number' && /^\d+$/.test(token.text)) this.symbols.local(String(token.value), place, this.line);
    else if (token.kind === 'name' && !/^\d/.test(token.text)) this.symbols.label(token.text, place, this.line, token);
    else throw new Problem('A label is a name or a decimal number.', token);
    this.fresh.push(place);
  }

  assign(name: string, reader: TokenReader, span: Span): void {
    const expression = reader.expression();
    if (!reader.done) throw new Problem('Nothing more can stand after the value.', reader.here);
    this.symbols.assign(name, expression, this.line, span);
  }

  private nameExpression(name: string, span: Span): Expression {
    if (name === '.') return { k: 'place', place: this.here(span), span };
    return { k: 'symbol', name: this.symbols.localReference(name) ?? name, span };
  }
  here(span: Span): Place {
    if (this.section === null) throw new Problem('There is no place here.', span);
    return { section: this.section, offset: this.section.size };
  }

  /** The value if it is a number now: no label, nothing that is defined later. */
  readonly constant = (e: Expression): number | null => {
    const value = this.symbols.quantity(e);
    return value !== null && value.section === null ? value.n : null;
  };
  /** A number that a directive needs at once. */
  known(e: Expression): number {
    const n = this.constant(e);
    if (n === null) throw new Problem('This must be a number that is known here.', e.span);
    return n;
  }

  goTo(section: Section | null): void {
    this.previous = this.section;
    this.section = section;
    this.fresh = [];
    if (section) section.autoAlign = true;
  }

  /** Pads to a multiple of `to`; labels that stand just before go along if `withLabels`. */
  align(to: number, fill: number, withLabels: boolean): void {
    const section = this.section!;
    section.alignment = Math.max(section.alignment, to);
    const padding = (to - (section.size % to)) % to;
    this.room(padding);
    section.fill(padding, fill);
    if (withLabels) for (const place of this.fresh) place.offset = section.size;
  }
  /** Refuses sections that grow beyond all measure; forgets the labels that could still move. */
  private room(more: number, span: Span = { column: 1, endColumn: 2 }): void {
    if (this.section!.size + more > LARGEST_SECTION)
      throw new Problem(`The section ${this.section!.name} would grow beyond ${LARGEST_SECTION >> 20} MiB.`, span);
  }
  space(count: number, fill: number, span: Span): void {
    this.room(count, span);
    this.section!.fill(count, fill);
    this.fresh = [];
  }
  data(value: number, width: number, span: Span): void {
    this.room(width, span);
    if (this.section!.name === '.bss' && value !== 0) throw new Problem('The section .bss holds no bytes but zeros.', span);
    this.section!.append(value, width);
    this.fresh = [];
  }
  /** Bytes whose value waits for addresses. */
  later(kind: FixupKind, expression: Expression, width: number, span: Span): void {
    const section = this.section!;
    section.fixups.push({ offset: section.size, kind, expression, line: this.line, span });
    this.data(0, width, span);
  }

  private instruction(name: Token, operands: readonly Operand[]): void {
    const mnemonic = name.text.toLowerCase();
    const direct = encode(mnemonic, operands, this.constant);
    if ('word' in direct) {
      const at = operands.find((o) => (o.kind === 'register' && o.n === 1) || (o.kind === 'memory' && o.base === 1));
      if (at && this.settings.at) this.warn('This uses $at, which pseudo-instructions overwrite; .set noat keeps it for you.', at.span);
      if (overwritesOwnOperand(direct.word))
        this.warn('This overwrites the register that it reads: what happens is not defined.', operands[0]?.span ?? name);
      return this.put(direct, this.settings.reorder, name);
    }
    const found = findMacro(mnemonic, operands, this.constant);
    if (found) {
      const before = this.section!.size;
      found[0].expand(this.context(name), ...found[1]);
      if (!this.settings.macro && this.section!.size > before + 4)
        this.warn(`${mnemonic} became several instructions, despite .set nomacro.`, name);
      return;
    }
    if (isMacro(mnemonic) && !isMnemonic(mnemonic)) throw new Problem(macroUsage(mnemonic), operands[0]?.span ?? name);
    throw new Problem(direct.message, direct.span ?? name);
  }

  private put(encoded: Encoded, fillSlot: boolean, span: Span): void {
    const section = this.section!;
    if (section.name === '.bss') throw new Problem('The section .bss cannot hold instructions.', span);
    this.align(4, 0, true);
    const { fixup, word } = encoded;
    if (fixup)
      section.fixups.push({ offset: section.size, kind: fixup.kind, expression: fixup.expression, line: this.line, span: fixup.span });
    for (const w of fillSlot && encoded.slot ? [word, 0] : [word]) {
      section.lines.set(section.size, this.line);
      this.data(w, 4, span);
    }
  }

  private context(name: Token): MacroContext {
    let reorder = this.settings.reorder;
    const span: Span = name;
    const operand = (o: Reg | number | Operand): Operand =>
      o instanceof Reg
        ? { kind: 'register', n: o.n, span }
        : typeof o === 'number'
          ? { kind: 'value', expression: { k: 'number', n: o, span }, reloc: null, span }
          : o;
    const emit = (mnemonic: string, ...operands: (Reg | number | Operand)[]): void => {
      const encoded = encode(mnemonic, operands.map(operand), this.constant);
      if (!('word' in encoded)) throw new Problem(encoded.message, encoded.span ?? span);
      this.put(encoded, reorder, span);
    };
    const { settings, constant } = this,
      section = this.section!;
    if (section.name !== '.bss') this.align(4, 0, true);
    return {
      emit,
      span,
      get at(): Reg {
        if (!settings.at) throw new Problem(`${name.text} needs $at here, which .set noat keeps for you.`, span);
        return new Reg(1);
      },
      li: (to, n) => loadConstant(emit, to, n),
      noreorder: (body) => {
        const was = reorder;
        reorder = false;
        body();
        reorder = was;
      },
      skip: (distance) => ({
        kind: 'value',
        expression: { k: 'place', place: { section, offset: section.size + 4 + distance }, span },
        reloc: null,
        span,
      }),
      value: (expression, reloc) => ({ kind: 'value', expression, reloc, span: expression.span }),
      memory: (expression, reloc, base) => ({ kind: 'memory', expression, reloc, base: base.n, span: expression.span }),
      constant: (e) => {
        const n = constant(e);
        return n === null ? null : n | 0;
      },
      warn: (message) => this.warn(message, span),
    };
  }
}

/** One instruction where 16 bits (signed or unsigned) or the upper half suffice, else two. */
function loadConstant(emit: MacroContext['emit'], to: Reg, n: number): void {
  if (n >= -0x8000 && n <= 0x7fff) return emit('addiu', to, ZERO, n);
  if (n >= 0 && n <= 0xffff) return emit('ori', to, ZERO, n);
  emit('lui', to, n >>> 16);
  if ((n & 0xffff) !== 0) emit('ori', to, to, n & 0xffff);
}
