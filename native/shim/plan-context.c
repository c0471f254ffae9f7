#include "plan-context.h"

#include <string.h>

void plan_context_init(struct plan_context *context, struct pod *pod) {
  memset(context, -1, sizeof *context);
  context->pod = pod;
  context->users = pod->users;
  context->owner = 0;
  context->find_init = NULL;
}
