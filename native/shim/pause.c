#include "pause.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trees.h"

#define NOBODY 65534

// An empty root that nobody can write to: who looks at this process finds nothing through it.
static int leave_host(void) {
  uint64_t attributes = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
  if (mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) return -1;
  int tree = tree_create("tmpfs", attributes, 0, NULL);
  int target = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (tree < 0 || target < 0 || tree_attach(tree, target) < 0) return -1;
  if (fchdir(tree) < 0 || syscall(SYS_pivot_root, ".", ".") < 0 || umount2(".", MNT_DETACH) < 0) return -1;
  return chdir("/");
}

static int leave_rights(void) {
  for (unsigned long capability = 0; capability < 64; capability++) {
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0 && errno != EINVAL) return -1;
  }
  if (setgroups(0, NULL) < 0 || setresgid(NOBODY, NOBODY, NOBODY) < 0 || setresuid(NOBODY, NOBODY, NOBODY) < 0) return -1;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0) return -1;
  return prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
}

// Collects what containers leave behind, for ever. SIGCHLD is blocked, so none is lost.
static void reap(void) {
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  for (;;) {
    while (waitpid(-1, NULL, WNOHANG | __WALL) > 0) continue;
    sigwaitinfo(&child, NULL);
  }
}

static void run(const struct pod *pod, int report) {
  memset(pod->command_line, 0, pod->command_line_length);
  strncpy(pod->command_line, "/pause", pod->command_line_length - 1);
  prctl(PR_SET_NAME, "pause", 0, 0, 0);
  int error = leave_host() < 0 || leave_rights() < 0 ? errno : 0;
  // Where nobody reads this the shim has died before its death could be told by a signal.
  if (send(report, &error, sizeof error, MSG_NOSIGNAL) != sizeof error || error) _exit(1);
  syscall(SYS_close_range, 0, ~0U, 0);
  reap();
}

int pause_start(struct pod *pod) {
  int ends[2];
  int pidfd = -1;
  int error = ECHILD;
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) return -1;
  struct clone_args args = {
      .flags = CLONE_NEWPID | CLONE_NEWNS | CLONE_PIDFD,
      .pidfd = (uint64_t)(uintptr_t)&pidfd,
      .exit_signal = SIGCHLD,
  };
  long pid = syscall(SYS_clone3, &args, sizeof args);
  if (pid == 0) {
    close(ends[0]);
    run(pod, ends[1]);
  }
  if (pid < 0) error = errno;
  close(ends[1]);
  if (pid > 0 && recv(ends[0], &error, sizeof error, 0) != sizeof error) error = ECHILD;
  close(ends[0]);
  pod->pause = error ? -1 : pidfd;
  if (error && pidfd >= 0) close(pidfd);
  errno = error;
  return error ? -1 : 0;
}
