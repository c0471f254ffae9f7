#include "file-system.h"

#include <linux/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fd.h"

namespace tiphys {

Result<> RequireFileSystem(const std::string& type) {
  Fd context(static_cast<int>(::syscall(SYS_fsopen, type.c_str(), FSOPEN_CLOEXEC)));
  if (!context) return LastError("fsopen", type);
  return kOk;
}

}  // namespace tiphys
