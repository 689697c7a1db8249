/* Three processes that only count, two of nice 0 and one of nice 5, for one second; then what each used. */
#include <stdio.h>
#include <unistd.h>
#include <stdlib.h>
#include <signal.h>
#include <sys/wait.h>
#include <sys/resource.h>
#include <sys/time.h>
int main(void){ int nices[3]={0,0,5}; pid_t p[3]; for(int i=0;i<3;i++) if(!(p[i]=fork())){ nice(nices[i]); for(volatile int x=0;;x++); }
 usleep(1000000); for(int i=0;i<3;i++){ kill(p[i],9); struct rusage r; int st; wait4(p[i],&st,0,&r); printf("%d %ld\n", nices[i], r.ru_utime.tv_sec*1000000+r.ru_utime.tv_usec);} return 0;}
