// Plans, each step of which meets success and failure as the input's first bytes say.
#include "no-kernel.h"

#include <stdlib.h>
#include <string.h>

#include "../shim/plan.h"
#include "kernel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1 || size > 64 * 1024) return 0;
  size_t drawn = data[0] < size ? data[0] : 0;
  luck = (struct luck){data + 1, data + 1 + drawn};
  if (drawn + 1 > size) return 0;
  size_t length = size - 1 - drawn;
  uint8_t *plan = malloc(length + 1);
  if (!plan) return 0;
  if (length) memcpy(plan, data + 1 + drawn, length);
  char label[16];
  struct pod pod = POD_INITIALIZER;
  pod.label = label;
  pod.label_room = sizeof label;
  struct plan_context context;
  struct plan_failure failure = {0, 0};
  kernel_reset();
  plan_context_init(&context, &pod);
  if (setjmp(process_end) == 0) plan_run(&context, plan, length, &failure);
  free(pod.shm_path);
  free(plan);
  return 0;
}
