// What the steps of a plan share while it runs.
#pragma once

#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>

#define SOURCE_SLOTS 512

struct pod {
  int shm_tree;    // detached tmpfs of the pod's /dev/shm, or -1
  int shm_spare;   // a clone of it for the pod's first container, or -1
  char *shm_path;  // or where it is mounted in this process's mount namespace
  int host_mounts; // where it has one: the namespace that it came from, else -1
  int pause;       // pidfd of the first process of the containers' common PID namespace, or -1
  int users;       // the pod's own user namespace, or -1
  uint32_t first_user;  // what its 0 is outside, uid and gid
  char *command_line;  // of this process, in place
  size_t command_line_length;
  char *label;  // its arguments after the name
  size_t label_room;
};

#define POD_INITIALIZER {.shm_tree = -1, .shm_spare = -1, .host_mounts = -1, .pause = -1, .users = -1}

struct plan_context {
  struct pod *pod;
  int status;             // to the shim; -1 in the shim itself
  int init_pidfd;         // whose namespaces OP_ENTER joins, or -1
  // In the shim itself: the pidfd of a running container's first process, or -1 with errno. Stays its container's.
  int (*find_init)(const char *id);
  int users;              // the pod's own user namespace, until OP_USERS entered it, or -1
  int root;               // O_PATH of the new root once OP_OVERLAY ran, or -1
  int null_device;        // the host's /dev/null
  int mask_directory;     // tree of the empty directory that masks directories, or -1
  int sources[SOURCE_SLOTS];
  uint32_t owner;         // uid that gets the terminal
};

// The container's root: until the pivot it is a descriptor, afterwards where the process is.
static inline int plan_root(const struct plan_context *context) { return context->root >= 0 ? context->root : AT_FDCWD; }

void plan_context_init(struct plan_context *context, struct pod *pod);
