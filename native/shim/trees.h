// Mount trees as descriptors: made detached, attached in one step to a target that was looked up confined.
#pragma once

#include <stdint.h>

// A detached mount of `type`; options follow as pairs. `attributes` are MOUNT_ATTR_*.
int tree_create(const char *type, uint64_t attributes, uint32_t count, const char *const *options);
// A copy of the mount at an O_PATH descriptor, itself detached.
int tree_clone(int fd, int recursive);
int tree_set(int tree, uint64_t attributes, uint64_t propagation, int recursive);
// Shows the owners of a detached mount as users of that user namespace, and lets no device in it be opened.
int tree_map(int tree, int users);
int tree_attach(int tree, int target);
