/* Without a C library: write, a string through every path of the stack, and an exit status. */
	.globl _start
	.text
_start:
	movl (%esp), %edi		# argc
	movl 4(%esp), %esi		# argv[0]
	movl $4, %eax
	movl $1, %ebx
	movl $message, %ecx
	movl $length, %edx
	int $0x80
	cmpl $length, %eax
	jne fail
	movl $20, %eax			# getpid
	int $0x80
	testl %eax, %eax
	jle fail
	movl $9999, %eax
	int $0x80
	cmpl $-38, %eax			# ENOSYS
	jne fail
	movl $1, %eax
	leal 40(%edi), %ebx
	int $0x80
fail:	movl $1, %eax
	movl $1, %ebx
	int $0x80
	.data
message: .ascii "bare\n"
	.set length, . - message
