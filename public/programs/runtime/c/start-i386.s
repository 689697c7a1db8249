# Where an i386 program starts. The kernel leaves at ESP: argc, argv[0..argc-1], 0, environment, 0, auxiliary vector.
# The ABI wants ESP to be a multiple of 16 at each call.
        .section .text.start, "ax"
        .globl  _start
_start: movl    (%esp), %eax            # argc
        leal    4(%esp), %edx           # argv
        xorl    %ebp, %ebp              # the outermost frame
        andl    $-16, %esp
        subl    $8, %esp
        pushl   %edx
        pushl   %eax
        call    main
        movl    %eax, (%esp)
        call    exit                    # exit(main(argc, argv))
        .section .note.GNU-stack, "", @progbits
