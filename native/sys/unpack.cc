#include "unpack.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <deque>
#include <memory>

#include "unpack-open.h"

namespace tiphys {
namespace {

// Every path of a layer, with room for the store's own directory in front, stays within PATH_MAX, so
// that any program can remove what was unpacked.
constexpr size_t kMaxPath = 3072;
constexpr size_t kMaxLink = 4095;
constexpr int kMaxDepth = 900;

[[noreturn]] void Fail(const char* call, const std::string& name) {
  Refuse("System", std::string(call) + " " + Quote(name) + ": " + ::strerror(errno));
}

void SetTime(int directory, const std::string& name, const TarEntry& entry) {
  const timespec time{entry.mtime_seconds, entry.mtime_nanoseconds};
  const timespec both[2] = {time, time};
  if (::utimensat(directory, name.c_str(), both, AT_SYMLINK_NOFOLLOW) != 0) Fail("utimensat", entry.name);
}

// overlayfs' own attributes would let a layer redirect or hide what other layers hold.
void SetXattrs(int fd, const TarEntry& entry) {
  for (const auto& [key, value] : entry.xattrs) {
    if (key.starts_with("trusted.overlay.")) Refuse("Unsupported", "entry " + Quote(entry.name) + " sets " + Quote(key));
    if (::fsetxattr(fd, key.c_str(), value.data(), value.size(), 0) == 0) continue;
    const bool optional = key != "security.capability" && !key.starts_with("user.");
    if (optional && (errno == EOPNOTSUPP || errno == EPERM || errno == EINVAL)) continue;  // SELinux labels, EVM
    const bool unfit = errno == ERANGE || errno == E2BIG || errno == EINVAL;
    const std::string why = ::strerror(errno);
    Refuse(unfit ? "Malformed" : "System", "entry " + Quote(entry.name) + " sets the attribute " + Quote(key) + ": " + why);
  }
}

void SetOpaque(int directory, const std::string& name) {
  const Fd readable(::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!readable || ::fsetxattr(readable.get(), kOpaqueXattr, "y", 1, 0) != 0) Fail("setxattr", name);
}

void RemoveTree(int parent, const std::string& name, int depth) {
  if (::unlinkat(parent, name.c_str(), 0) == 0 || errno == ENOENT) return;
  if (errno != EISDIR) Fail("unlink", name);
  if (depth > kMaxDepth) Refuse("Malformed", "a directory to be replaced is nested too deeply");
  const int fd = ::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) Fail("open", name);
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::fdopendir(fd), ::closedir);
  if (!directory) Fail("fdopendir", name);
  while (const dirent* child = ::readdir(directory.get())) {
    if (std::strcmp(child->d_name, ".") == 0 || std::strcmp(child->d_name, "..") == 0) continue;
    RemoveTree(fd, child->d_name, depth + 1);
  }
  if (::unlinkat(parent, name.c_str(), AT_REMOVEDIR) != 0) Fail("rmdir", name);
}

std::vector<std::string> Clean(const std::string& path, const TarEntry& entry) {
  auto clean = CleanPath(path);
  if (!clean) Refuse("Escape", "entry " + Quote(entry.name) + " leaves the layer's root by " + Quote(path));
  if (path.size() > kMaxPath) Refuse("Malformed", "entry " + Quote(entry.name) + " has a path above 3072 bytes");
  for (const std::string& component : *clean) {
    if (component.size() > NAME_MAX) Refuse("Malformed", "entry " + Quote(entry.name) + " has a name above 255 bytes");
  }
  if (path.find('\0') != std::string::npos) Refuse("Malformed", "entry " + Quote(entry.name) + " has a NUL in its path");
  return std::move(*clean);
}

}  // namespace

void Unpacker::Count() {
  if (++count_.inodes > budget_.inodes) {
    Refuse("Budget", "the layer holds more than " + std::to_string(budget_.inodes) + " entries");
  }
}

