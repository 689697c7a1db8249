/*
 * What the numbers and structures of one architecture mean on another: siginfo, alternate stacks, socket options and control
 * messages, events, locks, limits, errors, masks. Everything is printed by its name in C, so that all machines say the same.
 */
#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t got;
static sigjmp_buf back;
static char stack[65536];

static void inform(int signal, siginfo_t *info, void *context) {
  (void)context;
  char here;
  int queued = info->si_code == SI_QUEUE;
  printf("signal %d, code %s, value %d, %s\n", signal == info->si_signo,
         info->si_code == SI_QUEUE ? "queue" : info->si_code == SI_TKILL ? "tkill" : "other",
         queued ? info->si_value.sival_int : 0, &here >= stack && &here < stack + sizeof stack ? "other stack" : "this stack");
  got = 1;
}
static void overflown(int signal, siginfo_t *info, void *context) {
  (void)info;
  (void)context;
  stack_t now;
  char here;
  sigaltstack(NULL, &now);
  printf("overflow %d, %d, %d\n", signal == SIGSEGV, &here >= stack && &here < stack + sizeof stack, now.ss_flags == SS_ONSTACK);
  siglongjmp(back, 1);
}
static int deep(int n) {
  volatile char room[4096];
  room[0] = (char)n;
  return n < 0 ? 0 : deep(n + 1) + room[0];
}

static void handle(int signal, void (*handler)(int, siginfo_t *, void *), int flags) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = handler;
  action.sa_flags = SA_SIGINFO | flags;
  sigaction(signal, &action, NULL);
}

static void signals(void) {
  stack_t other = {.ss_sp = stack, .ss_size = sizeof stack};
  sigaltstack(&other, NULL);
  handle(SIGSEGV, overflown, SA_ONSTACK);
  for (int i = 0; i < 2; i++)
    if (sigsetjmp(back, 1) == 0) deep(0);
  handle(SIGUSR1, inform, SA_ONSTACK);
  handle(SIGUSR2, inform, 0);
  union sigval value = {.sival_int = 42};
  sigqueue(getpid(), SIGUSR1, value);
  raise(SIGUSR2);
  timer_t timer;
  struct sigevent event;
  memset(&event, 0, sizeof event);
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGUSR2;
  event.sigev_value.sival_int = 5;
  struct itimerspec soon = {{0, 0}, {0, 1000000}};
  got = 0;
  timer_create(CLOCK_MONOTONIC, &event, &timer);
  timer_settime(timer, 0, &soon, NULL);
  while (!got) pause();

  sigset_t set;
  siginfo_t info;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, NULL);
  sigqueue(getpid(), SIGUSR1, value);
  printf("waited %d", sigwaitinfo(&set, &info) == SIGUSR1);
  printf(" %d %d %d\n", info.si_signo == SIGUSR1, info.si_code == SI_QUEUE, info.si_value.sival_int);
  pid_t child = fork();
  if (child == 0) {
    signal(SIGUSR2, SIG_DFL);
    raise(SIGUSR2);
  }
  memset(&info, 0, sizeof info);
  waitid(P_PID, (id_t)child, &info, WEXITED);
  printf("child %d %d %d %d\n", info.si_signo == SIGCHLD, info.si_errno, info.si_code == CLD_KILLED, info.si_status == SIGUSR2);
  int parent = 0;
  prctl(PR_SET_PDEATHSIG, SIGUSR2);
  prctl(PR_GET_PDEATHSIG, &parent);
  printf("parent %d\n", parent == SIGUSR2);
}

static void sockets(void) {
  int pair[2], type = 0, error = -1;
  socklen_t length = sizeof type;
  socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair);
  getsockopt(pair[0], SOL_SOCKET, SO_TYPE, &type, &length);
  length = sizeof error;
  getsockopt(pair[0], SOL_SOCKET, SO_ERROR, &error, &length);
  printf("socket %d %d %d\n", type == SOCK_STREAM, error, (fcntl(pair[0], F_GETFL) & O_NONBLOCK) != 0);
  char byte = 'x', room[CMSG_SPACE(sizeof(int))];
  struct iovec vector = {&byte, 1};
  struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
  struct cmsghdr *control = CMSG_FIRSTHDR(&message);
  control->cmsg_level = SOL_SOCKET;
  control->cmsg_type = SCM_RIGHTS;
  control->cmsg_len = CMSG_LEN(sizeof(int));
  int ends[2], passed = -1;
  if (pipe(ends) != 0) exit(1);
  memcpy(CMSG_DATA(control), &ends[1], sizeof(int));
  printf("sent %d", (int)sendmsg(pair[0], &message, 0));
  memset(room, 0, sizeof room);
  printf(", received %d", (int)recvmsg(pair[1], &message, 0));
  control = CMSG_FIRSTHDR(&message);
  memcpy(&passed, CMSG_DATA(control), sizeof(int));
  printf(", level %d, type %d, written %d\n", control->cmsg_level == SOL_SOCKET, control->cmsg_type == SCM_RIGHTS, (int)write(passed, "ab", 2));

  int set = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event one = {.events = EPOLLIN, .data.u64 = 0x1122334455667788ULL}, ready[4];
  epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &one);
  one.data.u64 = 7;
  one.events = EPOLLOUT;
  epoll_ctl(set, EPOLL_CTL_ADD, pair[0], &one);
  int count = epoll_wait(set, ready, 4, 100);
  for (int i = 0; i < count; i++) printf("event %x, %llx\n", (unsigned)ready[i].events, (unsigned long long)ready[i].data.u64);
  sigset_t none;
  sigemptyset(&none);
  fd_set reading;
  FD_ZERO(&reading);
  FD_SET(ends[0], &reading);
  struct timespec time = {1, 0};
  printf("pselect %d\n", pselect(ends[0] + 1, &reading, NULL, NULL, &time, &none));
}

static void files(void) {
  FILE *file = tmpfile();
  int fd = fileno(file);
  printf("fallocate %d", posix_fallocate(fd, 4096, 100));
  printf(", advice %d", posix_fadvise(fd, 1LL << 33, 4096, POSIX_FADV_WILLNEED));
  printf(", end %lld\n", (long long)lseek(fd, 0, SEEK_END));
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 10, .l_len = 5};
  printf("lock %d", fcntl(fd, F_SETLK, &lock));
  pid_t child = fork();
  if (child == 0) {
    printf(", held %d", fcntl(fd, F_SETLK, &lock) == -1 && errno == EAGAIN);
    fcntl(fd, F_GETLK, &lock);
    printf(" by %d: %d from %d\n", lock.l_pid == getppid(), (int)lock.l_len, (int)lock.l_start);
    exit(0);
  }
  waitpid(child, NULL, 0);
  const char *path = "/proc/self/no/such";
  printf("open %d", open(path, O_RDONLY | O_DIRECTORY));
  printf(" %d\n", errno == ENOENT);
}

int main(void) {
  setvbuf(stdout, NULL, _IONBF, 0);
  signals();
  sockets();
  files();
  return 0;
}
