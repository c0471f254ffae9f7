#include "process.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "descriptors.h"

static struct process *processes;

// 1 when the socket is at its end.
static int read_status(struct process *process) {
  for (;;) {
    union {
      struct child_status failure;
      struct child_successor successor;
    } report;
    int fds[MAX_DESCRIPTORS];
    size_t count;
    ssize_t length = receive_with_descriptors(process->status.fd, &report, sizeof report, fds, &count);
    if (length < 0) return errno != EAGAIN && errno != EINTR;
    if (count && length == sizeof report.successor && !process->succeeded) {
      process->succeeded = 1;
      process->pid = (pid_t)report.successor.pid;
      close(process->pidfd);
      process->pidfd = fds[0];
      fds[0] = fds[--count];
    } else if (count && process->wants_terminal && process->terminal < 0) {
      process->terminal = fds[0];
      fds[0] = fds[--count];
    }
    while (count) close(fds[--count]);
    if (length == 0) return 1;
    if (length == sizeof report.failure) {
      process->failed = 1;
      process->failure = report.failure;
    }
  }
}

static void settle(struct process *process) {
  if (process->status.fd < 0 || !read_status(process)) return;
  loop_unwatch(&process->status);
  close(process->status.fd);
  process->status.fd = -1;
  if (process->failed) return;
  process->state = PROCESS_RUNNING;
  process->started(process);
}

static void status_ready(struct watcher *watcher, uint32_t events) {
  (void)events;
  settle((struct process *)watcher);
}

int process_start(struct process *process, const struct child_request *request) {
  struct child child = {.pidfd = -1};
  process->state = PROCESS_STARTING;
  process->terminal = -1;
  process->wants_terminal = request->terminal != 0;
  process->failed = 0;
  process->succeeded = 0;
  if (child_start(request, &child) < 0) return -1;
  process->pid = child.pid;
  process->pidfd = child.pidfd;
  process->status = (struct watcher){.ready = status_ready, .fd = child.status};
  if (loop_watch(&process->status, EPOLLIN) < 0) {
    int error = errno;
    process_signal(process, SIGKILL);  // it is reaped as nobody's
    close(child.status);
    close(child.pidfd);
    process->status.fd = process->pidfd = -1;
    errno = error;
    return -1;
  }
  process->next = processes;
  processes = process;
  return 0;
}

int process_signal(const struct process *process, int signal) { return pidfd_send_signal(process->pidfd, signal, NULL, 0); }

static void collect(pid_t pid, int wait_status) {
  // Whoever left its place to a successor has said so before either of them could end.
  for (struct process *process = processes; process; process = process->next) settle(process);
  for (struct process **link = &processes; *link; link = &(*link)->next) {
    struct process *process = *link;
    if (process->pid != pid) continue;
    if (process->status.fd >= 0) {
      // A descendant still holds the socket's other end; whatever it says no longer matters.
      loop_unwatch(&process->status);
      close(process->status.fd);
      process->status.fd = -1;
    }
    *link = process->next;
    process->state = PROCESS_EXITED;
    close(process->pidfd);
    process->pidfd = -1;
    process->exited(process, wait_status);
    return;
  }
}

void process_reap(void) {
  int wait_status;
  pid_t pid;
  while ((pid = waitpid(-1, &wait_status, WNOHANG | __WALL)) > 0) collect(pid, wait_status);
}

int process_kill_all(void) {
  for (struct process *process = processes; process; process = process->next) process_signal(process, SIGKILL);
  return processes != NULL;
}
