#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "confined.h"
#include "descriptors.h"
#include "steps.h"
#include "trees.h"

static int closing(int fd, int result) {
  int error = errno;
  close(fd);
  errno = error;
  return result;
}

int step_node(struct plan_context *context, struct cursor *cursor) {
  uint32_t mode = read_u32(cursor);
  uint32_t major_number = read_u32(cursor);
  uint32_t minor_number = read_u32(cursor);
  const char *path = read_string(cursor);
  if (cursor->broken) return -1;
  const char *name;
  int parent = confined_parent(context->root, path, &name);
  if (parent < 0) return -1;
  int result = mknodat(parent, name, mode, makedev(major_number, minor_number));
  // mknod(2) applies the umask, and these nodes are meant for everybody.
  if (result == 0) result = fchmodat(parent, name, mode & 07777, 0);
  return closing(parent, result);
}

int step_symlink(struct plan_context *context, struct cursor *cursor) {
  const char *text = read_string(cursor);
  const char *path = read_string(cursor);
  if (cursor->broken) return -1;
  const char *name;
  int parent = confined_parent(context->root, path, &name);
  if (parent < 0) return -1;
  return closing(parent, symlinkat(text, parent, name));
}

// /dev/pts/ptmx, proven to be the multiplexer: a container may have put anything in its place.
static int open_multiplexer(struct plan_context *context) {
  struct open_how how = {
      .flags = O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC,
      .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS,
  };
  int fd = (int)syscall(SYS_openat2, plan_root(context), "/dev/pts/ptmx", &how, sizeof how);
  struct stat info;
  if (fd < 0 || fstat(fd, &info) < 0) return -1;
  if (S_ISCHR(info.st_mode) && info.st_rdev == makedev(5, 2)) return fd;
  errno = ENODEV;
  return closing(fd, -1);
}

int step_terminal(struct plan_context *context, struct cursor *cursor) {
  uint16_t columns = (uint16_t)read_u32(cursor);
  uint16_t rows = (uint16_t)read_u32(cursor);
  struct winsize size = {.ws_row = rows, .ws_col = columns};
  uint32_t console = read_u32(cursor);
  if (cursor->broken) return -1;
  int master = open_multiplexer(context);
  if (master < 0) return -1;
  int unlock = 0;
  if (ioctl(master, TIOCSPTLCK, &unlock) < 0) return closing(master, -1);
  // By descriptor, never by the name of /dev/pts/N (CVE-2025-52565).
  int slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (slave < 0) return closing(master, -1);
  if (size.ws_col && size.ws_row && ioctl(slave, TIOCSWINSZ, &size) < 0) return closing(slave, closing(master, -1));
  if (fchown(slave, context->owner, (gid_t)-1) < 0) return closing(slave, closing(master, -1));
  if (console) {
    int target = confined_open(plan_root(context), "/dev/console", ENTRY_FILE, 1);
    int tree = target < 0 ? -1 : tree_clone(slave, 0);
    int result = tree < 0 ? -1 : tree_attach(tree, target);
    if (tree >= 0) closing(tree, 0);
    if (target >= 0) closing(target, 0);
    if (result < 0) return closing(slave, closing(master, -1));
  }
  if (send_descriptor(context->status, master) < 0) return closing(slave, closing(master, -1));
  close(master);
  if (ioctl(slave, TIOCSCTTY, 0) < 0) return closing(slave, -1);
  for (int fd = 0; fd < 3; fd++) {
    if (dup2(slave, fd) < 0) return closing(slave, -1);
  }
  return slave > 2 ? close(slave) : 0;
}
