// User namespaces of pods.
#pragma once

#include <stdint.h>

#include "plan-context.h"

// Makes the pod's user namespace, in which ids from 0 on are those from `first` on outside, and in it the namespaces
// of `flags`, into which this process goes; it stays who it is. 0, or -1 with errno.
int users_start(struct pod *pod, uint32_t first, uint32_t count, uint32_t flags);

// Has a child write that is the root of the pod's users. 0, or -1 with errno.
int users_write(const struct pod *pod, const char *path, const char *data);

// Of a process that is in a user namespace and not yet one of its users: it is its root from here on.
int users_become_root(void);
