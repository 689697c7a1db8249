# Statements made at random (seeded) that GNU as accepts.
.text
start: nop
1: nop
abs $ra, $6
abs $sp
abs $s8, $0
abs $t0, $4
abs $0, $6
abs $0, $31
abs $6
abs $5, $0
abs $31, $t0
abs $s8
abs $4
abs $5
abs $0
abs $6, $t0
abs $31
abs $31, $31
abs $t0
add $sp, $6
add $t0, $sp
add $5, 32
add $sp, $4, $sp
add $6, $31, $0
add $t0, $t0, $s8
add $s8, $4, $4
add $5, $s8, $0
add $ra, $s8
add $sp, -0x8001
add $sp, $0
add $4, $31
add $31, $6
add $0, $ra, $5
add $0, $0
add $t0, 32
addi $6, -0x8000
addi $31, $ra, 0x8000
addi $ra, $31, 0
addu $0, $ra, $ra
addu $4, $s8
addu $6, 0xffff8000
addu $5, $31, $6
addu $4, $4
addu $31, $s8
addu $sp, $0, $sp
addu $6, $t0, $4
addu $5, $5, 0xffff8000
addu $s8, $s8, $t0
and $t0, $31, $0
and $6, $6
and $s8, $ra, $31
and $31, $0
and $s8, $4, 0x8000
and $4, $sp, $31
and $s8, 0x10000
and $6, $t0
and $5, $t0
and $s8, $0
andi $t0, 100
b start
b 1b
bal start
bal start+4
beql $ra, $t0, start
beql $6, $5, 1b
beqz $ra, start
beqzl $sp, start
beqzl $6, start
bge $ra, $31, start+4
bge $31, $t0, start+4
bge $5, $31, start
bgel $s8, $6, 1b
bgeu $ra, -0x8001, 1b
bgeul $ra, $t0, start+4
bgez $sp, start+4
bgezal $sp, start+4
bgezal $t0, start+4
bgezl $0, start
bgezl $sp, 1b
bgezl $sp, start
bgtl $31, 1, 1b
bgtul $s8, $4, start
bgtz $0, 1b
bgtz $31, start
ble $6, $31, 1b
blel $s8, $0, 1b
blel $s8, 0x12345678, start+4
blezl $s8, start+4
blt $0, $t0, start+4
blt $t0, $6, start
bltl $s8, $5, start+4
bltu $s8, 100, start+4
bltul $0, $ra, start+4
bltz $5, 1b
bltz $s8, start
bltzall $t0, 1b
bltzl $0, 1b
bne $sp, $6, 1b
bnel $s8, $0, 1b
bnel $ra, 0xffff8000, start+4
bnezl $s8, 1b
bnezl $0, 1b
break
break 31
cfc1 $6, $31
clo $5, $4
clo $ra, $t0
clo $t0, $5
clo $31, $6
clo $ra, $ra
clo $ra, $0
clo $6, $ra
clo $sp, $0
clo $0, $5
clo $t0, $6
clo $t0, $31
clz $31, $s8
clz $s8, $s8
clz $sp, $4
clz $6, $31
clz $4, $6
clz $0, $31
clz $sp, $s8
clz $0, $5
clz $t0, $0
ctc1 $t0, $31
deret
di $t0
di
di $0
di $sp
di $s8
di $6
di $5
di $31
di $4
div $t0, $0, 0
div $t0, $s8
div $0, $4
div $6, $0, $0
div $4, $sp, $4
div $s8, $s8, $0
div $sp, $31, $ra
div $ra, $6
div $31, $31, $6
div $sp, $5, $0
div $sp, $6, $4
div $5, $ra
div $6, $s8, $6
div $t0, $5
div $0, 0x8000
div $sp, $6
div $31, $ra, $6
div $4, -0x8001
div $t0, $t0, $sp
div $5, $5
div $5, $31, -0x8001
divu $0, $31
divu $5, 0x12345678
divu $ra, $6, $6
divu $0, 5
divu $31, $s8, $31
divu $4, 7
divu $0, $ra
divu $4, $6
divu $6, -0x80000000
divu $0, 0xffff
divu $6, 0xffff
divu $6, 0
ehb
ei $t0
ei $5
ei $sp
ei $6
ei
ei $ra
ei $s8
ei $4
eret
ext $s8, 5, 5
j $31
j $0
j $sp
j $6
j $t0
j $4
j $5
j $s8
j 1b
j $ra
j start+4
jal start+4
jal $31, $4
jal $5, $4
jal $6, $ra
jal $5
jal $4
jal $ra
jal $sp
jal $4, $4
jal 1b
jal $6, $5
jal $s8, $s8
jal $t0
jal start
jal $31
jal $sp, $ra
jal $s8
jalr $5
jalr $6, $0
jalr $4
jalr $t0, $ra
jalr $6, $s8
jalr $s8
jalr $6
jalr $sp
jalr $0
jalr $t0, $5
jalr $0, $31
jalr.hb $4, $31
jalr.hb $5
jalr.hb $sp, $t0
jalr.hb $s8
jalr.hb $sp, $4
jalr.hb $s8, $4
jalr.hb $t0, $sp
jalr.hb $sp
jalr.hb $31, $sp
jalr.hb $ra, $6
jalr.hb $6
jalr.hb $t0, $5
jr $31
jr $0
jr $5
jr $4
jr $6
jr $ra
jr $s8
jr $sp
jr $t0
jr.hb $s8
jr.hb $ra
jr.hb $4
jr.hb $t0
jr.hb $31
jr.hb $0
la $s8, 32
la $sp, 1
la $ra, 0xffff8000
lb $t0, -0x8000($0)
lb $4, start($sp)
lb $5, 100
lb $4, start
lb $sp, start($5)
lb $s8, 0x7fff
lb $s8, 0x80000000($s8)
lbu $sp, start($t0)
lbu $s8, 100($31)
lbu $4, 1b
lbu $0, start
lbu $s8, 7($6)
lbu $6, 0
lbu $6, 0xffff8000($6)
lbu $5, 0x12345678
lbu $31, start+4
lh $5, 1b($0)
lh $0, 1($0)
lh $0, 0($0)
lh $0, 32
lh $5, 100($31)
lh $ra, 0x7fff
lh $ra, 7
lh $s8, 5($ra)
lh $5, 1b
lh $4, start
lhu $ra, start+4
lhu $sp, 0
lhu $6, start+4
lhu $s8, start
lhu $6, 31
lhu $0, 100
lhu $sp, 0x8000
lhu $31, 0xffff($4)
lhu $ra, 1b
lhu $t0, -1($0)
li $5, -0x80000000
ll $6, start+4($t0)
ll $31, -0x8000
ll $5, start+4($5)
lw $t0, start+4
lw $31, 0xffffffff
lw $31, start($0)
lw $4, start+4
lw $4, 1b
lw $sp, start
lwl $0, 31($t0)
lwl $sp, 0x8000
lwl $0, 0xffffffff($0)
lwr $sp, start+4
lwr $ra, 7
lwr $t0, 100
lwr $6, 1
lwr $6, 0x8000($t0)
lwr $5, 1b
lwr $5, start($s8)
lwr $31, 0x7fff
madd $sp, $t0
madd $0, $4
madd $t0, $ra
madd $0, $6
madd $6, $5
maddu $ra, $t0
maddu $5, $t0
maddu $31, $31
maddu $ra, $31
mfc0 $4, $0
mfc0 $31, $6
mfc0 $6, $5
mfc0 $sp, $5
mfhi $6
mfhi $4
mfhi $s8
mfhi $ra
mfhi $5
mfhi $0
mfhi $t0
mflo $4
mflo $0
mflo $t0
mflo $s8
mflo $sp
mflo $6
move $31, $s8
move $4, $0
move $4, $s8
move $ra, $ra
move $s8, $0
movn $s8, $6, $sp
movn $31, $0
movn $ra, $5
movn $31, $s8, $0
movn $0, $4
movn $4, $sp, $31
movn $0, $4, $0
movn $0, $t0
movn $5, $31
movn $31, $31
movn $sp, $s8
movz $sp, $s8
movz $t0, $6, $6
movz $ra, $4
movz $0, $31
msub $0, $4
msub $s8, $4
msub $0, $ra
msub $31, $t0
msubu $4, $4
msubu $31, $5
msubu $31, $0
msubu $ra, $5
msubu $s8, $31
msubu $4, $0
mtc0 $ra, $5
mtc0 $s8, $31
mtc0 $ra, $0, 5
mtc0 $6, $31
mthi $5
mthi $sp
mthi $4
mthi $6
mthi $31
mthi $ra
mthi $s8
mthi $t0
mtlo $s8
mtlo $sp
mtlo $4
mtlo $5
mtlo $6
mtlo $t0
mul $5, $6, $5
mul $s8, $ra
mul $s8, $s8
mul $0, 0x10000
mul $t0, $31
mul $31, $0
mul $5, $5
mulo $t0, $0
mulo $6, $s8, 0x7fff
mulo $t0, $0, 0x10000
mulo $t0, $s8, $31
mulo $0, 0x8000
mulo $6, $6
mulo $ra, $s8
mulo $sp, $5
mulo $0, $5, 100
mulo $ra, $ra, 0x12345678
mulo $0, $sp
mulo $s8, $0
mulo $6, $5
mulo $31, $6, $5
mulo $s8, $t0
mulo $sp, $sp, $5
mulo $ra, 0x7fff
mulo $31, 0
mulo $t0, $5
mulou $ra, $0, 1
mulou $sp, 5
mulou $5, $s8
mulou $0, $t0, $31
mulou $5, 1
mulou $s8, $31
mulou $ra, $s8
mulou $sp, $ra, -0x8001
mulou $31, $6, $5
mulou $31, $0, 0x80000000
mulou $t0, $6
mulou $s8, $4
mulou $5, $31, $ra
mult $t0, $4
mult $s8, $0
mult $0, $31
mult $t0, $5
mult $s8, $6
multu $5, $31
multu $ra, $5
multu $4, $sp
multu $t0, $5
multu $t0, $t0
multu $ra, $6
multu $s8, $5
multu $31, $s8
multu $s8, $6
multu $4, $4
multu $sp, $sp
neg $t0
neg $31, $sp
neg $s8, $s8
neg $4
neg $s8
neg $31
neg $sp
neg $ra, $s8
neg $6
neg $0
neg $s8, $0
negu $31, $4
negu $s8
negu $sp, $5
negu $s8, $5
negu $sp, $s8
negu $6
negu $t0
negu $ra
negu $sp
negu $31, $ra
negu $4
negu $sp, $4
negu $t0, $4
negu $0
negu $5, $31
nop
nor $ra, $sp
nor $s8, $6
nor $6, $6
nor $5, $s8
nor $t0, $4
nor $0, $0, 0xffff
nor $5, $0, $0
nor $sp, $4
nor $6, $s8
nor $t0, $sp, $t0
nor $31, $4
nor $6, $0, $s8
nor $s8, $sp, -1
not $31, $s8
not $ra
not $31
not $s8, $0
not $4, $s8
not $6
not $sp
not $ra, $t0
not $5
not $t0
not $t0, $sp
not $0, $t0
or $sp, -1
or $sp, $31
or $6, $0, 7
or $ra, $5
or $0, 0x12345678
or $6, $31, $5
or $0, $ra, $6
or $6, $ra
or $sp, $ra, $ra
or $5, $ra
ori $ra, $5, 0xffff
pause
rdhwr $6, $0
rem $t0, -0x8001
rem $31, $5
rem $sp, $t0
rem $ra, $t0
rem $31, $4, 31
rem $4, $31
rem $6, $s8, $5
rem $6, $0
rem $31, 0x8000
rem $5, $s8, $sp
rem $6, 0x7fff
rem $ra, $5
remu $t0, $4, $0
remu $6, $ra, $sp
remu $ra, 5
remu $0, $31, $s8
remu $31, $t0
remu $0, $0
remu $31, $sp, $0
remu $t0, 0xffff
remu $s8, 0xffffffff
rol $6, $t0
rol $s8, $6
rol $t0, $0
rol $6, $ra, $s8
rol $t0, 0xffff8000
rol $4, $5, $31
rol $ra, -1
rol $sp, $s8, $31
rol $ra, $0, $5
rol $s8, $4, 0xffff8000
rol $s8, $sp
rol $0, $5
rol $4, $5
rol $0, $sp, $sp
rol $sp, $s8, $6
ror $0, $4
ror $ra, $sp, $t0
ror $6, $0
ror $s8, $s8, $4
ror $4, $s8
ror $s8, $0
ror $s8, $6
ror $5, $4, $sp
ror $31, $31
ror $5, $4, $t0
rorv $6, $31, $0
rorv $sp, $5, $6
rorv $5, $4, $0
rotr $5, 31
rotr $6, $sp
rotr $31, $6
rotr $4, $6, $0
rotrv $31, $4, $0
rotrv $31, $31, $ra
rotrv $t0, $4, $s8
rotrv $sp, $5, $6
rotrv $s8, $0, $ra
sb $t0, 0x10000
sb $31, start+4($31)
sb $t0, 1b($ra)
sb $5, start+4($ra)
sb $0, start+4
sb $ra, 5($ra)
sb $s8, start+4($0)
sb $0, 0x8000
sc $s8, 0x7fff
sc $ra, start+4($31)
sc $5, 100
sc $s8, 31($4)
sdbbp
sdbbp 0
sdbbp 0xffff
sdbbp 32
sdbbp 0x8000
seb $4, $4
seb $ra
seb $sp
seb $4
seb $5
seb $31, $ra
seb $t0
seb $31
seh $6
seh $31
seh $t0, $31
seh $sp, $sp
seh $t0
seh $5
seh $4
seh $31, $ra
seh $ra, $6
seh $ra, $0
seh $0, $31
seh $0
seh $s8, $0
seh $31, $31
seh $ra
seh $4, $s8
seh $31, $sp
seh $5, $5
seq $ra, $31
seq $ra, $6
seq $31, $6, $5
seq $s8, $6, $0
seq $5, $31
seq $31, $6
seq $4, $5, $5
seq $5, $6
seq $31, $0, $31
seq $4, $sp
seq $4, 7
seq $4, $31
seq $ra, $0, $31
sge $4, $4
sge $s8, $6, 0x10000
sge $5, $31, $5
sge $6, $t0, $0
sge $0, $31
sge $0, $31, $sp
sge $6, $s8, 0x8000
sge $0, $ra
sge $6, 0x7fffffff
sge $4, $t0
sge $s8, $4
sge $sp, $t0
sge $ra, $6, $6
sge $ra, 0xffff
sge $sp, $5
sge $s8, $4, $0
sge $s8, $31, $31
sgeu $t0, $6, -0x8001
sgeu $t0, 0xffffffff
sgeu $s8, $0
sgeu $4, $4
sgeu $s8, $s8, -1
sgeu $4, $6
sgeu $31, 0xffff8000
sgeu $4, $ra
sgeu $sp, $5, -1
sgeu $31, $t0
sgeu $5, $4, $sp
sgeu $s8, $31, $s8
sgeu $ra, $0, $s8
sgeu $5, $s8, 0xffff
sgeu $31, $6
sgeu $5, $4
sgeu $4, $s8, $sp
sgt $31, $6
sgt $t0, 5
sgt $0, $6, 100
sgt $0, $ra
sgt $s8, $5, -0x8000
sgt $s8, 32
sgt $ra, 0x10000
sgt $0, $5
sgt $5, $s8, $6
sgt $31, $31, $31
sgt $s8, $31
sgt $t0, $6, $ra
sgt $4, $5, $5
sgtu $sp, $5
sgtu $5, $t0, $ra
sgtu $5, $31, $5
sgtu $ra, -0x8000
sgtu $ra, $4, 1
sgtu $ra, $4, $t0
sgtu $t0, $t0, $s8
sgtu $0, $5, 0x7fff
sgtu $0, $6
sgtu $5, $0, 0x8000
sgtu $0, 0x12345678
sgtu $0, $t0
sgtu $6, $5
sgtu $0, -0x8000
sgtu $s8, -1
sgtu $ra, 31
sgtu $0, $sp
sgtu $4, $sp
sgtu $0, 32
sh $ra, 0
sh $4, 0x12345678($ra)
sh $sp, 0x8000
sh $0, 0x8000
sh $0, 0x7fffffff($4)
sh $31, start+4($s8)
sh $ra, start+4($t0)
sh $s8, 0xffff
sle $sp, $4
sle $6, $sp
sle $6, $5
sle $6, $6
sle $4, $31, $ra
sle $0, $5
sle $t0, $t0, $sp
sle $s8, $s8, $sp
sle $0, 0xffff
sle $sp, $t0
sle $ra, $6, 0x7fff
sleu $5, $6
sleu $0, $sp, $4
sleu $6, $5, $ra
sleu $6, $ra
sleu $ra, 0xffff
sleu $5, $s8, $ra
sleu $s8, $31
sleu $0, $s8
sleu $0, $5, $31
sleu $0, $6
sleu $31, $5
sleu $6, $s8
sleu $31, $4
sll $6, $t0, 1
sll $0, $s8, $31
sll $t0, $0
sll $ra, $ra
sll $31, $0
sll $4, $t0, $sp
sll $t0, $sp, $0
sll $6, $s8
sll $4, $s8, $s8
sll $0, $ra
sll $0, $s8, $4
sll $t0, 0
sll $t0, $6, 5
sll $6, 0
sll $t0, $ra
sll $5, $6
sllv $4, $t0, $t0
sllv $6, $31, $ra
slt $6, $4, $31
slt $5, $4
slt $4, $ra, $t0
slt $sp, $s8
slt $s8, $t0, 0x8000
slt $31, 0x7fffffff
slt $31, -0x8000
slt $sp, $0, $t0
slt $t0, $t0
slt $s8, $s8
slt $6, $t0
slt $5, $5
slti $sp, $0, 7
sltiu $5, 0
sltiu $0, -1
sltiu $4, $s8, 0x7fff
sltu $6, 0xffffffff
sltu $0, 32
sltu $sp, $6, $t0
sltu $6, $sp
sltu $0, $sp
sltu $0, 0xffff
sltu $6, $s8, $0
sne $s8, $0
sne $4, $t0
sne $5, $6, $6
sne $5, $ra
sne $s8, $0, $6
sne $4, $s8
sne $4, $4
sne $s8, $4
sra $0, $5
sra $31, $0
sra $5, $ra
sra $sp, $sp, $ra
sra $6, $31
sra $4, $t0
sra $0, $t0, $6
sra $0, $31
sra $sp, $6, $5
sra $6, 5
sra $ra, $6
sra $4, $6
sra $ra, $s8
sra $6, $t0
srav $31, $6, $6
srl $s8, $0
srl $4, $4
srl $5, $31
srl $31, $6
srl $4, $t0
srl $6, $31
srl $6, 31
srlv $s8, $s8, $5
srlv $s8, $ra, $0
srlv $31, $6, $6
ssnop
sub $0, $0, $t0
sub $ra, $0
sub $t0, $31
sub $s8, $0
sub $sp, $4
sub $ra, $s8
sub $6, $t0, 0xffff
sub $ra, 0x80000000
sub $0, $6, $sp
sub $4, $0, $t0
sub $sp, $5
sub $0, $sp
subu $6, $4
subu $31, 0x7fff
subu $ra, $t0, $0
subu $5, $sp
subu $ra, $5, $0
subu $31, $31, $5
subu $4, $s8
subu $sp, $s8
subu $6, $t0
subu $31, $5
subu $s8, 0xffff
subu $5, $6
subu $5, $s8
subu $t0, 0x7fff
subu $ra, 0x7fff
subu $0, $ra, $31
sw $6, start+4
sw $s8, 0x7fffffff($4)
sw $sp, 1b($5)
sw $t0, -1($5)
swl $5, 100
swl $t0, start
swl $t0, 0x8000
swl $ra, start($31)
swr $6, 0x10000($0)
swr $4, 0x7fffffff($t0)
swr $0, start+4
swr $0, start
swr $t0, start
swr $5, 32
sync 31
sync
sync 0
sync_acquire
sync_mb
sync_release
sync_rmb
sync_wmb
synci -1($4)
synci 31($31)
synci -0x8000($6)
synci -0x8000
synci 0
synci 0x7fff
syscall
syscall 100
syscall 5
syscall 0x10000
teq $s8, 32
teq $0, $31
teq $5, $ra
teq $ra, $6
teq $31, $ra
teq $s8, $6
teq $5, $31
teq $6, $4
teq $31, $sp
teq $31, $0
teqi $ra, 100
teqi $4, 32
tge $31, $s8
tge $31, $31
tge $4, $5
tge $ra, $ra
tge $t0, 32
tge $t0, $t0
tge $0, $0
tge $s8, $6
tge $t0, $sp
tgei $0, -1
tgeiu $ra, 7
tgeu $sp, $6
tgeu $31, $6
tgeu $ra, 0x7fff
tgeu $s8, 0x12345678
tgeu $ra, $t0
tgeu $6, $t0
tgeu $6, $ra
tgeu $ra, 0x80000000
tgeu $5, $t0
tgeu $sp, $s8
tgeu $4, $31
tgeu $s8, $0
tgeu $31, 0x7fffffff
tgeu $31, $t0
tlbp
tlbr
tlbwi
tlbwr
tlt $t0, 1
tlt $6, $sp
tlt $ra, $s8
tlt $4, $s8
tlt $t0, $sp
tlt $ra, $sp
tlt $31, $sp
tlt $31, 7
tlt $0, 0x7fffffff
tlt $0, $s8
tlti $s8, 0
tlti $31, 100
tlti $5, 0
tltu $t0, $t0
tltu $31, $t0
tltu $31, 0x80000000
tltu $4, 7
tltu $5, $5
tltu $5, $t0
tltu $31, $6
tltu $s8, $4
tne $4, $t0
tne $sp, $s8
tne $sp, 0x7fffffff
tne $sp, $ra
tne $6, 1
tne $4, 7
tnei $5, 0x7fff
tnei $31, -1
ulh $4, 5($sp)
ulh $ra, 0x10000
ulh $s8, start($sp)
ulhu $sp, -0x8001
ulhu $s8, 0xffffffff
ulhu $ra, start+4
ulhu $sp, 0x80000000($31)
ulhu $0, -0x80000000($ra)
ulhu $t0, start($t0)
ulw $ra, 0x12345678($ra)
ulw $4, -0x8001($ra)
ulw $ra, 0x7fff
ulw $6, start+4
ush $5, start($s8)
ush $ra, -0x8000($s8)
ush $5, 0($sp)
ush $t0, start($0)
usw $31, start+4($4)
usw $4, -0x8000
usw $4, 7
usw $ra, 0($6)
usw $0, -0x8000
usw $sp, start+4($4)
usw $5, 0x7fff
usw $0, -0x8001
wsbh $0
wsbh $5
wsbh $31
wsbh $0, $4
wsbh $4
wsbh $s8
wsbh $6
wsbh $s8, $5
wsbh $sp
wsbh $ra
wsbh $ra, $4
wsbh $sp, $0
xor $5, $s8
xor $6, $4
xor $sp, $0
xor $4, $31
xor $4, -1
xor $4, $5
xor $ra, $6, $0
xor $6, $5, $6
xor $31, $sp
xor $sp, $31
xori $s8, 0x7fff
1: nop
there: nop
.data
value: .word 1,2
