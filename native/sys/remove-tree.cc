#include "remove-tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <memory>
#include <vector>

#include "fd.h"

namespace tiphys {
namespace {

// Directories open at once. What lies deeper is moved up to the top first, so that no depth is too much.
constexpr size_t kDepth = 32;

struct Level {
  std::unique_ptr<DIR, int (*)(DIR*)> directory;
  std::string name;

  int fd() const { return ::dirfd(directory.get()); }
};

class Removal {
 public:
  Removal(const std::string& path, int& budget) : path_(path), budget_(budget) {}

  Result<bool> Run() {
    if (::unlink(path_.c_str()) == 0 || errno == ENOENT) return true;
    if (errno != EISDIR && errno != EPERM) return LastError("unlink", path_);
    if (!Enter(AT_FDCWD, path_)) return errno == ENOENT ? Result<bool>(true) : Result<bool>(LastError("open", path_));
    while (!levels_.empty()) {
      if (budget_ <= 0) return false;
      if (auto stepped = Step(); !stepped) return stepped.error();
    }
    return true;
  }

 private:
  bool Enter(int parent, const std::string& name) {
    Fd fd(::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd) return false;
    DIR* directory = ::fdopendir(fd.get());
    if (directory == nullptr) return false;
    fd.release();
    levels_.push_back({{directory, ::closedir}, name});
    return true;
  }

  Result<> Step() {
    Level& level = levels_.back();
    errno = 0;
    const dirent* entry = ::readdir(level.directory.get());
    if (entry == nullptr) return errno != 0 ? Result<>(LastError("readdir", path_)) : Leave();
    const std::string name = entry->d_name;
    if (name == "." || name == "..") return kOk;
    if (entry->d_type != DT_DIR) {
      if (::unlinkat(level.fd(), name.c_str(), 0) == 0) return Count();
      if (errno == ENOENT) return kOk;
      if (errno != EISDIR && errno != EPERM) return LastError("unlinkat", path_ + "/…/" + name);
    }
    if (::unlinkat(level.fd(), name.c_str(), AT_REMOVEDIR) == 0) return Count();
    if (errno == ENOENT) return kOk;
    if (errno != ENOTEMPTY && errno != EEXIST) return LastError("unlinkat", path_ + "/…/" + name);
    if (levels_.size() >= kDepth) return Lift(level.fd(), name);
    if (!Enter(level.fd(), name) && errno != ENOENT) return LastError("openat", path_ + "/…/" + name);
    return kOk;
  }

  // An entry that appeared while we read makes the directory not empty: it is read once more.
  Result<> Leave() {
    const std::string name = levels_.back().name;
    const int parent = levels_.size() == 1 ? AT_FDCWD : levels_[levels_.size() - 2].fd();
    if (::unlinkat(parent, name.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT) {
      levels_.pop_back();
      return Count();
    }
    if (errno != ENOTEMPTY && errno != EEXIST) return LastError("rmdir", path_);
    ::rewinddir(levels_.back().directory.get());
    return Count();
  }

  Result<> Lift(int from, const std::string& name) {
    for (int number = 0;; number++) {
      const std::string lifted = ".lifted-" + std::to_string(number);
      if (::renameat(from, name.c_str(), levels_.front().fd(), lifted.c_str()) == 0) return Count();
      if (errno == ENOENT) return kOk;
      if (errno != ENOTEMPTY && errno != EEXIST && errno != ENOTDIR) return LastError("renameat", path_);
    }
  }

  Result<> Count() {
    budget_--;
    return kOk;
  }

  const std::string path_;
  int& budget_;
  std::vector<Level> levels_;
};

}  // namespace

Result<bool> RemoveTree(const std::string& path, int& budget) { return Removal(path, budget).Run(); }

}  // namespace tiphys
