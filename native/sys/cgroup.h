#pragma once

#include <string>
#include <vector>

#include "result.h"

namespace tiphys {

// Creates a directory of a cgroup hierarchy and its parents below an existing one. Idempotent.
Result<> MakeCgroup(const std::string& path);

// Kills every process in a cgroup and below it, by cgroup.kill where there is such a file. 0 processes is fine,
// and so is a cgroup that does not exist.
Result<> KillCgroup(const std::string& path);

// Removes a cgroup and everything below it, waiting up to `patience_ms` for its last processes to be gone.
// EBUSY after that. Idempotent.
Result<> RemoveCgroup(const std::string& path, int patience_ms);

}  // namespace tiphys
