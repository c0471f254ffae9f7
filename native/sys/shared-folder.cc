#include "shared-folder.h"

#include <fcntl.h>
#include <sys/mount.h>

#include "fd.h"

namespace tiphys {

Result<> ShareFolder(const std::string& path) {
  Fd tree(::open_tree(AT_FDCWD, path.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
  if (!tree) return LastError("open_tree", path);
  mount_attr attr{};
  attr.propagation = MS_SHARED;
  if (::mount_setattr(tree.get(), "", AT_EMPTY_PATH, &attr, sizeof attr) < 0) return LastError("mount_setattr", path);
  if (::move_mount(tree.get(), "", AT_FDCWD, path.c_str(), MOVE_MOUNT_F_EMPTY_PATH) < 0) {
    return LastError("move_mount", path);
  }
  return kOk;
}

}  // namespace tiphys
