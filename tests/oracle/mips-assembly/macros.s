# Every pseudo-instruction, in the default mode (.set reorder), with the operands at which its expansion changes.
        .text
        .globl __start
__start:
        li $4, 0
        li $4, -1
        li $4, 32767
        li $4, 32768
        li $4, 65535
        li $4, 65536
        li $4, 0x12345678
        li $4, 0xffff0000
        li $4, 0xffffffff
        li $4, -32768
        li $4, -32769
        li $4, 0x80000000
        la $4, value
        la $4, value+8
        la $4, value($5)
        la $4, value($4)
        la $4, 100($5)
        la $4, 0x12345678
        la $4, 0x12345678($5)
        la $4, 0x12340000($4)
        move $4, $5
        move $4, $0
        b 1f
        bal 1f
        beq $4, $5, 1f
        beq $4, 0, 1f
        beq $4, 7, 1f
        beq $4, 0x12345, 1f
        bne $4, 0, 1f
        bne $4, -5, 1f
        beql $4, 7, 1f
        bnel $4, 7, 1f
        beqz $4, 1f
        bnez $4, 1f
1:
        bge $4, $5, 1b
        bge $4, $0, 1b
        bge $0, $5, 1b
        bge $4, 0, 1b
        bge $4, 1, 1b
        bge $4, 7, 1b
        bge $4, 0x12345, 1b
        bge $4, 0x80000000, 1b
        bgt $4, $5, 1b
        bgt $4, $0, 1b
        bgt $0, $5, 1b
        bgt $4, 0, 1b
        bgt $4, -1, 1b
        bgt $4, 7, 1b
        bgt $4, 0x7fffffff, 1b
        blt $4, $5, 1b
        blt $4, $0, 1b
        blt $0, $5, 1b
        blt $4, 0, 1b
        blt $4, 1, 1b
        blt $4, 7, 1b
        blt $4, -40000, 1b
        ble $4, $5, 1b
        ble $4, $0, 1b
        ble $0, $5, 1b
        ble $4, 0, 1b
        ble $4, -1, 1b
        ble $4, 7, 1b
        ble $4, 0x7fffffff, 1b
        bgeu $4, $5, 1b
        bgeu $4, $0, 1b
        bgeu $0, $5, 1b
        bgeu $4, 0, 1b
        bgeu $4, 1, 1b
        bgeu $4, 7, 1b
        bgtu $4, $5, 1b
        bgtu $4, $0, 1b
        bgtu $0, $5, 1b
        bgtu $4, 0, 1b
        bgtu $4, 7, 1b
        bgtu $4, -1, 1b
        bltu $4, $5, 1b
        bltu $4, $0, 1b
        bltu $0, $5, 1b
        bltu $4, 0, 1b
        bltu $4, 1, 1b
        bltu $4, 7, 1b
        bleu $4, $5, 1b
        bleu $4, $0, 1b
        bleu $0, $5, 1b
        bleu $4, 0, 1b
        bleu $4, 7, 1b
        bleu $4, -1, 1b
        bgel $4, $5, 1b
        bgtl $4, $5, 1b
        bltl $4, $5, 1b
        blel $4, $5, 1b
        bgeul $4, $5, 1b
        bgtul $4, $5, 1b
        bltul $4, $5, 1b
        bleul $4, $5, 1b
        bgel $4, 7, 1b
        bltul $4, 0, 1b
        neg $4, $5
        negu $4, $5
        not $4, $5
        not $4
        neg $4
        abs $4, $5
        abs $4, $4
        mul $4, $5, $6
        mul $4, $5, 7
        mul $4, $5
        mulo $4, $5, $6
        mulou $4, $5, $6
        div $0, $4, $5
        div $4, $5, $6
        div $4, $5, 7
        div $4, $5, 1
        div $4, $5, -1
        div $4, $5
        divu $0, $4, $5
        divu $4, $5, $6
        divu $4, $5, 7
        divu $4, $5, 1
        divu $4, $5, -1
        rem $4, $5, $6
        rem $4, $5, 7
        rem $4, $5, 1
        rem $4, $5, -1
        remu $4, $5, $6
        remu $4, $5, 7
        remu $4, $5, 1
        seq $4, $5, $6
        seq $4, $5, $0
        seq $4, $0, $6
        seq $4, $5, 0
        seq $4, $5, 7
        seq $4, $5, -7
        seq $4, $5, 0x12345
        sne $4, $5, $6
        sne $4, $5, $0
        sne $4, $0, $6
        sne $4, $5, 0
        sne $4, $5, 7
        sne $4, $5, -7
        sne $4, $5, 0x12345
        sge $4, $5, $6
        sge $4, $5, 7
        sge $4, $5, 0x12345
        sgeu $4, $5, $6
        sgeu $4, $5, 7
        sgeu $4, $5, 0x12345
        sgt $4, $5, $6
        sgt $4, $5, 7
        sgtu $4, $5, $6
        sgtu $4, $5, 7
        sle $4, $5, $6
        sle $4, $5, 7
        sleu $4, $5, $6
        sleu $4, $5, 7
        slt $4, $5, 7
        slt $4, $5, 0x12345
        sltu $4, $5, 7
        sltu $4, $5, 0x12345
        add $4, $5, 7
        add $4, $5, 0x12345
        addu $4, $5, 7
        addu $4, $5, -40000
        addu $4, $5
        addu $4, 7
        addiu $4, $5, 0xffff
        addiu $4, 7
        sub $4, $5, 7
        subu $4, $5, 7
        subu $4, $5, 0x12345
        subu $4, $5, -32768
        sub $4, $5, 40000
        and $4, $5, 7
        and $4, $5, 0x12345
        or $4, $5, 7
        or $4, $5, 0x12345
        xor $4, $5, 7
        xor $4, $5, 0x12345
        nor $4, $5, 7
        nor $4, $5, 0x12345
        sll $4, $5, $6
        sll $4, 3
        srl $4, $5, $6
        sra $4, $5, $6
        ror $4, $5, 3
        ror $4, $5, $6
        rotr $4, $5, 3
        rotr $4, $5, $6
        rol $4, $5, 3
        rol $4, $5, 0
        rol $4, $5, $6
        rol $5, $5, $6
        ror $4, $5, 0
        teq $4, 7
        teq $4, 0x12345
        tne $4, -1
        tge $4, 7
        tgeu $4, 7
        tlt $4, 7
        tltu $4, 7
        j $31
        jr $31
        jal $25
        jal $4, $25
        jalr $25
        jalr $4, $25
        j __start
        jal __start
        bgezal $4, __start
        bltzal $4, __start
        lw $4, value
        lw $4, value+4
        lw $4, value($5)
        lw $4, value($4)
        lw $0, value
        lw $4, 100
        lw $4, ($5)
        lw $4, 0x12345($5)
        lw $4, 0x12345($4)
        lw $4, 0x12345678
        lw $4, -32769($5)
        lw $4, 0x8000($5)
        lb $4, value
        lbu $4, value
        lh $4, value
        lhu $4, value
        sw $4, value
        sw $4, value($5)
        sw $4, 0x12345($5)
        sh $4, value
        sb $4, value
        lwl $4, value
        lwr $4, value
        swl $4, value
        swr $4, value
        ll $4, value
        sc $4, value
        ulw $4, 3($5)
        ulw $4, 3($4)
        ulw $4, value
        usw $4, 3($5)
        usw $4, value
        ulh $4, 3($5)
        ulh $4, 3($4)
        ulhu $4, 3($5)
        ush $4, 3($5)
        ulh $4, value
        lui $4, %hi(value)
        addiu $4, $4, %lo(value)
        lw $5, %lo(value+4)($4)
        sw $5, %lo(value)($4)
        nop
        ssnop
        ehb
        break
        break 7
        break 7, 3
        syscall
        syscall 3
        sync
        seb $4, $5
        pref 1, 4($5)
        cache 5, 4($5)
        .data
value:  .word 1, 2, 3
