/* An x87 instruction: it will run once the machine has floating point, and its test then goes. */
int main(void) {
  __asm__ volatile("fldz; fstp %st(0)");
  return 0;
}
