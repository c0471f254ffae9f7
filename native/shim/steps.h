// The steps of a plan, one function each: 0, or -1 with errno. A malformed payload leaves the cursor broken.
#pragma once

#include "cursor.h"
#include "plan-context.h"

// steps-files.c: files and kernel names
int step_mkdir(struct cursor *cursor, uint16_t flags);
int step_file(struct cursor *cursor);
int step_rename(struct cursor *cursor);
int step_write(struct cursor *cursor);
int step_hostname(struct cursor *cursor);
int step_label(struct plan_context *context, struct cursor *cursor);
int step_loopback_up(void);

// steps-mounts.c: what a container finds in its tree
int step_pod_shm(struct plan_context *context, struct cursor *cursor);
int step_source(struct plan_context *context, struct cursor *cursor, uint16_t flags);
int step_private(void);
int step_layers(struct plan_context *context, struct cursor *cursor);
int step_overlay(struct plan_context *context, struct cursor *cursor);
int step_mount(struct plan_context *context, struct cursor *cursor, uint16_t flags);
int step_shm(struct plan_context *context, struct cursor *cursor);
int step_bind(struct plan_context *context, struct cursor *cursor, uint16_t flags);
int step_pivot(struct plan_context *context, struct cursor *cursor);

// steps-masks.c: what it must not see or change
int step_mask(struct plan_context *context, struct cursor *cursor);
int step_readonly(struct plan_context *context, struct cursor *cursor);

// steps-devices.c
int step_node(struct plan_context *context, struct cursor *cursor);
int step_symlink(struct plan_context *context, struct cursor *cursor);
int step_terminal(struct plan_context *context, struct cursor *cursor);

// steps-users.c: whose users it has
int step_pod_users(struct plan_context *context, struct cursor *cursor);
int step_pod_write(struct plan_context *context, struct cursor *cursor);
int step_owner(struct plan_context *context, struct cursor *cursor);
int step_mapped(struct plan_context *context, struct cursor *cursor);
int step_users(struct plan_context *context, struct cursor *cursor);

// steps-hooks.c: what others do to it
int step_hook(struct plan_context *context, struct cursor *cursor);

// steps-identity.c: who it is, from outside in
int step_target(struct plan_context *context, struct cursor *cursor);
int step_enter(struct plan_context *context, struct cursor *cursor);
int step_successor(struct plan_context *context);
int step_new_cgroup_ns(void);
int step_cwd(struct plan_context *context, struct cursor *cursor);
int step_bound(struct cursor *cursor);
int step_identity(struct cursor *cursor);
int step_no_new_privs(void);
int step_seccomp(struct cursor *cursor);
int step_exec(struct plan_context *context, struct cursor *cursor);
