	.file	1 "g.c"
	.section .mdebug.abi32
	.previous
	.nan	legacy
	.module	softfloat
	.module	oddspreg
	.module	arch=mips32r2
	.text
	.align	2
	.globl	hash
	.set	nomips16
	.set	nomicromips
	.ent	hash
	.type	hash, @function
hash:
	.frame	$sp,0,$31		# vars= 0, regs= 0/0, args= 0, gp= 0
	.mask	0x00000000,0
	.fmask	0x00000000,0
	.set	noreorder
	.set	nomacro
	lb	$3,0($4)
	beq	$3,$0,$L4
	li	$5,16777216			# 0x1000000

	li	$2,-2128871424			# 0xffffffff811c0000
	ori	$2,$2,0x9dc5
	addiu	$5,$5,403
$L3:
	addiu	$4,$4,1
	andi	$3,$3,0x00ff
	xor	$2,$3,$2
	lb	$3,0($4)
	bne	$3,$0,$L3
	mul	$2,$2,$5

	jr	$31
	nop

$L4:
	li	$2,-2128871424			# 0xffffffff811c0000
	jr	$31
	ori	$2,$2,0x9dc5

	.set	macro
	.set	reorder
	.end	hash
	.size	hash, .-hash
	.align	2
	.globl	divide
	.set	nomips16
	.set	nomicromips
	.ent	divide
	.type	divide, @function
divide:
	.frame	$sp,0,$31		# vars= 0, regs= 0/0, args= 0, gp= 0
	.mask	0x00000000,0
	.fmask	0x00000000,0
	.set	noreorder
	.set	nomacro
	teq	$5,$0,7
	div	$0,$4,$5
	mflo	$2
	li	$3,-1840709632			# 0xffffffff92490000
	addiu	$3,$3,9363
	mult	$4,$3
	mfhi	$3
	addu	$3,$3,$4
	sra	$3,$3,2
	sra	$5,$4,31
	subu	$3,$3,$5
	sll	$5,$3,3
	subu	$3,$5,$3
	subu	$4,$4,$3
	jr	$31
	addu	$2,$2,$4

	.set	macro
	.set	reorder
	.end	divide
	.size	divide, .-divide
	.align	2
	.globl	push
	.set	nomips16
	.set	nomicromips
	.ent	push
	.type	push, @function
push:
	.frame	$sp,0,$31		# vars= 0, regs= 0/0, args= 0, gp= 0
	.mask	0x00000000,0
	.fmask	0x00000000,0
	.set	noreorder
	.set	nomacro
	andi	$2,$5,0x7
	sll	$2,$2,4
	lui	$3,%hi(pool)
	addiu	$3,$3,%lo(pool)
	addu	$2,$2,$3
	sw	$4,0($2)
	sw	$5,4($2)
	sra	$5,$5,3
	jr	$31
	sh	$5,14($2)

	.set	macro
	.set	reorder
	.end	push
	.size	push, .-push
	.align	2
	.globl	pick
	.set	nomips16
	.set	nomicromips
	.ent	pick
	.type	pick, @function
pick:
	.frame	$sp,0,$31		# vars= 0, regs= 0/0, args= 0, gp= 0
	.mask	0x00000000,0
	.fmask	0x00000000,0
	.set	noreorder
	.set	nomacro
	sltu	$2,$4,7
	beq	$2,$0,$L9
	sll	$4,$4,2

	lui	$2,%hi($L11)
	addiu	$2,$2,%lo($L11)
	addu	$2,$2,$4
	lw	$2,0($2)
	jr	$2
	nop

	.rdata
	.align	2
	.align	2
$L11:
	.word	$L17
	.word	$L18
	.word	$L15
	.word	$L14
	.word	$L13
	.word	$L12
	.word	$L10
	.text
$L17:
	jr	$31
	li	$2,10			# 0xa

$L15:
	jr	$31
	li	$2,7			# 0x7

$L14:
	lui	$2,%hi(counter)
	jr	$31
	lw	$2,%lo(counter)($2)

$L13:
	lui	$2,%hi(table+4)
	jr	$31
	lhu	$2,%lo(table+4)($2)

$L12:
	jr	$31
	li	$2,99			# 0x63

$L10:
	jr	$31
	li	$2,-4			# 0xfffffffffffffffc

$L9:
	jr	$31
	move	$2,$0

$L18:
	jr	$31
	li	$2,21			# 0x15

	.set	macro
	.set	reorder
	.end	pick
	.size	pick, .-pick
	.align	2
	.globl	wide
	.set	nomips16
	.set	nomicromips
	.ent	wide
	.type	wide, @function
