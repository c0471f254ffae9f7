#pragma once

#include <string>

#include "result.h"

namespace tiphys {

// Mounts a folder on itself, shared (mount_namespaces(7)), in one step: nobody finds it mounted and not shared.
// What is mounted in it already is not seen there any more.
Result<> ShareFolder(const std::string& path);

}  // namespace tiphys