void Unpacker::Apply(const TarEntry& entry, TarReader& reader) {
  Components path = Clean(entry.name, entry);
  Count();
  if (path.empty()) return ApplyRoot(entry);
  const std::string name = path.back();
  if (name.starts_with(".wh.")) return ApplyWhiteout(path, name);
  const int parent = Parent({path.begin(), path.end() - 1});
  switch (entry.type) {
    case '0':
      return MakeFile(parent, name, entry, reader);
    case '1':
      return MakeLink(parent, name, entry);
    case '2':
      return MakeSymlink(parent, name, entry);
    case '3':
    case '4':
    case '6':
      return MakeNode(parent, name, entry);
    case '5':
      return MakeDirectory(parent, path, entry);
    default:
      Refuse("Unsupported", "entry " + Quote(entry.name) + " has the type " + Quote(std::string(1, entry.type)));
  }
}

void Unpacker::ApplyRoot(const TarEntry& entry) {
  if (entry.type != '5') Refuse("Escape", "entry " + Quote(entry.name) + " would replace the layer's root");
  if (::fchown(root_, entry.uid, entry.gid) != 0) Fail("chown", "/");
  if (::fchmod(root_, entry.mode) != 0) Fail("chmod", "/");
  SetXattrs(root_, entry);
  times_.push_back({{}, entry.mtime_seconds, entry.mtime_nanoseconds});
}

// A marker hides what layers below hold, never what this layer holds, in whatever order they come
// (image-spec, layer.md): beside a directory of this layer it means that the directory is a new one.
void Unpacker::ApplyWhiteout(const Components& path, const std::string& marker) {
  if (marker.starts_with(".wh..wh.") && marker != ".wh..wh..opq") return;  // AUFS' own bookkeeping
  const Components parents(path.begin(), path.end() - 1);
  const int parent = Parent(parents);
  if (marker == ".wh..wh..opq") {
    if (parents.empty()) count_.opaque_root = true;
    return SetOpaque(parent, marker);
  }
  const std::string name = marker.substr(4);
  if (name.empty() || name == "." || name == "..") Refuse("Malformed", "whiteout " + Quote(marker) + " names nothing");
  struct stat stat;
  const Fd existing = OpenChild(parent, name, stat);
  if (!existing) {
    if (::mknodat(parent, name.c_str(), S_IFCHR, makedev(0, 0)) != 0) Fail("mknod", marker);
  } else if (S_ISDIR(stat.st_mode)) {
    SetOpaque(existing.get(), marker);
  }
}

void Unpacker::Replace(int parent, const std::string& name) {
  RemoveTree(parent, name, 0);
  parent_path_.clear();  // may have been inside; `parent` itself stays open until the next lookup
}

void Unpacker::MakeDirectory(int parent, const Components& path, const TarEntry& entry) {
  const std::string& name = path.back();
  bool hides_lower = false;
  if (::mkdirat(parent, name.c_str(), 0700) != 0) {
    struct stat stat;
    const Fd existing = OpenChild(parent, name, stat);
    if (!existing) Fail("mkdir", entry.name);
    if (!S_ISDIR(stat.st_mode)) {
      hides_lower = IsWhiteout(stat);
      Replace(parent, name);
      if (::mkdirat(parent, name.c_str(), 0700) != 0) Fail("mkdir", entry.name);
    }
  }
  const Fd directory(::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!directory) Fail("open", entry.name);
  if (hides_lower) SetOpaque(directory.get(), entry.name);
  if (::fchown(directory.get(), entry.uid, entry.gid) != 0) Fail("chown", entry.name);
  if (::fchmod(directory.get(), entry.mode) != 0) Fail("chmod", entry.name);
  SetXattrs(directory.get(), entry);
  times_.push_back({path, entry.mtime_seconds, entry.mtime_nanoseconds});
}

void Unpacker::MakeFile(int parent, const std::string& name, const TarEntry& entry, TarReader& reader) {
  if (entry.size > budget_.bytes - count_.bytes) {
    Refuse("Budget", "the layer holds more than " + std::to_string(budget_.bytes) + " bytes");
  }
  count_.bytes += entry.size;
  constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  Fd file(::openat(parent, name.c_str(), kFlags, 0600));
  if (!file && errno == EEXIST) {
    Replace(parent, name);
    file = Fd(::openat(parent, name.c_str(), kFlags, 0600));
  }
  if (!file) Fail("open", entry.name);
  for (auto piece = reader.Data(); !piece.empty(); piece = reader.Data()) {
    while (!piece.empty()) {
      const ssize_t count = ::write(file.get(), piece.data(), piece.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) Fail("write", entry.name);
      piece = piece.subspan(static_cast<size_t>(count));
    }
  }
  if (::fchown(file.get(), entry.uid, entry.gid) != 0) Fail("chown", entry.name);
  if (::fchmod(file.get(), entry.mode) != 0) Fail("chmod", entry.name);
  SetXattrs(file.get(), entry);  // after chown, which drops security.capability
  SetTime(parent, name, entry);
}

