// Runs the steps of a plan, in order, in the calling process.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "plan-context.h"

struct plan_failure {
  uint32_t index;  // of the step
  uint32_t error;  // errno
};

// 0, or -1 with `failure` filled in. Does not return from a successful OP_EXEC.
int plan_run(struct plan_context *context, const uint8_t *plan, size_t length, struct plan_failure *failure);
