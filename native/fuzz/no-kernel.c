#include "no-kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel.h"

#define DESCRIPTORS 512
#define PROCESSES 256

struct luck luck;
jmp_buf process_end;
void (*kernel_reply)(const void *head, size_t head_length, const void *body, size_t body_length);

static struct {
  char open;
  char watched;
  void *watcher;
} table[DESCRIPTORS];
static struct {
  int pid;
  int ended;
  int status;
} processes[PROCESSES];
static int process_count;
static int next_pid;
static int daemon_fd;
static int draining;
static const uint8_t *sent;
static size_t sent_length;
static struct {
  int fd;
  uint32_t events;
} woken;

void kernel_reset(void) {
  memset(table, 0, sizeof table);
  for (int fd = 0; fd < 3; fd++) table[fd].open = 1;
  memset(processes, 0, sizeof processes);
  process_count = draining = 0;
  next_pid = 100;
  daemon_fd = -1;
  sent = NULL;
  woken.fd = -1;
}

uint8_t kernel_draw(void) { return luck.at < luck.end ? *luck.at++ : 0; }

// 0 or -1 with some errno.
int kernel_chance(void) {
  static const int errors[] = {ENOENT, EEXIST, EINVAL, EACCES, ENOTDIR, EAGAIN, ENOSPC, EINTR};
  uint8_t drawn = kernel_draw();
  if (drawn < 0xc0) return 0;
  errno = errors[drawn & 7];
  return -1;
}

static int open_from(int lowest) {
  if (kernel_chance() < 0) return -1;
  for (int fd = lowest; fd < DESCRIPTORS; fd++) {
    if (table[fd].open) continue;
    table[fd].open = 1;
    table[fd].watched = 0;
    return fd;
  }
  errno = EMFILE;
  return -1;
}

int kernel_is_open(int fd) { return fd >= 0 && fd < DESCRIPTORS && table[fd].open; }

// None at all is harmless; one that was closed is another's by now.
static int usable(int fd) {
  if (fd >= 0 && !kernel_is_open(fd)) abort();
  if (fd < 0) errno = EBADF;
  return fd >= 0;
}

int close(int fd) {
  if (!usable(fd)) return -1;
  table[fd].open = table[fd].watched = 0;
  return 0;
}

int kernel_open_count(void) {
  int count = 0;
  for (int fd = 0; fd < DESCRIPTORS; fd++) count += table[fd].open;
  return count;
}

void kernel_touch(const void *bytes, size_t length) {
  volatile uint8_t sum = 0;
  for (size_t i = 0; i < length; i++) sum += ((const uint8_t *)bytes)[i];
}

// Descriptors.
int open(const char *path, int flags, ...) { return kernel_touch(path, strlen(path)), (void)flags, open_from(3); }
int openat(int directory, const char *path, int flags, ...) { return kernel_touch(path, strlen(path)), (void)directory, (void)flags, open_from(3); }
int dup(int fd) { return kernel_is_open(fd) ? open_from(3) : (errno = EBADF, -1); }
int dup2(int fd, int to) { return kernel_is_open(fd) ? to : (errno = EBADF, -1); }
int dup3(int fd, int to, int flags) { return (void)flags, dup2(fd, to); }
int fsopen(const char *type, unsigned int flags) { return kernel_touch(type, strlen(type)), (void)flags, open_from(3); }
int fsmount(int fd, unsigned int flags, unsigned int attributes) { return (void)fd, (void)flags, (void)attributes, open_from(3); }
int open_tree(int fd, const char *path, unsigned int flags) { return (void)fd, (void)path, (void)flags, open_from(3); }
int socket(int domain, int type, int protocol) { return (void)domain, (void)type, (void)protocol, open_from(3); }
int signalfd(int fd, const sigset_t *mask, int flags) { return (void)fd, (void)mask, (void)flags, open_from(3); }
int epoll_create1(int flags) { return (void)flags, open_from(3); }
int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags) {
  (void)fd, (void)address, (void)length, (void)flags;
  return draining ? -1 : open_from(3);
}
int pipe2(int ends[2], int flags) {
  (void)flags;
  ends[0] = open_from(3);
  if (ends[0] < 0) return -1;
  ends[1] = open_from(3);
  if (ends[1] >= 0) return 0;
  close(ends[0]);
  return -1;
}
int socketpair(int domain, int type, int protocol, int ends[2]) { return (void)domain, (void)type, (void)protocol, pipe2(ends, 0); }
int fcntl(int fd, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  int value = command == F_DUPFD_CLOEXEC ? va_arg(arguments, int) : 0;
  va_end(arguments);
  if (!kernel_is_open(fd)) {
    errno = EBADF;
    return -1;
  }
  return command == F_DUPFD_CLOEXEC ? open_from(value) : kernel_chance();
}
int ioctl(int fd, unsigned long request, ...) {
  if (!kernel_is_open(fd)) {
    errno = EBADF;
    return -1;
  }
  return request == 0x5441 /* TIOCGPTPEER */ ? open_from(3) : kernel_chance();
}

