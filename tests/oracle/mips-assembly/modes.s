# .set reorder and noreorder, registers by name, local labels, likely branches, delay slots.
        .text
        .globl  __start
        .ent    __start
        .type   __start, @function
__start:
        .set    noreorder
        beq     $a0, $a1, 1f
        addu    $v0, $v1, $t0
        bne     $t9, $zero, 1f
        nop
        blt     $s0, $s1, 1f
        addiu   $sp, $sp, -8
        bgezal  $s2, 2f
        nop
        .set    reorder
1:      beq     $fp, $s8, 1b
        jal     __start
        jalr    $t9
        jalr.hb $t9
        jr.hb   $ra
        jr      $ra
        bgezall $k0, 1b
        bltzall $k1, 1b
        blezl   $gp, 1f
        bgtzl   $at, 1f
        bltzl   $a2, 1f
        bgezl   $a3, 1f
        bnezl   $a3, 1f
        beqzl   $a3, 1f
1:
2:      .set    push
        .set    noreorder
        .set    noat
        .set    nomacro
        addu    $at, $at, $1
        bal     2b
        lw      $at, 4($at)
        .set    pop
        bal     2b
        move    $s0, $ra
        b       2f
        .set    mips32r2
2:      add     $2, $3
        sub     $2, $3
        xor     $2, $3
        sra     $2, 31
        slt     $2, $3
        xori    $2, 7
        lui     $2, 0xffff
        mult    $2, $3
        madd    $2, $3
        maddu   $2, $3
        msub    $2, $3
        msubu   $2, $3
        mfhi    $2
        mflo    $2
        mthi    $2
        mtlo    $2
        clz     $2, $3
        clo     $2, $3
        seh     $2, $3
        wsbh    $2, $3
        ext     $2, $3, 4, 8
        ins     $2, $3, 4, 8
        ext     $2, $3, 0, 32
        movz    $2, $3, $4
        movn    $2, $3, $4
        rdhwr   $3, $29
        rdhwr   $2, $2
        teq     $2, $3
        tne     $2, $3, 5
        tgeiu   $2, -1
        sync    4
        synci   8($2)
        eret
        wait
        mfc0    $2, $12
        mtc0    $2, $12, 1
        di
        ei      $2
        deret
        sdbbp
        tlbwi
        pause
        break   1023
        lw      $2, -32768($3)
        lw      $2, 0xfffffffc($0)
        .end    __start
        .size   __start, . - __start
