#include "layer-stack.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include <deque>

namespace tiphys {

std::vector<std::string> SplitPath(const std::string& path) {
  std::vector<std::string> parts;
  size_t begin = 0;
  while (begin <= path.size()) {
    const size_t end = std::min(path.find('/', begin), path.size());
    if (end > begin && path.compare(begin, end - begin, ".") != 0) parts.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::optional<std::vector<std::string>> CleanPath(const std::string& path) {
  std::vector<std::string> clean;
  for (std::string& part : SplitPath(path)) {
    if (part != "..") {
      clean.push_back(std::move(part));
    } else if (clean.empty()) {
      return std::nullopt;
    } else {
      clean.pop_back();
    }
  }
  return clean;
}

std::string JoinPath(const std::vector<std::string>& components) {
  std::string path;
  for (const std::string& component : components) path += path.empty() ? component : "/" + component;
  return path;
}

Fd OpenChild(int directory, const std::string& name, struct stat& stat) {
  Fd fd(::openat(directory, name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  if (fd && ::fstat(fd.get(), &stat) != 0) return Fd();
  return fd;
}

bool IsWhiteout(const struct stat& stat) { return S_ISCHR(stat.st_mode) && stat.st_rdev == makedev(0, 0); }

bool IsOpaque(int directory) {
  const Fd readable(::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  char value = 0;
  return readable && ::fgetxattr(readable.get(), kOpaqueXattr, &value, 1) == 1 && value == 'y';
}

std::string ReadLink(int link_fd) {
  char target[PATH_MAX];
  const ssize_t length = ::readlinkat(link_fd, "", target, sizeof target);
  return length < 0 ? std::string() : std::string(target, static_cast<size_t>(length));
}

std::optional<LayerStack::Hit> LayerStack::Lookup(const std::vector<std::string>& path) const {
  std::vector<std::pair<size_t, Fd>> live;  // the directories that are merged at this depth, topmost first
  for (size_t i = 0; i < roots_.size(); ++i) live.emplace_back(i, Fd(::fcntl(roots_[i].get(), F_DUPFD_CLOEXEC, 0)));
  for (size_t depth = 0; depth < path.size(); ++depth) {
    const bool last = depth + 1 == path.size();
    std::vector<std::pair<size_t, Fd>> merged;
    for (const auto& [layer, directory] : live) {
      struct stat stat;
      Fd child = OpenChild(directory.get(), path[depth], stat);
      if (!child) continue;
      if (last && merged.empty()) {
        if (IsWhiteout(stat)) return std::nullopt;
        return Hit{layer, std::move(child), stat};
      }
      if (!S_ISDIR(stat.st_mode)) break;
      const bool opaque = IsOpaque(child.get());
      merged.emplace_back(layer, std::move(child));
      if (opaque) break;
    }
    if (merged.empty()) return std::nullopt;
    live = std::move(merged);
  }
  if (live.empty()) return std::nullopt;
  struct stat stat;
  if (::fstat(live.front().second.get(), &stat) != 0) return std::nullopt;
  return Hit{live.front().first, std::move(live.front().second), stat};
}

Result<LayerStack::Hit> LayerStack::Resolve(const std::string& path) const {
  std::deque<std::string> todo;
  for (std::string& part : SplitPath(path)) todo.push_back(std::move(part));
  std::vector<std::string> done;
  int links = 0;
  while (!todo.empty()) {
    const std::string part = std::move(todo.front());
    todo.pop_front();
    if (part == "..") {
      if (!done.empty()) done.pop_back();  // ".." of the root is the root, as in a container
      continue;
    }
    done.push_back(part);
    std::optional<Hit> hit = Lookup(done);
    if (!hit) return Error{ENOENT, "open", path};
    if (!S_ISLNK(hit->stat.st_mode)) continue;
    if (++links > kMaxLinks) return Error{ELOOP, "open", path};
    const std::string target = ReadLink(hit->fd.get());
    done.pop_back();
    if (target.starts_with('/')) done.clear();
    const std::vector<std::string> parts = SplitPath(target);
    todo.insert(todo.begin(), parts.begin(), parts.end());
    if (todo.size() > PATH_MAX) return Error{ENAMETOOLONG, "open", path};
  }
  std::optional<Hit> hit = Lookup(done);
  if (!hit) return Error{ENOENT, "open", path};
  return std::move(*hit);
}

Result<std::string> ReadLayered(const std::vector<std::string>& layer_directories, const std::string& path, size_t max_bytes) {
  std::vector<Fd> roots;
  for (const std::string& directory : layer_directories) {
    Fd root(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!root) return LastError("open", directory);
    roots.push_back(std::move(root));
  }
  Result<LayerStack::Hit> hit = LayerStack(std::move(roots)).Resolve(path);
  if (!hit) return hit.error();
  if (!S_ISREG((*hit).stat.st_mode)) return Error{EINVAL, "open", path};
  if (static_cast<uint64_t>((*hit).stat.st_size) > max_bytes) return Error{EFBIG, "open", path};
  // An O_PATH descriptor is made readable through its own magic link: nothing is looked up twice.
  const std::string link = "/proc/self/fd/" + std::to_string((*hit).fd.get());
  const Fd file(::open(link.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) return LastError("open", path);
  std::string bytes(static_cast<size_t>((*hit).stat.st_size), '\0');
  size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t count = ::read(file.get(), &bytes[filled], bytes.size() - filled);
    if (count < 0) return LastError("read", path);
    if (count == 0) break;
    filled += static_cast<size_t>(count);
  }
  bytes.resize(filled);
  return bytes;
}

}  // namespace tiphys