// Bytes.
ssize_t read(int fd, void *bytes, size_t length) {
  if (!usable(fd)) return -1;
  uint8_t drawn = kernel_draw();
  if (draining || drawn == 1) return 0;
  if (drawn < 0x40) {
    errno = drawn == 2 ? EIO : EAGAIN;
    return -1;
  }
  size_t count = (size_t)drawn * (drawn & 1 ? 5 : 400);
  if (count > length) count = length;
  memset(bytes, 'a' + drawn % 26, count);
  for (size_t i = 0; i < count; i += 1 + (size_t)drawn % 97 * 211) ((char *)bytes)[i] = '\n';
  return (ssize_t)count;
}
ssize_t pread(int fd, void *bytes, size_t length, off_t offset) {
  (void)offset;
  ssize_t count = read(fd, bytes, length);
  if (count > 12) memcpy(bytes, "oom_kill 99", 11);
  return count;
}
ssize_t write(int fd, const void *bytes, size_t length) {
  if (!usable(fd)) return -1;
  kernel_touch(bytes, length);
  if (kernel_chance() < 0) return -1;
  uint8_t drawn = kernel_draw();
  return drawn & 1 ? (ssize_t)(length * drawn / 256) : (ssize_t)length;
}
ssize_t send(int fd, const void *bytes, size_t length, int flags) { return (void)flags, write(fd, bytes, length); }
ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
  (void)flags;
  if (!usable(fd)) return -1;
  for (size_t i = 0; i < message->msg_iovlen; i++) kernel_touch(message->msg_iov[i].iov_base, message->msg_iov[i].iov_len);
  for (struct cmsghdr *part = message->msg_controllen ? CMSG_FIRSTHDR(message) : NULL; part; part = NULL) {
    const int *fds = (const int *)CMSG_DATA(part);
    for (size_t i = 0; i < (part->cmsg_len - CMSG_LEN(0)) / sizeof(int); i++) {
      if (!kernel_is_open(fds[i])) abort();
    }
  }
  const struct iovec *body = message->msg_iovlen > 1 ? &message->msg_iov[1] : NULL;
  if (kernel_reply) {
    kernel_reply(message->msg_iov[0].iov_base, message->msg_iov[0].iov_len, body ? body->iov_base : NULL, body ? body->iov_len : 0);
  }
  return kernel_chance();
}
ssize_t recv(int fd, void *bytes, size_t length, int flags) { return (void)flags, read(fd, bytes, length); }
ssize_t recvmsg(int fd, struct msghdr *message, int flags) {
  (void)flags;
  struct iovec *part = message->msg_iov;
  message->msg_flags = 0;
  if (fd == daemon_fd && sent) {
    size_t length = sent_length < part->iov_len ? sent_length : part->iov_len;
    memcpy(part->iov_base, sent, length);
    sent = NULL;
    message->msg_controllen = 0;
    return (ssize_t)length;
  }
  uint8_t drawn = kernel_draw();
  size_t fds = drawn & 3;
  if (draining || drawn < 0x20) {
    message->msg_controllen = 0;
    if (draining || drawn >= 0x10) return 0;
    errno = EAGAIN;
    return -1;
  }
  struct cmsghdr *rights = CMSG_FIRSTHDR(message);
  for (size_t i = 0; i < fds; i++) {
    int passed = open_from(3);
    if (passed < 0) fds = i;
    else ((int *)CMSG_DATA(rights))[i] = passed;
  }
  message->msg_controllen = fds ? CMSG_SPACE(fds * sizeof(int)) : 0;
  if (fds) {
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(fds * sizeof(int));
  }
  size_t length = drawn & 4 ? 8 : 1;
  memset(part->iov_base, drawn, length);
  if (drawn == 0xff) message->msg_flags = MSG_CTRUNC;
  return (ssize_t)length;
}
ssize_t readlinkat(int directory, const char *path, char *bytes, size_t length) {
  (void)directory;
  kernel_touch(path, strlen(path));
  if (kernel_chance() < 0) return -1;
  size_t count = (size_t)kernel_draw() * 17;
  if (count > length) count = length;
  for (size_t i = 0; i < count; i++) bytes[i] = i % 5 == (size_t)(count % 5) ? '/' : i % 7 ? 'l' : '.';
  return (ssize_t)count;
}
void *mmap(void *at, size_t length, int protection, int flags, int fd, off_t offset) {
  (void)at, (void)protection, (void)flags, (void)fd, (void)offset;
  return kernel_chance() < 0 ? MAP_FAILED : calloc(1, length);
}
int munmap(void *at, size_t length) { return (void)length, free(at), 0; }

