// Which kinds of file system this kernel has.
#pragma once

#include <string>

#include "result.h"

namespace tiphys {

// Loads the kernel's module where that is needed and possible. ENODEV: there is none of this type.
Result<> RequireFileSystem(const std::string& type);

}  // namespace tiphys
