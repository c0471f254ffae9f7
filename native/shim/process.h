// A program the shim started: a container's first process or one that joined it by exec.
#pragma once

#include <sys/types.h>

#include "child.h"
#include "loop.h"

enum process_state { PROCESS_STARTING, PROCESS_RUNNING, PROCESS_EXITED };

struct process {
  struct watcher status;
  struct process *next;
  enum process_state state;
  pid_t pid;
  int pidfd;
  int terminal;  // master of its terminal, -1 without one or once taken
  int wants_terminal;
  int succeeded; // the one that was started has let another go on in its place
  int failed;    // it ended before its program was exec'ed, for the reason in `failure`
  struct child_status failure;
  void (*started)(struct process *process);
  // Also after a failed start; the process is no longer known to this file and may be freed.
  void (*exited)(struct process *process, int wait_status);
};

// -1 with errno when nothing was started; then no callback follows.
int process_start(struct process *process, const struct child_request *request);
int process_signal(const struct process *process, int signal);
// Collects every child that ended, adopted orphans included.
void process_reap(void);
// SIGKILL to all; 0 once none is left.
int process_kill_all(void);
