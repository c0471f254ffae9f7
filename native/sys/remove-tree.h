// Deletes a file, or a directory with all below it, by descriptors: links are never followed.
#pragma once

#include <string>

#include "result.h"

namespace tiphys {

// Takes one off `budget` for each entry deleted. False: the budget ran out before the end. A path that is not
// there counts as deleted.
Result<bool> RemoveTree(const std::string& path, int& budget);

}  // namespace tiphys
