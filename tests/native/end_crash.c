/* Ends by a signal. */
int main(void){volatile int*p=(int*)0x1234;return *p;}
