// Why a program could not be started, as the daemon is told: which step of the plan it sent, and errno.
#pragma once

#include <stdint.h>

enum start_phase { PHASE_PREPARE = 1, PHASE_LOG = 2, PHASE_CLONE = 3, PHASE_CHILD = 4 };

void reply_failure(uint16_t type, uint32_t request, uint32_t phase, uint32_t index, uint32_t error);
