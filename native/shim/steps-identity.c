#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "child.h"
#include "confined.h"
#include "credentials.h"
#include "descriptors.h"
#include "protocol.h"
#include "steps.h"

#define MAX_GROUPS 65536

static int is_null_device(int fd) {
  struct stat info;
  return fstat(fd, &info) == 0 && S_ISCHR(info.st_mode) && info.st_rdev == makedev(1, 3);
}

// Where nothing was given it has the host's null device so far: the container's own replaces it, where that
// is one, so that no descriptor leads to a file system of the host.
static int reopen_null_device(void) {
  int own = open("/dev/null", O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (own < 0) return 0;
  int result = 0;
  for (int fd = 0; fd < 3 && result >= 0; fd++) {
    if (is_null_device(fd) && is_null_device(own)) result = dup2(own, fd);
  }
  close(own);
  return result;
}

int step_target(struct plan_context *context, struct cursor *cursor) {
  const char *id = (const char *)read_bytes(cursor, ID_LENGTH);
  if (cursor->broken) return -1;
  if (!context->find_init) {
    errno = EINVAL;  // only the shim knows its containers
    return -1;
  }
  context->init_pidfd = context->find_init(id);
  return context->init_pidfd < 0 ? -1 : 0;
}

int step_enter(struct plan_context *context, struct cursor *cursor) {
  uint32_t namespaces = read_u32(cursor);
  if (cursor->broken) return -1;
  return setns(context->init_pidfd, (int)namespaces);
}

// All that is open but standard streams, status and the pod's user namespace, which is still to be entered.
static int close_host(struct plan_context *context) {
  if (context->users < 0) return (int)syscall(SYS_close_range, FIRST_SPARE_FD, ~0U, 0);
  if (context->users != USERS_FD && dup3(context->users, USERS_FD, O_CLOEXEC) < 0) return -1;
  context->users = USERS_FD;
  return (int)syscall(SYS_close_range, USERS_FD + 1, ~0U, 0);
}

// The successor's side: it waits until the shim has been told of it, since it may end at once.
static int succeed(int gate) {
  char byte;
  if (read(gate, &byte, 1) != 1) _exit(127);
  close(gate);
  return setsid() < 0 ? -1 : 0;
}

// Whom CAP_SYS_PTRACE lets look into every process of its PID namespace must find none there whose root is the
// host's. So a child is born into the namespace only now, with the container's root and nothing of the host open.
int step_successor(struct plan_context *context) {
  int gate[2];
  int pidfd = -1;
  if (context->status < 0) {
    errno = EINVAL;  // the shim itself has nobody to succeed it
    return -1;
  }
  if (close_host(context) < 0 || reopen_null_device() < 0) return -1;
  if (pipe2(gate, O_CLOEXEC) < 0) return -1;
  struct clone_args args = {.flags = CLONE_PARENT | CLONE_PIDFD, .pidfd = (uint64_t)(uintptr_t)&pidfd};
  long pid = syscall(SYS_clone3, &args, sizeof args);
  if (pid < 0) return -1;
  if (pid == 0) {
    close(gate[1]);
    return succeed(gate[0]);
  }
  struct child_successor successor = {.pid = (uint32_t)pid};
  int told = send_with_descriptors(context->status, &successor, sizeof successor, NULL, 0, &pidfd, 1) >= 0;
  // First, or the end of this socket would come after the successor's own, should that be quick.
  close(context->status);
  _exit(told && write(gate[1], "", 1) == 1 ? 0 : 1);
}

int step_new_cgroup_ns(void) { return unshare(CLONE_NEWCGROUP); }

// Before the pivot it only makes sure that the directory exists; after it, it goes there with every
// descriptor of the host already closed, so that no path can lead back out (CVE-2024-21626).
int step_cwd(struct plan_context *context, struct cursor *cursor) {
  const char *path = read_string(cursor);
  if (cursor->broken) return -1;
  if (context->root >= 0) {
    int made = confined_open(context->root, path, ENTRY_DIRECTORY, 0);
    return made < 0 ? -1 : close(made);
  }
  if (syscall(SYS_close_range, FIRST_SPARE_FD, ~0U, 0) < 0 || reopen_null_device() < 0) return -1;
  int fd = confined_open(AT_FDCWD, path, ENTRY_NONE, 0);
  if (fd < 0) return -1;
  int result = fchdir(fd);
  int error = errno;
  close(fd);
  errno = error;
  if (result < 0) return -1;
  char here[4096];
  // "(unreachable)/..." when outside the root, getcwd(2).
  if (syscall(SYS_getcwd, here, sizeof here) < 0) return -1;
  if (here[0] == '/') return 0;
  errno = EXDEV;
  return -1;
}

int step_bound(struct cursor *cursor) {
  uint64_t kept = read_u64(cursor);
  if (cursor->broken) return -1;
  for (unsigned long capability = 0; capability < 64; capability++) {
    if (kept & (1ULL << capability)) continue;
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0) return errno == EINVAL ? 0 : -1;
  }
  return 0;
}

