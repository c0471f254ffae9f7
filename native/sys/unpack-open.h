// openat2(2) with the resolve flags that keep a path inside a directory.
#pragma once

#include <linux/openat2.h>

#include <string>

#include "fd.h"

namespace tiphys {

// No Fd, and errno, on failure. RESOLVE_NO_MAGICLINKS is always added.
Fd OpenInRoot(int root, const std::string& path, int flags, uint64_t resolve);

}  // namespace tiphys
