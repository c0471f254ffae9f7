#include "file-lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "fd.h"

namespace tiphys {

Result<bool> TryLock(int fd) {
  if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return true;
  if (errno == EWOULDBLOCK) return false;
  return LastError("flock", "lock file");
}

Result<> SyncFileSystem(const std::string& path) {
  const Fd directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory) return LastError("open", path);
  if (::syncfs(directory.get()) != 0) return LastError("syncfs", path);
  return kOk;
}

}  // namespace tiphys
