#include "trees.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

static void close_kept(int fd) {
  int error = errno;
  close(fd);
  errno = error;
}

int tree_create(const char *type, uint64_t attributes, uint32_t count, const char *const *options) {
  int context = fsopen(type, FSOPEN_CLOEXEC);
  if (context < 0) return -1;
  int tree = -1;
  int result = 0;
  for (uint32_t i = 0; i < count && result == 0; i++) {
    result = fsconfig(context, FSCONFIG_SET_STRING, options[2 * i], options[2 * i + 1], 0);
  }
  if (result == 0) result = fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0);
  if (result == 0) tree = fsmount(context, FSMOUNT_CLOEXEC, (unsigned int)attributes);
  close_kept(context);
  return tree;
}

int tree_clone(int fd, int recursive) {
  unsigned int flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0);
  return open_tree(fd, "", flags);
}

int tree_set(int tree, uint64_t attributes, uint64_t propagation, int recursive) {
  struct mount_attr attr = {.attr_set = attributes, .propagation = propagation};
  return mount_setattr(tree, "", AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0), &attr, sizeof attr);
}

int tree_map(int tree, int users) {
  struct mount_attr attr = {.attr_set = MOUNT_ATTR_IDMAP | MOUNT_ATTR_NODEV, .userns_fd = (uint64_t)users};
  return mount_setattr(tree, "", AT_EMPTY_PATH, &attr, sizeof attr);
}

int tree_attach(int tree, int target) {
  return move_mount(tree, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
}
