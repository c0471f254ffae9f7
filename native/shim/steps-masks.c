#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "confined.h"
#include "steps.h"
#include "trees.h"

static int closing(int fd, int result) {
  int error = errno;
  close(fd);
  errno = error;
  return result;
}

// Masked and read-only paths lie in /proc and /sys, where a missing path is not an error.
static int open_target(struct plan_context *context, const char *path) {
  return confined_open(plan_root(context), path, ENTRY_NONE, 1);
}

static int empty_directory(struct plan_context *context) {
  if (context->mask_directory < 0) {
    const char *options[] = {"mode", "755", "size", "0k", "nr_inodes", "1"};
    uint64_t attributes = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
    context->mask_directory = tree_create("tmpfs", attributes, 3, options);
    return context->mask_directory < 0 ? -1 : dup(context->mask_directory);
  }
  return tree_clone(context->mask_directory, 0);
}

// Proven to be the null device, so that nothing of the image can stand in for it.
static int null_device(struct plan_context *context) {
  if (context->null_device < 0) {
    int fd = open("/dev/null", O_PATH | O_CLOEXEC | O_NOFOLLOW);
    struct stat info;
    if (fd < 0 || fstat(fd, &info) < 0) return -1;
    if (!S_ISCHR(info.st_mode) || info.st_rdev != makedev(1, 3)) {
      errno = ENODEV;
      return closing(fd, -1);
    }
    context->null_device = fd;
  }
  return tree_clone(context->null_device, 0);
}

int step_mask(struct plan_context *context, struct cursor *cursor) {
  const char *path = read_string(cursor);
  if (cursor->broken) return -1;
  int target = open_target(context, path);
  if (target < 0) return errno == ENOENT || errno == ENOTDIR ? 0 : -1;
  struct stat info;
  if (fstat(target, &info) < 0) return closing(target, -1);
  int tree = S_ISDIR(info.st_mode) ? empty_directory(context) : null_device(context);
  if (tree < 0) return closing(target, -1);
  return closing(target, closing(tree, tree_attach(tree, target)));
}

int step_readonly(struct plan_context *context, struct cursor *cursor) {
  const char *path = read_string(cursor);
  if (cursor->broken) return -1;
  int target = open_target(context, path);
  if (target < 0) return errno == ENOENT || errno == ENOTDIR ? 0 : -1;
  int tree = tree_clone(target, 1);
  if (tree < 0) return closing(target, -1);
  uint64_t attributes = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
  int result = tree_set(tree, attributes, 0, 1);
  if (result == 0) result = tree_attach(tree, target);
  return closing(target, closing(tree, result));
}
