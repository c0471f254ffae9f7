// A reader of tar streams as image layers use them: ustar, GNU long names and links, PAX records
// (paths, ids, sizes, times, SCHILY.xattr) and base-256 numbers. Sparse members are refused: no image
// builder writes them, and their maps are a favourite of attackers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace tiphys {

// Why a layer was not unpacked. `code` is one of Malformed, Escape, Budget, Truncated, Unsupported, System.
struct Refusal {
  const char* code;
  std::string message;
};
[[noreturn]] void Refuse(const char* code, std::string message);

// Printable ASCII of a name from a hostile archive, cut at 200 bytes.
std::string Quote(const std::string& name);

// The bytes of one stream, counted against a budget.
class TarInput {
 public:
  TarInput(int fd, uint64_t max_bytes) : fd_(fd), left_(max_bytes) {}
  // Up to `max` bytes that stay valid until the next call; empty at the end of the stream.
  std::span<const char> Take(size_t max);
  void Drain();

 private:
  int fd_;
  uint64_t left_;
  size_t begin_ = 0;
  size_t end_ = 0;
  std::array<char, 64 * 1024> buffer_;
};

struct TarEntry {
  char type = 0;  // as in the header; '7' and NUL are already '0', a '0' that ends in a slash is '5'
  std::string name;
  std::string link;
  uint64_t size = 0;  // 0 for types that carry no data
  uint32_t mode = 0;  // permission bits with setuid, setgid and sticky
  uint32_t uid = 0;
  uint32_t gid = 0;
  int64_t mtime_seconds = 0;
  int64_t mtime_nanoseconds = 0;
  uint32_t major = 0;
  uint32_t minor = 0;
  std::vector<std::pair<std::string, std::string>> xattrs;
};

class TarReader {
 public:
  explicit TarReader(TarInput& input) : input_(input) {}
  // Skips what is left of the entry before. False at the end of the archive.
  bool Next(TarEntry& entry);
  // The next piece of the current entry's data; empty when there is no more.
  std::span<const char> Data();

 private:
  using Block = std::array<char, 512>;
  bool ReadBlock(Block& block);
  std::string ReadMeta(uint64_t size, const char* what);
  void SkipRest();

  TarInput& input_;
  uint64_t data_left_ = 0;
  uint64_t padding_left_ = 0;
};

}  // namespace tiphys
