#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "protocol.h"
#include "steps.h"
#include "write-whole.h"

// As much as a pipe takes without a reader.
#define MAX_STATE 4096
// Of the process that hooks of the runtime share namespaces with: all but its PID namespace, which cannot be joined
// from one below it.
static const char *const RUNTIME_NAMESPACES[] = {"cgroup", "ipc", "uts", "net", "mnt"};
#define RUNTIME_NAMESPACE_COUNT (sizeof RUNTIME_NAMESPACES / sizeof *RUNTIME_NAMESPACES)

struct hook {
  int is_nodes;         // a program of the node, run before the container has its root
  uint32_t runtime;     // process whose namespaces it runs in; 0: those of the container
  uint32_t timeout_ms;  // 0: none
  const char *path;
  const char *before_pid;  // what it reads: this, the container's pid, and the rest
  const char *after_pid;
  const char **args;
  const char **env;
};

// As the runtime sees it, or as the container does.
static long container_pid(const struct hook *hook) {
  char text[32] = {0};
  if (!hook->runtime) return getpid();
  ssize_t length = readlinkat(AT_FDCWD, "/proc/self", text, sizeof text - 1);
  return length < 0 ? -1 : strtol(text, NULL, 10);
}

// A pipe with the state in it, to be read to its end.
static int open_state(const struct hook *hook) {
  char state[MAX_STATE];
  int ends[2];
  long pid = container_pid(hook);
  if (pid < 0) return -1;
  int length = snprintf(state, sizeof state, "%s%ld%s", hook->before_pid, pid, hook->after_pid);
  if (length < 0 || (size_t)length >= sizeof state) {
    errno = EMSGSIZE;
    return -1;
  }
  if (pipe2(ends, O_CLOEXEC) < 0) return -1;
  ssize_t written = write(ends[1], state, (size_t)length);
  close(ends[1]);
  if (written == length) return ends[0];
  close(ends[0]);
  return -1;
}

static int join_runtime(uint32_t runtime) {
  int namespaces[RUNTIME_NAMESPACE_COUNT];
  for (size_t i = 0; i < RUNTIME_NAMESPACE_COUNT; i++) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%u/ns/%s", runtime, RUNTIME_NAMESPACES[i]);
    namespaces[i] = open(path, O_RDONLY | O_CLOEXEC);
    if (namespaces[i] < 0) return -1;
  }
  for (size_t i = 0; i < RUNTIME_NAMESPACE_COUNT; i++) {
    if (setns(namespaces[i], 0) < 0) return -1;
  }
  return chdir("/");
}

static void run_hook(const struct hook *hook, int state) {
  sigset_t none;
  int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (null < 0) null = 1;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  // The profile of AppArmor that waits for the next program is the container's; where there is none this fails.
  if (hook->is_nodes) (void)!write_whole("/proc/thread-self/attr/apparmor/exec", "exec unconfined");
  if (hook->runtime && join_runtime(hook->runtime) < 0) _exit(126);
  if (dup2(state, 0) < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0) _exit(126);
  execve(hook->path, (char *const *)hook->args, (char *const *)hook->env);
  _exit(errno == ENOENT ? 127 : 126);
}

// Milliseconds of a clock that nobody sets.
static uint64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

// What is left until the end; -1 for ever.
static int time_left(uint64_t end_ms) {
  if (!end_ms) return -1;
  uint64_t now = now_ms();
  return now >= end_ms ? 0 : (int)(end_ms - now);
}

// What wait(2) tells of it, or -1 with errno. `ends` tells when some child has ended, which need not be this one: the
// first process of a PID namespace gets those that a hook leaves behind.
static int await_hook(pid_t pid, int ends, uint32_t timeout_ms) {
  uint64_t end_ms = timeout_ms && timeout_ms <= INT_MAX ? now_ms() + timeout_ms : 0;
  int error = 0;
  int status = 0;
  for (;;) {
    pid_t ended = waitpid(pid, &status, error ? 0 : WNOHANG);
    if (ended > 0 && !error) return status;
    if (ended < 0 && errno == EINTR) continue;
    if (ended != 0 || error) break;
    struct pollfd watched = {.fd = ends, .events = POLLIN};
    int ready = poll(&watched, 1, time_left(end_ms));
    struct signalfd_siginfo told;
    if (ready > 0 && read(ends, &told, sizeof told) > 0) continue;
    if (ready < 0 && errno == EINTR) continue;
    error = ready == 0 ? ETIMEDOUT : EIO;
    syscall(SYS_kill, pid, SIGKILL);
  }
  if (error) errno = error;
  return -1;
}

// Without clone3(2) and pidfds, which a container's own filter may forbid.
static int start_and_await(const struct hook *hook, int state, int ends) {
  long pid = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
  if (pid == 0) run_hook(hook, state);
  return pid < 0 ? -1 : await_hook((pid_t)pid, ends, hook->timeout_ms);
}

static int run(const struct hook *hook) {
  sigset_t child;
  sigset_t before;
  int state = open_state(hook);
  if (state < 0) return -1;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  sigprocmask(SIG_BLOCK, &child, &before);
  int ends = signalfd(-1, &child, SFD_CLOEXEC);
  int status = ends < 0 ? -1 : start_and_await(hook, state, ends);
  int error = errno;
  sigprocmask(SIG_SETMASK, &before, NULL);
  if (ends >= 0) close(ends);
  close(state);
  errno = error;
  if (status <= 0) return status;
  // Of no errno: how the program ended.
  errno = HOOK_ENDED | status;
  return -1;
}

int step_hook(struct plan_context *context, struct cursor *cursor) {
  struct hook hook = {.is_nodes = context->root >= 0};
  hook.runtime = read_u32(cursor);
  hook.timeout_ms = read_u32(cursor);
  uint32_t arg_count = read_u32(cursor);
  uint32_t env_count = read_u32(cursor);
  hook.path = read_string(cursor);
  hook.before_pid = read_string(cursor);
  hook.after_pid = read_string(cursor);
  hook.args = read_strings(cursor, arg_count);
  hook.env = read_strings(cursor, env_count);
  int result = -1;
  errno = EINVAL;  // the shim itself has no hooks
  if (!cursor->broken && context->status >= 0) result = run(&hook);
  int error = errno;
  free(hook.args);
  free(hook.env);
  errno = error;
  return result;
}
