#include <errno.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "credentials.h"
#include "steps.h"
#include "trees.h"
#include "users.h"

int step_pod_users(struct plan_context *context, struct cursor *cursor) {
  uint32_t first = read_u32(cursor);
  uint32_t count = read_u32(cursor);
  uint32_t namespaces = read_u32(cursor);
  if (cursor->broken) return -1;
  if (users_start(context->pod, first, count, namespaces) < 0) return -1;
  context->users = context->pod->users;
  return 0;
}

int step_pod_write(struct plan_context *context, struct cursor *cursor) {
  const char *path = read_string(cursor);
  const char *data = read_string(cursor);
  return cursor->broken ? -1 : users_write(context->pod, path, data);
}

// The shim itself stays who it is.
static int in_child(const struct plan_context *context) {
  errno = EINVAL;
  return context->status >= 0;
}

int step_owner(struct plan_context *context, struct cursor *cursor) {
  uint32_t uid = read_u32(cursor);
  uint32_t gid = read_u32(cursor);
  if (cursor->broken || !in_child(context)) return -1;
  // Both answer with the one before, and tell of no failure.
  syscall(SYS_setfsgid, gid);
  syscall(SYS_setfsuid, uid);
  if ((uint32_t)syscall(SYS_setfsgid, -1) != gid || (uint32_t)syscall(SYS_setfsuid, -1) != uid) {
    errno = EPERM;
    return -1;
  }
  // Who makes files for somebody else has lost what root may do with them.
  return credentials_limit(~0ULL) < 0 ? -1 : credentials_hide();
}

int step_mapped(struct plan_context *context, struct cursor *cursor) {
  uint32_t slot = read_u32(cursor);
  if (cursor->broken || slot >= SOURCE_SLOTS || context->sources[slot] < 0) {
    cursor->broken = 1;
    return -1;
  }
  return tree_map(context->sources[slot], context->users);
}

int step_users(struct plan_context *context, struct cursor *cursor) {
  uint32_t namespaces = read_u32(cursor);
  if (cursor->broken || !in_child(context)) return -1;
  if (setns(context->users, CLONE_NEWUSER) < 0) return -1;
  close(context->users);
  context->users = -1;
  if (users_become_root() < 0 || credentials_hide() < 0 || credentials_leave_keyring() < 0) return -1;
  return namespaces ? unshare((int)namespaces) : 0;
}
