/* Ends by a signal. */
int main(int c,char**v){volatile int z=0;return c/z;}
