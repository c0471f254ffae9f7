// Looks paths up through unpacked image layers as overlayfs would show them - whiteouts, opaque
// directories, symbolic links - without mounting anything and without ever leaving the layers.
#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>
#include <vector>

#include "fd.h"
#include "result.h"

namespace tiphys {

inline constexpr char kOpaqueXattr[] = "trusted.overlay.opaque";
inline constexpr int kMaxLinks = 40;  // the kernel's own limit, path_resolution(7)

// Splits at slashes and drops empty components and ".".
std::vector<std::string> SplitPath(const std::string& path);
// The same with ".." resolved by its text. Null when it climbs above the root.
std::optional<std::vector<std::string>> CleanPath(const std::string& path);
std::string JoinPath(const std::vector<std::string>& components);

// `name` without slash of the directory, opened O_PATH without following it. ENOENT is a value: no Fd.
Fd OpenChild(int directory, const std::string& name, struct stat& stat);
bool IsWhiteout(const struct stat& stat);
bool IsOpaque(int directory);

class LayerStack {
 public:
  explicit LayerStack(std::vector<Fd> roots) : roots_(std::move(roots)) {}  // topmost first

  struct Hit {
    size_t layer;
    Fd fd;  // O_PATH
    struct stat stat;
  };
  // The path itself, no link of it followed.
  std::optional<Hit> Lookup(const std::vector<std::string>& path) const;
  // What the path means to a program in the image; ENOENT, ELOOP or EINVAL where it means nothing.
  Result<Hit> Resolve(const std::string& path) const;
  int root(size_t layer) const { return roots_[layer].get(); }

 private:
  std::vector<Fd> roots_;
};

// The bytes of a regular file in the image; EFBIG above `max_bytes`, EINVAL when it is no regular file.
Result<std::string> ReadLayered(const std::vector<std::string>& layer_directories, const std::string& path, size_t max_bytes);

std::string ReadLink(int link_fd);

}  // namespace tiphys
