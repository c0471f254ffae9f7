#include "unpack-tar.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string_view>

namespace tiphys {
namespace {

constexpr uint64_t kMaxMetaBytes = 1024 * 1024;  // one PAX header or GNU long name
constexpr int kMaxMetaHeaders = 16;              // before one entry

// What a PAX header says about the entry behind it; unset fields keep the ustar header's value.
struct Pax {
  std::optional<std::string> path;
  std::optional<std::string> link;
  std::optional<uint64_t> size;
  std::optional<uint64_t> uid;
  std::optional<uint64_t> gid;
  std::optional<std::pair<int64_t, int64_t>> mtime;
  std::vector<std::pair<std::string, std::string>> xattrs;
};

std::string Field(const char* bytes, size_t length) { return {bytes, ::strnlen(bytes, length)}; }

int64_t Base256(const unsigned char* bytes, size_t length) {
  const bool negative = (bytes[0] & 0x40) != 0;
  const unsigned char invert = negative ? 0xff : 0;
  uint64_t value = 0;
  for (size_t i = 0; i < length; ++i) {
    unsigned char byte = bytes[i] ^ invert;
    if (i == 0) byte &= 0x7f;
    if ((value >> 55) != 0) Refuse("Malformed", "a base-256 number in a tar header is out of range");
    value = (value << 8) | byte;
  }
  return negative ? -static_cast<int64_t>(value) - 1 : static_cast<int64_t>(value);
}

int64_t Number(const char* bytes, size_t length) {
  if ((static_cast<unsigned char>(bytes[0]) & 0x80) != 0) {
    return Base256(reinterpret_cast<const unsigned char*>(bytes), length);
  }
  std::string_view text(bytes, length);
  while (!text.empty() && (text.front() == ' ' || text.front() == '\0')) text.remove_prefix(1);
  int64_t value = 0;
  for (const char c : text) {
    if (c == ' ' || c == '\0') break;
    if (c < '0' || c > '7') Refuse("Malformed", "a tar header holds a number that is not octal");
    value = (value << 3) | (c - '0');
  }
  return value;
}

uint64_t Decimal(std::string_view text, const char* key) {
  uint64_t value = 0;
  if (text.empty() || text.size() > 18) Refuse("Malformed", std::string("PAX record ") + key + " is not a number");
  for (const char c : text) {
    if (c < '0' || c > '9') Refuse("Malformed", std::string("PAX record ") + key + " is not a number");
    value = value * 10 + static_cast<uint64_t>(c - '0');
  }
  return value;
}

// "-1.25" is a quarter of a second before one second before the epoch: {-2, 750000000}.
std::pair<int64_t, int64_t> Time(std::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  const size_t dot = text.find('.');
  int64_t seconds = static_cast<int64_t>(Decimal(text.substr(0, dot), "mtime"));
  int64_t nanoseconds = 0;
  if (dot != std::string_view::npos && dot + 1 < text.size()) {
    std::string fraction(text.substr(dot + 1, 9));
    fraction.resize(9, '0');
    nanoseconds = static_cast<int64_t>(Decimal(fraction, "mtime"));
  }
  if (!negative) return {seconds, nanoseconds};
  if (nanoseconds == 0) return {-seconds, 0};
  return {-seconds - 1, 1000000000 - nanoseconds};
}

std::string NoNul(std::string_view value, const char* key) {
  if (value.find('\0') != std::string_view::npos) Refuse("Malformed", std::string("PAX record ") + key + " holds a NUL");
  return std::string(value);
}

void ApplyRecord(Pax& pax, std::string_view key, std::string_view value) {
  constexpr std::string_view kXattr = "SCHILY.xattr.";
  if (key == "path") pax.path = NoNul(value, "path");
  else if (key == "linkpath") pax.link = NoNul(value, "linkpath");
  else if (key == "size") pax.size = Decimal(value, "size");
  else if (key == "uid") pax.uid = Decimal(value, "uid");
  else if (key == "gid") pax.gid = Decimal(value, "gid");
  else if (key == "mtime") pax.mtime = Time(value);
  else if (key.starts_with(kXattr)) pax.xattrs.emplace_back(NoNul(key.substr(kXattr.size()), "SCHILY.xattr"), value);
  else if (key.starts_with("GNU.sparse.")) Refuse("Unsupported", "the layer holds a sparse member");
}

void ParsePax(Pax& pax, std::string_view text) {
  while (!text.empty()) {
    const size_t space = text.find(' ');
    if (space == std::string_view::npos) Refuse("Malformed", "a PAX record has no length");
    const uint64_t length = Decimal(text.substr(0, space), "length");
    if (length < space + 3 || length > text.size() || text[length - 1] != '\n') {
      Refuse("Malformed", "a PAX record is not as long as it says");
    }
    const std::string_view record = text.substr(space + 1, length - space - 2);
    const size_t equals = record.find('=');
    if (equals == std::string_view::npos || equals == 0) Refuse("Malformed", "a PAX record has no key");
    ApplyRecord(pax, record.substr(0, equals), record.substr(equals + 1));
    text.remove_prefix(length);
  }
}

void CheckSum(const std::array<char, 512>& block) {
  int64_t as_unsigned = 0;
  int64_t as_signed = 0;
  for (size_t i = 0; i < block.size(); ++i) {
    const char byte = i >= 148 && i < 156 ? ' ' : block[i];
    as_unsigned += static_cast<unsigned char>(byte);
    as_signed += static_cast<signed char>(byte);
  }
  const int64_t stated = Number(&block[148], 8);
  if (stated != as_unsigned && stated != as_signed) Refuse("Malformed", "a tar header's checksum is wrong");
}

uint32_t Id(int64_t value, const char* what) {
  if (value < 0 || value >= 0xffffffffLL) Refuse("Malformed", std::string("a ") + what + " in a tar header is out of range");
  return static_cast<uint32_t>(value);
}

std::string HeaderName(const std::array<char, 512>& block) {
  std::string name = Field(&block[0], 100);
  if (std::memcmp(&block[257], "ustar\0", 6) != 0) return name;
  const bool star = std::memcmp(&block[508], "tar\0", 4) == 0;
  const std::string prefix = Field(&block[345], star ? 131 : 155);
  return prefix.empty() ? name : prefix + "/" + name;
}

bool HasData(char type) { return type == '0'; }

char NormalType(char type) { return type == '\0' || type == '7' ? '0' : type; }

void Combine(TarEntry& entry, const std::array<char, 512>& block, Pax& pax, uint64_t size) {
  entry.type = NormalType(block[156]);
  entry.name = pax.path ? std::move(*pax.path) : HeaderName(block);
  entry.link = pax.link ? std::move(*pax.link) : Field(&block[157], 100);
  if (entry.type == '0' && entry.name.ends_with('/')) entry.type = '5';
  entry.size = HasData(entry.type) ? size : 0;
  entry.mode = static_cast<uint32_t>(Number(&block[100], 8)) & 07777;
  entry.uid = Id(pax.uid ? static_cast<int64_t>(*pax.uid) : Number(&block[108], 8), "uid");
  entry.gid = Id(pax.gid ? static_cast<int64_t>(*pax.gid) : Number(&block[116], 8), "gid");
  const auto mtime = pax.mtime.value_or(std::pair<int64_t, int64_t>{Number(&block[136], 12), 0});
  entry.mtime_seconds = mtime.first;
  entry.mtime_nanoseconds = mtime.second;
  const bool device = entry.type == '3' || entry.type == '4';
  entry.major = device ? Id(Number(&block[329], 8), "device number") : 0;
  entry.minor = device ? Id(Number(&block[337], 8), "device number") : 0;
  entry.xattrs = std::move(pax.xattrs);
}

}  // namespace

void Refuse(const char* code, std::string message) { throw Refusal{code, std::move(message)}; }

std::string Quote(const std::string& name) {
  std::string quoted = "\"";
  for (const char c : name.substr(0, 200)) {
    if (c >= ' ' && c <= '~' && c != '"' && c != '\\') {
      quoted += c;
    } else {
      constexpr char kHex[] = "0123456789abcdef";
      quoted += "\\x";
      quoted += kHex[static_cast<unsigned char>(c) >> 4];
      quoted += kHex[static_cast<unsigned char>(c) & 15];
    }
  }
  return quoted + (name.size() > 200 ? "...\"" : "\"");
}

std::span<const char> TarInput::Take(size_t max) {
  if (begin_ == end_) {
    ssize_t count;
    do count = ::read(fd_, buffer_.data(), buffer_.size());
    while (count < 0 && errno == EINTR);
    if (count < 0) Refuse("System", std::string("read of the layer: ") + ::strerror(errno));
    if (static_cast<uint64_t>(count) > left_) Refuse("Budget", "the layer's stream is longer than the budget allows");
    left_ -= static_cast<uint64_t>(count);
    begin_ = 0;
    end_ = static_cast<size_t>(count);
  }
  const size_t count = std::min(max, end_ - begin_);
  begin_ += count;
  return {&buffer_[begin_ - count], count};
}

void TarInput::Drain() {
  while (!Take(buffer_.size()).empty()) continue;
}

bool TarReader::ReadBlock(Block& block) {
  size_t filled = 0;
  while (filled < block.size()) {
    const auto piece = input_.Take(block.size() - filled);
    if (piece.empty()) {
      if (filled == 0) return false;
      Refuse("Truncated", "the layer ends inside a tar header");
    }
    std::memcpy(&block[filled], piece.data(), piece.size());
    filled += piece.size();
  }
  return true;
}

std::span<const char> TarReader::Data() {
  if (data_left_ == 0) return {};
  const auto piece = input_.Take(data_left_);
  if (piece.empty()) Refuse("Truncated", "the layer ends inside an entry");
  data_left_ -= piece.size();
  return piece;
}

void TarReader::SkipRest() {
  while (!Data().empty()) continue;
  while (padding_left_ > 0) {
    const auto piece = input_.Take(padding_left_);
    if (piece.empty()) break;  // a missing pad after the last entry is harmless
    padding_left_ -= piece.size();
  }
}

std::string TarReader::ReadMeta(uint64_t size, const char* what) {
  if (size > kMaxMetaBytes) Refuse("Malformed", std::string(what) + " is larger than 1 MiB");
  std::string text;
  text.reserve(size);
  data_left_ = size;
  padding_left_ = (512 - size % 512) % 512;
  for (auto piece = Data(); !piece.empty(); piece = Data()) text.append(piece.data(), piece.size());
  SkipRest();
  return text;
}

bool TarReader::Next(TarEntry& entry) {
  SkipRest();
  Pax pax;
  Block block;
  for (int metas = 0; ReadBlock(block); ++metas) {
    if (std::all_of(block.begin(), block.end(), [](char c) { return c == '\0'; })) return false;
    if (metas > kMaxMetaHeaders) Refuse("Malformed", "too many extended headers before one entry");
    CheckSum(block);
    const int64_t stated = Number(&block[124], 12);
    if (stated < 0) Refuse("Malformed", "an entry's size is negative");
    const uint64_t size = static_cast<uint64_t>(stated);
    switch (block[156]) {
      case 'x':
      case 'X':
        ParsePax(pax, ReadMeta(size, "a PAX header"));
        continue;
      case 'g':
        ReadMeta(size, "a global PAX header");
        continue;
      case 'L':
      case 'K': {
        const std::string text = ReadMeta(size, "a long name");
        (block[156] == 'L' ? pax.path : pax.link) = text.substr(0, text.find('\0'));
        continue;
      }
      default:
        break;
    }
    Combine(entry, block, pax, pax.size.value_or(size));
    data_left_ = entry.size;
    padding_left_ = (512 - entry.size % 512) % 512;
    return true;
  }
  return false;
}

}  // namespace tiphys
