#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "result.h"

namespace tiphys {

// Mounts an empty tmpfs, nosuid and nodev, on an existing directory. Without a size the kernel takes half the memory.
Result<> MountTmpfs(const std::string& path, std::optional<uint64_t> size_bytes, unsigned mode);

// Detaches what is mounted on `path`, which may still be in use; EINVAL when nothing is.
Result<> Unmount(const std::string& path);

}  // namespace tiphys
