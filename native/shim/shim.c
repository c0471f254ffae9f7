// The pod shim: one process a pod, which holds its namespaces and is the parent of its containers. It knows
// no secret, parses no text, outlives the daemon, and its containers do not outlive it.
//
//   tiphys-shim RUN-DIRECTORY LABEL     descriptor 3: the daemon's first connection
//
// RUN-DIRECTORY gets `sock`, where a later daemon connects, and `exits`, the record of what ended. Until it
// belongs to a pod it is a spare: all of it goes with its daemon.
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "channel.h"
#include "container.h"
#include "exits.h"
#include "failure.h"
#include "loop.h"
#include "plan.h"
#include "process.h"
#include "session.h"

#define DAEMON_FD 3

static struct pod pod = POD_INITIALIZER;
static int closing;
static uint32_t closing_request;
static char run_directory[200];
static const char *spare_directory = run_directory;  // NULL once it belongs to a pod

static void exit_when_empty(void) {
  if (!closing || process_kill_all()) return;
  channel_reply(REQUEST_SHUTDOWN, closing_request, 0, NULL, 0, NULL, 0);
  _exit(0);
}

static void leave_if_spare(void) {
  char path[256];
  if (!spare_directory) return;
  for (int i = 0; i < 2; i++) {
    snprintf(path, sizeof path, "%s/%s", spare_directory, i ? "exits" : "sock");
    unlink(path);
  }
  rmdir(spare_directory);
  _exit(0);
}

static int setup(const struct message *message) {
  struct plan_context context;
  struct plan_failure failure;
  plan_context_init(&context, &pod);
  if (plan_run(&context, message->bytes, message->length, &failure) < 0) {
    reply_failure(message->type, message->request, PHASE_PREPARE, failure.index, failure.error);
    return -1;
  }
  channel_reply(message->type, message->request, 0, NULL, 0, NULL, 0);
  return 0;
}

static void belong(const struct message *message) {
  const char *before = spare_directory;
  spare_directory = NULL;
  if (setup(message) < 0) spare_directory = before;
}

static void hello(const struct message *message) {
  uint32_t newest_step = NEWEST_STEP;
  channel_reply(message->type, message->request, 0, &newest_step, sizeof newest_step, NULL, 0);
}

static void on_message(const struct message *message) {
  switch (message->type <= NEWEST_REQUEST ? message->type : 0) {
    case REQUEST_HELLO: hello(message); return;
    case REQUEST_SETUP: belong(message); return;
    case REQUEST_PREPARE: setup(message); return;
    case REQUEST_START: container_start(&pod, message); return;
    case REQUEST_EXEC: session_start(&pod, message); return;
    case REQUEST_SIGNAL: session_signal(message); return;
    case REQUEST_RESIZE: session_resize(message); return;
    case REQUEST_LIST: container_list(message); return;
    case REQUEST_DELETE: container_delete(message); return;
    case REQUEST_REOPEN: container_reopen_log(message); return;
    case REQUEST_ATTACH: container_attach(message); return;
    case REQUEST_SHUTDOWN:
      closing = 1;
      closing_request = message->request;
      exit_when_empty();
      return;
    default: channel_reply(message->type, message->request, 38, NULL, 0, NULL, 0); return;
  }
}

static void child_ended(struct watcher *watcher, uint32_t events) {
  (void)events;
  struct signalfd_siginfo info[8];
  while (read(watcher->fd, info, sizeof info) > 0) continue;
  process_reap();
  exit_when_empty();
}

static void reset_signals(void) {
  sigset_t child;
  for (int signal_number = 1; signal_number <= SIGRTMAX; signal_number++) signal(signal_number, SIG_DFL);
  signal(SIGPIPE, SIG_IGN);
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  sigprocmask(SIG_SETMASK, &child, NULL);
}

int main(int argc, char **argv) {
  if (argc < 3) return 64;
  reset_signals();
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  prctl(PR_SET_NAME, "tiphys-shim", 0, 0, 0);
  setsid();
  umask(0077);
  if (syscall(SYS_close_range, DAEMON_FD + 1, ~0U, 0) < 0) return 65;
  if (chdir("/") < 0) return 66;
  loop_init();
  if (snprintf(run_directory, sizeof run_directory, "%s", argv[1]) >= (int)sizeof run_directory) return 69;
  pod.command_line = argv[0];
  pod.command_line_length = (size_t)(argv[argc - 1] + strlen(argv[argc - 1]) - argv[0]) + 1;
  pod.label = argv[1];
  pod.label_room = pod.command_line_length - (size_t)(argv[1] - argv[0]);

  char path[256];
  snprintf(path, sizeof path, "%s/exits", run_directory);
  if (exits_open(path) < 0) return 67;
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  struct watcher children = {.ready = child_ended, .fd = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK)};
  if (children.fd < 0 || loop_watch(&children, EPOLLIN) < 0) return 68;
  snprintf(path, sizeof path, "%s/sock", run_directory);
  channel_init(DAEMON_FD, path, on_message, leave_if_spare);
  for (;;) loop_turn();
}
