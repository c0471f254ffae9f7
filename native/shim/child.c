#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "credentials.h"
#include "plan.h"

static int move_up(int fd) { return fcntl(fd, F_DUPFD_CLOEXEC, 16); }

static int set_stdio(const struct child_request *request) {
  int raised[3];
  for (int i = 0; i < 3; i++) {
    int fd = request->terminal ? -1 : request->stdio[i];
    raised[i] = fd < 0 ? open("/dev/null", O_RDWR | O_CLOEXEC) : move_up(fd);
    if (raised[i] < 0) return -1;
    // The program's user must be able to open /dev/stdout and its like.
    if (fd >= 0 && fchown(raised[i], request->owner, (gid_t)-1) < 0) return -1;
  }
  for (int i = 0; i < 3; i++) {
    if (dup2(raised[i], i) < 0) return -1;
    close(raised[i]);
  }
  return 0;
}

static void run_child(const struct child_request *request, int status) {
  struct plan_context context;
  struct plan_failure failure = {.index = ~0U};
  sigset_t none;
  sigemptyset(&none);
  signal(SIGPIPE, SIG_DFL);
  sigprocmask(SIG_SETMASK, &none, NULL);
  plan_context_init(&context, request->pod);
  context.owner = request->owner;
  int raised = move_up(status);
  int pidfd = request->init_pidfd < 0 ? -1 : move_up(request->init_pidfd);
  umask(0022);
  if (raised >= 0 && set_stdio(request) == 0 && dup3(raised, STATUS_FD, O_CLOEXEC) == STATUS_FD && setsid() >= 0 &&
      credentials_leave_keyring() == 0) {
    context.status = STATUS_FD;
    context.init_pidfd = pidfd;
    plan_run(&context, request->plan, request->plan_length, &failure);
  } else {
    failure.error = (uint32_t)errno;
  }
  struct child_status report = {.index = failure.index, .error = failure.error};
  // Should this fail the shim is gone, and with it whom it would interest.
  ssize_t sent = send(raised, &report, sizeof report, MSG_NOSIGNAL);
  if (sent < 0) sent = send(STATUS_FD, &report, sizeof report, MSG_NOSIGNAL);
  _exit(sent < 0 ? 126 : 127);
}

int child_start(const struct child_request *request, struct child *child) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) return -1;
  int cgroup = -1;
  struct clone_args args = {
      .flags = request->clone_flags | CLONE_PIDFD,
      .pidfd = (uint64_t)(uintptr_t)&child->pidfd,
      .exit_signal = SIGCHLD,
  };
  long pid = -1;
  if (*request->cgroup) {
    cgroup = open(request->cgroup, O_PATH | O_DIRECTORY | O_CLOEXEC);
    args.flags |= CLONE_INTO_CGROUP;
    args.cgroup = (uint64_t)cgroup;
  }
  if (!*request->cgroup || cgroup >= 0) pid = syscall(SYS_clone3, &args, sizeof args);
  if (pid == 0) {
    close(ends[0]);
    run_child(request, ends[1]);
  }
  int error = errno;
  if (cgroup >= 0) close(cgroup);
  close(ends[1]);
  if (pid < 0) {
    close(ends[0]);
    errno = error;
    return -1;
  }
  child->pid = (pid_t)pid;
  child->status = ends[0];
  return 0;
}
