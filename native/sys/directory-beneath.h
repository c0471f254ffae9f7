#pragma once

#include <string>

#include "result.h"

namespace tiphys {

// Makes what is missing of the relative `path` under `root` as directories of `mode`. Links are resolved as if
// `root` were the file system's root, so that nothing is made outside it whoever swaps them. An existing file is left.
Result<> MakeDirectoryBeneath(const std::string& root, const std::string& path, unsigned mode);

}  // namespace tiphys
