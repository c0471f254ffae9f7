// A child of the shim between clone3(2) and execve(2).
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include "plan-context.h"

// What a child has open besides 0, 1 and 2. All of it is close-on-exec.
#define STATUS_FD 3
#define FIRST_SPARE_FD 4
// The pod's user namespace, between OP_SUCCESSOR and OP_USERS.
#define USERS_FD FIRST_SPARE_FD

struct child_request {
  struct pod *pod;
  uint64_t clone_flags;
  const char *cgroup;  // cgroup v2 directory to be born in, or ""
  int stdio[3];        // -1: /dev/null; ignored with a terminal
  int terminal;
  uint32_t owner;      // uid that owns the stdio
  int init_pidfd;      // whose namespaces the plan may enter: for exec the container's, else the pod's; or -1
  const uint8_t *plan;
  size_t plan_length;
};

struct child {
  pid_t pid;
  int pidfd;
  int status;  // socket of struct child_status; end of file once the program was exec'ed
};

// On the status socket: a byte with a descriptor is the terminal's master, a message of this size says what failed.
struct child_status {
  uint32_t index;
  uint32_t error;
};

// With a pidfd: the child has let another one, a child of the shim as well, go on in its place.
struct child_successor {
  uint32_t pid;
};

int child_start(const struct child_request *request, struct child *child);
