// flock(2): a lock that the kernel releases when its holder dies.
#pragma once

#include "result.h"

namespace tiphys {

// False when somebody else holds it; never waits.
Result<bool> TryLock(int fd);

// Everything written so far to the file system `path` lies on reaches the disk.
Result<> SyncFileSystem(const std::string& path);

}  // namespace tiphys
