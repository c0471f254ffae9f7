#include "users.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "write-whole.h"

int users_become_root(void) {
  if (setgroups(0, NULL) < 0 || syscall(SYS_setresgid, 0, 0, 0) < 0) return -1;
  return (int)syscall(SYS_setresuid, 0, 0, 0);
}

// A namespace is of the user namespace that it is made in, and what is made with it, such as the root of its message
// queues, is of who made it. Both are there for as long as the shim does not hang up.
static void make_namespaces(int shim, uint32_t flags) {
  int error = 0;
  if (recv(shim, &error, sizeof error, 0) != sizeof error || error) _exit(1);
  if (users_become_root() < 0 || unshare((int)flags) < 0) error = errno;
  if (send(shim, &error, sizeof error, MSG_NOSIGNAL) != sizeof error) _exit(1);
  (void)!recv(shim, &error, sizeof error, 0);
  _exit(0);
}

static int write_map(pid_t pid, const char *name, uint32_t first, uint32_t count) {
  char path[64];
  char line[64];
  snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
  snprintf(line, sizeof line, "0 %u %u\n", first, count);
  return write_whole(path, line);
}

// Maps the child's users and has it make the namespaces: 0 or errno.
static int let_it_make(pid_t pid, int child, uint32_t first, uint32_t count) {
  int error = 0;
  if (write_map(pid, "uid_map", first, count) < 0 || write_map(pid, "gid_map", first, count) < 0) return errno;
  if (send(child, &error, sizeof error, MSG_NOSIGNAL) != sizeof error) return errno;
  return recv(child, &error, sizeof error, 0) == sizeof error ? error : ECHILD;
}

static int open_users(pid_t pid) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/ns/user", (int)pid);
  return open(path, O_RDONLY | O_CLOEXEC);
}

int users_start(struct pod *pod, uint32_t first, uint32_t count, uint32_t flags) {
  int ends[2];
  int pidfd = -1;
  if (pod->users >= 0) {
    errno = EEXIST;
    return -1;
  }
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) return -1;
  struct clone_args args = {
      .flags = CLONE_NEWUSER | CLONE_PIDFD,
      .pidfd = (uint64_t)(uintptr_t)&pidfd,
      .exit_signal = SIGCHLD,
  };
  long pid = syscall(SYS_clone3, &args, sizeof args);
  if (pid == 0) {
    close(ends[0]);
    make_namespaces(ends[1], flags);
  }
  int error = pid < 0 ? errno : 0;
  close(ends[1]);
  if (!error) error = let_it_make((pid_t)pid, ends[0], first, count);
  int users = error ? -1 : open_users((pid_t)pid);
  if (!error && (users < 0 || setns(pidfd, (int)flags) < 0)) error = errno;
  close(ends[0]);
  if (pid > 0) waitpid((pid_t)pid, NULL, 0);
  if (pidfd >= 0) close(pidfd);
  if (error && users >= 0) close(users);
  if (!error) {
    pod->users = users;
    pod->first_user = first;
  }
  errno = error;
  return error ? -1 : 0;
}

// Some parameters of the kernel ask who it is that writes, not what he may.
int users_write(const struct pod *pod, const char *path, const char *data) {
  struct clone_args args = {.exit_signal = SIGCHLD};
  long pid = syscall(SYS_clone3, &args, sizeof args);
  if (pid < 0) return -1;
  if (pid == 0) {
    int failed = setns(pod->users, CLONE_NEWUSER) < 0 || users_become_root() < 0 || write_whole(path, data) < 0;
    _exit(failed ? errno : 0);
  }
  int status = 0;
  if (waitpid((pid_t)pid, &status, 0) < 0) return -1;
  errno = WIFEXITED(status) ? WEXITSTATUS(status) : ECHILD;
  return errno ? -1 : 0;
}
