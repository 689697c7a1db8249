# Data, alignment, expressions, strings, symbols.
        .globl  main
        .equ    SIZE, 12
        .set    twice, SIZE * 2
count = 5
        .data
a:      .byte   1
b:      .word   2                       # .word aligns itself and takes its label along
c:      .byte   1
        .align  3
d:      .half   3
e:      .byte   4
f:      .align  2
        .byte   5
g:
        .balign 4
        .byte   6
        .p2align 2, 7
        .byte   'a, 'b', '\n', '\\'
        .word   b - a, 1f - ., g, 10 + 2 * 3, -1, ~0, 1 << 4 | 3, 5 % 3, 7 / 2, 'a', 0b101, 017
1:      .asciiz "a\n\t\"\\\0x\101\x41", "second"
        .ascii  "ab" "cd", "e"
        .string "text"
        .word   -8 / 3, -8 % 3, 3 == 3, 3 < 4, !1, 1 && 1, 5 - 3 - 1, 5 | 3 + 1, 2 + 3 * 4 - 1, (2 + 3) * 4, 1 || 0, 3 != 4, 6 ^ 3 & 5
        .fill   3, 2, 0x1234
        .space  3, 0xff
        .half   0xffff, -1, 0x8000
        .word   SIZE, twice, count, main, main + 4, end - begin, . , .
        .align  0
        .byte   1
        .word   0x11223344
        .short  0x5566
        .skip   2
        .zero   1
        .align  2
        .word   1b, 2f
2:      .word   2b, undefined_later
        .dword  1, -1, 0x123456789
        .4byte  7
        .2byte  8
        .set    undefined_later, 0x77
        .rdata
begin:  .asciiz "read only"
end:
        .section .rodata,"a"
        .align  2
other:  .word   begin, end, a
        .bss
buffer: .space  100
        .align  2
last:   .space  4
        .comm   shared, 16, 4
        .text
main:
        li      $2, SIZE + 1
        li      $2, end - begin
        lw      $2, twice($29)
        addiu   $2, $2, count * 2
        la      $4, buffer
        la      $4, last + 4
        lui     $5, %hi(buffer + 4)
        lw      $5, %lo(buffer + 4)($5)
        ori     $5, $5, %lo(a)
        sll     $2, $2, count
        lb      $3, SIZE - 20($4)
        j       main + 8
        b       . + 8
        b       . - 4
        beq     $2, $3, main
        jal     main
        .word   main, .
        .byte   1, 2, 3, 4
after:  nop
        syscall; nop ; nop              # several statements in a line
        /* a comment
           over lines */ nop
