// Versions that were left behind.
#pragma once

// What is being unpacked is called this and its process.
#define PARTIAL_PREFIX ".partial-"

// Removes every version in the open folder `base`, which is at `base_path`, but `kept` and those whose program a process
// runs; and what processes left that broke off while they unpacked.
void remove_versions(int base, const char *base_path, const char *kept);