void Unpacker::MakeLink(int parent, const std::string& name, const TarEntry& entry) {
  const Components target = Clean(entry.link, entry);
  if (target.empty()) Refuse("Malformed", "entry " + Quote(entry.name) + " is a hard link to the layer's root");
  const std::string directory_path = JoinPath({target.begin(), target.end() - 1});
  const Fd directory = target.size() == 1 ? Fd(::fcntl(root_, F_DUPFD_CLOEXEC, 0))
                                          : OpenInRoot(root_, directory_path, O_RDONLY | O_DIRECTORY, RESOLVE_IN_ROOT);
  struct stat source;
  const Fd existing = directory ? OpenChild(directory.get(), target.back(), source) : Fd();
  if (!existing || S_ISDIR(source.st_mode)) {
    Refuse("Malformed", "entry " + Quote(entry.name) + " is a hard link to " + Quote(entry.link) +
                            ", which is no file of this layer");
  }
  if (::linkat(directory.get(), target.back().c_str(), parent, name.c_str(), 0) == 0) return;
  if (errno != EEXIST) Fail("link", entry.name);
  struct stat present;
  const Fd other = OpenChild(parent, name, present);
  if (other && present.st_ino == source.st_ino) return;
  Replace(parent, name);
  if (::linkat(directory.get(), target.back().c_str(), parent, name.c_str(), 0) != 0) Fail("link", entry.name);
}

void Unpacker::MakeSymlink(int parent, const std::string& name, const TarEntry& entry) {
  if (entry.link.empty() || entry.link.size() > kMaxLink || entry.link.find('\0') != std::string::npos) {
    Refuse("Malformed", "entry " + Quote(entry.name) + " is a symbolic link to nothing usable");
  }
  if (::symlinkat(entry.link.c_str(), parent, name.c_str()) != 0) {
    if (errno != EEXIST) Fail("symlink", entry.name);
    Replace(parent, name);
    if (::symlinkat(entry.link.c_str(), parent, name.c_str()) != 0) Fail("symlink", entry.name);
  }
  if (::fchownat(parent, name.c_str(), entry.uid, entry.gid, AT_SYMLINK_NOFOLLOW) != 0) Fail("chown", entry.name);
  SetTime(parent, name, entry);
}

void Unpacker::MakeNode(int parent, const std::string& name, const TarEntry& entry) {
  const mode_t type = entry.type == '3' ? S_IFCHR : entry.type == '4' ? S_IFBLK : S_IFIFO;
  const dev_t device = makedev(entry.major, entry.minor);
  if (entry.type == '3' && device == makedev(0, 0)) {
    Refuse("Unsupported", "entry " + Quote(entry.name) + " is a device 0:0, which overlayfs takes for a whiteout");
  }
  if (::mknodat(parent, name.c_str(), type | 0600, device) != 0) {
    if (errno != EEXIST) Fail("mknod", entry.name);
    Replace(parent, name);
    if (::mknodat(parent, name.c_str(), type | 0600, device) != 0) Fail("mknod", entry.name);
  }
  if (::fchownat(parent, name.c_str(), entry.uid, entry.gid, AT_SYMLINK_NOFOLLOW) != 0) Fail("chown", entry.name);
  if (::fchmodat(parent, name.c_str(), entry.mode, 0) != 0) Fail("chmod", entry.name);
  SetTime(parent, name, entry);
}

