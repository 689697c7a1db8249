/** Mistakes get one clear sentence at the right line and columns; no text makes the assembler throw. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/bits/random.ts';
import { assemble } from '../../../src/isa/mips/assemble.ts';

/** The text between the columns, and the message, of all diagnostics. */
const found = (source: string): (string | number)[][] =>
  assemble(source).diagnostics.map((d) => [d.line, source.split('\n')[d.line - 1]!.slice(d.column - 1, d.endColumn - 1), d.message]);

const CASES: readonly (readonly [source: string, ...diagnostics: (readonly [line: number, text: string, message: RegExp])[]])[] = [
  ['main: frob $4, $5', [1, 'frob', /no instruction frob/]],
  ['main:\n  add $4, $5, t0', [2, 't0', /dollar sign: \$t0/]],
  ['main: add $4, $5, $t12', [1, '$t12', /no register \$t12/]],
  ['main: add $4, $5, $32', [1, '$32', /no register \$32/]],
  ['main: lw $4, 8(sp)', [1, 'sp', /dollar sign/]],
  ['main: addiu $4, $5, 70000', [1, '70000', /70000 does not fit/]],
  ['main: andi $4, $5, -1', [1, '-1', /-1 does not fit/]],
  ['main: sll $4, $5, 32', [1, '32', /0 to 31/]],
  ['main: addu $4', [1, 'addu', /addu takes rd, rs, rt/]],
  ['main: jal nowhere\n nop', [1, 'nowhere', /nowhere is not defined/]],
  ['main: b 1f', [1, '1f', /no label 1: in this direction/]],
  ['main: nop\nmain: nop', [2, 'main', /defined already, in line 1/]],
  ['main: nop\n .frob 1', [2, '.frob', /no directive \.frob/]],
  ['main: .asciiz "abc', [1, '"abc', /no closing quotation mark/]],
  ['main: li $4, 1 +', [1, '', /missing at the end of the line/]],
  ['main: li $4, 5 / 0', [1, '5 / 0', /divides by zero/]],
  ['main: add $4, $5 $6', [1, '$6', /separated by commas/]],
  ['main: li $4, 09', [1, '09', /octal/]],
  ['main: li $4, 12ab', [1, '12ab', /neither a number nor a name/]],
  ['main: nop\n .set noat\n bge $4, $5, main', [3, 'bge', /needs \$at/]],
  ['main: addu $1, $2, $3', [1, '$1', /\$at/]],
  ['main: div $4, $5, $0', [1, 'div', /divides by zero/]],
  ['main: ext $4, $5, 20, 20', [1, '20', /1 to 12/]],
  ['main: beq $4, $5, far\n .space 0x30000\nfar: nop', [1, 'far', /too far for a branch/]],
  ['main: nop\n .equ a, b\n .equ b, a\n li $4, a', [4, 'a', /defined by itself/]],
  ['main: nop\n .data\n .word 0x123456789', [3, '0x123456789', /32 bits/]],
  ['main: nop\n .bss\n .word 1', [3, '1', /\.bss holds no bytes/]],
  ['main: nop\n .data\n .space 0x7fffffff', [3, '.space 0x7fffffff', /16 MiB/]],
  ['main: nop @', [1, '@', /./]],
  ['main: nop ` ', [1, '`', /no meaning/]],
  ['main: b 8', [1, '8', /distance is written as \. \+ 8/]],
  ['main: jalr $4, $4', [1, '$4', /overwrites the register that it reads/]],
  ['main: bge $4, 5', [1, '$4', /bge takes register, register, label or/]],
  ['', [1, '', /no instructions/]],
  ['main: add.ps $f0, $f1, $f2', [1, 'add.ps', /no instruction add\.ps/]],
  ['main: lw $4, %hi(main', [1, '', /"\)" is missing/]],
  ['main: .word main +', [1, '', /missing/]],
  ['main: frob\n nop\n jal x\n addiu $4, $4, 99999', [1, 'frob', /frob/], [3, 'x', /x is not/], [4, '99999', /fit/]],
];

describe('diagnostics', () => {
  for (const [source, ...expected] of CASES) {
    it(JSON.stringify(source), () => {
      const all = found(source);
      expect(all.map(([line, text]) => [line, text])).toEqual(
        expected.map(([line, text]) => [line, line > source.split('\n').length ? '' : text]),
      );
      all.forEach(([, , message], i) => {
        expect(message).toMatch(expected[i]![2]);
        // One sentence.
        expect(message).toMatch(/^[^\s].*[.:)]$/);
      });
      for (const d of assemble(source).diagnostics) expect(d.endColumn).toBeGreaterThan(d.column);
    });
  }

  it('warnings do not stop a program', () => {
    const result = assemble('main: addu $1, $2, $3\n .byte 300');
    expect(result.ok).toBe(true);
    expect(result.diagnostics.map((d) => d.severity)).toEqual(['warning', 'warning']);
  });

  it('gives at most about a hundred', () => {
    expect(assemble('frob\n'.repeat(1000)).diagnostics.length).toBeLessThanOrEqual(101);
  });
});

describe('arbitrary text', () => {
  const PIECES = [
    'addu',
    'lw',
    'la',
    'li',
    'beq',
    'j',
    '.word',
    '.data',
    '.text',
    '.align',
    '.space',
    '.set',
    '.equ',
    '.ascii',
    'main',
    ':',
    ',',
    '(',
    ')',
    '$4',
    '$sp',
    '$',
    '%hi',
    '%lo',
    '1',
    '1:',
    '1f',
    '0x',
    '"a"',
    '"',
    "'",
    '\\',
    '-',
    '+',
    '*',
    '/',
    '/*',
    '*/',
    '<<',
    '|',
    '~',
    '#',
    '//',
    ';',
    '\n',
    ' ',
    '.',
    '=',
    '99999999999999999999',
    '0b2',
    'é',
    '\u{1f600}',
    '\t',
    'noreorder',
    'push',
    'pop',
    'div',
    '.fill',
    '.comm',
    '.section',
    '.previous',
  ];

  it('never throws, and diagnostics lie within the text', () => {
    const random = new Random(4);
    for (let i = 0; i < 3000; i++) {
      const source = Array.from(
        { length: random.below(30) },
        () => PIECES[random.below(PIECES.length)]! + (random.below(2) ? ' ' : ''),
      ).join('');
      const result = assemble(source);
      const count = source.split('\n').length;
      for (const d of result.diagnostics) {
        expect(d.line, source).toBeGreaterThan(0);
        expect(d.line, source).toBeLessThanOrEqual(count);
        expect(d.column, source).toBeGreaterThan(0);
      }
      expect(result.ok, source).toBe(!result.diagnostics.some((d) => d.severity === 'error'));
    }
  });

  it('never throws on random characters', () => {
    const random = new Random(6);
    for (let i = 0; i < 2000; i++)
      assemble(
        String.fromCharCode(
          ...Array.from({ length: random.below(60) }, () => (random.below(4) ? 32 + random.below(96) : random.below(0x10000))),
        ),
      );
  });

  it('survives deep nesting', () => {
    expect(assemble(`main: li $4, ${'('.repeat(5000)}1${')'.repeat(5000)}`).ok).toBe(false);
    expect(assemble(`main: li $4, ${'-'.repeat(5000)}1`).ok).toBe(false);
    assemble(`main: li $4, ${'1+'.repeat(5000)}1`);
    assemble(`main: nop\n${Array.from({ length: 5000 }, (_, i) => `.equ a${i}, a${i + 1}`).join('\n')}\nli $4, a0`);
  });
});