// Processes and the rest.
int setns(int fd, int type) { return (void)fd, (void)type, kernel_chance(); }
int unshare(int flags) { return (void)flags, kernel_chance(); }
int sethostname(const char *name, size_t length) { return kernel_touch(name, length), kernel_chance(); }
int setgroups(size_t count, const gid_t *groups) { return kernel_touch(groups, count * sizeof *groups), kernel_chance(); }
pid_t setsid(void) { return 1; }
int prctl(int option, ...) { return (void)option, kernel_chance(); }
int execve(const char *path, char *const arguments[], char *const environment[]) {
  kernel_touch(path, strlen(path));
  for (char *const *string = arguments; *string; string++) kernel_touch(*string, strlen(*string));
  for (char *const *string = environment; *string; string++) kernel_touch(*string, strlen(*string));
  errno = kernel_draw() & 1 ? ENOENT : EACCES;
  return -1;
}
int poll(struct pollfd *fds, nfds_t count, int timeout) { return (void)fds, (void)count, (void)timeout, 0; }
__sighandler_t signal(int number, __sighandler_t handler) { return (void)number, handler; }
int sigprocmask(int how, const sigset_t *set, sigset_t *old) { return (void)how, (void)set, (void)old, 0; }
int bind(int fd, const struct sockaddr *address, socklen_t length) { return (void)fd, kernel_touch(address, length), 0; }
int listen(int fd, int backlog) { return (void)fd, (void)backlog, 0; }
int setsockopt(int fd, int level, int name, const void *value, socklen_t length) { return (void)fd, (void)level, (void)name, kernel_touch(value, length), 0; }
int getsockopt(int fd, int level, int name, void *value, socklen_t *length) {
  (void)fd, (void)level, (void)name;
  struct ucred peer = {.uid = kernel_draw() & 1 ? 1 : geteuid()};
  memcpy(value, &peer, sizeof peer < *length ? sizeof peer : *length);
  return 0;
}
void _exit(int status) { longjmp(process_end, status + 1); }
int pidfd_send_signal(int fd, int number, siginfo_t *info, unsigned int flags) {
  return (void)number, (void)info, (void)flags, kernel_is_open(fd) ? kernel_chance() : (errno = EBADF, -1);
}
static long start_process(const struct clone_args *arguments) {
  if (process_count == PROCESSES || kernel_chance() < 0) return -1;
  int pidfd = open_from(3);
  if (pidfd < 0) return -1;
  *(int *)(uintptr_t)arguments->pidfd = pidfd;
  processes[process_count].pid = next_pid;
  processes[process_count++].ended = 0;
  return next_pid++;
}
long syscall(long number, ...) {
  va_list arguments;
  va_start(arguments, number);
  const void *first = va_arg(arguments, const void *);
  va_end(arguments);
  if (number == SYS_clone3) return start_process(first);
  if (number == SYS_getcwd && kernel_chance() == 0) return strcpy((char *)(uintptr_t)first, "/"), 2;
  if (number == SYS_getcwd) return errno == ENOENT ? (strcpy((char *)(uintptr_t)first, "(unreachable)/"), 15) : -1;
  return number == SYS_openat2 ? open_from(3) : kernel_chance();
}
pid_t waitpid(pid_t pid, int *status, int flags) {
  (void)pid, (void)flags;
  for (int i = 0; i < process_count; i++) {
    if (!processes[i].ended) continue;
    *status = processes[i].status;
    int gone = processes[i].pid;
    processes[i] = processes[--process_count];
    return gone;
  }
  return 0;
}
int kernel_exit(unsigned index, int status) {
  if (!process_count) return 0;
  processes[index % (unsigned)process_count].ended = 1;
  processes[index % (unsigned)process_count].status = status;
  return 1;
}

// What is watched.
int epoll_ctl(int epoll, int operation, int fd, struct epoll_event *event) {
  (void)epoll;
  if (!kernel_is_open(fd)) {
    errno = EBADF;
    return -1;
  }
  if (operation == EPOLL_CTL_ADD && table[fd].watched) {
    errno = EEXIST;
    return -1;
  }
  if (operation != EPOLL_CTL_ADD && !table[fd].watched) {
    errno = ENOENT;
    return -1;
  }
  if (operation == EPOLL_CTL_ADD && kernel_chance() < 0) return -1;
  table[fd].watched = operation != EPOLL_CTL_DEL;
  if (event) table[fd].watcher = event->data.ptr;
  return 0;
}
int epoll_wait(int epoll, struct epoll_event *events, int most, int timeout) {
  (void)epoll, (void)most, (void)timeout;
  if (woken.fd < 0) return 0;
  events[0].events = woken.events;
  events[0].data.ptr = table[woken.fd].watcher;
  woken.fd = -1;
  return 1;
}
int kernel_wake(unsigned index, uint32_t events) {
  unsigned count = 0;
  for (int fd = 0; fd < DESCRIPTORS; fd++) count += (unsigned)table[fd].watched;
  if (!count) return 0;
  unsigned left = index % count;
  for (int fd = 0; fd < DESCRIPTORS; fd++) {
    if (!table[fd].watched || left--) continue;
    woken.fd = fd;
    woken.events = events;
    return 1;
  }
  return 0;
}
void kernel_send(const uint8_t *bytes, size_t length) {
  for (daemon_fd = 0; daemon_fd < DESCRIPTORS - 1 && !table[daemon_fd].watched; daemon_fd++) continue;
  sent = bytes;
  sent_length = length;
}
void kernel_drain(void) { draining = 1; }
