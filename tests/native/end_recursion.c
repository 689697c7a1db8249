/* Ends by a signal. */
int f(volatile int n){volatile char b[1000];b[0]=n;return f(n+1)+b[0];}int main(void){return f(0);}
