// Programs exec'ed into a running container.
#pragma once

#include "channel.h"
#include "plan-context.h"

#define MAX_SESSIONS 4096

void session_start(struct pod *pod, const struct message *message);
// `session` 0 means the container's first process.
void session_signal(const struct message *message);
void session_resize(const struct message *message);
