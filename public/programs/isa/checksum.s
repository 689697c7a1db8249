# Adds 16 numbers, 16 times over, and prints the sum of the sums.
# The inner loop, `sum`, is five instructions: read a word, move on, count, branch, add. The add stands after the branch,
# in its delay slot: it is executed whether or not the branch is taken.
# expect: checksum 1280

        .set    noreorder               # delay slots are written by hand
        .text
        .globl  main
main:   li      $s0, 16                 # passes left
        lui     $s1, 0x1001             # address of the numbers
        li      $v1, 0                  # sum of the sums
        move    $v0, $0                 # sum of this pass

pass:   move    $a0, $s1                # next number
        li      $a1, 16                 # numbers left

sum:    lw      $t0, 0($a0)
        addiu   $a0, $a0, 4
        addiu   $a1, $a1, -1
        bne     $a1, $0, sum
        addu    $v0, $v0, $t0           # delay slot

tail:   addu    $v1, $v1, $v0
        addiu   $s0, $s0, -1
        bne     $s0, $0, pass
        move    $v0, $0                 # delay slot

# Writes $v1 in decimal behind the text, last digit first.
print:  la      $a1, end
        li      $t1, 10
digit:  divu    $0, $v1, $t1            # LO = quotient, HI = remainder
        mfhi    $t2
        mflo    $v1
        addiu   $t2, $t2, '0'
        addiu   $a1, $a1, -1
        bne     $v1, $0, digit
        sb      $t2, 0($a1)             # delay slot

        li      $a0, 1                  # the words
        move    $s2, $a1
        la      $a1, words
        li      $a2, 9
        li      $v0, 4004               # write
        syscall
        li      $a0, 1                  # the digits and the end of the line
        move    $a1, $s2
        la      $a2, end + 1
        subu    $a2, $a2, $s2
        li      $v0, 4004               # write
        syscall
        li      $a0, 0
        li      $v0, 4001               # exit
        syscall

        .data
numbers: .word  3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3
words:  .ascii  "checksum "
digits: .ascii  "          "
end:    .ascii  "\n"
