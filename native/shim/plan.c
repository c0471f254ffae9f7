#include "plan.h"

#include <errno.h>
#include <string.h>

#include "cursor.h"
#include "pause.h"
#include "protocol.h"
#include "steps.h"

static int run_step(struct plan_context *context, uint16_t op, uint16_t flags, struct cursor *cursor) {
  switch (op <= NEWEST_STEP ? op : 0) {
    case OP_MKDIR: return step_mkdir(cursor, flags);
    case OP_WRITE: return step_write(cursor);
    case OP_HOSTNAME: return step_hostname(cursor);
    case OP_LOOPBACK_UP: return step_loopback_up();
    case OP_POD_SHM: return step_pod_shm(context, cursor);
    case OP_NEW_CGROUP_NS: return step_new_cgroup_ns();
    case OP_SOURCE: return step_source(context, cursor, flags);
    case OP_PRIVATE: return step_private();
    case OP_OVERLAY: return step_overlay(context, cursor);
    case OP_MOUNT: return step_mount(context, cursor, flags);
    case OP_NODE: return step_node(context, cursor);
    case OP_SYMLINK: return step_symlink(context, cursor);
    case OP_SHM: return step_shm(context, cursor);
    case OP_BIND: return step_bind(context, cursor, flags);
    case OP_MASK: return step_mask(context, cursor);
    case OP_READONLY: return step_readonly(context, cursor);
    case OP_TERMINAL: return step_terminal(context, cursor);
    case OP_PIVOT: return step_pivot(context, cursor);
    case OP_ENTER: return step_enter(context, cursor);
    case OP_CWD: return step_cwd(context, cursor);
    case OP_IDENTITY: return step_identity(cursor);
    case OP_BOUND: return step_bound(cursor);
    case OP_NO_NEW_PRIVS: return step_no_new_privs();
    case OP_SECCOMP: return step_seccomp(cursor);
    case OP_SUCCESSOR: return step_successor(context);
    case OP_POD_PIDS: return pause_start(context->pod);
    case OP_FILE: return step_file(cursor);
    case OP_RENAME: return step_rename(cursor);
    case OP_LABEL: return step_label(context, cursor);
    case OP_TARGET: return step_target(context, cursor);
    case OP_LAYERS: return step_layers(context, cursor);
    case OP_POD_USERS: return step_pod_users(context, cursor);
    case OP_OWNER: return step_owner(context, cursor);
    case OP_MAPPED: return step_mapped(context, cursor);
    case OP_USERS: return step_users(context, cursor);
    case OP_POD_WRITE: return step_pod_write(context, cursor);
    case OP_HOOK: return step_hook(context, cursor);
    case OP_EXEC: return step_exec(context, cursor);
    default: errno = ENOSYS; return -1;
  }
}

int plan_run(struct plan_context *context, const uint8_t *plan, size_t length, struct plan_failure *failure) {
  struct cursor steps = {.at = plan, .end = plan + length};
  for (uint32_t index = 0; steps.at < steps.end; index++) {
    struct op_header header = {0};
    const uint8_t *bytes = read_bytes(&steps, sizeof header);
    if (bytes) memcpy(&header, bytes, sizeof header);
    const uint8_t *payload = read_bytes(&steps, header.length);
    struct cursor cursor = {.at = payload, .end = payload ? payload + header.length : payload};
    int result = -1;
    errno = EBADMSG;
    if (!steps.broken) result = run_step(context, header.op, header.flags, &cursor);
    if (result == 0 && cursor.broken) {
      errno = EBADMSG;
      result = -1;
    }
    if (result < 0 && (steps.broken || !(header.flags & OP_OPTIONAL))) {
      failure->index = index;
      failure->error = (uint32_t)errno;
      return -1;
    }
  }
  return 0;
}
