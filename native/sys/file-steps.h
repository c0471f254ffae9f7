// Makes directories, files and links by a list of steps: what takes many calls from Node takes one turn here.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "result.h"

namespace tiphys {

struct FileStep {
  enum class Kind { kDirectory, kFile, kLink, kUnless, kSpread };
  Kind kind;
  std::string path;
  std::string data;  // of a file; where a link points to
  mode_t mode;       // exactly, whatever umask(2) says
  bool fresh;        // EEXIST where it is already
  uid_t uid;         // -1: as it is
  gid_t gid;
};

// In order; stops at the first failure, or without one at a kUnless whose path is there and that is not `fresh`.
Result<> CarryOut(const std::vector<FileStep>& steps);

// At most `max_bytes` of the file. ELOOP for a symbolic link that is not to be followed.
Result<std::string> ReadBounded(const std::string& path, size_t max_bytes, bool follow_links);

}  // namespace tiphys
