#include "source-filter.h"

#include <linux/filter.h>
#include <sys/socket.h>

#include <vector>

namespace tiphys::pump {
namespace {

constexpr uint32_t kSourceOffset = 12;     // RFC 791
constexpr uint32_t kSourceOffsetIpv6 = 8;  // RFC 8200
constexpr uint32_t kDrop = 0, kKeep = 0xffffffff;
constexpr int kWords = 4;

using Program = std::vector<sock_filter>;

sock_filter Load(uint32_t offset) { return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(SKF_NET_OFF) + offset); }

// Ranges are sorted: a source before one of them that was behind the last is in none.
Program Ipv4Program(const std::vector<AddressRange>& ranges) {
  Program program{Load(kSourceOffset)};
  for (const auto& [first, last] : ranges) {
    program.push_back(BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, first.ipv4(), 1, 0));
    program.push_back(BPF_STMT(BPF_RET | BPF_K, kDrop));
    program.push_back(BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, last.ipv4(), 1, 0));
    program.push_back(BPF_STMT(BPF_RET | BPF_K, kKeep));
  }
  return program;
}

uint32_t WordOf(const Address& address, int word) {
  const uint64_t half = word < 2 ? address.high : address.low;
  return static_cast<uint32_t>(word % 2 == 0 ? half >> 32 : half);
}

// Compares the source with `bound`, its most significant word first: a source that is greater, or equal, goes on behind
// the return that others end at. `equal_goes_on` says which side the bound itself is on.
void Compare(Program& program, const Address& bound, bool equal_goes_on, uint32_t otherwise) {
  constexpr uint8_t kPerWord = 3;
  for (int word = 0; word < kWords; ++word) {
    const uint32_t value = WordOf(bound, word);
    const bool is_last = word == kWords - 1;
    // From behind this word's own jumps to behind the return at the end.
    const auto onward = static_cast<uint8_t>((kWords - 1 - word) * kPerWord + 1);
    program.push_back(Load(kSourceOffsetIpv6 + static_cast<uint32_t>(word) * 4));
    program.push_back(BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, value, static_cast<uint8_t>(onward + 1), 0));
    const auto equal = static_cast<uint8_t>(is_last && equal_goes_on ? onward : 0);
    const auto less = static_cast<uint8_t>(onward - 1);
    program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, equal, less));
  }
  program.push_back(BPF_STMT(BPF_RET | BPF_K, otherwise));
}

Program Ipv6Program(const std::vector<AddressRange>& ranges) {
  Program program;
  for (const auto& [first, last] : ranges) {
    Compare(program, first, true, kDrop);
    Compare(program, last, false, kKeep);
  }
  return program;
}

}  // namespace

Result<bool> AttachFilter(int fd, int family, const Admitted& answered) {
  if (!answered || answered->size() > (family == AF_INET ? kMostFilteredRanges : kMostFilteredRangesIpv6)) {
    DetachFilter(fd);
    return false;
  }
  auto program = family == AF_INET ? Ipv4Program(*answered) : Ipv6Program(*answered);
  program.push_back(BPF_STMT(BPF_RET | BPF_K, kDrop));
  const sock_fprog filter{.len = static_cast<unsigned short>(program.size()), .filter = program.data()};
  if (::setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) < 0)
    return LastError("setsockopt", "SO_ATTACH_FILTER");
  return true;
}

// ENOENT: there is none.
void DetachFilter(int fd) {
  const int unused = 0;
  (void)::setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &unused, sizeof unused);
}

}  // namespace tiphys::pump
