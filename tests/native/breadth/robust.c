/* A lock between processes, and between their threads; whoever ends with it leaves it to the next (pthread_mutexattr_setrobust). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <pthread.h>
#include <unistd.h>
#include <sys/wait.h>
#include <sys/mman.h>
#include <errno.h>
static pthread_mutex_t *m; static int *n;
static void *w(void*a){ for(int i=0;i<2000;i++){ pthread_mutex_lock(m); ++*n; pthread_mutex_unlock(m);} return a; }
int main(void){ char*p=mmap(0,4096,3,MAP_SHARED|MAP_ANONYMOUS,-1,0); m=(void*)p; n=(int*)(p+512);
 pthread_mutexattr_t a; pthread_mutexattr_init(&a); pthread_mutexattr_setpshared(&a,PTHREAD_PROCESS_SHARED); pthread_mutexattr_setrobust(&a,PTHREAD_MUTEX_ROBUST); pthread_mutex_init(m,&a);
 pid_t c[3]; for(int i=0;i<3;i++) if(!(c[i]=fork())){ pthread_t t[2]; for(int j=0;j<2;j++) pthread_create(&t[j],0,w,0); for(int j=0;j<2;j++) pthread_join(t[j],0); _exit(i);}
 int s; for(int i=0;i<3;i++){ waitpid(c[i],&s,0); printf("%d ",WEXITSTATUS(s)); } printf("sum %d\n",*n);
 fflush(stdout); if(!(c[0]=fork())){ pthread_mutex_lock(m); _exit(9);} waitpid(c[0],&s,0); int r=pthread_mutex_lock(m); printf("owner dead %d\n", r==EOWNERDEAD); pthread_mutex_consistent(m); printf("%d\n",pthread_mutex_unlock(m)); return 3; }
