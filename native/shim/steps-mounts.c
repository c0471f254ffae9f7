#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "confined.h"
#include "protocol.h"
#include "steps.h"
#include "trees.h"

#define MAX_OPTIONS 16
#define MAX_LOWERS 512
#define OWN_MOUNTS "/proc/self/ns/mnt"

static int closing(int fd, int result) {
  int error = errno;
  close(fd);
  errno = error;
  return result;
}

static int attach_at(struct plan_context *context, int tree, const char *path, enum entry create, int no_links) {
  int target = confined_open(plan_root(context), path, create, no_links);
  if (target < 0) return -1;
  return closing(target, tree_attach(tree, target));
}

// Before Linux 6.15 a detached tree cannot be cloned: there the shim gets a mount namespace of its own,
// a slave of the host's, and the tmpfs is mounted in it where nobody else sees it.
static int attach_privately(struct pod *pod, int tree, const char *directory) {
  pod->host_mounts = open(OWN_MOUNTS, O_RDONLY | O_CLOEXEC);
  if (pod->host_mounts < 0 || unshare(CLONE_NEWNS) < 0) return -1;
  if (mount("", "/", NULL, MS_REC | MS_SLAVE, NULL) < 0) return -1;
  if (mkdir(directory, 0700) < 0 && errno != EEXIST) return -1;
  if (mount(directory, directory, NULL, MS_BIND, NULL) < 0 || mount("", directory, NULL, MS_PRIVATE, NULL) < 0) return -1;
  return move_mount(tree, "", AT_FDCWD, directory, MOVE_MOUNT_F_EMPTY_PATH);
}

// The kernel waits for all its readers when a tree that was never attached is let go: what proves that trees can be
// cloned is kept for a container.
int step_pod_shm(struct plan_context *context, struct cursor *cursor) {
  char owner[16];
  const char *options[] = {"mode", "1777", "size", read_string(cursor), "uid", owner, "gid", owner};
  const char *fallback = read_string(cursor);
  if (cursor->broken) return -1;
  snprintf(owner, sizeof owner, "%u", context->pod->first_user);
  int tree = tree_create("tmpfs", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC, 4, options);
  if (tree < 0) return -1;
  context->pod->shm_spare = tree_clone(tree, 0);
  if (context->pod->shm_spare >= 0) {
    context->pod->shm_tree = tree;
    return 0;
  }
  context->pod->shm_path = strdup(fallback);
  return closing(tree, context->pod->shm_path ? attach_privately(context->pod, tree, fallback) : -1);
}

static int beneath(int directory, const char *path) {
  struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
  return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

static int host_tree(const char *path, const char *subpath, int recursive) {
  int fd = open(path, O_PATH | O_CLOEXEC);
  if (fd < 0) return -1;
  if (*subpath) {
    int inner = beneath(fd, subpath);
    fd = closing(fd, inner);
    if (fd < 0) return -1;
  }
  return closing(fd, tree_clone(fd, recursive));
}

// A shim with a mount namespace of its own has no part in what the host's share: what containers are to share with the
// host, and what was mounted since in one that the host shares with nobody, is found in the host's only.
static int host_tree_from(int mounts, const char *path, const char *subpath, int recursive) {
  if (mounts < 0) return host_tree(path, subpath, recursive);
  int back = open(OWN_MOUNTS, O_RDONLY | O_CLOEXEC);
  if (back < 0) return -1;
  if (setns(mounts, CLONE_NEWNS) < 0) return closing(back, -1);
  int tree = host_tree(path, subpath, recursive);
  int error = errno;
  if (setns(back, CLONE_NEWNS) < 0) return closing(back, tree < 0 ? -1 : closing(tree, -1));
  errno = error;
  return closing(back, tree);
}

// Trees are taken before OP_PRIVATE, while they still are what the host shares.
int step_source(struct plan_context *context, struct cursor *cursor, uint16_t flags) {
  uint32_t slot = read_u32(cursor);
  uint32_t propagation = read_u32(cursor);
  const char *path = read_string(cursor);
  const char *subpath = read_string(cursor);
  if (cursor->broken || slot >= SOURCE_SLOTS) {
    cursor->broken = 1;
    return -1;
  }
  int recursive = flags & OP_RECURSIVE;
  int tree = host_tree_from(context->pod->host_mounts, path, subpath, recursive);
  if (tree < 0) return -1;
  context->sources[slot] = tree;
  return tree_set(tree, 0, propagation, recursive);
}

int step_private(void) { return mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL); }

