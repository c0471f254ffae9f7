// Writes the entries of one image layer below a directory, in overlayfs' form: a whiteout becomes a
// character device 0:0, an opaque marker the attribute trusted.overlay.opaque. Runs only inside the
// jail of unpack-jail.h, where the directory is "/" and nothing else of the machine can be named.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "layer-stack.h"
#include "unpack-tar.h"

namespace tiphys {

struct UnpackBudget {
  uint64_t bytes;
  uint64_t inodes;
};

struct UnpackCount {
  uint64_t bytes = 0;
  uint64_t inodes = 0;
  bool opaque_root = false;  // nothing below this layer shows through: overlayfs knows no such mark, the mounter must
};

// Throws Refusal. `lower` are the layers below: a directory that an entry needs and the layer does not
// hold takes its owner and mode from there, and a link there leads where it leads in the image.
class Unpacker {
 public:
  Unpacker(int root, const LayerStack& lower, UnpackBudget budget) : root_(root), lower_(lower), budget_(budget) {}
  void Apply(const TarEntry& entry, TarReader& reader);
  // Directory times, last, because every entry made inside changes them.
  UnpackCount Finish();

 private:
  using Components = std::vector<std::string>;
  int Parent(const Components& path);
  Fd Walk(const Components& path);
  Fd MakeImplied(int parent, const Components& path, const LayerStack::Hit* like, bool was_whiteout);
  void ApplyRoot(const TarEntry& entry);
  void ApplyWhiteout(const Components& path, const std::string& marker);
  void MakeDirectory(int parent, const Components& path, const TarEntry& entry);
  void MakeFile(int parent, const std::string& name, const TarEntry& entry, TarReader& reader);
  void MakeLink(int parent, const std::string& name, const TarEntry& entry);
  void MakeSymlink(int parent, const std::string& name, const TarEntry& entry);
  void MakeNode(int parent, const std::string& name, const TarEntry& entry);
  void Replace(int parent, const std::string& name);
  void Count();

  int root_;
  const LayerStack& lower_;
  UnpackBudget budget_;
  UnpackCount count_;
  std::string parent_path_;
  Fd parent_;
  struct DirectoryTime {
    Components path;
    int64_t seconds;
    int64_t nanoseconds;
  };
  std::vector<DirectoryTime> times_;
};

}  // namespace tiphys
