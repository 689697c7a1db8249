# Self-modifying code: the program writes one of its own instructions, and runs what it wrote.
# The instruction at `patch` is addiu $v0,$a0,N. Five times the program writes another N into it. A processor may have
# fetched the old instruction already; so the MIPS ABI asks the program to say what it changed: by SYNCI and SYNC, or by
# the system call cacheflush. A translator must drop what it made of the old instruction. Both ways are used in turn.
# expect: 100 + 7 = 107
# expect: 100 + 14 = 114
# expect: 100 + 21 = 121
# expect: 100 + 28 = 128
# expect: 100 + 35 = 135

        .set    noreorder
        .text
        .globl  _start
_start: lui     $a0, 0x40               # the page of this code ...
        li      $a1, 4096
        li      $a2, 7                  # ... shall be readable, writable, executable
        li      $v0, 4125               # mprotect
        syscall
        bne     $a3, $0, quit
        li      $a0, 1                  # delay slot: exit status if it was refused
        li      $s0, 7                  # N

again:  lui     $t0, 0x2482             # addiu $v0,$a0,0
        or      $t0, $t0, $s0           # addiu $v0,$a0,N
        la      $t1, patch
        sw      $t0, 0($t1)
        andi    $t2, $s0, 1
        beq     $t2, $0, call           # N even: by system call
        nop
        synci   0($t1)                  # N odd: by instruction
        sync
        b       run
        nop
call:   move    $a0, $t1
        li      $a1, 4
        li      $a2, 3                  # instruction and data cache
        li      $v0, 4147               # cacheflush
        syscall

run:    jal     patch
        li      $a0, 100                # delay slot
        move    $s1, $v0

        la      $a0, plus
        jal     text
        li      $a1, 6
        jal     number
        move    $a0, $s0
        la      $a0, equals
        jal     text
        li      $a1, 3
        jal     number
        move    $a0, $s1
        la      $a0, line
        jal     text
        li      $a1, 1

        addiu   $s0, $s0, 7
        slti    $t0, $s0, 36
        bne     $t0, $0, again
        nop
        move    $a0, $0
quit:   li      $v0, 4001               # exit
        syscall

patch:  nop                             # this is written over
        jr      $ra
        nop

# Writes $a1 bytes from $a0.
text:   move    $a2, $a1
        move    $a1, $a0
        li      $a0, 1
        li      $v0, 4004               # write
        syscall
        jr      $ra
        nop

# Writes $a0 in decimal.
number: la      $t0, line
        li      $t1, 10
digit:  divu    $0, $a0, $t1
        mfhi    $t2
        mflo    $a0
        addiu   $t2, $t2, '0'
        addiu   $t0, $t0, -1
        bne     $a0, $0, digit
        sb      $t2, 0($t0)             # delay slot
        la      $a1, line
        subu    $a1, $a1, $t0
        b       text
        move    $a0, $t0                # delay slot

        .data
plus:   .ascii  "100 + "
equals: .ascii  " = "
digits: .ascii  "          "
line:   .ascii  "\n"
