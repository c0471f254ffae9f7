#include "tmpfs.h"

#include <sys/mount.h>

#include <cstdio>

namespace tiphys {

Result<> MountTmpfs(const std::string& path, std::optional<uint64_t> size_bytes, unsigned mode) {
  char options[64];
  int used = std::snprintf(options, sizeof options, "mode=%o", mode);
  if (size_bytes) {
    std::snprintf(options + used, sizeof options - static_cast<size_t>(used), ",size=%llu",
                  static_cast<unsigned long long>(*size_bytes));
  }
  if (::mount("tmpfs", path.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, options) < 0) return LastError("mount", path);
  return kOk;
}

Result<> Unmount(const std::string& path) {
  if (::umount2(path.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW) < 0) return LastError("umount2", path);
  return kOk;
}

}  // namespace tiphys
