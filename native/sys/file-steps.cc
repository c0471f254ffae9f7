#include "file-steps.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "fd.h"

namespace tiphys {
namespace {

constexpr mode_t kParentMode = 0755;

Result<> MakeWithParents(const std::string& path, mode_t mode, bool& made) {
  made = ::mkdir(path.c_str(), mode) == 0;
  if (made || errno == EEXIST) return kOk;
  const size_t slash = path.rfind('/');
  if (errno != ENOENT || slash == std::string::npos || slash == 0) return LastError("mkdir", path);
  bool parent_made;
  if (auto parent = MakeWithParents(path.substr(0, slash), kParentMode, parent_made); !parent) return parent;
  made = ::mkdir(path.c_str(), mode) == 0;
  return made || errno == EEXIST ? Result<>(kOk) : Result<>(LastError("mkdir", path));
}

bool HasOwner(const FileStep& step) { return step.uid != uid_t(-1) || step.gid != gid_t(-1); }

Result<> MakeDirectory(const FileStep& step) {
  bool made = true;
  if (step.fresh) {
    if (::mkdir(step.path.c_str(), step.mode) < 0) return LastError("mkdir", step.path);
  } else if (auto result = MakeWithParents(step.path, step.mode, made); !result) {
    return result;
  }
  if (!made) return kOk;
  if (HasOwner(step) && ::lchown(step.path.c_str(), step.uid, step.gid) < 0) return LastError("lchown", step.path);
  // After the owner: changing that clears setgid.
  return ::chmod(step.path.c_str(), step.mode) < 0 ? Result<>(LastError("chmod", step.path)) : Result<>(kOk);
}

Result<> WriteFile(const FileStep& step) {
  const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (step.fresh ? O_EXCL : O_TRUNC);
  Fd file(::open(step.path.c_str(), flags, 0600));
  if (!file) return LastError("open", step.path);
  for (size_t done = 0; done < step.data.size();) {
    const ssize_t wrote = ::write(file.get(), step.data.data() + done, step.data.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return LastError("write", step.path);
    done += static_cast<size_t>(wrote);
  }
  if (HasOwner(step) && ::fchown(file.get(), step.uid, step.gid) < 0) return LastError("fchown", step.path);
  return ::fchmod(file.get(), step.mode) < 0 ? Result<>(LastError("fchmod", step.path)) : Result<>(kOk);
}

Result<> MakeLink(const FileStep& step) {
  if (::symlink(step.data.c_str(), step.path.c_str()) == 0 || (errno == EEXIST && !step.fresh)) return kOk;
  return LastError("symlink", step.path);
}

// A hint: whoever cannot take it does without.
Result<> SpreadFolders(const FileStep& step) {
  Fd directory(::open(step.path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!directory) return LastError("open", step.path);
  int flags = 0;
  if (::ioctl(directory.get(), FS_IOC_GETFLAGS, &flags) < 0 || (flags & FS_TOPDIR_FL) != 0) return kOk;
  flags |= FS_TOPDIR_FL;
  (void)::ioctl(directory.get(), FS_IOC_SETFLAGS, &flags);
  return kOk;
}

}  // namespace

Result<> CarryOut(const std::vector<FileStep>& steps) {
  for (const FileStep& step : steps) {
    Result<> result = kOk;
    switch (step.kind) {
      case FileStep::Kind::kDirectory: result = MakeDirectory(step); break;
      case FileStep::Kind::kFile: result = WriteFile(step); break;
      case FileStep::Kind::kLink: result = MakeLink(step); break;
      case FileStep::Kind::kSpread: result = SpreadFolders(step); break;
      case FileStep::Kind::kUnless: {
        struct stat info;
        if (::lstat(step.path.c_str(), &info) == 0) {
          errno = EEXIST;
          return step.fresh ? Result<>(LastError("lstat", step.path)) : Result<>(kOk);
        }
        if (errno != ENOENT && errno != ENOTDIR) return LastError("lstat", step.path);
      }
    }
    if (!result) return result;
  }
  return kOk;
}

Result<std::string> ReadBounded(const std::string& path, size_t max_bytes, bool follow_links) {
  Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | (follow_links ? 0 : O_NOFOLLOW)));
  if (!file) return LastError("open", path);
  std::string content;
  char buffer[32 * 1024];
  while (content.size() < max_bytes) {
    const ssize_t length = ::read(file.get(), buffer, std::min(sizeof buffer, max_bytes - content.size()));
    if (length < 0 && errno == EINTR) continue;
    if (length < 0) return LastError("read", path);
    if (length == 0) break;
    content.append(buffer, static_cast<size_t>(length));
  }
  return content;
}

}  // namespace tiphys
