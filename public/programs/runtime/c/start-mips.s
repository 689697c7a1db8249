# Where a MIPS program starts. The kernel leaves at $sp: argc, argv[0..argc-1], 0, environment, 0, auxiliary vector.
# The o32 convention wants 16 bytes of home space for a called function's arguments, and $sp a multiple of 8.
        .set    noreorder
        .section .text.start, "ax"
        .globl  _start
_start: lw      $a0, 0($sp)             # argc
        addiu   $a1, $sp, 4             # argv
        move    $ra, $0                 # nothing called us
        addiu   $sp, $sp, -24
        jal     main
        nop
        jal     exit                    # exit(main(argc, argv))
        move    $a0, $v0
