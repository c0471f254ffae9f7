#include "directory-beneath.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fd.h"

namespace tiphys {

static Fd OpenBeneath(int root, const std::string& path) {
  struct open_how how = {};
  how.flags = O_PATH | O_CLOEXEC;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  return Fd(static_cast<int>(::syscall(SYS_openat2, root, path.c_str(), &how, sizeof how)));
}

// The mode is set by name under the directory just made: umask(2) must not cut it.
static Result<> MakeOne(int parent, const std::string& name, unsigned mode) {
  if (::mkdirat(parent, name.c_str(), mode) < 0) {
    if (errno == EEXIST) return kOk;
    return LastError("mkdirat", name);
  }
  Fd made(::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!made || ::fchmod(made.get(), mode) < 0) return LastError("fchmod", name);
  return kOk;
}

Result<> MakeDirectoryBeneath(const std::string& root, const std::string& path, unsigned mode) {
  Fd base(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!base) return LastError("open", root);
  std::string done;
  size_t from = 0;
  while (from < path.size()) {
    size_t to = path.find('/', from);
    if (to == std::string::npos) to = path.size();
    const std::string name = path.substr(from, to - from);
    from = to + 1;
    if (name.empty() || name == ".") continue;
    if (name == "..") return Error{EINVAL, "openat2", path};
    const std::string next = done.empty() ? name : done + "/" + name;
    if (!OpenBeneath(base.get(), next)) {
      if (errno != ENOENT) return LastError("openat2", next);
      Fd parent = OpenBeneath(base.get(), done.empty() ? "." : done);
      if (!parent) return LastError("openat2", done);
      const Result<> made = MakeOne(parent.get(), name, mode);
      if (!made) return made;
    }
    done = next;
  }
  return kOk;
}

}  // namespace tiphys