int step_identity(struct cursor *cursor) {
  uint64_t kept = read_u64(cursor);
  uint32_t uid = read_u32(cursor);
  uint32_t gid = read_u32(cursor);
  uint32_t count = read_u32(cursor);
  static gid_t groups[MAX_GROUPS];
  if (count > MAX_GROUPS) cursor->broken = 1;
  for (uint32_t i = 0; i < count && !cursor->broken; i++) groups[i] = read_u32(cursor);
  if (cursor->broken) return -1;
  if (setgroups(count, groups) < 0) return -1;
  // A filter of a user's own may be in force, and names the calls that other runtimes make here.
  if (syscall(SYS_setgid, gid) < 0) return -1;
  if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0) return -1;
  if (syscall(SYS_setuid, uid) < 0) return -1;
  if (credentials_limit(kept) < 0) return -1;
  if (prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0) < 0) return -1;
  return credentials_hide();
}

int step_no_new_privs(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

/** Nothing is opened any more, and the filter may forbid to look. */
static int spare_closed;

static int close_spare(void) {
  if (!spare_closed && syscall(SYS_close_range, FIRST_SPARE_FD, ~0U, 0) < 0) return -1;
  spare_closed = 1;
  return 0;
}

int step_seccomp(struct cursor *cursor) {
  size_t length = (size_t)(cursor->end - cursor->at);
  const uint8_t *bytes = read_bytes(cursor, length);
  if (!bytes || length % sizeof(struct sock_filter) || length / sizeof(struct sock_filter) > BPF_MAXINSNS) {
    cursor->broken = 1;
    return -1;
  }
  struct sock_fprog program = {
      .len = (unsigned short)(length / sizeof(struct sock_filter)),
      .filter = (struct sock_filter *)bytes,
  };
  if (close_spare() < 0) return -1;
  return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}

/** Comes back where none of them can be run, with errno of the best reason. */
static void exec_first(const char **candidates, uint32_t count, const char **args, const char **env) {
  int error = ENOENT;
  for (uint32_t i = 0; i < count; i++) {
    execve(candidates[i], (char *const *)args, (char *const *)env);
    int failure = errno;
    struct stat info;
    if (failure == EACCES && stat(candidates[i], &info) == 0 && S_ISDIR(info.st_mode)) failure = EISDIR;
    // As a shell does: go on where there is no such program, remember the first that may not be run.
    if (failure == ENOENT || failure == ENOTDIR) continue;
    if (error == ENOENT) error = failure;
    if (failure != EACCES && failure != EISDIR) break;
  }
  errno = error;
}

int step_exec(struct plan_context *context, struct cursor *cursor) {
  // A daemon of an earlier release plans as if the pod had the users of the host.
  if (context->users >= 0) {
    errno = EPERM;
    return -1;
  }
  uint32_t arg_count = read_u32(cursor);
  uint32_t env_count = read_u32(cursor);
  uint32_t candidate_count = read_u32(cursor);
  const char **args = read_strings(cursor, arg_count);
  const char **env = read_strings(cursor, env_count);
  const char **candidates = read_strings(cursor, candidate_count);
  if (!arg_count) cursor->broken = 1;
  if (!cursor->broken && close_spare() == 0) exec_first(candidates, candidate_count, args, env);
  // free(3) keeps it since glibc 2.33 only.
  int error = errno;
  free(args);
  free(env);
  free(candidates);
  errno = error;
  return -1;
}