// The directory of an entry: the one of the entry before, or one of this layer reached without a
// link, or whatever the long way finds or makes.
int Unpacker::Parent(const Components& path) {
  if (path.empty()) return root_;
  const std::string joined = JoinPath(path);
  if (parent_ && joined == parent_path_) return parent_.get();
  Fd found = OpenInRoot(root_, joined, O_RDONLY | O_DIRECTORY, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
  if (!found) found = Walk(path);
  parent_ = std::move(found);
  parent_path_ = joined;
  return parent_.get();
}

// One component at a time, links resolved by hand, because the layer's own tree is only the topmost part
// of what the image shows.
Fd Unpacker::Walk(const Components& path) {
  std::deque<std::string> todo(path.begin(), path.end());
  Components done;
  Fd here(::fcntl(root_, F_DUPFD_CLOEXEC, 0));
  bool opaque = false;
  int links = 0;
  const auto restart = [&](const Components& from) {
    todo.insert(todo.begin(), from.begin(), from.end());
    done.clear();
    here = Fd(::fcntl(root_, F_DUPFD_CLOEXEC, 0));
    opaque = false;
  };
  const auto follow = [&](const std::string& target) {
    if (++links > kMaxLinks) Refuse("Malformed", "path " + Quote(JoinPath(path)) + " goes through too many links");
    Components from = target.starts_with('/') ? Components() : done;
    for (std::string& part : SplitPath(target)) from.push_back(std::move(part));
    restart(from);
  };
  while (!todo.empty()) {
    const std::string name = std::move(todo.front());
    todo.pop_front();
    if (name == "..") {
      if (!done.empty()) done.pop_back();
      restart(Components(done));
      continue;
    }
    struct stat stat;
    Fd own = OpenChild(here.get(), name, stat);
    if (own && S_ISLNK(stat.st_mode)) {
      follow(ReadLink(own.get()));
      continue;
    }
    const bool whiteout = own && IsWhiteout(stat);
    if (own && !whiteout && !S_ISDIR(stat.st_mode)) {
      Refuse("Malformed", "path " + Quote(JoinPath(path)) + " goes through " + Quote(name) + ", which is no directory");
    }
    std::optional<LayerStack::Hit> like;
    if (!own && !opaque) {
      Components below(done);
      below.push_back(name);
      like = lower_.Lookup(below);
      if (like && S_ISLNK(like->stat.st_mode)) {
        follow(ReadLink(like->fd.get()));
        continue;
      }
    }
    done.push_back(name);
    if (JoinPath(done).size() > kMaxPath) Refuse("Malformed", "a path of the layer resolves to more than 3072 bytes");
    if (!own || whiteout) own = MakeImplied(here.get(), done, like ? &*like : nullptr, whiteout);
    opaque = opaque || IsOpaque(own.get());
    here = Fd(::openat(own.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!here) Fail("open", name);
  }
  return here;
}

Fd Unpacker::MakeImplied(int parent, const Components& path, const LayerStack::Hit* like, bool was_whiteout) {
  const std::string& name = path.back();
  Count();
  if (was_whiteout) Replace(parent, name);
  if (::mkdirat(parent, name.c_str(), 0755) != 0) Fail("mkdir", name);
  struct stat stat;
  Fd made = OpenChild(parent, name, stat);
  if (!made) Fail("open", name);
  if (was_whiteout) SetOpaque(made.get(), name);
  if (like == nullptr || !S_ISDIR(like->stat.st_mode)) return made;
  if (::fchownat(parent, name.c_str(), like->stat.st_uid, like->stat.st_gid, AT_SYMLINK_NOFOLLOW) != 0) Fail("chown", name);
  if (::fchmodat(parent, name.c_str(), like->stat.st_mode & 07777, 0) != 0) Fail("chmod", name);
  times_.push_back({path, like->stat.st_mtim.tv_sec, like->stat.st_mtim.tv_nsec});
  return made;
}

UnpackCount Unpacker::Finish() {
  for (const DirectoryTime& time : times_) {
    const timespec value{time.seconds, time.nanoseconds};
    const timespec both[2] = {value, value};
    const std::string path = time.path.empty() ? "." : JoinPath(time.path);
    const Fd directory = OpenInRoot(root_, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, RESOLVE_IN_ROOT);
    if (directory) ::futimens(directory.get(), both);  // gone when a later entry replaced it
  }
  return count_;
}

}  // namespace tiphys