// mount(2) takes a page of options, layers in one string with ':' and ',' and '\' escaped. Without `upper` nobody writes.
static int overlay_by_mount(const char *target, const char *upper, const char *work, uint32_t count, const char *const *lowers) {
  char options[4096];
  size_t used = 0;
  if (upper) used = (size_t)snprintf(options, sizeof options, "upperdir=%s,workdir=%s,", upper, work);
  if (used < sizeof options) used += (size_t)snprintf(options + used, sizeof options - used, "lowerdir=");
  for (uint32_t i = 0; i < count; i++) {
    if (used + 2 >= sizeof options) {
      errno = E2BIG;
      return -1;
    }
    if (i) options[used++] = ':';
    for (const char *c = lowers[i]; *c; c++) {
      if (used + 3 >= sizeof options) {
        errno = E2BIG;
        return -1;
      }
      if (*c == ':' || *c == '\\' || *c == ',') options[used++] = '\\';
      options[used++] = *c;
    }
  }
  options[used] = 0;
  if (mount("overlay", target, "overlay", 0, options) < 0) return -1;
  return open(target, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static int overlay_by_tree(const char *target, const char *upper, const char *work, uint32_t count, const char *const *lowers) {
  int context = fsopen("overlay", FSOPEN_CLOEXEC);
  if (context < 0) return -1;
  int tree = -1;
  int result = fsconfig(context, FSCONFIG_SET_STRING, "source", "overlay", 0);
  for (uint32_t i = 0; i < count && result == 0; i++) {
    result = fsconfig(context, FSCONFIG_SET_STRING, "lowerdir+", lowers[i], 0);
  }
  if (result == 0 && upper) result = fsconfig(context, FSCONFIG_SET_STRING, "upperdir", upper, 0);
  if (result == 0 && upper) result = fsconfig(context, FSCONFIG_SET_STRING, "workdir", work, 0);
  // Nobody mounts a container's layer again, so its unmount need not wait for the disk.
  if (result == 0 && upper) result = fsconfig(context, FSCONFIG_SET_FLAG, "volatile", NULL, 0);
  if (result == 0) result = fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0);
  if (result == 0) tree = fsmount(context, FSMOUNT_CLOEXEC, 0);
  closing(context, 0);
  if (tree < 0) return -1;
  if (move_mount(tree, "", AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH) < 0) return closing(tree, -1);
  return tree;
}

static int overlay(const char *target, const char *upper, const char *work, struct cursor *cursor) {
  uint32_t count = read_u32(cursor);
  const char *lowers[MAX_LOWERS];
  if (count == 0 || count > MAX_LOWERS) cursor->broken = 1;
  for (uint32_t i = 0; i < count && !cursor->broken; i++) lowers[i] = read_string(cursor);
  if (cursor->broken) return -1;
  int tree = overlay_by_tree(target, upper, work, count, lowers);
  // EINVAL: no "lowerdir+" before Linux 6.7, and no value of 256 bytes or more in fsconfig(2).
  if (tree < 0 && errno == EINVAL) tree = overlay_by_mount(target, upper, work, count, lowers);
  return tree;
}

int step_overlay(struct plan_context *context, struct cursor *cursor) {
  const char *target = read_string(cursor);
  const char *upper = read_string(cursor);
  const char *work = read_string(cursor);
  if (cursor->broken) return -1;
  context->root = overlay(target, upper, work, cursor);
  return context->root < 0 ? -1 : 0;
}

// After OP_PRIVATE: only what is mounted can be looked into and cloned, and nobody else may see it meanwhile.
int step_layers(struct plan_context *context, struct cursor *cursor) {
  uint32_t slot = read_u32(cursor);
  const char *target = read_string(cursor);
  const char *subpath = read_string(cursor);
  if (cursor->broken || slot >= SOURCE_SLOTS) {
    cursor->broken = 1;
    return -1;
  }
  int whole = overlay(target, NULL, NULL, cursor);
  if (whole < 0) return -1;
  int shown = *subpath ? closing(whole, beneath(whole, subpath)) : whole;
  int tree = shown < 0 ? -1 : closing(shown, tree_clone(shown, 0));
  int error = errno;
  if (umount2(target, MNT_DETACH) < 0) return tree < 0 ? -1 : closing(tree, -1);
  errno = error;
  if (tree < 0) return -1;
  context->sources[slot] = tree;
  return 0;
}

int step_mount(struct plan_context *context, struct cursor *cursor, uint16_t flags) {
  uint32_t attributes = read_u32(cursor);
  const char *type = read_string(cursor);
  const char *target = read_string(cursor);
  uint32_t count = read_u32(cursor);
  const char *options[2 * MAX_OPTIONS];
  if (count > MAX_OPTIONS) cursor->broken = 1;
  for (uint32_t i = 0; i < 2 * count && !cursor->broken; i++) options[i] = read_string(cursor);
  if (cursor->broken) return -1;
  int tree = tree_create(type, attributes, count, options);
  if (tree < 0) return -1;
  return closing(tree, attach_at(context, tree, target, ENTRY_DIRECTORY, flags & OP_NO_LINKS));
}

static int pod_shm(const struct pod *pod) {
  if (pod->shm_spare >= 0) return dup(pod->shm_spare);
  int source = pod->shm_path ? open(pod->shm_path, O_PATH | O_CLOEXEC) : dup(pod->shm_tree);
  return source < 0 ? -1 : closing(source, tree_clone(source, 0));
}

int step_shm(struct plan_context *context, struct cursor *cursor) {
  const char *target = read_string(cursor);
  if (cursor->broken) return -1;
  int tree = pod_shm(context->pod);
  if (tree < 0) return -1;
  return closing(tree, attach_at(context, tree, target, ENTRY_DIRECTORY, 1));
}

int step_bind(struct plan_context *context, struct cursor *cursor, uint16_t flags) {
  uint32_t slot = read_u32(cursor);
  uint32_t attributes = read_u32(cursor);
  const char *target = read_string(cursor);
  if (cursor->broken || slot >= SOURCE_SLOTS || context->sources[slot] < 0) {
    cursor->broken = 1;
    return -1;
  }
  int tree = context->sources[slot];
  struct stat info;
  if (fstat(tree, &info) < 0) return -1;
  if (attributes && tree_set(tree, attributes, 0, flags & OP_RECURSIVE) < 0) return -1;
  return attach_at(context, tree, target, S_ISDIR(info.st_mode) ? ENTRY_DIRECTORY : ENTRY_FILE, 0);
}

int step_pivot(struct plan_context *context, struct cursor *cursor) {
  uint32_t attributes = read_u32(cursor);
  if (cursor->broken) return -1;
  if (attributes && tree_set(context->root, attributes, 0, 0) < 0) return -1;
  if (fchdir(context->root) < 0) return -1;
  if (syscall(SYS_pivot_root, ".", ".") < 0) return -1;
  // The old root is now mounted over the new one at "/"; "." still names the old one.
  if (umount2(".", MNT_DETACH) < 0) return -1;
  close(context->root);
  context->root = -1;
  return chdir("/");
}
