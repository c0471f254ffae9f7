// The first process of the PID namespace that a pod's containers share.
#pragma once

#include "plan-context.h"

// Its pidfd goes to `pod`. -1 with errno when it could not be started.
int pause_start(struct pod *pod);