wide:
	.frame	$sp,0,$31		# vars= 0, regs= 0/0, args= 0, gp= 0
	.mask	0x00000000,0
	.fmask	0x00000000,0
	.set	noreorder
	.set	nomacro
	sra	$2,$4,31
	sra	$3,$5,31
	mult	$3,$4
	madd	$2,$5
	mflo	$2
	multu	$4,$5
	mflo	$4
	mfhi	$5
	addu	$5,$2,$5
	lui	$2,%hi(counter)
	lw	$2,%lo(counter)($2)
	sra	$6,$2,31
	addu	$2,$4,$2
	sltu	$3,$2,$4
	addu	$4,$5,$6
	jr	$31
	addu	$3,$3,$4

	.set	macro
	.set	reorder
	.end	wide
	.size	wide, .-wide
	.align	2
	.globl	main
	.set	nomips16
	.set	nomicromips
	.ent	main
	.type	main, @function
main:
	.frame	$sp,48,$31		# vars= 0, regs= 8/0, args= 16, gp= 0
	.mask	0x807f0000,-4
	.fmask	0x00000000,0
	.set	noreorder
	.set	nomacro
	addiu	$sp,$sp,-48
	sw	$31,44($sp)
	sw	$22,40($sp)
	sw	$21,36($sp)
	sw	$20,32($sp)
	sw	$19,28($sp)
	sw	$18,24($sp)
	sw	$17,20($sp)
	sw	$16,16($sp)
	move	$16,$0
	move	$17,$0
	move	$19,$0
	li	$21,1431633920			# 0x55550000
	addiu	$21,$21,21846
	lui	$20,%hi(words)
	addiu	$20,$20,%lo(words)
	li	$22,20			# 0x14
$L21:
	move	$5,$16
	jal	push
	move	$4,$17

	move	$17,$2
	jal	pick
	move	$4,$16

	move	$18,$2
	mult	$16,$21
	mfhi	$2
	sra	$3,$16,31
	subu	$2,$2,$3
	sll	$3,$2,1
	addu	$3,$3,$2
	subu	$3,$16,$3
	sll	$3,$3,2
	addu	$3,$3,$20
	jal	hash
	lw	$4,0($3)

	addu	$2,$2,$18
	addiu	$16,$16,1
	bne	$16,$22,$L21
	addu	$19,$19,$2

	beq	$17,$0,$L22
	li	$2,9			# 0x9

$L23:
	lw	$3,4($17)
	lw	$17,0($17)
	beq	$17,$0,$L22
	addu	$19,$19,$3

	addiu	$2,$2,-1
	bne	$2,$0,$L23
	nop

$L22:
	lui	$2,%hi(counter)
	lw	$5,%lo(counter)($2)
	teq	$5,$0,7
	div	$0,$19,$5
	mflo	$2
	li	$3,-1840709632			# 0xffffffff92490000
	addiu	$3,$3,9363
	mult	$19,$3
	mfhi	$3
	addu	$3,$3,$19
	sra	$3,$3,2
	sra	$4,$19,31
	subu	$3,$3,$4
	sll	$4,$3,3
	subu	$3,$4,$3
	subu	$3,$19,$3
	addu	$3,$2,$3
	sll	$2,$19,2
	addu	$2,$2,$19
	addu	$2,$2,$5
	addu	$2,$3,$2
	lw	$31,44($sp)
	lw	$22,40($sp)
	lw	$21,36($sp)
	lw	$20,32($sp)
	lw	$19,28($sp)
	lw	$18,24($sp)
	lw	$17,20($sp)
	lw	$16,16($sp)
	jr	$31
	addiu	$sp,$sp,48

	.set	macro
	.set	reorder
	.end	main
	.size	main, .-main
	.globl	table
	.data
	.align	2
	.type	table, @object
	.size	table, 10
table:
	.half	1
	.half	2
	.half	3
	.space	4
	.globl	counter
	.align	2
	.type	counter, @object
	.size	counter, 4
counter:
	.word	3
	.rdata
	.align	2
$LC0:
	.ascii	"alpha\000"
	.align	2
$LC1:
	.ascii	"beta\000"
	.align	2
$LC2:
	.ascii	"gamma\000"
	.rdata
	.align	2
	.type	words, @object
	.size	words, 12
words:
	.word	$LC0
	.word	$LC1
	.word	$LC2
	.local	pool
	.comm	pool,128,4
	.ident	"GCC: (Debian 12.2.0-14) 12.2.0"
	.section	.note.GNU-stack,"",@progbits
