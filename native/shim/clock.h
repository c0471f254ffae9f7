#pragma once

#include <stddef.h>
#include <stdint.h>

// Nanoseconds since the epoch.
uint64_t clock_now(void);
// The present as RFC 3339 with nanoseconds, 30 bytes, no terminator; returns 30.
size_t clock_format(char *to);
