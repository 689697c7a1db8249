# The smallest whole program: two system calls.
# expect: Hello from a MIPS program!

        .text
        .globl  _start
_start: li      $a0, 1                  # file 1: standard output
        la      $a1, text
        li      $a2, 27                 # bytes
        li      $v0, 4004               # write
        syscall

        li      $a0, 0                  # status
        li      $v0, 4001               # exit
        syscall

        .data
text:   .ascii  "Hello from a MIPS program!\n"
