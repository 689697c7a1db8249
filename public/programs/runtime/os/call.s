# int kernel_call(int number, int a, int b, int c, int d, int e, int f): the system-call instruction of i386 with all six
# arguments (EBX, ECX, EDX, ESI, EDI, EBP). An error comes back as a negative number.
        .section .text.kernel_call, "ax"
        .globl  kernel_call
kernel_call:
        pushl   %ebx
        pushl   %esi
        pushl   %edi
        pushl   %ebp
        movl    20(%esp), %eax
        movl    24(%esp), %ebx
        movl    28(%esp), %ecx
        movl    32(%esp), %edx
        movl    36(%esp), %esi
        movl    40(%esp), %edi
        movl    44(%esp), %ebp
        int     $0x80
        popl    %ebp
        popl    %edi
        popl    %esi
        popl    %ebx
        ret

# Where a signal handler returns to: rt_sigreturn. The kernel's frame lies at ESP as it built it.
        .section .text.signal_return, "ax"
        .globl  signal_return
signal_return:
        movl    $173, %eax
        int     $0x80
        .section .note.GNU-stack, "", @progbits
