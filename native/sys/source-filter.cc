#include "source-filter.h"

#include <linux/filter.h>
#include <sys/socket.h>

#include <vector>

namespace tiphys::pump {
namespace {

constexpr uint32_t kSourceOffset = 12;  // RFC 791
constexpr uint32_t kDrop = 0, kKeep = 0xffffffff;

std::vector<sock_filter> ProgramFor(const std::vector<AddressRange>& ranges) {
  std::vector<sock_filter> program{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(SKF_NET_OFF) + kSourceOffset)};
  for (const auto& [first, last] : ranges) {
    program.push_back(BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, first, 1, 0));
    program.push_back(BPF_STMT(BPF_RET | BPF_K, kDrop));
    program.push_back(BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, last, 1, 0));
    program.push_back(BPF_STMT(BPF_RET | BPF_K, kKeep));
  }
  program.push_back(BPF_STMT(BPF_RET | BPF_K, kDrop));
  return program;
}

}  // namespace

Result<bool> AttachFilter(int fd, const Admitted& answered) {
  if (!answered || answered->size() > kMostFilteredRanges) {
    DetachFilter(fd);
    return false;
  }
  auto program = ProgramFor(*answered);
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
