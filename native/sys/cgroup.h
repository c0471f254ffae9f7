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

// Removes a cgroup and everything below it. Processes in it are killed, and EBUSY answered. Idempotent.
Result<> RemoveCgroup(const std::string& path);

}  // namespace tiphys
