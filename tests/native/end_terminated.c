/* Ends by a signal. */
#include <signal.h>
int main(void){raise(SIGTERM);}
