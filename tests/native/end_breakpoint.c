/* Ends by a signal. */
int main(void){__asm__("int3");}
